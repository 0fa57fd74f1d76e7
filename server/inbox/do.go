package inbox

import (
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/actorkey"
	"shoal/server/fail"
	"shoal/server/ldsig"
	"shoal/server/proof"
	"shoal/server/remote"
)

// deed is one activity being worked, believed as far as trust says.
type deed struct {
	*Inbox
	*activity.Activity
	line  line
	trust activity.Trust
	by    remote.Actor // whoever did it
	thing activity.Thing
	raw   []byte // as it came, to be forwarded
	held  bool   // it was forwarded to us by another server
}

// signedFor is how long a signature inside a forwarded activity is believed: longer ago, its origin is asked.
const signedFor = 48 * time.Hour

var works = map[activity.Type]func(*deed, context.Context) (note string, err error){
	"Create": (*deed).create, "Update": (*deed).update, "Delete": (*deed).remove, "Announce": (*deed).announce, "Follow": (*deed).follow,
	"Accept": (*deed).answer, "Reject": (*deed).answer, "Undo": (*deed).undo, "Like": (*deed).rate, "Dislike": (*deed).rate,
	"View": (*deed).view, "Flag": (*deed).flag, "ApproveReply": (*deed).approve, "Move": (*deed).move, "Block": (*deed).block,
}

// do works an activity.
func (in *Inbox) do(ctx context.Context, l line, a *activity.Activity) (note string, err error) {
	work := works[a.Type]
	if work == nil {
		return "nothing is known of " + cleaned(fmt.Sprintf("%.50s", a.Type)), nil
	}
	d := &deed{Inbox: in, Activity: a, line: l, trust: activity.Trust(l.Trust), raw: l.Body}
	if d.trust == forwarded {
		d.held = true
		if note, err := d.prove(ctx); err != nil || note != "" {
			return note, err
		}
	}
	d.thing, _ = d.Activity.Thing()
	if leaves(d.Activity) {
		defer in.known.forget()
		return "", in.Remote.Forget(ctx, d.Actor)
	}
	who, err := in.actor(ctx, d.Actor)
	if err != nil {
		return "", err
	}
	if d.by = who.Actor; d.by.Local() {
		return "", errOurs
	}
	if !who.heard && a.Type != "Delete" && a.Type != "Undo" {
		return "its actor is blocked", nil
	}
	return work(d, ctx)
}

var (
	errOurs  = fail.New(fail.Forbidden, "Nobody elsewhere speaks for ours.")
	errOwner = fail.New(fail.Forbidden, "This is somebody else's.")
	errForm  = fail.New(fail.Unprocessable, "The activity is not as it must be.")
)

const heardOf = `
	SELECT NOT EXISTS (SELECT FROM account_block WHERE blocker_id IS NULL AND blocked_id = @account)
		AND NOT EXISTS (SELECT FROM host_block WHERE blocker_id IS NULL AND host = @host)`

// hears tells whether the platform hears an actor.
func (in *Inbox) hears(ctx context.Context, a remote.Actor) (ok bool, err error) {
	err = in.pool().QueryRow(ctx, heardOf, pgx.NamedArgs{"account": a.AccountID, "host": a.Host}).Scan(&ok)
	return ok, err
}

// prove finds out whether a forwarded activity is its actor's: by a signature inside, or by asking its origin.
func (d *deed) prove(ctx context.Context) (note string, err error) {
	body := d.raw
	switch {
	case d.Signature != nil && d.signedByActor(ctx, &body), d.proved(ctx):
		a, err := activity.Read(body)
		if err != nil {
			return "", fail.Wrap(fail.Unprocessable, err, "What is signed of the activity cannot be read.")
		}
		trust, err := activity.Judge(a.Actor, a)
		if err != nil || a.ID != d.ID || a.Actor != d.Actor || a.Type != d.Type {
			return "", fail.Wrap(fail.Forbidden, err, "What is signed of the activity is not theirs to say.")
		}
		d.Activity, d.trust = a, trust
		return "", nil
	}
	return d.askOrigin(ctx)
}

