package outbox

import (
	"context"
	"crypto/rsa"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/actorkey"
	"shoal/server/apub/objects"
	"shoal/server/db"
	"shoal/server/delivery"
	"shoal/server/fail"
	"shoal/server/httpsig"
	"shoal/server/keyring"
	"shoal/server/ldsig"
	"shoal/server/proof"
)

// teller tells one fact.
type teller struct {
	*Machine
	tx   pgx.Tx
	fact fact
}

const (
	inboxesOfFollowers = `SELECT followers_inboxes(@actors::bigint[])`

	inboxesOf = `SELECT DISTINCT coalesce(nullif(r.shared_inbox, ''), r.inbox) FROM actor a JOIN actor_remote r ON r.actor_id = a.id WHERE a.url = ANY(@urls::text[])`

	actorByURL = `SELECT id FROM actor WHERE url = @url`

	urlOf = `SELECT url FROM actor WHERE id = @id`

	// of a video: its owner, its channel, and the platform, who is involved in videos of ours
	around = `
	SELECT o.actor_id, oa.url, c.actor_id, ca.url, coalesce((SELECT id FROM actor WHERE kind = 'instance' AND host = ''), 0), v.url, v.local
	FROM video v JOIN channel c ON c.id = v.channel_id JOIN actor ca ON ca.id = c.actor_id
	JOIN account o ON o.id = c.account_id JOIN actor oa ON oa.id = o.actor_id WHERE v.id = @id`
)

// setting is who stands around a video.
type setting struct {
	owner      int64
	ownerURL   activity.ID
	channel    int64
	channelURL activity.ID
	platform   int64
	url        activity.ID
	local      bool
}

func (s setting) involved() []int64 { return []int64{s.owner, s.channel, s.platform} }

func settingOf(ctx context.Context, q db.Q, videoID int64) (s setting, err error) {
	err = q.QueryRow(ctx, around, pgx.NamedArgs{"id": videoID}).Scan(&s.owner, &s.ownerURL, &s.channel, &s.channelURL, &s.platform, &s.url, &s.local)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fail.New(fail.NotFound, "There is no such video.")
	}
	return s, err
}

// followers are the inboxes of who follows one of the actors.
func (t *teller) followers(ctx context.Context, actors ...int64) (list []string, err error) {
	err = t.tx.QueryRow(ctx, inboxesOfFollowers, pgx.NamedArgs{"actors": actors}).Scan(&list)
	return list, err
}

// inboxes are those of actors by their addresses; ours have none.
func (t *teller) inboxes(ctx context.Context, ids ...activity.ID) ([]string, error) {
	rows, _ := t.tx.Query(ctx, inboxesOf, pgx.NamedArgs{"urls": ids})
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func (t *teller) numberOf(ctx context.Context, id activity.ID) (n int64, err error) {
	err = t.tx.QueryRow(ctx, actorByURL, pgx.NamedArgs{"url": id}).Scan(&n)
	return n, absent(err)
}

func (t *teller) addressOf(ctx context.Context, actor int64) (id activity.ID, err error) {
	err = t.tx.QueryRow(ctx, urlOf, pgx.NamedArgs{"id": actor}).Scan(&id)
	return id, absent(err)
}

func absent(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fail.New(fail.NotFound, "It is gone.")
	}
	return err
}

// post signs an activity of one of our actors and has it delivered.
func (t *teller) post(ctx context.Context, actor int64, a activity.Activity, to []string) error {
	return t.send(ctx, actor, a, to, false)
}

func (t *teller) send(ctx context.Context, actor int64, a activity.Activity, to []string, low bool) error {
	if len(to) == 0 || t.Off {
		return nil
	}
	if a.Context == nil {
		a.Context = objects.ContextOf(a.Type)
	}
	if a.Published.IsZero() { // the same may happen again under the same id: a like, taken back, given again
		a.Published = activity.Time{Time: t.now()}
	}
	body, err := activity.Write(a)
	if err != nil {
		return err
	}
	if passedOn(a) { // PeerTube passes on nothing without this signature, and knows no other
		body, err = t.sign(ctx, actor, a.Actor, body)
	} else {
		body, err = t.prove(ctx, actor, body)
	}
	if err != nil {
		return err
	}
	slices.Sort(to)
	return delivery.Add(ctx, t.tx, delivery.Item{ActorID: actor, Object: t.fact.Object, Body: body, To: slices.Compact(to), Low: low})
}

// passedOn tells whether others may pass an activity on. How a player looks has terms of PeerTube's that no context of ours defines.
func passedOn(a activity.Activity) bool {
	settings := len(a.Object) == 1 && a.Object[0].Is == "PlayerSettings"
	return (a.IsPublic() || a.Type == "Delete") && !settings
}

// sign adds the signature by which those believe an activity who get it from others. Without one it is good for its recipients.
func (t *teller) sign(ctx context.Context, actor int64, id activity.ID, body []byte) ([]byte, error) {
	_, key, err := keyOf(ctx, t.tx, actor)
	if err != nil {
		return nil, err
	}
	signed, err := ldsig.Sign(body, string(id), key, t.now())
	if err != nil {
		t.Log.Warn("an activity goes without its own signature", "kind", t.fact.Kind, "object", t.fact.Object, "err", err)
		return body, nil
	}
	return signed, nil
}

// prove adds an object integrity proof. Beside the signature above it would be a term that no context of it defines.
func (t *teller) prove(ctx context.Context, actor int64, body []byte) ([]byte, error) {
	k, err := keyring.Of(ctx, t.tx, actor)
	if err != nil {
		return nil, err
	}
	return proof.Sign(body, activity.ID(k.Ed25519ID), k.Ed25519, t.now())
}

const goneKey = `SELECT url, rsa FROM gone_key WHERE actor_id = @id`

// keyOf gives the key of an actor of ours, also of one that is gone.
func keyOf(ctx context.Context, q db.Q, actor int64) (id string, key *rsa.PrivateKey, err error) {
	k, err := keyring.Of(ctx, q, actor)
	if !fail.Is(err, fail.NotFound) {
		return k.ID, k.RSA, err
	}
	var url, text string
	if err := q.QueryRow(ctx, goneKey, pgx.NamedArgs{"id": actor}).Scan(&url, &text); err != nil {
		return "", nil, absent(err)
	}
	signer, err := actorkey.ParsePrivate(text)
	if err != nil {
		return "", nil, err
	}
	key, ok := signer.(*rsa.PrivateKey)
	if !ok {
		return "", nil, actorkey.ErrKey
	}
	return url + keyring.RSAFragment, key, nil
}

// Keys gives what requests of an actor of ours are signed with.
func (m *Machine) Keys(ctx context.Context, actorID int64) (httpsig.Signer, error) {
	id, key, err := keyOf(ctx, m.Pool, actorID)
	return httpsig.Signer{KeyID: id, Key: key}, err
}
