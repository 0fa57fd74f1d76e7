package activity

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// The rules of FEP-fe34: who may say what is decided by comparing origins, never by what a message says of itself.

// Why a message is not believed.
var (
	ErrID        = errors.New("activity: no address as it must be")
	ErrForwarded = errors.New("activity: signed by another than its actor") // to be proved by its own signature, or fetched
	ErrOrigin    = errors.New("activity: of another origin than its actor")
	ErrObject    = errors.New("activity: no object as it must be")
)

// Origin is scheme, host and port of an id (RFC 6454), the scheme's own port left out.
func Origin(id ID) (string, error) {
	s := string(id)
	if s == "" || len(s) > maxID || strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c == 0x7f || c == '\\' }) {
		return "", ErrID
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Opaque != "" || u.User != nil || u.Hostname() == "" || strings.HasSuffix(u.Host, ":") {
		return "", ErrID
	}
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else {
		host = strings.TrimSuffix(host, ":80")
	}
	return u.Scheme + "://" + host, nil
}

// SameOrigin tells whether all are addresses of one origin.
func SameOrigin(ids ...ID) bool {
	want := ""
	for i, id := range ids {
		o, err := Origin(id)
		if err != nil || i > 0 && o != want {
			return false
		}
		want = o
	}
	return len(ids) > 0
}

// Trust is how far the object of a message may be believed.
type Trust int

// The degrees.
const (
	Name  Trust = iota // only its address; whoever acts on it decides by what we know of the thing
	Whole              // all that is said of it
	Fetch              // nothing: ask its own server
)

// String names the degree.
func (t Trust) String() string { return [...]string{"name", "whole", "fetch"}[t] }

// Judge tells how far a message may be believed that was signed by a key of the actor signer.
// An error refuses it, ErrForwarded until something else proves it.
func Judge(signer ID, a *Activity) (Trust, error) {
	if !SameOrigin(a.Actor, a.ID) && !takesAway(a) {
		return Name, fmt.Errorf("%w: id %.100q, actor %.100q", ErrOrigin, a.ID, a.Actor)
	}
	if signer != a.Actor {
		return Name, ErrForwarded
	}
	switch a.Type {
	case "Create", "Update":
		return judgeSaid(a)
	case "Undo":
		return judgeUndo(a)
	case "Accept", "Reject":
		return judgeAnswer(a)
	case "Move":
		if t, ok := a.Thing(); !ok || t.ID != a.Actor {
			return Name, fmt.Errorf("%w: only an actor moves itself", ErrOrigin)
		}
	case "Announce":
		if t, ok := a.Thing(); ok && t.Embedded() {
			return Fetch, nil // whatever is inside, its own server says it better
		}
	case "Flag":
		if len(a.Object) == 0 {
			return Name, ErrObject
		}
		return Name, nil
	}
	if t, ok := a.Thing(); !ok || t.ID == "" {
		return Name, ErrObject
	}
	return Name, nil
}

// takesAway tells whether an activity is named as PeerTube names it when the owner of a video takes away what somebody elsewhere
// wrote below it: by the comment. Whether the actor may is to be seen from what is known of the comment.
func takesAway(a *Activity) bool {
	t, ok := a.Thing()
	return a.Type == "Delete" && ok && t.ID != "" && a.ID == t.ID+"/delete"
}

var actorTypes = []Type{"Person", "Group", "Application", "Service", "Organization"}

// judgeSaid believes what an actor says of things of its own origin. What belongs to others is to be fetched, and is never updated.
func judgeSaid(a *Activity) (Trust, error) {
	t, ok := a.Thing()
	if !ok || t.ID == "" {
		return Name, ErrObject
	}
	if !SameOrigin(a.Actor, t.ID) {
		if a.Type == "Update" {
			return Name, fmt.Errorf("%w: updates %.100q", ErrOrigin, t.ID)
		}
		return Fetch, nil
	}
	if !t.Embedded() {
		return Fetch, nil
	}
	if slices.Contains(actorTypes, t.Is) && t.ID != a.Actor {
		return Name, fmt.Errorf("%w: only an actor speaks of itself", ErrOrigin)
	}
	var o struct {
		AttributedTo IDs `json:"attributedTo"`
		Actor        IDs `json:"actor"`
	}
	if err := t.Into(&o); err != nil {
		return Name, ErrObject
	}
	for _, owner := range append(o.AttributedTo, o.Actor...) {
		if !SameOrigin(t.ID, owner) {
			return Name, fmt.Errorf("%w: belongs to %.100q", ErrOrigin, owner)
		}
	}
	return Whole, nil
}

// judgeUndo lets an actor take back what it did itself.
func judgeUndo(a *Activity) (Trust, error) {
	t, ok := a.Thing()
	switch {
	case !ok:
		return Name, ErrObject
	case t.ID != "" && !SameOrigin(a.Actor, t.ID):
		return Name, fmt.Errorf("%w: undoes %.100q", ErrOrigin, t.ID)
	case !t.Embedded() && t.ID == "":
		return Name, ErrObject
	case !t.Embedded():
		return Name, nil
	}
	done, err := t.Activity()
	if err != nil {
		return Name, ErrObject
	}
	if done.Actor != a.Actor {
		return Name, fmt.Errorf("%w: undoes what %.100q did", ErrOrigin, done.Actor)
	}
	return Whole, nil
}

// judgeAnswer lets an actor answer to a Follow of itself; the Follow inside is ours to know, not the answerer's to say.
func judgeAnswer(a *Activity) (Trust, error) {
	t, ok := a.Thing()
	if !ok {
		return Name, ErrObject
	}
	if t.Is != "Follow" {
		return Name, nil
	}
	follow, err := t.Activity()
	if err != nil {
		return Name, ErrObject
	}
	if who, ok := follow.Thing(); !ok || who.ID != a.Actor {
		return Name, fmt.Errorf("%w: answers for another", ErrOrigin)
	}
	return Name, nil
}

// Fetched checks a document that was asked for at one address and came from another in the end: its id must be where it came from,
// and its owners of the same origin. again is the address to ask once more when the id is another one of that origin.
func Fetched(from ID, body []byte) (t Thing, again ID, err error) {
	if err := Check(body); err != nil {
		return t, "", err
	}
	if err := t.UnmarshalJSON(body); err != nil {
		return t, "", err
	}
	if !SameOrigin(from, t.ID) {
		return t, "", fmt.Errorf("%w: %.100q came from %.100q", ErrOrigin, t.ID, from)
	}
	if trim(t.ID) != trim(from) {
		return t, t.ID, nil
	}
	var o struct {
		AttributedTo IDs `json:"attributedTo"`
		Actor        IDs `json:"actor"`
	}
	if err := t.Into(&o); err != nil {
		return t, "", ErrObject
	}
	for _, owner := range append(o.AttributedTo, o.Actor...) {
		if !SameOrigin(t.ID, owner) {
			return t, "", fmt.Errorf("%w: belongs to %.100q", ErrOrigin, owner)
		}
	}
	return t, "", nil
}

// trim takes the fragment off, which is never sent.
func trim(id ID) ID {
	s, _, _ := strings.Cut(string(id), "#")
	return ID(s)
}
