package remote

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/activity"
	"shoal/server/actorkey"
	"shoal/server/channel"
	"shoal/server/fail"
	"shoal/server/markdown"
	"shoal/server/picture"
	"shoal/shared/api"
)

// Limits of what actors say of themselves, in characters.
const (
	longestHandle  = 120
	longestName    = 120
	longestSummary = 5000
	longestSupport = 1000
	mostPictures   = 10
	mostAliases    = 20
)

var (
	handle = regexp.MustCompile(`^[A-Za-z0-9\-_.:]{1,120}$`) // PeerTube's alphabet
	kinds  = map[activity.Type]string{
		"Person": "account", "Service": "account", "Organization": "account", "Group": "channel", "Application": "instance",
	}
)

const (
	lockActor = `SELECT pg_advisory_xact_lock(hashtextextended(@url, 71))`

	putRemote = `
	INSERT INTO actor_remote (actor_id, type, inbox, shared_inbox, outbox, followers_url, following_url, playlists_url, page, key_id, key,
		multikey_id, multikey, also_known_as, moved_to)
	VALUES (@actor, @type, @inbox, @shared, @outbox, @followers, @following, @playlists, @page, @key_id, @key, @multikey_id, @multikey, @aliases, @moved)
	ON CONFLICT (actor_id) DO UPDATE SET type = excluded.type, inbox = excluded.inbox, shared_inbox = excluded.shared_inbox, outbox = excluded.outbox,
		followers_url = excluded.followers_url, following_url = excluded.following_url, playlists_url = excluded.playlists_url, page = excluded.page,
		key_id = excluded.key_id, key = excluded.key, multikey_id = excluded.multikey_id, multikey = excluded.multikey,
		also_known_as = excluded.also_known_as, moved_to = excluded.moved_to, fetched_at = now()`
)

// keep checks what an actor says of itself and writes it down. owner tells that it was asked for as the owner of a channel.
func (r *Remote) keep(ctx context.Context, doc activity.Actor, owner bool) (Actor, error) {
	if err := r.check(ctx, doc); err != nil {
		return Actor{}, err
	}
	kind := kinds[doc.Type]
	var by Actor
	if kind == "channel" {
		var err error
		if owner {
			return Actor{}, fail.New(fail.Unprocessable, "A channel belongs to an account.")
		}
		if by, err = r.ownerOf(ctx, doc); err != nil {
			return Actor{}, err
		}
	}
	var out Actor
	err := pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockActor, pgx.NamedArgs{"url": string(doc.ID)}); err != nil {
			return err
		}
		id, err := r.write(ctx, tx, kind, doc, by)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, putRemote, remoteArgs(id, doc)); err != nil {
			return err
		}
		out, err = ByID(ctx, tx, id)
		return err
	})
	if err == nil {
		r.absent.forget(string(doc.ID))
		r.keys.forgetAll(func(b believed) bool { return b.actor == doc.ID })
	}
	return out, err
}

func (r *Remote) check(ctx context.Context, doc activity.Actor) error {
	if kinds[doc.Type] == "" {
		return fail.New(fail.Unprocessable, "This is no account and no channel.")
	}
	if !handle.MatchString(doc.PreferredUsername) {
		return fail.New(fail.Unprocessable, "The name of this account cannot be used here.")
	}
	if !activity.SameOrigin(doc.ID, doc.Inbox) {
		return fail.New(fail.Unprocessable, "The account has no inbox on its own server.")
	}
	_, err := r.may(ctx, doc.ID)
	return err
}

// ownerOf is the person whose channel it is, of the same server.
func (r *Remote) ownerOf(ctx context.Context, doc activity.Actor) (by Actor, err error) {
	err = fail.New(fail.Unprocessable, "A channel that belongs to nobody is not taken.")
	for _, o := range doc.AttributedTo[:min(len(doc.AttributedTo), 3)] {
		if o.Type != "" && o.Type != "Person" || !activity.SameOrigin(doc.ID, o.ID) || o.ID == doc.ID {
			continue
		}
		if by, err = r.actor(ctx, o.ID, true); err == nil && by.Kind == "account" {
			return by, nil
		}
	}
	if err == nil {
		err = fail.New(fail.Unprocessable, "A channel belongs to an account.")
	}
	return by, err
}

