-- +goose Up
-- outbox: facts that other servers must hear of, written by triggers in the transaction of the change. A line says what changed;
-- what is sent is decided by what there is when the line is read. What is gone leaves in its line what is needed to tell it.
CREATE TABLE outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL,
    object      text NOT NULL, -- lines of one object are read in their order
    subject     bigint NOT NULL DEFAULT 0, -- the row it is about
    data        jsonb NOT NULL DEFAULT '{}', -- was: how things stood before
    attempts    int NOT NULL DEFAULT 0,
    last_error  text NOT NULL DEFAULT '',
    not_before  timestamptz NOT NULL DEFAULT now(),
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_due ON outbox (not_before, id);
CREATE INDEX outbox_object ON outbox (object, id);

-- outbox: keys of actors of ours that are gone: their end is told for two weeks
CREATE TABLE gone_key (
    actor_id    bigint PRIMARY KEY,
    url         text NOT NULL,
    rsa         text NOT NULL, -- PKCS #8 in PEM
    gone_at     timestamptz NOT NULL DEFAULT now()
);

-- delivery: the bytes of each activity once, and one line for each inbox that has not got it
CREATE TABLE activity_out (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    actor_id    bigint NOT NULL, -- who signs the request; it may be gone
    body        bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX activity_out_created ON activity_out (created_at);
CREATE TABLE delivery (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    activity_id bigint NOT NULL REFERENCES activity_out ON DELETE CASCADE,
    host        text NOT NULL,
    inbox       text NOT NULL,
    object      text NOT NULL, -- a host gets what is about one object in its order
    low         boolean NOT NULL DEFAULT false, -- may wait for what is not
    parked      boolean NOT NULL DEFAULT false, -- its host is not to be asked now
    attempts    int NOT NULL DEFAULT 0,
    last_error  text NOT NULL DEFAULT '',
    not_before  timestamptz NOT NULL DEFAULT now(), -- while somebody tries, when another may
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (activity_id, inbox)
);
CREATE INDEX delivery_due ON delivery (low, not_before, id) WHERE NOT parked;
CREATE INDEX delivery_host ON delivery (host, object, id);
CREATE INDEX delivery_parked ON delivery (host, attempts, id) WHERE parked;
CREATE INDEX delivery_created ON delivery (created_at);
CREATE INDEX remote_host_open ON remote_host (open_until) WHERE open_until IS NOT NULL;

-- playlist: other servers know this playlist of ours
ALTER TABLE playlist ADD COLUMN federated boolean NOT NULL DEFAULT true;
ALTER TABLE playlist ALTER COLUMN federated SET DEFAULT false;

-- what was there before can be found by other servers, so that its end is told
UPDATE video SET federated = false WHERE privacy <> 1 OR state <> 1 OR blocked;
UPDATE playlist SET federated = false WHERE privacy <> 1 OR kind <> 1;

-- One fact is written once in a transaction, with how things stood at its beginning.
-- +goose StatementBegin
CREATE FUNCTION note_fact(what text, about text, row_id bigint, more jsonb, wait interval) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM outbox o WHERE o.object = about AND o.kind = what AND o.xmin = pg_current_xact_id()::xid) THEN
        RETURN;
    END IF;
    INSERT INTO outbox (kind, object, subject, data, not_before) VALUES (what, about, row_id, more, now() + wait);
    IF wait = interval '0' THEN
        PERFORM pg_notify('shoal_outbox', '');
    END IF;
END $$;
-- +goose StatementEnd

-- What another server told needs no answer of this kind: whoever writes it down says so for the transaction.
CREATE FUNCTION was_heard() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT coalesce(current_setting('shoal.heard', true), '') = 'on' $$;

-- where the followers of actors hear, once for each server that has one inbox for all
CREATE FUNCTION followers_inboxes(actors bigint[]) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(DISTINCT coalesce(nullif(r.shared_inbox, ''), r.inbox)), '{}')
    FROM follow f JOIN actor_remote r ON r.actor_id = f.follower_id WHERE f.followed_id = ANY(actors) AND f.state = 'accepted'
