-- +goose Up
-- outbox: how the player shows a video, or the videos of a channel
-- +goose StatementBegin
CREATE FUNCTION note_video_settings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_fact('video-settings', 'video:' || v.id, v.id, '{}', interval '0')
    FROM video v WHERE v.id IN (SELECT video_id FROM changed) AND v.local AND v.federated;
    RETURN NULL;
END $$;
CREATE FUNCTION note_channel_settings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_fact('channel-settings', 'actor:' || id, id, '{}', interval '0') FROM actor WHERE id = NEW.actor_id AND host = '';
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER fact_new AFTER INSERT ON video_player REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_video_settings();
CREATE TRIGGER fact_changed AFTER UPDATE ON video_player REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_video_settings();
CREATE TRIGGER fact_gone AFTER DELETE ON video_player REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_video_settings();
CREATE TRIGGER channel_fact_settings AFTER UPDATE OF player_theme ON channel FOR EACH ROW
    WHEN (OLD.player_theme <> NEW.player_theme) EXECUTE FUNCTION note_channel_settings();
