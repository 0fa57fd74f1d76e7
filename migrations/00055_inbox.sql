-- +goose Up
-- inbox: activities that came, until they are worked and for two days after
CREATE TABLE inbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash        bytea NOT NULL UNIQUE, -- of what makes it a repetition of another one
    lane        smallint NOT NULL, -- what is about one thing goes in one lane, in order
    type        text NOT NULL,
    activity    text NOT NULL,
    actor       text NOT NULL,
    host        text NOT NULL,
    trust       smallint NOT NULL, -- how far its object is believed: activity.Trust
    body        bytea NOT NULL, -- empty once it is done
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'failed')),
    attempts    int NOT NULL DEFAULT 0,
    not_before  timestamptz NOT NULL DEFAULT now(),
    reason      text NOT NULL DEFAULT '', -- why nothing came of it, or not yet
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inbox_waiting ON inbox (lane, not_before, id) WHERE state = 'waiting';
CREATE INDEX inbox_received ON inbox (received_at);
CREATE INDEX inbox_host ON inbox (host, id DESC);

-- inbox: what was said to be gone, since its creation may be told after that
CREATE TABLE inbox_gone (
    hash        bytea PRIMARY KEY, -- of its address
    at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inbox_gone_at ON inbox_gone (at);

-- receive: how far the past of those whom we follow was read
CREATE TABLE federation_past (
    actor_id    bigint PRIMARY KEY REFERENCES actor ON DELETE CASCADE,
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    seen        int NOT NULL DEFAULT 0,
    kept        int NOT NULL DEFAULT 0,
    total       int NOT NULL DEFAULT 0,
    error       text NOT NULL DEFAULT '',
    updated_at  timestamptz NOT NULL DEFAULT now()
);

-- what other servers refer to by address
CREATE INDEX video_remote_fetched ON video_remote (fetched_at);
