-- +goose Up
-- the file of a session takes the place of this video's
ALTER TABLE upload ADD COLUMN replaces bigint REFERENCES video ON DELETE CASCADE;

-- a picture that a person gave stays when the file is replaced
ALTER TABLE video_image ADD COLUMN chosen boolean NOT NULL DEFAULT false;
