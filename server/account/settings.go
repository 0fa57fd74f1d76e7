package account

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

// settings are stored with a member as JSON; what is not stored has the value of standard.
type settings struct {
	Theme            string   `json:"theme"`
	Language         *string  `json:"language,omitempty"`
	SensitivePolicy  string   `json:"sensitivePolicy"`
	FlagsDisplayed   int      `json:"flagsDisplayed,omitempty"`
	FlagsHidden      int      `json:"flagsHidden,omitempty"`
	FlagsWarned      int      `json:"flagsWarned,omitempty"`
	FlagsBlurred     int      `json:"flagsBlurred,omitempty"`
	P2P              bool     `json:"p2p"`
	History          bool     `json:"history"`
	Autoplay         bool     `json:"autoplay"`
	AutoplayNext     bool     `json:"autoplayNext"`
	AutoplayPlaylist bool     `json:"autoplayPlaylist"`
	Languages        []string `json:"languages,omitempty"` // null for all
	EmailPublic      bool     `json:"emailPublic,omitempty"`
	NoConfigWarning  bool     `json:"noConfigWarning,omitempty"`
	NoWelcome        bool     `json:"noWelcome,omitempty"`
	NoAccountWarning bool     `json:"noAccountWarning,omitempty"`
	NewFeaturesRead  int      `json:"newFeaturesRead,omitempty"`
}

func standard() settings {
	return settings{Theme: "instance-default", SensitivePolicy: "blur", P2P: true, History: true, Autoplay: true, AutoplayPlaylist: true}
}

// show puts stored settings into a member's record.
func show(u *api.User, stored []byte) error {
	s := standard()
	if err := json.Unmarshal(stored, &s); err != nil {
		return err
	}
	u.Theme, u.Language, u.NSFWPolicy = s.Theme, s.Language, s.SensitivePolicy
	u.NSFWFlagsDisplayed, u.NSFWFlagsHidden = s.FlagsDisplayed, s.FlagsHidden
	u.NSFWFlagsWarned, u.NSFWFlagsBlurred = s.FlagsWarned, s.FlagsBlurred
	u.P2PEnabled, u.VideosHistoryEnabled = s.P2P, s.History
	u.AutoPlayVideo, u.AutoPlayNextVideo, u.AutoPlayNextVideoPlaylist = s.Autoplay, s.AutoplayNext, s.AutoplayPlaylist
	u.VideoLanguages, u.EmailPublic = s.Languages, s.EmailPublic
	u.NoInstanceConfigWarning, u.NoWelcomeModal, u.NoAccountSetupWarning = s.NoConfigWarning, s.NoWelcome, s.NoAccountWarning
	u.NewFeaturesInfoRead = s.NewFeaturesRead
	return nil
}

// put changes *to if there is a value.
func put[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}

func (s *settings) change(in api.UserUpdate) error {
	if in.NSFWPolicy != nil && !slices.Contains([]string{"display", "warn", "blur", "do_not_list"}, *in.NSFWPolicy) {
		return fail.Field("nsfwPolicy", "Should be display, warn, blur or do_not_list.")
	}
	for name, flags := range map[string]*int{
		"nsfwFlagsDisplayed": in.NSFWFlagsDisplayed, "nsfwFlagsHidden": in.NSFWFlagsHidden,
		"nsfwFlagsWarned": in.NSFWFlagsWarned, "nsfwFlagsBlurred": in.NSFWFlagsBlurred,
	} {
		if flags != nil && (*flags < 0 || *flags > 31) {
			return fail.Field(name, "Should be a set of flags from 0 to 31.")
		}
	}
	if in.Theme != nil && len(*in.Theme) > 100 || in.Language != nil && len(*in.Language) > 35 {
		return fail.New(fail.Invalid, "The theme or language is not known here.")
	}
	if len(in.VideoLanguages) > 300 || slices.ContainsFunc(in.VideoLanguages, func(l string) bool { return len(l) > 35 }) {
		return fail.Field("videoLanguages", "Should be a list of language codes.")
	}
	put(&s.Theme, in.Theme)
	if in.Language != nil {
		s.Language = in.Language
	}
	put(&s.SensitivePolicy, in.NSFWPolicy)
	put(&s.FlagsDisplayed, in.NSFWFlagsDisplayed)
	put(&s.FlagsHidden, in.NSFWFlagsHidden)
	put(&s.FlagsWarned, in.NSFWFlagsWarned)
	put(&s.FlagsBlurred, in.NSFWFlagsBlurred)
	put(&s.P2P, in.P2PEnabled)
	put(&s.History, in.VideosHistoryEnabled)
	put(&s.Autoplay, in.AutoPlayVideo)
	put(&s.AutoplayNext, in.AutoPlayNextVideo)
	put(&s.AutoplayPlaylist, in.AutoPlayNextVideoPlaylist)
	if in.VideoLanguages != nil {
		s.Languages = in.VideoLanguages
	}
	put(&s.EmailPublic, in.EmailPublic)
	put(&s.NoConfigWarning, in.NoInstanceConfigWarning)
	put(&s.NoWelcome, in.NoWelcomeModal)
	put(&s.NoAccountWarning, in.NoAccountSetupWarning)
	return nil
}

