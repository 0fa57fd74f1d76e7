-- Rows of all rooms at once, as nobody could write them one by one. Each step begins with its name; $N are the numbers of
-- videos, people and comments. random() has a seed, so every run makes the same platform.

-- step: words
CREATE TABLE bench_word AS SELECT i, s[1 + i % 20] || s[1 + i / 20 % 20] || s[1 + i / 400 % 20] || CASE WHEN i >= 2500 THEN s[1 + i % 17] ELSE '' END AS word
FROM generate_series(0, 4999) i, (SELECT ARRAY['ba','ce','di','fo','gu','ha','je','ki','lo','mu','na','pe','ri','so','tu','va','we','xi','yo','zu'] s) x;
ALTER TABLE bench_word ADD PRIMARY KEY (i);
-- a number below n that looks thrown
CREATE FUNCTION bench_dice(seed bigint, k bigint, n bigint) RETURNS int LANGUAGE sql IMMUTABLE AS $f$ SELECT ((hashint8extended(seed, k) & 1073741823) % n)::int $f$;
-- the same, small ones far more often
CREATE FUNCTION bench_lean(seed bigint, k bigint, n bigint, lean float8) RETURNS int LANGUAGE sql IMMUTABLE AS $f$
    SELECT least(floor(n * power((hashint8extended(seed, k) & 1073741823) / 1073741824.0, lean)), n - 1)::int $f$;
-- two words each; longer texts are put together from several
CREATE TABLE bench_phrase AS SELECT g.i, a.word || ' ' || b.word AS t FROM generate_series(0, 39999) g (i)
JOIN bench_word a ON a.i = bench_lean(g.i, 1, 5000, 3) JOIN bench_word b ON b.i = bench_lean(g.i, 2, 5000, 3);
ALTER TABLE bench_phrase ADD PRIMARY KEY (i);
CREATE TABLE bench_text AS SELECT n AS i, string_agg(p.t, ' ' ORDER BY k) AS t FROM generate_series(0, 1999) n, generate_series(1, 30) k JOIN bench_phrase p ON true
WHERE p.i = bench_dice(n, k, 40000) GROUP BY n;
ALTER TABLE bench_text ADD PRIMARY KEY (i);
ANALYZE bench_word, bench_phrase, bench_text;

-- step: people
-- nobody elsewhere is told of what nobody made
ALTER TABLE video DISABLE TRIGGER video_fact_new;
ALTER TABLE video_rate DISABLE TRIGGER rate_fact;
ALTER TABLE comment DISABLE TRIGGER comment_fact;
INSERT INTO member (username, email, email_verified, password, role)
SELECT 'member_' || i, 'member_' || i || '@bench.example', true, '', 2 FROM generate_series(1, $PEOPLE) i;
INSERT INTO actor (kind, name, url, display_name, description, created_at)
SELECT 'account', 'member_' || g.i, '$SITE/accounts/member_' || g.i, initcap(p.t), t.t, now() - random() * interval '4 years'
FROM generate_series(1, $PEOPLE) g (i) JOIN bench_phrase p ON p.i = bench_dice(g.i, 41, 40000) JOIN bench_text t ON t.i = bench_dice(g.i, 42, 2000);
INSERT INTO actor (kind, name, url, display_name, description, created_at)
SELECT 'channel', 'channel_' || g.i, '$SITE/video-channels/channel_' || g.i, initcap(p.t || ' ' || q.t), t.t, now() - random() * interval '4 years'
FROM generate_series(1, $PEOPLE) g (i) JOIN bench_phrase p ON p.i = bench_dice(g.i, 43, 40000) JOIN bench_phrase q ON q.i = bench_dice(g.i, 44, 40000) JOIN bench_text t ON t.i = bench_dice(g.i, 45, 2000);
INSERT INTO account (actor_id, member_id)
SELECT a.id, m.id FROM member m JOIN actor a ON a.kind = 'account' AND a.name = m.username WHERE m.username LIKE 'member\_%';
INSERT INTO channel (actor_id, account_id, is_default)
SELECT c.id, ac.id, true FROM actor a JOIN account ac ON ac.actor_id = a.id JOIN actor c ON c.kind = 'channel' AND c.name = 'channel_' || substr(a.name, 8) WHERE a.name LIKE 'member\_%';

