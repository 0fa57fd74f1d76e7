-- +goose Up
-- unaccent() is not immutable, so an index needs this wrapper with the dictionary named.
CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT lower(public.unaccent('public.unaccent', $1)) $$;
CREATE INDEX video_name_trgm ON video USING gin (plain(name) gin_trgm_ops);
