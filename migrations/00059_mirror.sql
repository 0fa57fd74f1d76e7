-- +goose Up
-- pictures of actors of elsewhere are asked for by the names that they have here
CREATE INDEX actor_avatars ON actor USING gin (avatars jsonb_path_ops) WHERE host <> '';
CREATE INDEX actor_banners ON actor USING gin (banners jsonb_path_ops) WHERE host <> '';