-- step: videos
CREATE TABLE bench_channel AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM channel;
ALTER TABLE bench_channel ADD PRIMARY KEY (n);
INSERT INTO video (uuid, channel_id, url, name, description, category, licence, language, privacy, nsfw, tags, state, duration, width, height,
    views, likes, dislikes, created_at, updated_at, published_at)
SELECT u.id, c.id, '$SITE/videos/watch/' || u.id, initcap(p.t || ' ' || q.t || ' ' || r.t) || CASE WHEN g.i % ($VIDEOS / 20) = 7 THEN ' zyzzyva' ELSE '' END,
    t.t || ' ' || g.i, 1 + g.i % 18, 1 + g.i % 7, (ARRAY['en','en','fr','de','ar',NULL])[1 + g.i % 6], CASE WHEN g.i % 20 = 0 THEN 2 WHEN g.i % 50 = 1 THEN 3 ELSE 1 END,
    g.i % 97 = 0, string_to_array(x.t, ' '), 1, 20 + random() * 3000, 1920, 1080,
    power(random(), 8) * 500000, power(random(), 8) * 20000, power(random(), 8) * 2000, u.at, u.at + random() * interval '30 days', u.at
FROM generate_series(1, $VIDEOS) g (i)
JOIN bench_channel c ON c.n = bench_lean(g.i, 3, (SELECT count(*) FROM bench_channel), 2)
JOIN bench_phrase p ON p.i = bench_dice(g.i, 4, 40000) JOIN bench_phrase q ON q.i = bench_dice(g.i, 5, 40000) JOIN bench_phrase r ON r.i = bench_dice(g.i, 6, 40000)
JOIN bench_phrase x ON x.i = bench_dice(g.i, 7, 40000) JOIN bench_text t ON t.i = bench_dice(g.i, 8, 2000)
CROSS JOIN LATERAL (SELECT md5('video' || g.i)::uuid AS id, now() - interval '4 years' * (($VIDEOS - g.i)::float8 / $VIDEOS) AS at) u
ORDER BY g.i;

-- step: files
INSERT INTO video_playlist_hls (video_id, master, segments_sha256) SELECT id, uuid || '-master.m3u8', uuid || '-segments-sha256.json' FROM video;
INSERT INTO video_file (video_id, resolution, filename, playlist, width, height, fps, size, bandwidth, codecs, has_audio, has_video, infohash, torrent, media, sha256, head)
SELECT v.id, r, v.uuid || '-' || r || '-fragmented.mp4', v.uuid || '-' || r || '.m3u8', r * 16 / 9, r, 30, v.duration * r * 400, r * 4000, 'avc1.64001f,mp4a.40.2', true, true,
    decode(md5(v.id || '-' || r) || '00000000', 'hex'), v.uuid || '-' || r || '.torrent',
    '{"URI": "", "Init": {"Offset": 0, "Size": 1300}, "Segments": [{"Offset": 1300, "Size": 900000, "Duration": 4}]}', '["00"]',
    '{"init": 1300, "first": [900000], "times": [4000]}'
FROM video v, unnest(ARRAY[1080, 480]) r;
INSERT INTO video_image (video_id, kind, filename, width, height) SELECT id, 'thumbnail', uuid || '.webp', 280, 157 FROM video;
INSERT INTO video_image (video_id, kind, filename, width, height) SELECT id, 'preview', uuid || '-p.webp', 850, 480 FROM video;

-- step: views
INSERT INTO video_view (video_id, day, views)
SELECT v.id, current_date - d, 1 + power(random(), 6) * 500 FROM video v, generate_series(0, 9) d WHERE hashint8extended(v.id, d) % 12 = 0;
UPDATE video v SET trend = n.views FROM (SELECT video_id, sum(views) AS views FROM video_view WHERE day > current_date - 7 GROUP BY video_id) n WHERE n.video_id = v.id;