$$;

-- videos
-- +goose StatementBegin
CREATE FUNCTION note_video() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_fact('video', 'video:' || NEW.id, NEW.id, '{}', TG_ARGV[0]::interval);
    RETURN NULL;
END $$;
CREATE FUNCTION note_views() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM outbox WHERE object = 'video:' || NEW.id AND kind = 'video' AND not_before > clock_timestamp() + interval '5 seconds') THEN
        PERFORM note_fact('video', 'video:' || NEW.id, NEW.id, '{}', interval '10 minutes');
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION note_video_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner bigint;
    place bigint;
BEGIN
    SELECT a.actor_id, c.actor_id INTO owner, place FROM channel c JOIN account a ON a.id = c.account_id WHERE c.id = OLD.channel_id;
    IF owner IS NOT NULL THEN -- else its channel goes, too, and that is told
        PERFORM note_fact('video-gone', 'video:' || OLD.id, OLD.id, jsonb_build_object('url', OLD.url, 'actor', owner, 'inboxes',
            followers_inboxes(ARRAY[owner, place] || ARRAY(SELECT id FROM actor WHERE kind = 'instance' AND host = ''))), interval '0');
    END IF;
    RETURN OLD;
END $$;
-- +goose StatementEnd
CREATE TRIGGER video_fact_new AFTER INSERT ON video FOR EACH ROW
    WHEN (NEW.local AND NEW.privacy IN (1, 2) AND NEW.state IN (1, 4, 5) AND NOT NEW.blocked) EXECUTE FUNCTION note_video('0');
CREATE TRIGGER video_fact AFTER UPDATE OF name, description, support, category, licence, language, privacy, nsfw, nsfw_flags, nsfw_summary,
    tags, state, wait_transcoding, duration, comments_policy, download_enabled, originally_published_at, published_at, channel_id, blocked
    ON video FOR EACH ROW
    WHEN (NEW.local AND (NEW.federated OR NEW.privacy IN (1, 2) AND NEW.state IN (1, 4, 5) AND NOT NEW.blocked)
        AND (OLD.name, OLD.description, OLD.support, OLD.category, OLD.licence, OLD.language, OLD.privacy, OLD.nsfw, OLD.nsfw_flags, OLD.nsfw_summary,
            OLD.tags, OLD.state, OLD.wait_transcoding, OLD.duration, OLD.comments_policy, OLD.download_enabled, OLD.originally_published_at,
            OLD.published_at, OLD.channel_id, OLD.blocked) IS DISTINCT FROM
            (NEW.name, NEW.description, NEW.support, NEW.category, NEW.licence, NEW.language, NEW.privacy, NEW.nsfw, NEW.nsfw_flags, NEW.nsfw_summary,
            NEW.tags, NEW.state, NEW.wait_transcoding, NEW.duration, NEW.comments_policy, NEW.download_enabled, NEW.originally_published_at,
            NEW.published_at, NEW.channel_id, NEW.blocked))
    EXECUTE FUNCTION note_video('0');
CREATE TRIGGER video_fact_rated AFTER UPDATE OF likes, dislikes ON video FOR EACH ROW
    WHEN (NEW.local AND NEW.federated AND (OLD.likes, OLD.dislikes) IS DISTINCT FROM (NEW.likes, NEW.dislikes)) EXECUTE FUNCTION note_video('20 seconds');
-- Views are told when there are a tenth more of them.
CREATE TRIGGER video_fact_viewed AFTER UPDATE OF views ON video FOR EACH ROW
    WHEN (NEW.local AND NEW.federated AND (10 * ln(1 + NEW.views))::int <> (10 * ln(1 + OLD.views))::int) EXECUTE FUNCTION note_views();
CREATE TRIGGER video_fact_gone BEFORE DELETE ON video FOR EACH ROW WHEN (OLD.local AND OLD.federated) EXECUTE FUNCTION note_video_gone();

-- what hangs on a video
-- +goose StatementBegin
CREATE FUNCTION note_video_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_fact('video', 'video:' || v.id, v.id, '{}', interval '5 seconds')
    FROM video v WHERE v.id IN (SELECT video_id FROM changed) AND v.local AND v.federated;
    RETURN NULL;
