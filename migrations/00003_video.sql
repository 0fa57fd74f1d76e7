-- +goose Up
-- the sizes and lengths of the first segments, so that a page need not unpack the whole of media
ALTER TABLE video_file ADD COLUMN head jsonb NOT NULL DEFAULT '{}';

CREATE TABLE video_view (
    video_id    bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    day         date NOT NULL,
    views       int NOT NULL,
    PRIMARY KEY (video_id, day)
);

-- lists have public videos, and for members also internal ones
DROP INDEX video_newest;
CREATE INDEX video_newest ON video (published_at DESC, id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_created ON video (created_at DESC, id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_viewed ON video (views DESC, id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_liked ON video (likes DESC, id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE FUNCTION lowered(text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT coalesce(array_agg(lower(t)), '{}') FROM unnest($1) t $$;
CREATE INDEX video_tags ON video USING gin (lowered(tags));
CREATE INDEX video_source_created ON video_source (created_at);
CREATE INDEX video_watch_member ON video_watch (member_id, updated_at DESC);

-- an upload is forgotten with its video; without it, it would look unfinished
ALTER TABLE upload DROP CONSTRAINT upload_video_id_fkey, ADD FOREIGN KEY (video_id) REFERENCES video ON DELETE CASCADE;