-- step: subscriptions
INSERT INTO follow (follower_id, followed_id, created_at)
SELECT f.actor_id, t.actor_id, now() - random() * interval '2 years'
FROM (SELECT actor_id, row_number() OVER (ORDER BY id) AS n FROM account) f CROSS JOIN generate_series(1, 20) k
JOIN bench_channel b ON b.n = bench_lean(f.n * 31 + k, 9, (SELECT count(*) FROM bench_channel), 2)
JOIN channel t ON t.id = b.id
ON CONFLICT DO NOTHING;
INSERT INTO follow (follower_id, followed_id)
SELECT a.actor_id, t.actor_id FROM account a JOIN member m ON m.id = a.member_id AND m.username = 'root' CROSS JOIN (SELECT actor_id FROM channel ORDER BY hashint8extended(id, 5) LIMIT 200) t
ON CONFLICT DO NOTHING;
UPDATE actor a SET followers = n.n FROM (SELECT followed_id, count(*) AS n FROM follow GROUP BY 1) n WHERE n.followed_id = a.id;
UPDATE actor a SET following = n.n FROM (SELECT follower_id, count(*) AS n FROM follow GROUP BY 1) n WHERE n.follower_id = a.id;

-- step: comments
CREATE TABLE bench_video AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM video;
ALTER TABLE bench_video ADD PRIMARY KEY (n);
CREATE TABLE bench_account AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM account;
ALTER TABLE bench_account ADD PRIMARY KEY (n);
INSERT INTO comment (video_id, account_id, url, text, created_at, updated_at)
SELECT v.id, a.id, '$SITE/comments/t' || g.i, p.t || ' ' || q.t || ' ' || r.t || ' ' || x.t || ' ' || y.t, u.at, u.at
FROM generate_series(1, $COMMENTS / 2) g (i)
JOIN bench_video v ON v.n = bench_lean(g.i, 21, $VIDEOS, 4)
JOIN bench_account a ON a.n = bench_dice(g.i, 22, (SELECT count(*) FROM bench_account))
JOIN bench_phrase p ON p.i = bench_dice(g.i, 24, 40000) JOIN bench_phrase q ON q.i = bench_dice(g.i, 25, 40000) JOIN bench_phrase r ON r.i = bench_dice(g.i, 26, 40000)
JOIN bench_phrase x ON x.i = bench_dice(g.i, 27, 40000) JOIN bench_phrase y ON y.i = bench_dice(g.i, 28, 40000)
CROSS JOIN LATERAL (SELECT now() - interval '4 years' * (1 - g.i::float8 / $COMMENTS * 2) AS at) u
ORDER BY g.i;
INSERT INTO comment (video_id, account_id, url, text, created_at, updated_at, thread_id, parent_id, replies)
SELECT c.video_id, a.id, '$SITE/comments/r' || c.id, c.text || ' ' || c.id, c.created_at + interval '1 hour', c.created_at + interval '1 hour', c.id, c.id, 0
FROM comment c JOIN bench_account a ON a.n = bench_dice(c.id, 23, (SELECT count(*) FROM bench_account));
UPDATE comment c SET replies = 1 WHERE thread_id IS NULL;
UPDATE video v SET comments = n.n FROM (SELECT video_id, count(*) AS n FROM comment GROUP BY 1) n WHERE n.video_id = v.id;

-- step: notifications
INSERT INTO notification (member_id, type, web, read, video_id, created_at)
SELECT m.id, 1, true, k > 5, v.id, now() - k * interval '1 day'
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM member) m CROSS JOIN generate_series(1, 10) k
JOIN bench_video v ON v.n = bench_dice(m.n * 17 + k, 31, $VIDEOS)
ON CONFLICT DO NOTHING;
INSERT INTO notification (member_id, type, web, read, video_id, created_at)
SELECT m.id, 1, true, v.n % 3 > 0, v.id, now() - v.n * interval '1 minute' FROM member m, (SELECT * FROM bench_video WHERE n < 5000) v WHERE m.username = 'root'
ON CONFLICT DO NOTHING;

-- step: tidy
DROP TABLE bench_word, bench_phrase, bench_text, bench_channel, bench_video, bench_account;
DROP FUNCTION bench_dice, bench_lean;
ALTER TABLE video ENABLE TRIGGER video_fact_new;
ALTER TABLE video_rate ENABLE TRIGGER rate_fact;
ALTER TABLE comment ENABLE TRIGGER comment_fact;