END $$;
DO $$
DECLARE
    part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['video_caption', 'video_chapter', 'video_file', 'video_playlist_hls', 'video_image', 'video_storyboard'] LOOP
        EXECUTE format('CREATE TRIGGER fact_new AFTER INSERT ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_video_part()', part);
        EXECUTE format('CREATE TRIGGER fact_changed AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_video_part()', part);
        EXECUTE format('CREATE TRIGGER fact_gone AFTER DELETE ON %I REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_video_part()', part);
    END LOOP;
END $$;
-- +goose StatementEnd

-- likes and dislikes of videos of elsewhere
-- +goose StatementBegin
CREATE FUNCTION note_rate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r video_rate := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    who bigint;
    was text := '';
BEGIN
    SELECT ac.id INTO who FROM account a JOIN actor ac ON ac.id = a.actor_id WHERE a.id = r.account_id AND ac.host = '';
    IF who IS NULL OR NOT EXISTS (SELECT FROM video WHERE id = r.video_id AND NOT local) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        was := CASE WHEN OLD.liked THEN 'like' ELSE 'dislike' END;
    END IF;
    PERFORM note_fact('rate', 'rate:' || r.account_id || ':' || r.video_id, r.video_id, jsonb_build_object('actor', who, 'account', r.account_id, 'was', was), interval '0');
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER rate_fact AFTER INSERT OR DELETE OR UPDATE OF liked ON video_rate FOR EACH ROW EXECUTE FUNCTION note_rate();

-- who follows whom across servers: our actors follow others, and we say yes or no to those who follow ours
-- +goose StatementBegin
CREATE FUNCTION note_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    f follow := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    ours boolean;
    theirs boolean;
    was text := '';
BEGIN
    SELECT a.host = '', b.host = '' INTO ours, theirs FROM actor a, actor b WHERE a.id = f.follower_id AND b.id = f.followed_id;
    IF ours IS NULL OR ours = theirs THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        was := OLD.state;
    END IF;
    IF ours AND TG_OP <> 'UPDATE' THEN
        PERFORM note_fact('follow', 'follow:' || f.follower_id || ':' || f.followed_id, f.id,
            jsonb_build_object('follower', f.follower_id, 'followed', f.followed_id, 'was', was), interval '0');
    ELSIF theirs AND NOT (TG_OP = 'DELETE' AND (was_heard() OR was = 'rejected')) AND (TG_OP = 'DELETE' OR NEW.state <> 'pending') THEN
        PERFORM note_fact('answer', 'follow:' || f.follower_id || ':' || f.followed_id, f.id,
            jsonb_build_object('follower', f.follower_id, 'followed', f.followed_id, 'was', was, 'url', f.url), interval '0');
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER follow_fact AFTER INSERT OR DELETE OR UPDATE OF state, url ON follow FOR EACH ROW EXECUTE FUNCTION note_follow();

-- comments: ours, and what we decide about those of others below our videos
-- +goose StatementBegin
CREATE FUNCTION note_comment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ours boolean; -- the video
    known boolean;
    was boolean;
    seen boolean;
    who bigint;
BEGIN
    SELECT local, federated INTO ours, known FROM video WHERE id = NEW.video_id;
    IF ours IS NULL OR ours AND NOT known THEN
        RETURN NULL;
    END IF;
    -- what waits below a video of elsewhere must be read there: its owner decides
    was := TG_OP = 'UPDATE' AND OLD.deleted_at IS NULL AND NOT (OLD.held AND ours);
    seen := NEW.deleted_at IS NULL AND NOT (NEW.held AND ours);
    IF NEW.local THEN
        SELECT actor_id INTO who FROM account WHERE id = NEW.account_id;
        IF who IS NOT NULL AND (was <> seen OR seen AND NEW.approval <> OLD.approval) THEN
            PERFORM note_fact('comment', 'comment:' || NEW.id, NEW.id, jsonb_build_object('actor', who, 'was', was), interval '0');
        END IF;
    ELSIF ours AND seen AND NOT was THEN
        PERFORM note_fact('approve', 'comment:' || NEW.id, NEW.id, '{}', interval '0');
    ELSIF ours AND was AND NEW.deleted_at IS NOT NULL AND NOT was_heard() THEN
        PERFORM note_fact('comment', 'comment:' || NEW.id, NEW.id, jsonb_build_object('actor', 0, 'was', true), interval '0');
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER comment_fact AFTER INSERT OR UPDATE OF held, deleted_at, approval ON comment FOR EACH ROW EXECUTE FUNCTION note_comment();

