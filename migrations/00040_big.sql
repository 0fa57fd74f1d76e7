-- +goose Up
-- lists of big platforms

-- Taking accents away costs as much as fifty comparisons: whoever plans should try not to do it for every row.
ALTER FUNCTION plain(text) COST 50;

-- views of the last seven days, kept by what counts views and by a job when days go by
ALTER TABLE video ADD COLUMN trend int NOT NULL DEFAULT 0;
UPDATE video v SET trend = n.views FROM (SELECT video_id, sum(views) AS views FROM video_view WHERE day > current_date - 7 GROUP BY video_id) n WHERE n.video_id = v.id;

-- Points fade with a scale of twelve and a half hours. extract() is only stable in general, but not for seconds since 1970.
CREATE FUNCTION hotness(views bigint, likes int, comments int, at timestamptz) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT ln(1 + views + 3 * likes + 5 * comments)::float8 + extract(epoch FROM at)::float8 / 45000 $$;

CREATE INDEX video_updated ON video (updated_at DESC, id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_originally ON video (coalesce(originally_published_at, published_at) DESC, id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_commented ON video (comments DESC, id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_duration ON video (duration DESC, id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_name ON video (plain(name), id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_trend ON video (trend DESC, id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_hot ON video (hotness(views, likes, comments, published_at) DESC, id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_best ON video ((views + 10 * likes + 10 * comments) DESC, id DESC) WHERE privacy IN (1, 4) AND state = 1;
CREATE INDEX video_category ON video (category, published_at DESC, id DESC) WHERE privacy IN (1, 4) AND state = 1;
