package remote

import (
	"bytes"
	"context"
	"crypto"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/actorkey"
	"shoal/server/fail"
	"shoal/server/httpsig"
)

// believed is a key with the one it belongs to.
type believed struct {
	actor activity.ID
	key   crypto.PublicKey
}

// Key finds a public key, for httpsig.Verifier.
func (r *Remote) Key(ctx context.Context, id httpsig.KeyID) (crypto.PublicKey, error) {
	_, key, err := r.Signed(ctx, id)
	return key, err
}

// Signed finds whose key it is, too. Key and owner name each other, whatever document the key's address leads to.
func (r *Remote) Signed(ctx context.Context, id httpsig.KeyID) (activity.ID, crypto.PublicKey, error) {
	if b, ok := r.keys.get(id.Full, r.now()); ok {
		return b.actor, b.key, nil
	}
	if r.Ours(activity.ID(id.Owner)) {
		return "", nil, fail.New(fail.Forbidden, "Our own keys sign nothing that comes from elsewhere.")
	}
	a, err := one(ctx, r.Pool, byKey, pgx.NamedArgs{"key": id.Full})
	if fail.Is(err, fail.NotFound) {
		a, err = r.keyOwner(ctx, id)
	}
	if err != nil {
		return "", nil, err
	}
	return r.believe(a, id)
}

// AgainKey asks for a key once more, since a signature did not fit: its owner may have a new one. It does so at most once in five
// minutes for each key.
func (r *Remote) AgainKey(ctx context.Context, id httpsig.KeyID) (activity.ID, crypto.PublicKey, error) {
	if _, lately := r.forced.get(id.Full, r.now()); lately {
		return "", nil, fail.New(fail.TooMany, "This key was asked for a moment ago.")
	}
	r.forced.put(id.Full, struct{}{}, r.now().Add(forcedEvery))
	r.keys.forget(id.Full)
	r.absent.forget(id.Owner)
	a, err := one(ctx, r.Pool, byKey, pgx.NamedArgs{"key": id.Full})
	if err == nil {
		a, err = r.ask(ctx, activity.ID(a.URL), false)
	} else if fail.Is(err, fail.NotFound) {
		a, err = r.keyOwner(ctx, id)
	}
	if err != nil {
		return "", nil, err
	}
	return r.believe(a, id)
}

var errKey = fail.New(fail.Forbidden, "The key and its owner do not name each other.")

// believe takes the key of an actor, if it is the one that was asked for.
func (r *Remote) believe(a Actor, id httpsig.KeyID) (activity.ID, crypto.PublicKey, error) {
	var key crypto.PublicKey
	var err error
	switch {
	case a.Key != "" && (id.Full == a.KeyID || id.Full == a.URL): // PeerTube 6 names its key by the actor alone
		key, err = actorkey.ParsePublic(a.Key)
	case a.Multikey != "" && id.Full == a.MultikeyID:
		key, err = actorkey.ParseMultibase(a.Multikey)
	default:
		return "", nil, errKey
	}
	if err != nil {
		return "", nil, err
	}
	r.keys.put(id.Full, believed{activity.ID(a.URL), key}, r.now().Add(keyFor))
	return activity.ID(a.URL), key, nil
}

// keyOwner follows the address of a key we do not know to its owner: the address is the actor's own, or that of a document about
// the key, as GoToSocial's, which names its owner.
func (r *Remote) keyOwner(ctx context.Context, id httpsig.KeyID) (Actor, error) {
	at := activity.ID(id.Owner)
	if why, lately := r.absent.get(string(at), r.now()); lately {
		return Actor{}, why
	}
	_, err := Known(ctx, r.Pool, at)
	if err == nil { // with another key than we know
		return r.ask(ctx, at, false)
	}
	if !fail.Is(err, fail.NotFound) {
		return Actor{}, err
	}
	a, err := r.keyDocument(ctx, at)
	if err != nil {
		r.remember(at, err)
	}
	return a, err
}

func (r *Remote) keyDocument(ctx context.Context, at activity.ID) (a Actor, err error) {
	answer, err := r.get(ctx, at)
	if err != nil {
		return a, err
	}
	if err := activity.Check(answer.Body); err != nil {
		return a, fail.Wrap(fail.Unprocessable, err, "The address of the key answers nothing that can be read.")
	}
	var doc struct {
		activity.Actor
		Owner activity.ID `json:"owner"`
	}
	if err := activity.Into(answer.Body, &doc); err != nil {
		return a, fail.Wrap(fail.Unprocessable, err, "The address of the key answers nothing that can be read.")
	}
	from := activity.ID(answer.URL)
	if kinds[doc.Type] != "" && doc.ID == at && bytes.Equal([]byte(from), []byte(at)) && doc.Inbox != "" {
		return r.keep(ctx, doc.Actor, false)
	}
	owner := doc.PublicKey.Owner // a part of the actor
	if owner == "" {
		owner = doc.Owner // a document of its own
	}
	if !activity.SameOrigin(at, from, owner) {
		return a, errKey
	}
	return r.actor(ctx, owner, false)
}
