-- +goose Up
-- What lists compare is kept: taking accents away takes a thousand times as long as comparing.
ALTER TABLE video
    ADD COLUMN plain_name text NOT NULL GENERATED ALWAYS AS (plain(name)) STORED,
    ADD COLUMN plain_tags text[] NOT NULL GENERATED ALWAYS AS (lowered(tags)) STORED;
ALTER TABLE actor
    ADD COLUMN plain_name text NOT NULL GENERATED ALWAYS AS (plain(name)) STORED,
    ADD COLUMN plain_display text NOT NULL GENERATED ALWAYS AS (plain(display_name)) STORED;
DROP INDEX video_name_trgm, video_tags, video_name, actor_name_trgm;
CREATE INDEX video_name_trgm ON video USING gin (plain_name gin_trgm_ops);
CREATE INDEX video_tags ON video USING gin (plain_tags);
CREATE INDEX video_name ON video (plain_name, id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX actor_name_trgm ON actor USING gin (plain_name gin_trgm_ops, plain_display gin_trgm_ops);

-- whose host is blocked; most are of our own, which has no name here
CREATE INDEX actor_host ON actor (host) WHERE kind = 'channel' AND host <> '';

-- what a search for common words reads, the newest first, without the rows themselves
CREATE INDEX video_words ON video (published_at DESC, id DESC) INCLUDE (plain_name, privacy, blocked, channel_id) WHERE privacy IN (1, 4) AND state = 1;

ANALYZE video (plain_name, plain_tags);
ANALYZE actor (plain_name, plain_display);
