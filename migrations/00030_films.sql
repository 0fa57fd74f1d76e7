-- +goose Up
-- video: likes and dislikes
CREATE TABLE video_rate (
    account_id  bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    video_id    bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    liked       boolean NOT NULL, -- false for a dislike
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, video_id)
);
CREATE INDEX video_rate_video ON video_rate (video_id);
CREATE INDEX video_rate_account ON video_rate (account_id, created_at DESC);
-- The counts follow whatever way a rate comes or goes, also with its account.
-- +goose StatementBegin
CREATE FUNCTION count_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE video SET likes = likes + NEW.liked::int, dislikes = dislikes + (NOT NEW.liked)::int WHERE id = NEW.video_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE video SET likes = likes - OLD.liked::int, dislikes = dislikes - (NOT OLD.liked)::int WHERE id = OLD.video_id;
    ELSIF NEW.liked <> OLD.liked THEN
        UPDATE video SET likes = likes + NEW.liked::int - OLD.liked::int, dislikes = dislikes + OLD.liked::int - NEW.liked::int WHERE id = NEW.video_id;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER rate_count AFTER INSERT OR DELETE OR UPDATE OF liked ON video_rate FOR EACH ROW EXECUTE FUNCTION count_rate();

-- what will be made of a video later
CREATE TABLE video_schedule (
    video_id    bigint PRIMARY KEY REFERENCES video ON DELETE CASCADE,
    update_at   timestamptz NOT NULL,
    privacy     int NOT NULL CHECK (privacy BETWEEN 1 AND 4)
);

-- what moderators took away from the public
ALTER TABLE video ADD COLUMN blocked boolean NOT NULL DEFAULT false; -- there is a row in video_block
CREATE TABLE video_block (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id        bigint NOT NULL UNIQUE REFERENCES video ON DELETE CASCADE,
    kind            int NOT NULL DEFAULT 1 CHECK (kind IN (1, 2)), -- 1 by a moderator, 2 waits for the first look of one
    reason          text,
    internal_note   text,
    unfederated     boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX video_block_created ON video_block (created_at DESC);

CREATE TABLE video_ownership (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id    bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    giver_id    bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    taker_id    bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    state       int NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)), -- 1 waiting, 2 refused, 3 accepted
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX video_ownership_waiting ON video_ownership (video_id) WHERE state = 1;
CREATE INDEX video_ownership_giver ON video_ownership (giver_id);
CREATE INDEX video_ownership_taker ON video_ownership (taker_id, created_at DESC);

-- which sites may embed a video: 1 all, 2 those of the list, 3 none
ALTER TABLE video
    ADD COLUMN embed_policy int NOT NULL DEFAULT 1 CHECK (embed_policy IN (1, 2, 3)),
    ADD COLUMN embed_domains text[] NOT NULL DEFAULT '{}';

-- one row for each time somebody watches a video; nothing in it tells who
CREATE TABLE video_visit (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id    bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz NOT NULL,
    watched     int NOT NULL, -- seconds
    sections    int4multirange NOT NULL, -- seconds of the video that were shown
    client      text NOT NULL DEFAULT '',
    device      text NOT NULL DEFAULT '',
    system      text NOT NULL DEFAULT ''
);
CREATE INDEX video_visit_video ON video_visit (video_id, started_at);

ALTER TABLE video_password ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
