-- +goose Up
-- account
ALTER TABLE actor
    ADD COLUMN avatars jsonb NOT NULL DEFAULT '[]', -- account.Picture, from small to big
    ADD COLUMN banners jsonb NOT NULL DEFAULT '[]';

ALTER TABLE member
    ADD COLUMN pending_email    text, -- takes the place of email once it is verified
    ADD COLUMN admin_flags      int NOT NULL DEFAULT 0, -- 1: videos need no review
    ADD COLUMN notifications    jsonb NOT NULL DEFAULT '{}', -- kind to 0 none, 1 web, 2 mail, 3 both
    ADD COLUMN totp             bytea, -- secret of the second factor; null without one
    ADD COLUMN totp_step        bigint NOT NULL DEFAULT 0, -- the last one that was used: it is not good again
    ADD COLUMN feed_token       uuid,
    ADD COLUMN leaving          boolean NOT NULL DEFAULT false; -- a job takes the account away
CREATE UNIQUE INDEX member_feed ON member (feed_token);

ALTER TABLE token
    ADD COLUMN login_device     text NOT NULL DEFAULT '',
    ADD COLUMN login_address    text NOT NULL DEFAULT '',
    ADD COLUMN login_at         timestamptz NOT NULL DEFAULT now(), -- of the family
    ADD COLUMN last_device      text NOT NULL DEFAULT '',
    ADD COLUMN last_address     text NOT NULL DEFAULT '';

-- what shows that someone reads the mail that was sent, or scanned the code that was shown
CREATE TABLE proof (
    hash        bytea PRIMARY KEY,
    purpose     text NOT NULL CHECK (purpose IN ('reset', 'verify', 'totp')),
    member_id   bigint NOT NULL REFERENCES member ON DELETE CASCADE,
    payload     bytea NOT NULL DEFAULT '',
    expires_at  timestamptz NOT NULL
);
CREATE INDEX proof_member ON proof (member_id, purpose);
CREATE INDEX proof_expires ON proof (expires_at);

-- joining: requests for an account
CREATE TABLE registration (
    id                      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state                   int NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)), -- 1 waiting, 2 rejected, 3 accepted
    reason                  text NOT NULL,
    response                text,
    username                text NOT NULL,
    email                   text NOT NULL,
    email_verified          boolean,
    proof_hash              bytea,
    proof_expires_at        timestamptz,
    password                text NOT NULL, -- argon2id as a PHC string; empty once decided
    display_name            text,
    channel_name            text,
    channel_display_name    text,
    member_id               bigint REFERENCES member ON DELETE SET NULL,
    created_at              timestamptz NOT NULL DEFAULT now(),
    updated_at              timestamptz NOT NULL DEFAULT now(),
    decided_at              timestamptz
);
CREATE UNIQUE INDEX registration_username ON registration (lower(username)) WHERE state = 1;
CREATE UNIQUE INDEX registration_email ON registration (lower(email)) WHERE state = 1;
CREATE UNIQUE INDEX registration_channel ON registration (lower(channel_name)) WHERE state = 1;
CREATE INDEX registration_member ON registration (member_id);

-- channel
ALTER TABLE channel ADD COLUMN public_email text;

CREATE TABLE channel_collaborator (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel_id  bigint NOT NULL REFERENCES channel ON DELETE CASCADE,
    account_id  bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    accepted    boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (channel_id, account_id)
);
CREATE INDEX channel_collaborator_account ON channel_collaborator (account_id);

CREATE TABLE channel_transfer (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel_id  bigint NOT NULL REFERENCES channel ON DELETE CASCADE,
    giver_id    bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    taker_id    bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    state       int NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)), -- 1 waiting, 2 refused, 3 accepted
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX channel_transfer_waiting ON channel_transfer (channel_id) WHERE state = 1;
CREATE INDEX channel_transfer_giver ON channel_transfer (giver_id);
CREATE INDEX channel_transfer_taker ON channel_transfer (taker_id);

CREATE TABLE channel_activity (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel_id  bigint NOT NULL REFERENCES channel ON DELETE CASCADE,
    account_id  bigint REFERENCES account ON DELETE SET NULL,
    action      int NOT NULL,
    target      int NOT NULL,
    target_id   bigint, -- of the video, playlist … of the kind
    about       jsonb NOT NULL DEFAULT '{}', -- what the target was called then
    details     jsonb NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX channel_activity_channel ON channel_activity (channel_id, id DESC);
CREATE INDEX channel_activity_account ON channel_activity (account_id);

-- instance
ALTER TABLE instance
    ADD COLUMN homepage text NOT NULL DEFAULT '',
    ADD COLUMN pictures jsonb NOT NULL DEFAULT '{}'; -- avatar, banner and logos to their sizes

-- journal: what the server said, and who changed what
CREATE TABLE log_line (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL,
    level   int NOT NULL, -- as in slog
    message text NOT NULL,
    fields  jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX log_line_at ON log_line (at);

CREATE TABLE audit (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    who     text NOT NULL, -- user name
    domain  text NOT NULL,
    action  text NOT NULL,
    fields  jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_at ON audit (at);
