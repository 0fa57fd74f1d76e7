-- +goose Up
-- follow: who follows whom
CREATE TABLE follow (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    follower_id bigint NOT NULL REFERENCES actor ON DELETE CASCADE,
    followed_id bigint NOT NULL REFERENCES actor ON DELETE CASCADE,
    state       text NOT NULL DEFAULT 'accepted' CHECK (state IN ('pending', 'accepted', 'rejected')),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (follower_id, followed_id),
    CHECK (follower_id <> followed_id)
);
CREATE INDEX follow_followed ON follow (followed_id, id DESC);

-- Counts are kept by the database, so that they stay right when rows vanish with what they hang on. Two actors are always
-- changed in the order of their ids: two people who follow each other at once would otherwise wait for one another.
-- +goose StatementBegin
CREATE FUNCTION count_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step int := 0;
    f follow;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state = 'accepted' THEN step := step - 1; END IF;
    IF TG_OP <> 'DELETE' AND NEW.state = 'accepted' THEN step := step + 1; END IF;
    f := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    IF step = 0 THEN RETURN NULL; END IF;
    IF f.follower_id < f.followed_id THEN
        UPDATE actor SET following = following + step WHERE id = f.follower_id;
        UPDATE actor SET followers = followers + step WHERE id = f.followed_id;
    ELSE
        UPDATE actor SET followers = followers + step WHERE id = f.followed_id;
        UPDATE actor SET following = following + step WHERE id = f.follower_id;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER follow_count AFTER INSERT OR DELETE OR UPDATE OF state ON follow FOR EACH ROW EXECUTE FUNCTION count_follow();

