// Package keyring keeps the keys of our own actors, made when first needed, and the platform's own actor.
package keyring

import (
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/actorkey"
	"shoal/server/db"
	"shoal/server/fail"
)

// What follows an actor's address in the addresses of its keys.
const (
	RSAFragment     = "#main-key" // PeerTube looks for no other
	Ed25519Fragment = "#ed25519-key"
)

// Keys are what an actor of ours signs with.
type Keys struct {
	ActorID   int64
	Actor     string // its address
	ID        string // of the RSA key
	RSA       *rsa.PrivateKey
	Ed25519ID string
	Ed25519   ed25519.PrivateKey
}

const (
	keysOf = `
	SELECT a.url, coalesce(k.rsa, ''), coalesce(k.ed25519, '')
	FROM actor a LEFT JOIN actor_key k ON k.actor_id = a.id WHERE a.id = @id AND a.host = ''`

	add = `INSERT INTO actor_key (actor_id, rsa, ed25519) VALUES (@id, @rsa, @ed25519) ON CONFLICT (actor_id) DO NOTHING`
)

// Of gives the keys of an actor of ours. Of several who ask first at once, also on several nodes, one makes them.
func Of(ctx context.Context, q db.Q, actorID int64) (Keys, error) {
	k := Keys{ActorID: actorID}
	r, e, err := k.stored(ctx, q)
	if err == nil && r == "" {
		if err = generate(ctx, q, actorID); err == nil {
			r, e, err = k.stored(ctx, q) // ours, or those of whoever was quicker
		}
	}
	if err != nil {
		return k, err
	}
	k.ID, k.Ed25519ID = k.Actor+RSAFragment, k.Actor+Ed25519Fragment
	return k, k.parse(r, e)
}

func (k *Keys) stored(ctx context.Context, q db.Q) (r, e string, err error) {
	err = q.QueryRow(ctx, keysOf, pgx.NamedArgs{"id": k.ActorID}).Scan(&k.Actor, &r, &e)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fail.New(fail.NotFound, "There is no such actor here.")
	}
	return r, e, err
}

func generate(ctx context.Context, q db.Q, actorID int64) error {
	pair, err := actorkey.New()
	if err != nil {
		return err
	}
	r, err := actorkey.Private(pair.RSA)
	if err != nil {
		return err
	}
	e, err := actorkey.Private(pair.Ed25519)
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, add, pgx.NamedArgs{"id": actorID, "rsa": r, "ed25519": e})
	return err
}

func (k *Keys) parse(r, e string) error {
	one, err := actorkey.ParsePrivate(r)
	if err != nil {
		return fmt.Errorf("reading the key of actor %d: %w", k.ActorID, err)
	}
	two, err := actorkey.ParsePrivate(e)
	if err != nil {
		return fmt.Errorf("reading the key of actor %d: %w", k.ActorID, err)
	}
	var isRSA, isEd25519 bool
	k.RSA, isRSA = one.(*rsa.PrivateKey)
	k.Ed25519, isEd25519 = two.(ed25519.PrivateKey)
	if !isRSA || !isEd25519 {
		return fmt.Errorf("reading the key of actor %d: %w", k.ActorID, actorkey.ErrKey)
	}
	return nil
}

// Platform is the name of the platform's own actor, by which other servers find it.
const Platform = "peertube"

const (
	platform = `SELECT id, url FROM actor WHERE kind = 'instance' AND host = ''`

	// one at a time makes it, of all nodes
	alone = `SELECT pg_advisory_xact_lock(hashtext('shoal platform actor'))`
)

// Instance gives the platform's own actor, and makes it when there is none. site is our public address without a closing slash.
func Instance(ctx context.Context, q db.Q, site string) (id int64, url string, err error) {
	err = q.QueryRow(ctx, platform).Scan(&id, &url)
	if !errors.Is(err, pgx.ErrNoRows) {
		return id, url, err
	}
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, alone); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, platform).Scan(&id, &url)
		if !errors.Is(err, pgx.ErrNoRows) {
			return err // another was quicker
		}
		url = site + "/accounts/" + Platform
		id, err = account.AddActor(ctx, tx, account.Actor{Kind: "instance", Name: Platform, URL: url, DisplayName: Platform})
		return err
	})
	return id, url, err
}
