-- +goose Up
-- what the platform tells others of: on one that follows many, its own videos lie far apart
CREATE INDEX video_ours ON video (published_at DESC, id DESC) WHERE local AND privacy = 1 AND state = 1 AND NOT blocked;
