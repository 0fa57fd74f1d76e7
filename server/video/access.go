package video

import (
	"context"
	"crypto/subtle"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

// Access is what decides who may see a video.
type Access struct {
	ID        int64
	UUID      uuid.UUID
	Privacy   int
	State     int
	AccountID int64 // the owner
	Download  bool
	Blocked   bool    // by moderators
	Duration  float64 // seconds
}

const accessOf = `
	SELECT v.id, v.uuid, v.privacy, v.state, c.account_id, v.download_enabled AS download, v.blocked, v.duration
	FROM video v JOIN channel c ON c.id = v.channel_id
	WHERE (@id::bigint IS NULL OR v.id = @id) AND (@uuid::uuid IS NULL OR v.uuid = @uuid)`

// AccessOf finds a video and who may see it.
func AccessOf(ctx context.Context, q db.Q, r Ref) (Access, error) {
	rows, _ := q.Query(ctx, accessOf, pgx.NamedArgs{"id": r.ID, "uuid": r.UUID})
	a, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Access])
	return a, found(err)
}

// Owner tells whether v owns the video or moderates this place.
func (a Access) Owner(v *account.Viewer) bool {
	return v != nil && (v.AccountID == a.AccountID || v.IsModerator())
}

// Closed tells whether files and pages of the video need more than its address.
func (a Access) Closed() bool {
	return a.State != api.Published || a.Blocked || a.Privacy == api.Private || a.Privacy == api.Internal || a.Privacy == api.PasswordProtected
}

// See refuses those who may not see the video. unlocked tells that a right password was given; counted that the
// video was named by its number, which would let strangers find unlisted ones.
func (a Access) See(v *account.Viewer, unlocked, counted bool) error {
	if a.Owner(v) {
		return nil
	}
	if a.State != api.Published || a.Privacy == api.Unlisted && counted {
		return absent()
	}
	if a.Blocked {
		return fail.New(fail.Forbidden, "The video is blocked.").WithCode("video_blocked")
	}
	switch a.Privacy {
	case api.Public, api.Unlisted:
		return nil
	case api.Internal:
		return signedIn(v)
	case api.PasswordProtected:
		if unlocked {
			return nil
		}
		return fail.New(fail.Forbidden, "Please provide a password to access this password protected video").WithCode("video_requires_password")
	}
	if err := signedIn(v); err != nil {
		return err
	}
	return fail.New(fail.Forbidden, "Cannot fetch information of private video")
}

// Manage refuses those who may not change the video; who may not even see it hears that it is absent.
func (a Access) Manage(v *account.Viewer) error {
	if err := signedIn(v); err != nil {
		return err
	}
	if a.Owner(v) {
		return nil
	}
	if a.See(v, false, false) != nil {
		return absent()
	}
	return fail.New(fail.Forbidden, "Cannot manage a video of another user.")
}

func signedIn(v *account.Viewer) error {
	if v == nil {
		return fail.New(fail.Unauthorized, "Please sign in to see this video.").WithCode("unauthorized_request")
	}
	return nil
}

// unlock tells whether the visitor's password opens the video; a wrong one is refused.
func (a Access) unlock(ctx context.Context, q db.Q, v Visit) (bool, error) {
	if a.Privacy != api.PasswordProtected || v.Password == "" || a.Owner(v.Viewer) {
		return false, nil
	}
	if err := v.Guesses.allow(v.Place); err != nil {
		return false, err
	}
	list, err := Passwords(ctx, q, a.ID)
	if err != nil {
		return false, err
	}
	ok := 0
	for _, p := range list {
		ok |= subtle.ConstantTimeCompare([]byte(p), []byte(v.Password))
	}
	if ok == 0 {
		v.Guesses.miss(v.Place)
		return false, fail.New(fail.Forbidden, "Incorrect video password. Access to the video is denied.").WithCode("incorrect_video_password")
	}
	return true, nil
}

// Admit refuses those who may not see the video. counted tells that it was named by its number.
func (a Access) Admit(ctx context.Context, q db.Q, v Visit, counted bool) error {
	unlocked, err := a.unlock(ctx, q, v)
	if err != nil {
		return err
	}
	return a.orWorker(ctx, q, v.Viewer, a.See(v.Viewer, unlocked, counted))
}

const worksOn = `
	SELECT EXISTS (SELECT FROM video v JOIN channel_collaborator k ON k.channel_id = v.channel_id AND k.accepted
		WHERE v.id = @video AND k.account_id = @account)`

// orWorker is refused, but nil for those who work on the channel of the video.
func (a Access) orWorker(ctx context.Context, q db.Q, v *account.Viewer, refused error) error {
	if refused == nil || v == nil {
		return refused
	}
	var works bool
	err := q.QueryRow(ctx, worksOn, pgx.NamedArgs{"video": a.ID, "account": v.AccountID}).Scan(&works)
	if err != nil || works {
		return err
	}
	return refused
}

// Edit is Manage, and lets those in who work on the channel of the video.
func (a Access) Edit(ctx context.Context, q db.Q, v *account.Viewer) error {
	return a.orWorker(ctx, q, v, a.Manage(v))
}

// Open is AccessOf and Admit in one: the video, if this visitor may see it.
func Open(ctx context.Context, q db.Q, r Ref, v Visit) (Access, error) {
	a, err := AccessOf(ctx, q, r)
	if err != nil {
		return a, err
	}
	return a, a.Admit(ctx, q, v, r.Counted())
}
