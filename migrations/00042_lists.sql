-- +goose Up
-- the pattern of LIKE that finds a text anywhere among plain ones
CREATE FUNCTION anywhere(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT '%' || replace(replace(replace(plain($1), '\', '\\'), '%', '\%'), '_', '\_') || '%' $$;

-- What lists and their counts read, in the indexes themselves: rows of a big platform lie far apart.
DROP INDEX video_category;
CREATE INDEX video_category ON video (category, published_at DESC, id DESC) INCLUDE (privacy, blocked, nsfw, nsfw_flags, channel_id) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_language ON video (coalesce(language, '_unknown'), published_at DESC, id DESC) INCLUDE (language, privacy, blocked, nsfw, nsfw_flags, channel_id)
    WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_of_channel ON video (channel_id, published_at DESC, id DESC) INCLUDE (privacy, blocked, nsfw, nsfw_flags) WHERE privacy IN (1, 4) AND state = 1;

-- whose host is blocked: also accounts, below whose comments others write
DROP INDEX actor_host;
CREATE INDEX actor_host ON actor (host, kind) WHERE host <> '';

-- comment: what searches compare is kept, as for videos
ALTER TABLE comment ADD COLUMN plain_text text NOT NULL GENERATED ALWAYS AS (plain(text)) STORED;
DROP INDEX comment_text_trgm, comment_newest, comment_threads, comment_video;
CREATE INDEX comment_text_trgm ON comment USING gin (plain_text gin_trgm_ops);
CREATE INDEX comment_newest ON comment (created_at DESC, id DESC) INCLUDE (account_id, held) WHERE deleted_at IS NULL;
CREATE INDEX comment_threads ON comment (video_id, created_at DESC, id DESC) INCLUDE (deleted_at, replies, held, account_id) WHERE thread_id IS NULL;
CREATE INDEX comment_video ON comment (video_id, created_at DESC, id DESC) INCLUDE (deleted_at, held, account_id);

ANALYZE comment (plain_text);