const (
	ownForChange = `SELECT settings, email FROM member WHERE id = $1 FOR UPDATE`

	changeMember = `
	UPDATE member SET settings = @settings, email = @email, pending_email = COALESCE(@pending, pending_email),
	       email_verified = CASE WHEN lower(email) = lower(@email) THEN email_verified ELSE false END
	WHERE id = @id`

	actorOf = `SELECT actor_id FROM account WHERE member_id = $1`

	setPassword = `UPDATE member SET password = $2 WHERE id = $1`
)

// Update changes what in gives of the viewer's own record. A new password or email address needs the present password;
// a new password ends all other sign-ins. place is where the request comes from, since a password can be guessed here too.
func (d *Door) Update(ctx context.Context, q db.Q, v *Viewer, place string, in api.UserUpdate) error {
	if err := checkUpdate(in); err != nil {
		return err
	}
	phc, err := d.newPassword(ctx, q, v, place, in)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if phc != "" {
			if err := d.newWord(ctx, tx, v.MemberID, phc, v.TokenID); err != nil {
				return err
			}
		}
		return d.change(ctx, tx, v.MemberID, in)
	})
}

func checkUpdate(in api.UserUpdate) error {
	if in.DisplayName != nil {
		if n := utf8.RuneCountInString(*in.DisplayName); n < 1 || n > 120 {
			return fail.Field("displayName", "A name has 1 to 120 characters.")
		}
	}
	if in.Description != nil && utf8.RuneCountInString(*in.Description) > 1000 {
		return fail.Field("description", "A description has at most 1000 characters.")
	}
	if in.Email != nil {
		return checkEmail(*in.Email)
	}
	return nil
}

// newPassword checks the present password, when one is needed, and hashes the new one, when there is one.
func (d *Door) newPassword(ctx context.Context, q db.Q, v *Viewer, place string, in api.UserUpdate) (string, error) {
	if in.Password == nil && in.Email == nil {
		return "", nil
	}
	if in.CurrentPassword == nil {
		return "", fail.Field("currentPassword", "Your present password is needed for this change.")
	}
	err := d.confirm(ctx, q, v, Attempt{Name: v.Name, Password: *in.CurrentPassword, Place: place})
	if err != nil || in.Password == nil {
		return "", err
	}
	return Hash(ctx, *in.Password)
}

func (d *Door) change(ctx context.Context, tx pgx.Tx, member int64, in api.UserUpdate) error {
	var stored []byte
	var email string
	if err := tx.QueryRow(ctx, ownForChange, member).Scan(&stored, &email); err != nil {
		return err
	}
	s := standard()
	if err := json.Unmarshal(stored, &s); err != nil {
		return err
	}
	if err := s.change(in); err != nil {
		return err
	}
	stored, err := json.Marshal(s)
	if err != nil {
		return err
	}
	pending, err := d.pending(ctx, &email, in.Email)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, changeMember, pgx.NamedArgs{"id": member, "settings": stored, "email": email, "pending": pending}); err != nil {
		return taken(err)
	}
	if pending != nil {
		if err := d.AskVerify(ctx, tx, member, true); err != nil {
			return err
		}
	}
	if in.DisplayName == nil && in.Description == nil {
		return nil
	}
	var actor int64
	if err := tx.QueryRow(ctx, actorOf, member).Scan(&actor); err != nil {
		return err
	}
	return UpdateActor(ctx, tx, actor, in.DisplayName, in.Description)
}

// pending is the new address when it must be confirmed first; otherwise it takes the place of the old one at once.
func (d *Door) pending(ctx context.Context, email, next *string) (*string, error) {
	if next == nil || strings.EqualFold(*email, *next) {
		put(email, next)
		return nil, nil
	}
	s, err := d.Instance.Settings(ctx)
	if err != nil {
		return nil, err
	}
	if d.Mail && s.SignUp.Verify {
		return next, nil
	}
	*email = *next
	return nil, nil
}

const resetPassword = `UPDATE member SET password = $2 WHERE lower(username) = lower($1) RETURNING id`

// ResetPassword gives a member a new password and ends all their sign-ins.
func ResetPassword(ctx context.Context, q db.Q, name, password string) error {
	phc, err := Hash(ctx, password)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		var member int64
		err := tx.QueryRow(ctx, resetPassword, name, phc).Scan(&member)
		if err == pgx.ErrNoRows {
			return fail.New(fail.NotFound, "There is no member %q.", name)
		}
		if err != nil {
			return err
		}
		return RevokeAll(ctx, tx, member, 0)
	})
}
