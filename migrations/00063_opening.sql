-- +goose Up
-- the initialisation section of a rendition, which pages bring along so that decoders are ready before the first bytes arrive
ALTER TABLE video_file ADD COLUMN opening bytea NOT NULL DEFAULT '';