// write adds or changes the actor and what stands for it: an account or a channel.
func (r *Remote) write(ctx context.Context, tx pgx.Tx, kind string, doc activity.Actor, by Actor) (int64, error) {
	about := account.Remote{
		Kind: kind, Name: doc.PreferredUsername, Host: Host(doc.ID), URL: string(doc.ID),
		DisplayName: nameOf(doc), Description: words(doc.Summary, longestSummary),
		CreatedAt: r.date(doc.Published),
	}
	about.Avatars, about.Banners = pictures(doc.Icon, doc), pictures(doc.Image, doc)
	support := words(doc.Support, longestSupport)
	old, err := Known(ctx, tx, doc.ID)
	switch {
	case fail.Is(err, fail.NotFound):
		if err := r.makeRoom(ctx, tx, about); err != nil {
			return 0, err
		}
		if kind == "channel" {
			return channel.AddRemote(ctx, tx, about, by.AccountID, support)
		}
		return account.AddRemote(ctx, tx, about)
	case err != nil:
		return 0, err
	case old.Kind != kind || old.Local():
		return 0, fail.New(fail.Conflict, "This is something else than it was.")
	case kind == "channel":
		return old.ID, channel.UpdateRemote(ctx, tx, old.ID, about, by.AccountID, support)
	}
	return old.ID, account.UpdateRemote(ctx, tx, old.ID, about)
}

// makeRoom lets go of another actor of the same name and server that is older than a refresh: names are given again there.
func (r *Remote) makeRoom(ctx context.Context, tx pgx.Tx, about account.Remote) error {
	other, err := ByHandle(ctx, tx, about.Name, about.Host)
	if fail.Is(err, fail.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := r.Object(ctx, activity.ID(other.URL)); Vanished(err) {
		return forget(ctx, tx, activity.ID(other.URL))
	}
	return fail.New(fail.Conflict, "Another account of this name is known of that server.")
}

func remoteArgs(id int64, doc activity.Actor) pgx.NamedArgs {
	own := func(a activity.ID) string {
		if !activity.SameOrigin(doc.ID, a) {
			return ""
		}
		return string(a)
	}
	args := pgx.NamedArgs{
		"actor": id, "type": string(doc.Type), "inbox": string(doc.Inbox), "shared": "", "outbox": own(doc.Outbox), "followers": own(doc.Followers),
		"following": own(doc.Following), "playlists": own(doc.Playlists), "page": own(activity.ID(doc.URL)), "moved": "", "aliases": []string{},
		"key_id": "", "key": "", "multikey_id": "", "multikey": "",
	}
	if doc.Endpoints != nil {
		args["shared"] = own(doc.Endpoints.SharedInbox)
	}
	if k := doc.PublicKey; k.Owner == doc.ID && own(k.ID) != "" {
		if _, err := actorkey.ParsePublic(k.PEM); err == nil {
			args["key_id"], args["key"] = string(k.ID), k.PEM
		}
	}
	for _, k := range doc.AssertionMethod {
		if _, err := actorkey.ParseMultibase(k.Key); err == nil && k.Controller == doc.ID && own(k.ID) != "" {
			args["multikey_id"], args["multikey"] = string(k.ID), k.Key
			break
		}
	}
	if _, err := activity.Origin(doc.MovedTo); err == nil {
		args["moved"] = string(doc.MovedTo)
	}
	var aliases []string
	for _, a := range doc.AlsoKnownAs[:min(len(doc.AlsoKnownAs), mostAliases)] {
		if _, err := activity.Origin(a); err == nil {
			aliases = append(aliases, string(a))
		}
	}
	if aliases != nil {
		args["aliases"] = aliases
	}
	return args
}

func nameOf(doc activity.Actor) string {
	if n := Line(doc.Name, longestName); n != "" {
		return n
	}
	return doc.PreferredUsername
}

// Line is a text of elsewhere as one line of at most that many characters, without signs that cannot be seen.
func Line(s string, most int) string {
	s = strings.Join(strings.FieldsFunc(visible(s), unicode.IsSpace), " ")
	if r := []rune(s); len(r) > most {
		s = strings.TrimSpace(string(r[:most]))
	}
	return s
}

// visible leaves out control signs, and those that turn the direction of what stands around them.
func visible(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\t' || !unicode.IsControl(c) && (c < 0x202a || c > 0x202e) && (c < 0x2066 || c > 0x2069) && c != 0xfeff && c != 0xfffd {
			return c
		}
		return -1
	}, s)
}

