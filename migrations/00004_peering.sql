-- +goose Up
-- a channel whose viewers do not share, whatever its videos say
ALTER TABLE channel ADD COLUMN p2p boolean NOT NULL DEFAULT true;
