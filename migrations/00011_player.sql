-- +goose Up
-- how players of a channel's videos look, unless a video says otherwise
ALTER TABLE channel ADD COLUMN player_theme text NOT NULL DEFAULT 'instance-default';

CREATE TABLE video_player (
    video_id    bigint PRIMARY KEY REFERENCES video ON DELETE CASCADE,
    theme       text NOT NULL
);
