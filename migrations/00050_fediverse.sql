-- +goose Up
-- keyring: what our own actors sign with
CREATE TABLE actor_key (
    actor_id    bigint PRIMARY KEY REFERENCES actor ON DELETE CASCADE,
    rsa         text NOT NULL, -- PKCS #8 in PEM
    ed25519     text NOT NULL
);

-- remote: how an actor of elsewhere is reached and believed
CREATE TABLE actor_remote (
    actor_id        bigint PRIMARY KEY REFERENCES actor ON DELETE CASCADE,
    type            text NOT NULL, -- as it calls itself: Person, Group, Application, Service, Organization
    inbox           text NOT NULL,
    shared_inbox    text NOT NULL DEFAULT '',
    outbox          text NOT NULL DEFAULT '',
    followers_url   text NOT NULL DEFAULT '',
    following_url   text NOT NULL DEFAULT '',
    playlists_url   text NOT NULL DEFAULT '',
    page            text NOT NULL DEFAULT '', -- for people
    key_id          text NOT NULL DEFAULT '',
    key             text NOT NULL DEFAULT '', -- PEM
    multikey_id     text NOT NULL DEFAULT '',
    multikey        text NOT NULL DEFAULT '', -- publicKeyMultibase of an Ed25519 key
    also_known_as   text[] NOT NULL DEFAULT '{}',
    moved_to        text NOT NULL DEFAULT '',
    fetched_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX actor_remote_key ON actor_remote (key_id);
CREATE INDEX actor_remote_inbox ON actor_remote (inbox);

-- remote: how it goes with another server
CREATE TABLE remote_host (
    host            text PRIMARY KEY, -- in lower case, with the port when it is none of the scheme's own
    software        text NOT NULL DEFAULT '',
    version         text NOT NULL DEFAULT '',
    scheme          text NOT NULL DEFAULT '' CHECK (scheme IN ('', 'cavage', 'rfc9421')), -- how it wants to be signed to; empty: not known
    scheme_at       timestamptz,
    paused          boolean NOT NULL DEFAULT false, -- by an administrator
    failures        int NOT NULL DEFAULT 0, -- deliveries in a row
    successes       bigint NOT NULL DEFAULT 0,
    misses          bigint NOT NULL DEFAULT 0,
    failing_since   timestamptz,
    open_until      timestamptz, -- nothing is sent before
    last_success_at timestamptz,
    last_receipt_at timestamptz,
    last_error      text NOT NULL DEFAULT '',
    last_error_at   timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now()
);

-- video: what comes from elsewhere is played from there; an address that is empty says that the thing is ours
CREATE TABLE video_remote (
    video_id        bigint PRIMARY KEY REFERENCES video ON DELETE CASCADE,
    page            text NOT NULL DEFAULT '', -- for people
    trackers        text[] NOT NULL DEFAULT '{}',
    likes_url       text NOT NULL DEFAULT '',
    dislikes_url    text NOT NULL DEFAULT '',
    shares_url      text NOT NULL DEFAULT '',
    comments_url    text NOT NULL DEFAULT '',
    chapters_url    text NOT NULL DEFAULT '',
    fetched_at      timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE video_playlist_hls ADD COLUMN url text NOT NULL DEFAULT '', ADD COLUMN segments_url text NOT NULL DEFAULT '';
ALTER TABLE video_file
    ADD COLUMN url text NOT NULL DEFAULT '',
    ADD COLUMN torrent_url text NOT NULL DEFAULT '',
    ADD COLUMN magnet text NOT NULL DEFAULT '';
ALTER TABLE video_image ADD COLUMN url text NOT NULL DEFAULT '';
ALTER TABLE video_caption ADD COLUMN url text NOT NULL DEFAULT '';
ALTER TABLE video_storyboard ADD COLUMN url text NOT NULL DEFAULT '';
ALTER TABLE playlist ADD COLUMN image_url text NOT NULL DEFAULT '';

-- video: what other servers were told of
-- They know this video of ours. Those that are there already count as told, so that nobody hears of them as news; and so no row is written anew.
ALTER TABLE video ADD COLUMN federated boolean NOT NULL DEFAULT true;
ALTER TABLE video ALTER COLUMN federated SET DEFAULT false;

-- video: who shares a video: the announces of channels and platforms, ours and others'
CREATE TABLE video_share (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id    bigint NOT NULL REFERENCES video ON DELETE CASCADE,
    actor_id    bigint NOT NULL REFERENCES actor ON DELETE CASCADE,
    url         text NOT NULL UNIQUE, -- of the announce
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (video_id, actor_id)
);
CREATE INDEX video_share_actor ON video_share (actor_id);

-- what others call their likes, follows and approvals: they take them back by that name
ALTER TABLE video_rate ADD COLUMN url text NOT NULL DEFAULT '';
ALTER TABLE follow ADD COLUMN url text NOT NULL DEFAULT '';
ALTER TABLE comment ADD COLUMN approval text NOT NULL DEFAULT ''; -- of a reply below a video of elsewhere: where its owner says yes
