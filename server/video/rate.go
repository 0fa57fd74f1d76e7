package video

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
)

// Ratings of a video by an account.
const (
	Like     = "like"
	Dislike  = "dislike"
	NoRating = "none"
)

const (
	rate = `
	INSERT INTO video_rate (account_id, video_id, liked) VALUES (@account, @video, @liked)
	ON CONFLICT (account_id, video_id) DO UPDATE SET liked = excluded.liked, created_at = now() WHERE video_rate.liked <> excluded.liked`

	unrate = `DELETE FROM video_rate WHERE account_id = @account AND video_id = @video`
)

// Rate keeps what an account thinks of a video: one of the ratings.
func Rate(ctx context.Context, q db.Q, accountID, videoID int64, rating string) error {
	sql := rate
	switch rating {
	case Like, Dislike:
	case NoRating:
		sql = unrate
	default:
		return fail.Field("rating", "Should be like, dislike or none.")
	}
	_, err := q.Exec(ctx, sql, db.Args{"account": accountID, "video": videoID, "liked": rating == Like})
	return err
}

const ratingOf = `SELECT liked FROM video_rate WHERE account_id = @account AND video_id = @video`

// RatingOf gives what an account thinks of a video.
func RatingOf(ctx context.Context, q db.Q, accountID, videoID int64) (string, error) {
	var liked bool
	err := q.QueryRow(ctx, ratingOf, pgx.NamedArgs{"account": accountID, "video": videoID}).Scan(&liked)
	if err == pgx.ErrNoRows {
		return NoRating, nil
	}
	return ratingName(liked), err
}

func ratingName(liked bool) string {
	if liked {
		return Like
	}
	return Dislike
}

// Rated is a video that an account rated.
type Rated struct {
	Card
	Rating string
}

// Ratings asks for a page of what an account rated.
type Ratings struct {
	Account      int64
	Member       *int64
	Rating       string // empty for both
	Oldest       bool   // first
	Start, Count int
}

// What became private since is left out, as it is for everybody but its owner.
const ratedWhere = `
	FROM video_rate r JOIN video v ON v.id = r.video_id JOIN channel c ON c.id = v.channel_id
	WHERE r.account_id = @account AND (@liked::bool IS NULL OR r.liked = @liked)
	  AND (c.account_id = @account OR v.state = 1 AND v.privacy IN (1, 2, 4, 5) AND NOT v.blocked)`

const rated = `SELECT v.id, r.liked` + ratedWhere + `
	ORDER BY CASE WHEN @oldest::bool THEN r.created_at END, r.created_at DESC, v.id LIMIT @count OFFSET @start`

const countRated = `SELECT count(*)` + ratedWhere

// RatedBy gives a page, the latest first, and how many there are in all.
func RatedBy(ctx context.Context, q db.Q, f Ratings) (list []Rated, total int64, err error) {
	var liked *bool
	if f.Rating != "" {
		b := f.Rating == Like
		liked = &b
	}
	args := pgx.NamedArgs{"account": f.Account, "liked": liked, "oldest": f.Oldest, "count": f.Count, "start": f.Start}
	if err := q.QueryRow(ctx, countRated, args).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, _ := q.Query(ctx, rated, args)
	var ids []int64
	likes := map[int64]bool{}
	var id int64
	var like bool
	if _, err := pgx.ForEachRow(rows, []any{&id, &like}, func() error {
		ids, likes[id] = append(ids, id), like
		return nil
	}); err != nil {
		return nil, 0, err
	}
	cards, err := Cards(ctx, q, ids, f.Member)
	for _, c := range cards {
		list = append(list, Rated{c, ratingName(likes[c.ID])})
	}
	return list, total, err
}