-- profiles
-- +goose StatementBegin
CREATE FUNCTION note_actor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_fact('actor', 'actor:' || NEW.id, NEW.id, '{}', interval '0');
    RETURN NULL;
END $$;
CREATE FUNCTION note_channel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_fact('actor', 'actor:' || id, id, '{}', interval '0') FROM actor WHERE id = NEW.actor_id AND host = '';
    RETURN NULL;
END $$;
CREATE FUNCTION note_instance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_fact('actor', 'actor:' || id, id, '{}', interval '0') FROM actor WHERE kind = 'instance' AND host = '';
    RETURN NULL;
END $$;
CREATE FUNCTION note_actor_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine bigint[] := ARRAY[OLD.id] || ARRAY(SELECT c.actor_id FROM account a JOIN channel c ON c.account_id = a.id WHERE a.actor_id = OLD.id)
        || ARRAY(SELECT id FROM actor WHERE kind = 'instance' AND host = '');
    others text[];
BEGIN
    INSERT INTO gone_key (actor_id, url, rsa) SELECT actor_id, OLD.url, rsa FROM actor_key WHERE actor_id = OLD.id ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN -- nobody can know an actor whose key was never asked for
        RETURN OLD;
    END IF;
    SELECT coalesce(array_agg(DISTINCT coalesce(nullif(r.shared_inbox, ''), r.inbox)), '{}') INTO others FROM actor_remote r WHERE r.actor_id IN (
        SELECT f.followed_id FROM follow f WHERE f.follower_id = OLD.id
        UNION ALL SELECT o.actor_id FROM account a JOIN comment c ON c.account_id = a.id JOIN video v ON v.id = c.video_id AND NOT v.local
            JOIN channel ch ON ch.id = v.channel_id JOIN account o ON o.id = ch.account_id WHERE a.actor_id = OLD.id
        UNION ALL SELECT o.actor_id FROM account a JOIN video_rate c ON c.account_id = a.id JOIN video v ON v.id = c.video_id AND NOT v.local
            JOIN channel ch ON ch.id = v.channel_id JOIN account o ON o.id = ch.account_id WHERE a.actor_id = OLD.id);
    PERFORM note_fact('actor-gone', 'actor:' || OLD.id, OLD.id, jsonb_build_object('url', OLD.url,
        'inboxes', ARRAY(SELECT DISTINCT unnest(others || followers_inboxes(mine)))), interval '0');
    RETURN OLD;
END $$;
-- +goose StatementEnd
CREATE TRIGGER actor_fact AFTER UPDATE OF display_name, description, avatars, banners ON actor FOR EACH ROW
    WHEN (NEW.host = '' AND (OLD.display_name, OLD.description, OLD.avatars, OLD.banners) IS DISTINCT FROM (NEW.display_name, NEW.description, NEW.avatars, NEW.banners))
    EXECUTE FUNCTION note_actor();
CREATE TRIGGER actor_fact_gone BEFORE DELETE ON actor FOR EACH ROW WHEN (OLD.host = '') EXECUTE FUNCTION note_actor_gone();
CREATE TRIGGER channel_fact AFTER UPDATE OF support, account_id, public_email ON channel FOR EACH ROW
    WHEN ((OLD.support, OLD.account_id, OLD.public_email) IS DISTINCT FROM (NEW.support, NEW.account_id, NEW.public_email)) EXECUTE FUNCTION note_channel();