// signedByActor tells whether the activity carries a good Linked Data signature of its actor, and leaves of the body what it covers.
func (d *deed) signedByActor(ctx context.Context, body *[]byte) bool {
	creator, _, _ := strings.Cut(string(d.Signature.Creator), "#")
	made, err := time.Parse(time.RFC3339Nano, d.Signature.Created)
	if err != nil || activity.ID(creator) != d.Actor || d.now().Sub(made) > signedFor || made.Sub(d.now()) > time.Hour {
		return false
	}
	by, err := d.Remote.Actor(ctx, d.Actor)
	if err != nil {
		return false
	}
	key, err := actorkey.ParsePublic(by.Key)
	if err != nil {
		return false
	}
	public, ok := key.(*rsa.PublicKey)
	if !ok {
		return false
	}
	signed, err := ldsig.Verify(*body, public)
	if err == nil {
		*body = signed
	}
	return err == nil
}

// proved tells whether it has an object integrity proof of its actor.
func (d *deed) proved(ctx context.Context) bool {
	if len(d.Proof) == 0 {
		return false
	}
	p, err := proof.Open(d.raw, d.now())
	if err != nil || p.Owner != d.Actor {
		return false
	}
	by, err := d.Remote.Actor(ctx, d.Actor)
	if err != nil || activity.ID(by.MultikeyID) != p.Method {
		return false
	}
	key, err := actorkey.ParseMultibase(by.Multikey)
	return err == nil && p.Verify(ed25519.PublicKey(key)) == nil
}

// askOrigin asks for what a forwarded activity is about, where nothing else proves it.
func (d *deed) askOrigin(ctx context.Context) (note string, err error) {
	t, ok := d.Activity.Thing()
	if !ok || t.ID == "" {
		return "", errForm
	}
	switch d.Type {
	case "Create", "Update":
		if !activity.SameOrigin(d.Actor, t.ID) {
			return "", errOwner
		}
		d.trust = activity.Fetch
		return "", nil
	case "Delete":
		got, err := d.Remote.Object(ctx, t.ID)
		if !remote.Vanished(err) && (err != nil || got.Is != "Tombstone") {
			return "what is said to be gone is there", err
		}
		if !activity.SameOrigin(d.Actor, t.ID) {
			return "", errOwner
		}
		d.trust = activity.Name
		return "", nil
	}
	got, err := d.Remote.Object(ctx, d.ID)
	if err != nil {
		return "", err
	}
	a, err := got.Activity()
	if err != nil || a.ID != d.ID || a.Actor != d.Actor || a.Type != d.Type {
		return "", fail.Wrap(fail.Forbidden, err, "The origin of the activity knows nothing of it.")
	}
	trust, err := activity.Judge(a.Actor, a)
	if err != nil {
		return "", fail.Wrap(fail.Forbidden, err, "This is not theirs to say.")
	}
	d.Activity, d.trust = a, trust
	return "", nil
}

// tx changes something because another server said so: it is not told back.
func (d *deed) tx(ctx context.Context, f func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, d.pool(), heard, f)
}

// heard begins a transaction as follow.Heard does, with one question less.
var heard = pgx.TxOptions{BeginQuery: "BEGIN; SET LOCAL shoal.heard = 'on'"}

const finishOne = `UPDATE inbox SET state = 'done', body = '', attempts = attempts + 1 WHERE id = @id AND state = 'waiting'`

// once does what must not be done twice: it is done if and only if the activity is.
func (d *deed) once(ctx context.Context, f func(pgx.Tx) error) error {
	return d.tx(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, finishOne, pgx.NamedArgs{"id": d.line.ID})
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return f(tx)
	})
}

const (
	addGone = `INSERT INTO inbox_gone (hash) VALUES (@hash) ON CONFLICT (hash) DO UPDATE SET at = now()`

	isGone = `SELECT EXISTS (SELECT FROM inbox_gone WHERE hash = @hash)`
)

func nameHash(id activity.ID) []byte {
	sum := sha256.Sum256([]byte(id))
	return sum[:]
}

// bury remembers that a thing is gone, since its creation may still come.
func (d *deed) bury(ctx context.Context, id activity.ID) error {
	_, err := d.pool().Exec(ctx, addGone, pgx.NamedArgs{"hash": nameHash(id)})
	return err
}

// buried tells whether a thing was said to be gone: then only its origin can tell that it is there again.
func (d *deed) buried(ctx context.Context, id activity.ID) (is bool, err error) {
	err = d.pool().QueryRow(ctx, isGone, pgx.NamedArgs{"hash": nameHash(id)}).Scan(&is)
	return is, err
}

// cleaned is a text that can be kept and shown.
func cleaned(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
}
