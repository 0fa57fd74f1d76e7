package receive

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"shoal/server/activity"
	"shoal/server/fail"
	"shoal/server/job"
	"shoal/server/remote"
	"shoal/server/video"
)

// How much is asked around one video.
const (
	aroundBudget  = 300
	mostPages     = 20 // of comments and shares
	mostChapters  = 500
	longestPart   = 100 // characters of a chapter's title
	chaptersBytes = 256 << 10
)

// once keeps a job from being added again while it waits or works.
var once = &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}}}

// Around is the work of asking what hangs on a video of elsewhere: how many like it, its chapters, and the first time who shares
// it and what people say below it.
type Around struct {
	Video int64 `json:"video"`
	First bool  `json:"first"`
}

// Kind implements river.JobArgs.
func (Around) Kind() string { return "video-around" }

// Fresh is the work of asking for a video again.
type Fresh struct {
	Video int64 `json:"video"`
}

// Kind implements river.JobArgs.
func (Fresh) Kind() string { return "video-refresh" }

// Stale lets a job ask for a video of elsewhere again.
func Stale(ctx context.Context, tx pgx.Tx, videoID int64) error {
	return job.Add(ctx, tx, Fresh{videoID}, once)
}

// Register lets runner do the work.
func (r *Receiver) Register(runner *job.Runner) {
	l := job.Limit{Queue: "federation", Workers: 2, Timeout: 10 * time.Minute}
	job.Register(runner, l, func(ctx context.Context, j *river.Job[Around]) error {
		return r.around(work(ctx, aroundBudget), j.Args)
	})
	job.Register(runner, l, func(ctx context.Context, j *river.Job[Fresh]) error {
		return r.RefreshVideo(work(ctx, remote.PerActivity), j.Args.Video)
	})
	job.Register(runner, l, func(ctx context.Context, j *river.Job[Thread]) error {
		_, err := r.Comment(work(ctx, threadBudget), j.Args.URL)
		return err
	})
	job.Register(runner, l, func(ctx context.Context, j *river.Job[Elements]) error {
		return r.elements(work(ctx, elementsBudget), j.Args.Playlist)
	})
	job.Register(runner, job.Limit{Queue: "backfill", Workers: 1, Timeout: time.Hour}, func(ctx context.Context, j *river.Job[Past]) error {
		return r.past(work(ctx, pastBudget), j.Args.Actor)
	})
}

// work is the context of a job: bounded in what it asks, and with time.
func work(ctx context.Context, questions int) context.Context {
	return remote.Patient(remote.WithBudget(ctx, questions))
}

const addressesOf = `
	SELECT v.url, r.likes_url, r.dislikes_url, r.shares_url, r.comments_url, r.chapters_url FROM video v JOIN video_remote r ON r.video_id = v.id WHERE v.id = @id`

type addresses struct{ URL, Likes, Dislikes, Shares, Comments, Chapters string }

func (r *Receiver) addresses(ctx context.Context, id int64) (addresses, error) {
	rows, _ := r.Pool.Query(ctx, addressesOf, pgx.NamedArgs{"id": id})
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[addresses])
}

// around asks what it can; what one address does not give costs only that.
func (r *Receiver) around(ctx context.Context, w Around) error {
	a, err := r.addresses(ctx, w.Video)
	if err == pgx.ErrNoRows {
		return nil
	}
	if err != nil {
		return err
	}
	if err := video.Counted(ctx, r.Pool, w.Video, r.count(ctx, a.Likes), r.count(ctx, a.Dislikes)); err != nil {
		return err
	}
	if a.Chapters != "" {
		r.complain("chapters", a.Chapters, r.chapters(ctx, w.Video, activity.ID(a.Chapters)))
	}
	if !w.First {
		return nil
	}
	if a.Shares != "" {
		_, err := r.crawl(ctx, activity.ID(a.Shares), mostPages, func(t activity.Thing) (bool, error) {
			return true, r.skip(r.shared(ctx, w.Video, activity.ID(a.URL), t))
		})
		r.complain("shares", a.Shares, err)
	}
	if a.Comments != "" {
		_, err := r.crawl(ctx, activity.ID(a.Comments), mostPages, func(t activity.Thing) (bool, error) {
			_, err := r.Comment(ctx, t.ID)
			return true, r.skip(err)
		})
		r.complain("comments", a.Comments, err)
	}
	return nil
}

// skip lets a crawl go on after what cannot be mended, and ends it when the budget is spent or the database fails.
func (r *Receiver) skip(err error) error {
	if err == nil || remote.Spent(err) || fail.Of(err) == fail.Internal {
		return err
	}
	return nil
}

func (r *Receiver) complain(what, url string, err error) {
	if err != nil {
		r.Log.Debug("a list of another server was not read to its end", "what", what, "url", url, "err", err)
	}
}

// shared keeps an announce that stands in the list of a video's shares.
func (r *Receiver) shared(ctx context.Context, videoID int64, of activity.ID, t activity.Thing) error {
	if !t.Embedded() {
		var err error
		if t, err = r.Remote.Object(ctx, t.ID); err != nil {
			return err
		}
	}
	a, err := t.Activity()
	if err != nil || a.Type != "Announce" || !activity.SameOrigin(a.ID, a.Actor) || !activity.SameOrigin(a.Actor, of) {
		return errKind
	}
	if what, ok := a.Thing(); !ok || what.ID != of {
		return errKind
	}
	by, err := r.Remote.Actor(ctx, a.Actor)
	if err != nil {
		return err
	}
	if by.Kind == "account" || by.Local() {
		return errKind
	}
	_, err = video.ShareRemote(ctx, r.Pool, videoID, by.ID, string(a.ID))
	return err
}

// chapters asks for the parts of a video. PeerTube's document has no type, and the address may answer for nobody.
func (r *Receiver) chapters(ctx context.Context, videoID int64, id activity.ID) error {
	t, err := r.Remote.Object(ctx, id)
	if err != nil {
		return err
	}
	var c activity.Chapters
	if err := json.Unmarshal(t.Raw, &c); err != nil {
		return err
	}
	var list []video.Chapter
	for _, p := range c.HasPart[:min(len(c.HasPart), mostChapters)] {
		title := remote.Line(p.Name, longestPart)
		same := func(o video.Chapter) bool { return o.Timecode == p.Start }
		if p.Start >= 0 && p.Start <= longestFilm && title != "" && !slices.ContainsFunc(list, same) {
			list = append(list, video.Chapter{Timecode: p.Start, Title: title})
		}
	}
	return pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error { return video.SetChapters(ctx, tx, videoID, list) })
}

// RefreshVideo asks for a video of elsewhere again. One that is gone there goes here; one that cannot be asked stays.
func (r *Receiver) RefreshVideo(ctx context.Context, videoID int64) error {
	a, err := r.addresses(ctx, videoID)
	if err == pgx.ErrNoRows {
		return nil
	}
	if err != nil {
		return err
	}
	t, err := r.Remote.Object(ctx, activity.ID(a.URL))
	if remote.Vanished(err) || err == nil && t.Is == "Tombstone" {
		return pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error { return Vanish(ctx, tx, videoID) })
	}
	var v activity.Video
	if err == nil && (t.Is != "Video" || t.Into(&v) != nil || v.ID != activity.ID(a.URL)) {
		err = errKind
	}
	if err == nil {
		_, err = r.PutVideo(ctx, v, false)
	}
	if err != nil { // not again before two days
		r.complain("video", a.URL, err)
		return video.Looked(ctx, r.Pool, videoID)
	}
	return nil
}
