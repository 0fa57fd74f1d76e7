package api

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"shoal/server/transcode"
	"shoal/server/video"
	"shoal/shared/api"
)

func TestAFileTakesThePlaceOfAnother(t *testing.T) {
	f := newFilms(t)
	ctx := context.Background()
	v, other, draft := f.add(video.Draft{Name: "Kept words"}, api.Published), f.add(video.Draft{}, api.Published), f.add(video.Draft{}, api.ToTranscode)
	err := pgx.BeginFunc(ctx, f.pool, func(tx pgx.Tx) error {
		return video.ChooseImage(ctx, tx, v.ID, video.Image{Kind: video.Thumbnail, Filename: "chosen.jpg", Width: 280, Height: 157})
	})
	if err != nil {
		t.Fatal(err)
	}
	before, err := video.SourceOf(ctx, f.pool, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	data, at := noise(5000), path(v, "/source/replace-resumable")
	in := m{"filename": "geese.mkv", "size": len(data)}
	f.try(
		tried{"POST", at, "", in, 401, ""},
		tried{"POST", at, "ben", in, 403, ""},
		tried{"POST", path(draft, "/source/replace-resumable"), "ada", in, 409, ""},
		tried{"POST", "/api/v1/videos/999999/source/replace-resumable", "ada", in, 404, ""},
		tried{"POST", at, "ada", m{"filename": "geese.mkv"}, 400, ""},
		tried{"POST", at, "ada", m{"filename": "geese.exe", "size": 5}, 415, ""},
	)
	r := f.send("POST", at, f.as("ada"), in)
	r.into(201, nil)
	_, query, _ := strings.Cut(r.header.Get("Location"), "?")
	if !strings.Contains(r.header.Get("Location"), at) {
		t.Fatalf("got %s", r.header.Get("Location"))
	}
	f.put(path(other, "/source/replace-resumable")+"?"+query, f.as("ada"), "bytes 0-4999/5000", data).into(404, nil)
	f.put(at+"?"+query, f.as("ben"), "bytes 0-4999/5000", data).into(403, nil)
	f.put(at+"?"+query, f.as("ada"), "bytes 0-2999/5000", data[:3000]).into(308, nil)
	f.get(path(v, ""), "").into(200, nil) // as long as it is not whole, the old one is there
	var open api.Page[api.Upload]
	f.get("/api/v1/videos/uploads", f.as("ada")).into(200, &open)
	if open.Total != 0 {
		t.Errorf("a replacement is listed as a new video: %+v", open)
	}
	f.put(at+"?"+query, f.as("ada"), "bytes 3000-4999/5000", data[3000:]).into(204, nil)
	var d api.VideoDetails
	f.get(path(v, ""), f.as("ada")).into(200, &d)
	if d.Name != "Kept words" || d.State.ID != api.ToTranscode || len(d.StreamingPlaylists) != 0 || len(d.Thumbnails) != 1 || d.Processing == nil || d.Processing.State != "waiting" {
		t.Errorf("got %+v", d)
	}
	f.try(tried{"GET", path(v, "/source"), "ada", nil, 200, `"inputFilename":"geese.mkv"`}, tried{"GET", path(v, ""), "ben", nil, 404, ""})
	after, err := video.SourceOf(ctx, f.pool, v.ID)
	if err != nil || after.Key == before.Key || after.Size != 5000 {
		t.Errorf("got %+v, %v", after, err)
	}
	var dropped int
	if err := f.pool.QueryRow(ctx, `SELECT count(*) FROM river_job WHERE kind = 'video-files-gone' AND args->'keys' ? $1`, before.Key).Scan(&dropped); err != nil || dropped != 1 {
		t.Errorf("the old file is dropped %d times, %v", dropped, err)
	}
	if p, err := transcode.Of(ctx, f.pool, v.ID); err != nil || p.State != "waiting" {
		t.Errorf("got %+v, %v", p, err)
	}
	r = f.send("POST", path(other, "/source/replace-resumable"), f.as("ada"), in)
	r.into(201, nil)
	_, query, _ = strings.Cut(r.header.Get("Location"), "?")
	f.send("DELETE", path(other, "/source/replace-resumable")+"?"+query, f.as("ada"), nil).into(204, nil)
	f.put(path(other, "/source/replace-resumable")+"?"+query, f.as("ada"), fmt.Sprintf("bytes 0-4999/%d", len(data)), data).into(404, nil)
}
