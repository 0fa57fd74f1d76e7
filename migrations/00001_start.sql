-- +goose Up
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- instance: what the admin changes while running, one row
CREATE TABLE instance (
    id          int PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    settings    jsonb NOT NULL DEFAULT '{}',
    secret      bytea NOT NULL,
    setup_hash  bytea,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- account
CREATE TABLE actor (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind            text NOT NULL CHECK (kind IN ('instance', 'account', 'channel')),
    name            text NOT NULL,
    host            text NOT NULL DEFAULT '', -- empty for our own
    url             text NOT NULL UNIQUE,
    display_name    text NOT NULL,
    description     text,
    followers       int NOT NULL DEFAULT 0,
    following       int NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX actor_handle ON actor (lower(name), host); -- accounts and channels share one space of names, as in PeerTube

CREATE TABLE member (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username            text NOT NULL,
    email               text NOT NULL,
    email_verified      boolean,
    password            text NOT NULL, -- argon2id as a PHC string
    role                int NOT NULL CHECK (role IN (0, 1, 2)),
    quota               bigint NOT NULL DEFAULT -1, -- bytes
    quota_daily         bigint NOT NULL DEFAULT -1, -- bytes
    blocked             boolean NOT NULL DEFAULT false,
    blocked_reason      text,
    settings            jsonb NOT NULL DEFAULT '{}',
    last_login_at       timestamptz,
    created_at          timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX member_username ON member (lower(username));
CREATE UNIQUE INDEX member_email ON member (lower(email));

CREATE TABLE account (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    actor_id    bigint NOT NULL UNIQUE REFERENCES actor ON DELETE CASCADE,
    member_id   bigint UNIQUE REFERENCES member ON DELETE CASCADE -- null for accounts of elsewhere
);

CREATE TABLE oauth_client (
    id      text PRIMARY KEY,
    secret  text NOT NULL
);

CREATE TABLE token (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id           bigint NOT NULL REFERENCES member ON DELETE CASCADE,
    access_hash         bytea NOT NULL UNIQUE,
    refresh_hash        bytea NOT NULL UNIQUE,
    access_expires_at   timestamptz NOT NULL,
    refresh_expires_at  timestamptz NOT NULL,
    family              uuid NOT NULL, -- all tokens that came from one sign-in by refreshing
    replaced            boolean NOT NULL DEFAULT false, -- its refresh token was used
    cookie              boolean NOT NULL DEFAULT false, -- a session of our own pages, which grows longer with use
    created_at          timestamptz NOT NULL DEFAULT now(),
    last_used_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX token_member ON token (member_id);
CREATE INDEX token_family ON token (family);

CREATE UNLOGGED TABLE sign_in_attempt (
    key     bytea NOT NULL, -- keyed hash of a place or a name, never the address itself
    at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_attempt_key ON sign_in_attempt (key, at);

-- channel
CREATE TABLE channel (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    actor_id    bigint NOT NULL UNIQUE REFERENCES actor ON DELETE CASCADE,
    account_id  bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    support     text,
    is_default  boolean NOT NULL DEFAULT false
);
CREATE INDEX channel_account ON channel (account_id);

-- video
CREATE TABLE video (
    id                      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid                    uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    channel_id              bigint NOT NULL REFERENCES channel ON DELETE CASCADE,
    url                     text NOT NULL UNIQUE,
    local                   boolean NOT NULL DEFAULT true,
    name                    text NOT NULL,
    description             text,
    support                 text,
    category                int,
    licence                 int,
    language                text,
    privacy                 int NOT NULL CHECK (privacy BETWEEN 1 AND 5),
    nsfw                    boolean NOT NULL DEFAULT false,
    nsfw_flags              int NOT NULL DEFAULT 0,
    nsfw_summary            text,
    tags                    text[] NOT NULL DEFAULT '{}',
    state                   int NOT NULL,
    wait_transcoding        boolean NOT NULL DEFAULT true,
    duration                double precision NOT NULL DEFAULT 0, -- seconds
    width                   int NOT NULL DEFAULT 0,
    height                  int NOT NULL DEFAULT 0,
    views                   bigint NOT NULL DEFAULT 0,
    likes                   int NOT NULL DEFAULT 0,
    dislikes                int NOT NULL DEFAULT 0,
    comments                int NOT NULL DEFAULT 0,
    downloads               bigint NOT NULL DEFAULT 0,
    comments_policy         int NOT NULL DEFAULT 1,
    download_enabled        boolean NOT NULL DEFAULT true,
    p2p                     boolean NOT NULL DEFAULT true,
    originally_published_at timestamptz,
    created_at              timestamptz NOT NULL DEFAULT now(),
    updated_at              timestamptz NOT NULL DEFAULT now(),
    published_at            timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX video_newest ON video (published_at DESC, id DESC) WHERE privacy = 1 AND state = 1;
CREATE INDEX video_channel ON video (channel_id, published_at DESC);

-- the file as it was uploaded
CREATE TABLE video_source (
    video_id    bigint PRIMARY KEY REFERENCES video ON DELETE CASCADE,
    filename    text NOT NULL, -- the person's own name for it
    key         text NOT NULL, -- in storage; empty when the file is not kept
    size        bigint NOT NULL,
    probe       jsonb NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE video_playlist_hls (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id        bigint NOT NULL UNIQUE REFERENCES video ON DELETE CASCADE,
    master          text NOT NULL, -- file names inside the video's HLS folder
    segments_sha256 text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE video_file (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id        bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    resolution      int NOT NULL, -- the shorter side as its class, 0 for sound alone
    language        text NOT NULL DEFAULT '', -- of the sound, when there are several tracks
    filename        text NOT NULL UNIQUE,
    playlist        text NOT NULL,
    width           int NOT NULL,
    height          int NOT NULL,
    fps             int NOT NULL,
    size            bigint NOT NULL,
    bandwidth       bigint NOT NULL, -- peak bits per second
    codecs          text NOT NULL,
    has_audio       boolean NOT NULL,
    has_video       boolean NOT NULL,
    infohash        bytea NOT NULL,
    torrent         text NOT NULL, -- name of the torrent file
    media           jsonb NOT NULL, -- hls.Media: where each segment lies
    sha256          jsonb NOT NULL, -- hex digest of each segment, in order
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (video_id, resolution, language)
);
CREATE INDEX video_file_infohash ON video_file (infohash);

CREATE TABLE video_image (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id    bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    kind        text NOT NULL CHECK (kind IN ('thumbnail', 'preview')),
    filename    text NOT NULL UNIQUE, -- its ending tells the format
    width       int NOT NULL,
    height      int NOT NULL
);
CREATE INDEX video_image_video ON video_image (video_id);

CREATE TABLE video_storyboard (
    video_id        bigint PRIMARY KEY REFERENCES video ON DELETE CASCADE,
    filename        text NOT NULL UNIQUE,
    total_width     int NOT NULL,
    total_height    int NOT NULL,
    sprite_width    int NOT NULL,
    sprite_height   int NOT NULL,
    sprite_duration double precision NOT NULL -- seconds
);

CREATE TABLE video_caption (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id    bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    language    text NOT NULL,
    filename    text NOT NULL UNIQUE,
    automatic   boolean NOT NULL DEFAULT false,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (video_id, language)
);

CREATE TABLE video_chapter (
    video_id    bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    timecode    int NOT NULL, -- seconds
    title       text NOT NULL,
    PRIMARY KEY (video_id, timecode)
);

CREATE TABLE video_password (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id    bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    password    text NOT NULL
);
CREATE INDEX video_password_video ON video_password (video_id);

CREATE TABLE video_watch (
    member_id   bigint NOT NULL REFERENCES member ON DELETE CASCADE,
    video_id    bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    position    int NOT NULL, -- seconds
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (member_id, video_id)
);

-- transcode: what is being made of a video
CREATE TABLE rendition (
    video_id    bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    name        text NOT NULL, -- copy, 720p, audio, thumbnail, storyboard
    position    int NOT NULL,
    state       text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    percent     double precision NOT NULL DEFAULT 0,
    speed       double precision NOT NULL DEFAULT 0, -- times real time
    time_left   int NOT NULL DEFAULT 0, -- seconds
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (video_id, name)
);

CREATE TABLE processing (
    video_id    bigint PRIMARY KEY REFERENCES video ON DELETE CASCADE,
    state       text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    reason      text NOT NULL DEFAULT '',
    detail      text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);

-- upload: sessions of resumable uploads
CREATE TABLE upload (
    id          text PRIMARY KEY,
    member_id   bigint NOT NULL REFERENCES member ON DELETE CASCADE,
    filename    text NOT NULL,
    size        bigint NOT NULL,
    received    bigint NOT NULL DEFAULT 0, -- bytes that are on disk for good
    meta        jsonb NOT NULL,
    video_id    bigint REFERENCES video ON DELETE CASCADE, -- set when complete
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL
);
CREATE INDEX upload_member ON upload (member_id);
CREATE INDEX upload_expires ON upload (expires_at);
