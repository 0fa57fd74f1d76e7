package activity

import "encoding/json"

// Actor is an account (Person, Service), a channel (Group), a server (Application), or an Organization.
type Actor struct {
	Context           json.RawMessage `json:"@context,omitzero"`
	Type              Type            `json:"type"`
	ID                ID              `json:"id"`
	Following         ID              `json:"following,omitzero"`
	Followers         ID              `json:"followers,omitzero"`
	Playlists         ID              `json:"playlists,omitzero"`
	Inbox             ID              `json:"inbox"`
	Outbox            ID              `json:"outbox,omitzero"`
	PreferredUsername string          `json:"preferredUsername"`
	URL               Page            `json:"url,omitzero"`
	Name              string          `json:"name"`
	Endpoints         *Endpoints      `json:"endpoints,omitzero"`
	PublicKey         PublicKey       `json:"publicKey"`
	AssertionMethod   Many[Multikey]  `json:"assertionMethod,omitzero"` // FEP-521a
	Published         Time            `json:"published,omitzero"`
	Updated           Time            `json:"updated,omitzero"`
	Icon              Many[Image]     `json:"icon,omitzero"`
	Image             Many[Image]     `json:"image,omitzero"`
	Summary           *string         `json:"summary"`
	Support           *string         `json:"support,omitzero"`
	PostingRestricted *bool           `json:"postingRestrictedToMods,omitzero"`
	AttributedTo      Many[Owner]     `json:"attributedTo,omitzero"` // whose channel it is
	PlayerSettings    ID              `json:"playerSettings,omitzero"`
	AlsoKnownAs       IDs             `json:"alsoKnownAs,omitzero"`
	MovedTo           ID              `json:"movedTo,omitzero"`
	Manually          *bool           `json:"manuallyApprovesFollowers,omitzero"`
	Discoverable      *bool           `json:"discoverable,omitzero"`
	Indexable         *bool           `json:"indexable,omitzero"`
	Email             string          `json:"email,omitzero"`
	Featured          ID              `json:"featured,omitzero"`
	To                IDs             `json:"to,omitzero"`
	Cc                IDs             `json:"cc,omitzero"`
}

// SharedInbox is where one delivery serves all of the actor's server, or the actor's own.
func (a *Actor) SharedInbox() ID {
	if a.Endpoints != nil && a.Endpoints.SharedInbox != "" {
		return a.Endpoints.SharedInbox
	}
	return a.Inbox
}

// Endpoints are what all actors of a server share.
type Endpoints struct {
	SharedInbox ID `json:"sharedInbox,omitzero"`
}

// PublicKey is a key for HTTP signatures.
type PublicKey struct {
	ID    ID     `json:"id"`
	Owner ID     `json:"owner"`
	PEM   string `json:"publicKeyPem"`
}

// UnmarshalJSON takes an object or the first of a list.
func (k *PublicKey) UnmarshalJSON(b []byte) error {
	*k = PublicKey{}
	type plain PublicKey
	if all := elements(b); len(all) > 0 && first(all[0]) == '{' {
		return into(all[0], (*plain)(k))
	}
	return nil
}

// Multikey is a key for object integrity proofs.
type Multikey struct {
	Type       Type   `json:"type"` // Multikey
	ID         ID     `json:"id"`
	Controller ID     `json:"controller"`
	Key        string `json:"publicKeyMultibase"`
}

// Page is the address of a page: of several links the one in HTML. It is written as a string, which every PeerTube reads.
type Page string

// UnmarshalJSON takes a string, a link, or a list of these.
func (p *Page) UnmarshalJSON(b []byte) error {
	var all Many[Link]
	_ = all.UnmarshalJSON(b)
	*p = ""
	for _, l := range all {
		if at := Page(or(l.Href, l.URL)); *p == "" || l.MediaType == "text/html" {
			*p = at
		}
		if l.MediaType == "text/html" {
			break
		}
	}
	return nil
}

func or(a, b ID) ID {
	if a != "" {
		return a
	}
	return b
}