CREATE TRIGGER instance_fact AFTER UPDATE OF settings, pictures ON instance FOR EACH ROW
    WHEN ((OLD.settings->>'name', OLD.settings->>'shortDescription', OLD.settings->>'description', OLD.pictures) IS DISTINCT FROM
        (NEW.settings->>'name', NEW.settings->>'shortDescription', NEW.settings->>'description', NEW.pictures))
    EXECUTE FUNCTION note_instance();

-- playlists
-- +goose StatementBegin
CREATE FUNCTION note_playlist() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_fact('playlist', 'playlist:' || NEW.id, NEW.id, '{}', interval '0');
    RETURN NULL;
END $$;
CREATE FUNCTION note_playlist_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_fact('playlist', 'playlist:' || p.id, p.id, '{}', interval '5 seconds')
    FROM playlist p WHERE p.id IN (SELECT playlist_id FROM changed) AND p.local AND p.kind = 1 AND (p.federated OR p.privacy <> 3);
    RETURN NULL;
END $$;
CREATE FUNCTION note_playlist_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner bigint;
BEGIN
    SELECT actor_id INTO owner FROM account WHERE id = OLD.account_id;
    IF owner IS NOT NULL THEN
        PERFORM note_fact('playlist-gone', 'playlist:' || OLD.id, OLD.id, jsonb_build_object('url', OLD.url, 'actor', owner, 'inboxes',
            followers_inboxes(ARRAY[owner] || ARRAY(SELECT actor_id FROM channel WHERE id = OLD.channel_id)
                || ARRAY(SELECT id FROM actor WHERE kind = 'instance' AND host = ''))), interval '0');
    END IF;
    RETURN OLD;
END $$;
-- +goose StatementEnd
CREATE TRIGGER playlist_fact_new AFTER INSERT ON playlist FOR EACH ROW WHEN (NEW.local AND NEW.kind = 1 AND NEW.privacy <> 3) EXECUTE FUNCTION note_playlist();
CREATE TRIGGER playlist_fact AFTER UPDATE OF name, description, privacy, channel_id, channel_position, image ON playlist FOR EACH ROW
    WHEN (NEW.local AND NEW.kind = 1 AND (NEW.federated OR NEW.privacy <> 3)
        AND (OLD.name, OLD.description, OLD.privacy, OLD.channel_id, OLD.channel_position, OLD.image) IS DISTINCT FROM
            (NEW.name, NEW.description, NEW.privacy, NEW.channel_id, NEW.channel_position, NEW.image))
    EXECUTE FUNCTION note_playlist();
CREATE TRIGGER playlist_fact_gone BEFORE DELETE ON playlist FOR EACH ROW WHEN (OLD.local AND OLD.federated) EXECUTE FUNCTION note_playlist_gone();
CREATE TRIGGER fact_new AFTER INSERT ON playlist_element REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_playlist_part();
CREATE TRIGGER fact_changed AFTER UPDATE ON playlist_element REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_playlist_part();
CREATE TRIGGER fact_gone AFTER DELETE ON playlist_element REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_playlist_part();

-- reports about what is elsewhere, and how long its videos were watched here
-- +goose StatementBegin
CREATE FUNCTION note_abuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_fact('flag', 'flag:' || NEW.id, NEW.id, '{}', interval '0')
    FROM account f JOIN actor fa ON fa.id = f.actor_id, account r JOIN actor ra ON ra.id = r.actor_id
    WHERE f.id = NEW.flagged_id AND fa.host <> '' AND r.id = NEW.reporter_id AND ra.host = '';
    RETURN NULL;
END $$;
CREATE FUNCTION note_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_fact('watch', 'watch:' || n.id, n.id, '{}', interval '0') FROM changed n JOIN video v ON v.id = n.video_id AND NOT v.local;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER abuse_fact AFTER INSERT ON abuse FOR EACH ROW WHEN (NEW.flagged_id IS NOT NULL AND NEW.reporter_id IS NOT NULL) EXECUTE FUNCTION note_abuse();
CREATE TRIGGER visit_fact AFTER INSERT ON video_visit REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_visit();