-- moderation. A blocker or owner that is null is the platform itself.
CREATE TABLE account_block (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    blocker_id  bigint REFERENCES account ON DELETE CASCADE,
    blocked_id  bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX account_block_pair ON account_block (coalesce(blocker_id, 0), blocked_id);
CREATE INDEX account_block_blocker ON account_block (blocker_id);
CREATE INDEX account_block_blocked ON account_block (blocked_id);

CREATE TABLE host_block (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    blocker_id  bigint REFERENCES account ON DELETE CASCADE,
    host        text NOT NULL, -- in lower case
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX host_block_pair ON host_block (coalesce(blocker_id, 0), host);
CREATE INDEX host_block_blocker ON host_block (blocker_id);

CREATE TABLE watched_words (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  bigint REFERENCES account ON DELETE CASCADE,
    name        text NOT NULL,
    words       text[] NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX watched_words_name ON watched_words (coalesce(account_id, 0), lower(name));
CREATE INDEX watched_words_account ON watched_words (account_id);

-- What happens to something that got an automatic tag: comments below the account's videos wait for review; new videos of the
-- platform are blocked until they were reviewed.
CREATE TABLE tag_policy (
    account_id  bigint REFERENCES account ON DELETE CASCADE,
    tag         text NOT NULL
);
CREATE UNIQUE INDEX tag_policy_once ON tag_policy (coalesce(account_id, 0), tag);
CREATE INDEX tag_policy_account ON tag_policy (account_id);

CREATE TABLE video_auto_tag (
    video_id    bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    tag         text NOT NULL,
    PRIMARY KEY (video_id, tag)
);

-- comment
CREATE TABLE comment (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id        bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    account_id      bigint REFERENCES account ON DELETE SET NULL,
    thread_id       bigint REFERENCES comment ON DELETE CASCADE, -- the comment that began the thread; null for that one itself
    parent_id       bigint REFERENCES comment ON DELETE CASCADE,
    url             text NOT NULL UNIQUE,
    local           boolean NOT NULL DEFAULT true,
    text            text NOT NULL, -- markdown, or HTML when it came from elsewhere
    by_owner        boolean NOT NULL DEFAULT false, -- of the video
    held            boolean NOT NULL DEFAULT false, -- waits for approval
    replies         int NOT NULL DEFAULT 0, -- in the whole thread that are seen by everybody
    owner_replies   int NOT NULL DEFAULT 0,
    deleted_at      timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX comment_threads ON comment (video_id, created_at DESC, id DESC) WHERE thread_id IS NULL;
CREATE INDEX comment_threads_replies ON comment (video_id, replies DESC, id DESC) WHERE thread_id IS NULL;
CREATE INDEX comment_video ON comment (video_id, created_at DESC, id DESC);
CREATE INDEX comment_thread ON comment (thread_id, created_at, id);
CREATE INDEX comment_parent ON comment (parent_id);
CREATE INDEX comment_account ON comment (account_id, id DESC);
CREATE INDEX comment_newest ON comment (created_at DESC, id DESC);
CREATE INDEX comment_text_trgm ON comment USING gin (plain(text) gin_trgm_ops);

-- +goose StatementBegin
CREATE FUNCTION count_comment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step int := 0;
    c comment;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.deleted_at IS NULL AND NOT OLD.held THEN step := step - 1; END IF;
    IF TG_OP <> 'DELETE' AND NEW.deleted_at IS NULL AND NOT NEW.held THEN step := step + 1; END IF;
    c := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    IF step = 0 THEN RETURN NULL; END IF;
    UPDATE video SET comments = comments + step WHERE id = c.video_id;
    IF c.thread_id IS NOT NULL THEN
        UPDATE comment SET replies = replies + step, owner_replies = owner_replies + CASE WHEN c.by_owner THEN step ELSE 0 END
        WHERE id = c.thread_id;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER comment_count AFTER INSERT OR DELETE OR UPDATE OF deleted_at, held ON comment FOR EACH ROW EXECUTE FUNCTION count_comment();

-- The words of an account go with it; its comments stay as empty places, since others answered them.
-- +goose StatementBegin
CREATE FUNCTION empty_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.account_id IS NULL AND NEW.deleted_at IS NULL THEN
        NEW.deleted_at := now();
        NEW.updated_at := now();
        NEW.text := '';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER comment_empty BEFORE UPDATE OF account_id ON comment FOR EACH ROW EXECUTE FUNCTION empty_comment();
-- An UPDATE that sets account_id does not name deleted_at, so the count needs a trigger for it, too.
CREATE TRIGGER comment_count_empty AFTER UPDATE OF account_id ON comment FOR EACH ROW EXECUTE FUNCTION count_comment();

-- automatic tags by the watched words of an account, or of the platform when it is null
CREATE TABLE comment_tag (
    comment_id  bigint NOT NULL REFERENCES comment ON DELETE CASCADE,
    account_id  bigint REFERENCES account ON DELETE CASCADE,
    tag         text NOT NULL
);
CREATE UNIQUE INDEX comment_tag_once ON comment_tag (comment_id, coalesce(account_id, 0), tag);
CREATE INDEX comment_tag_account ON comment_tag (account_id);

-- playlist
CREATE TABLE playlist (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid                uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    url                 text NOT NULL UNIQUE,
    local               boolean NOT NULL DEFAULT true,
    account_id          bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    channel_id          bigint REFERENCES channel ON DELETE CASCADE,
    channel_position    int, -- among the channel's playlists, from 1
    name                text NOT NULL,
    description         text,
    privacy             int NOT NULL CHECK (privacy IN (1, 2, 3)), -- public, unlisted, private
    kind                int NOT NULL DEFAULT 1 CHECK (kind IN (1, 2)), -- regular, watch later
    image               text UNIQUE, -- file name; null to show that of the first video
    image_width         int NOT NULL DEFAULT 0,
    image_height        int NOT NULL DEFAULT 0,
    length              int NOT NULL DEFAULT 0, -- elements
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    CHECK (privacy <> 1 OR channel_id IS NOT NULL)
);
CREATE UNIQUE INDEX playlist_watch_later ON playlist (account_id) WHERE kind = 2;
CREATE INDEX playlist_account ON playlist (account_id, updated_at DESC);
CREATE INDEX playlist_channel ON playlist (channel_id, channel_position);
CREATE INDEX playlist_newest ON playlist (updated_at DESC, id DESC) WHERE privacy = 1;
CREATE INDEX playlist_name_trgm ON playlist USING gin (plain(name) gin_trgm_ops);

CREATE TABLE playlist_element (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    playlist_id bigint NOT NULL REFERENCES playlist ON DELETE CASCADE,
    video_id    bigint REFERENCES video ON DELETE SET NULL, -- null when the video was deleted
    position    int NOT NULL, -- from 1, without gaps
    start_at    int, -- seconds
    stop_at     int, -- seconds
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (playlist_id, position) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX playlist_element_video ON playlist_element (video_id);

-- Every member has a playlist for what is to be watched later, from the first moment on.
-- +goose StatementBegin
CREATE FUNCTION add_watch_later() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    list uuid := gen_random_uuid();
BEGIN
    INSERT INTO playlist (uuid, url, account_id, name, privacy, kind)
    SELECT list, regexp_replace(ac.url, '/accounts/[^/]*$', '') || '/video-playlists/' || list, NEW.id, 'Watch later', 3, 2
    FROM actor ac WHERE ac.id = NEW.actor_id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER account_watch_later AFTER INSERT ON account FOR EACH ROW WHEN (NEW.member_id IS NOT NULL) EXECUTE FUNCTION add_watch_later();
INSERT INTO playlist (uuid, url, account_id, name, privacy, kind)
SELECT n.id, regexp_replace(ac.url, '/accounts/[^/]*$', '') || '/video-playlists/' || n.id, a.id, 'Watch later', 3, 2
FROM account a JOIN actor ac ON ac.id = a.actor_id CROSS JOIN LATERAL (SELECT gen_random_uuid() AS id WHERE a.id > 0) n WHERE a.member_id IS NOT NULL;

-- abuse: what people reported
CREATE TABLE abuse (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind                text NOT NULL CHECK (kind IN ('video', 'comment', 'account')),
    reason              text NOT NULL,
    predefined          int[] NOT NULL DEFAULT '{}',
    state               int NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)), -- waiting, rejected, accepted
    note                text, -- of the moderators, for themselves
    reporter_id         bigint REFERENCES account ON DELETE SET NULL,
    flagged_id          bigint REFERENCES account ON DELETE SET NULL, -- the account reported, or whose video or comment it is
    video_id            bigint REFERENCES video ON DELETE SET NULL, -- also of the comment
    comment_id          bigint REFERENCES comment ON DELETE SET NULL,
    start_at            int, -- seconds
    end_at              int,
    seen                jsonb NOT NULL DEFAULT '{}', -- what was reported as it was then
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX abuse_state ON abuse (state, id DESC);
CREATE INDEX abuse_reporter ON abuse (reporter_id, id DESC);
CREATE INDEX abuse_flagged ON abuse (flagged_id);
CREATE INDEX abuse_video ON abuse (video_id, id);
CREATE INDEX abuse_comment ON abuse (comment_id);

CREATE TABLE abuse_message (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    abuse_id        bigint NOT NULL REFERENCES abuse ON DELETE CASCADE,
    account_id      bigint REFERENCES account ON DELETE SET NULL,
    by_moderator    boolean NOT NULL,
    message         text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX abuse_message_abuse ON abuse_message (abuse_id, id);

-- notify
CREATE TABLE notification (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id   bigint NOT NULL REFERENCES member ON DELETE CASCADE,
    type        int NOT NULL, -- as PeerTube numbers them
    web         boolean NOT NULL, -- listed; else it was only sent by mail
    read        boolean NOT NULL DEFAULT false,
    video_id    bigint REFERENCES video ON DELETE CASCADE,
    comment_id  bigint REFERENCES comment ON DELETE CASCADE,
    abuse_id    bigint REFERENCES abuse ON DELETE CASCADE,
    follow_id   bigint REFERENCES follow ON DELETE CASCADE,
    account_id  bigint REFERENCES account ON DELETE CASCADE, -- that it speaks of
    data        jsonb NOT NULL DEFAULT '{}', -- more fields of the answer
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX notification_member ON notification (member_id, created_at DESC, id DESC) WHERE web;
CREATE INDEX notification_unread ON notification (member_id, created_at DESC, id DESC) WHERE web AND NOT read;
CREATE INDEX notification_video ON notification (video_id);
CREATE INDEX notification_comment ON notification (comment_id);
CREATE INDEX notification_abuse ON notification (abuse_id);
CREATE INDEX notification_follow ON notification (follow_id);
CREATE INDEX notification_account ON notification (account_id);
-- a video is new once, a comment is written once
CREATE UNIQUE INDEX notification_video_once ON notification (member_id, video_id, type) WHERE type IN (1, 6, 21);
CREATE UNIQUE INDEX notification_comment_once ON notification (member_id, comment_id, type) WHERE comment_id IS NOT NULL AND abuse_id IS NULL;

-- search
CREATE INDEX actor_name_trgm ON actor USING gin (plain(name) gin_trgm_ops, plain(display_name) gin_trgm_ops);
