package objects

import (
	"context"
	"crypto/ed25519"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/actorkey"
	"shoal/server/db"
	"shoal/server/instance"
	"shoal/server/keyring"
	"shoal/server/picture"
)

// Members who are about to leave are gone for others.
const (
	actorOf = `
	SELECT a.kind, a.name, a.url, a.display_name, a.description, a.created_at, a.updated_at, a.avatars, a.banners,
		c.support, coalesce(c.public_email, ''), coalesce(o.url, '')
	FROM actor a LEFT JOIN channel c ON c.actor_id = a.id LEFT JOIN account ca ON ca.id = c.account_id LEFT JOIN actor o ON o.id = ca.actor_id
	LEFT JOIN account own ON own.actor_id = a.id LEFT JOIN member m ON m.id = coalesce(own.member_id, ca.member_id)
	WHERE a.id = @id AND a.host = '' AND m.leaving IS NOT TRUE`

	byName = `SELECT id, kind FROM actor WHERE lower(name) = lower(@name) AND host = ''`
)

// names are what actors of ours can be called.
var names = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,100}$`)

// Find gives the actor of ours with a name, and its kind: instance, account or channel. The platform's own is made when missing.
func (s Site) Find(ctx context.Context, q db.Q, name string) (id int64, kind string, err error) {
	if !names.MatchString(name) {
		return 0, "", absent()
	}
	if name == keyring.Platform {
		id, _, err = keyring.Instance(ctx, q, s.URL)
		return id, "instance", err
	}
	err = q.QueryRow(ctx, byName, pgx.NamedArgs{"name": name}).Scan(&id, &kind)
	return id, kind, found(err)
}

// person is an actor's row.
type person struct {
	kind, name, url, display string
	description              *string
	created, updated         time.Time
	avatars, banners         []picture.Kept
	support                  *string
	email, owner             string // of a channel
}

// types are what the fediverse calls our kinds of actors.
var types = map[string]activity.Type{"instance": "Application", "account": "Person", "channel": "Group"}

// Actor is an actor of ours, without a context. Its keys are made when there are none.
func (s Site) Actor(ctx context.Context, q db.Q, actorID int64) (activity.Actor, error) {
	var p person
	err := q.QueryRow(ctx, actorOf, pgx.NamedArgs{"id": actorID}).Scan(&p.kind, &p.name, &p.url, &p.display, &p.description, &p.created, &p.updated,
		&p.avatars, &p.banners, &p.support, &p.email, &p.owner)
	if err != nil {
		return activity.Actor{}, found(err)
	}
	if p.kind == "instance" {
		if err := s.platform(ctx, q, &p); err != nil {
			return activity.Actor{}, err
		}
	}
	keys, err := keyring.Of(ctx, q, actorID)
	if err != nil {
		return activity.Actor{}, err
	}
	a := s.actor(p)
	a.PublicKey.PEM, err = actorkey.Public(keys.RSA.Public())
	a.AssertionMethod = activity.Many[activity.Multikey]{{
		Type: "Multikey", ID: MultikeyID(a.ID), Controller: a.ID, Key: actorkey.Multibase(keys.Ed25519.Public().(ed25519.PublicKey)),
	}}
	return a, err
}

func (s Site) actor(p person) activity.Actor {
	id := activity.ID(p.url)
	a := activity.Actor{
		Type: types[p.kind], ID: id, Following: FollowingID(id), Followers: FollowersID(id), Playlists: PlaylistsID(id), Inbox: InboxID(id), Outbox: OutboxID(id),
		PreferredUsername: p.name, URL: activity.Page(p.url), Name: p.display, Endpoints: &activity.Endpoints{SharedInbox: SharedInboxID(s.URL)},
		PublicKey: activity.PublicKey{ID: KeyID(id), Owner: id}, Published: activity.Time{Time: p.created}, Updated: activity.Time{Time: p.updated},
		Icon: s.faces(p.avatars, picture.Avatars), Image: s.faces(p.banners, picture.Banners), Summary: p.description,
		Discoverable: new(true), Indexable: new(true),
	}
	if p.kind == "channel" {
		a.Support, a.Email, a.PostingRestricted = p.support, p.email, new(true)
		a.AttributedTo = activity.Many[activity.Owner]{{Type: "Person", ID: activity.ID(p.owner)}}
		a.PlayerSettings = SettingsID(id)
	}
	return a
}

// faces are pictures of an actor, from small to big; nil for none.
func (s Site) faces(kept []picture.Kept, folder string) (out activity.Many[activity.Image]) {
	for _, k := range kept {
		out = append(out, activity.Image{
			Type: "Image", URL: activity.ID(s.URL + "/lazy-static/" + folder + "/" + k.Filename), MediaType: pictureType(k.Filename), Width: &k.Width, Height: &k.Height,
		})
	}
	return out
}

// platform is what the platform says of itself. Its name stays what other servers look for.
func (s Site) platform(ctx context.Context, q db.Q, p *person) error {
	if s.Instance == nil {
		return nil
	}
	set, err := s.Instance.Settings(ctx)
	if err != nil {
		return err
	}
	if p.display = set.Name; set.ShortDescription != "" {
		p.description = &set.ShortDescription
	}
	pictures, err := instance.ReadPictures(ctx, q)
	p.avatars, p.banners = pictures["avatar"], pictures["banner"]
	return err
}