// Text is a longer text of elsewhere within bounds.
func Text(s string, most int) string {
	s = strings.TrimSpace(visible(strings.ReplaceAll(s, "\r\n", "\n")))
	if r := []rune(s); len(r) > most {
		s = string(r[:most])
	}
	return s
}

var tag = regexp.MustCompile(`</?(p|br|a|span|div|h[1-6]|ul|li|strong|em)(\s[^<>]*)?/?>`)

// words is a text of a profile: markdown of PeerTube's, of others HTML, of which the words are kept.
func words(s *string, most int) *string {
	if s == nil {
		return nil
	}
	t := *s
	if tag.MatchString(t) {
		t = markdown.Words(strings.NewReplacer("</p>", "\n", "<br>", "\n", "<br/>", "\n", "<br />", "\n").Replace(t))
	}
	if t = Text(t, most); t == "" {
		return nil
	}
	return &t
}

var endings = map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/avif": ".avif"}

// Ending is that of a picture's file, by what is said of its type or by its address; empty for what is no picture that browsers show.
func Ending(mediaType string, at activity.ID) string {
	if e := endings[mediaType]; e != "" {
		return e
	}
	if mediaType != "" && mediaType != "image/*" {
		return ""
	}
	path, _, _ := strings.Cut(strings.ToLower(string(at)), "?")
	for _, e := range []string{".png", ".jpg", ".gif", ".webp", ".avif"} {
		if strings.HasSuffix(path, e) {
			return e
		}
	}
	if strings.HasSuffix(path, ".jpeg") {
		return ".jpg"
	}
	return ""
}

// pictures are those of a profile, as addresses only, from small to big. Other servers may keep theirs elsewhere.
func pictures(all []activity.Image, doc activity.Actor) []picture.Kept {
	out := []picture.Kept{}
	for _, i := range all[:min(len(all), mostPictures)] {
		ending := Ending(i.MediaType, i.URL)
		if _, err := activity.Origin(i.URL); err != nil || ending == "" {
			continue
		}
		k := picture.Kept{Filename: Filename(string(i.URL), ending), URL: string(i.URL), CreatedAt: api.Time(doc.Published)}
		if i.Width != nil && i.Height != nil && *i.Width > 0 && *i.Height > 0 && *i.Width <= 1<<15 && *i.Height <= 1<<15 {
			k.Width, k.Height = *i.Width, *i.Height
		}
		if !slices.ContainsFunc(out, func(o picture.Kept) bool { return o.Filename == k.Filename }) {
			out = append(out, k)
		}
	}
	slices.SortStableFunc(out, func(a, b picture.Kept) int { return a.Width - b.Width })
	return out
}

// date is a time that others gave, if it makes sense: not before the first such platforms and not in the future.
func (r *Remote) date(t activity.Time) time.Time {
	if now := r.now(); t.IsZero() || t.After(now) || t.Year() < 1990 {
		return now
	}
	return t.Time
}
