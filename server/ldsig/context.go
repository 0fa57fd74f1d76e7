package ldsig

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"reflect"
	"sync"

	"github.com/piprate/json-gold/ld"

	"shoal/server/activity"
)

// The two contexts that everybody names, as the W3C publishes them.
var (
	//go:embed activitystreams.json
	activityStreams []byte
	//go:embed security-v1.json
	security []byte
)

const securityV1 = "https://w3id.org/security/v1"

// bundled loads contexts from the program and never from the network.
type bundled struct{}

var documents = sync.OnceValue(func() map[string]any {
	out := map[string]any{}
	for at, raw := range map[string][]byte{"https://www.w3.org/ns/activitystreams": activityStreams, securityV1: security} {
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			panic(err)
		}
		if terms, ok := v.(map[string]any)["@context"].(map[string]any); ok {
			delete(terms, "@vocab") // "_:" would keep undefined terms alive, under no signature
		}
		out[at] = v
	}
	return out
})

// LoadDocument gives a bundled context.
func (bundled) LoadDocument(u string) (*ld.RemoteDocument, error) {
	if doc, ok := documents()[u]; ok {
		return &ld.RemoteDocument{DocumentURL: u, Document: doc}, nil
	}
	return nil, fmt.Errorf("%w: the context %.100q", ErrContext, u)
}

// mastodons are terms that Mastodon and its kin write into their messages; ours and PeerTube's come from the room activity.
const mastodons = `{"ostatus":"http://ostatus.org#","atomUri":"ostatus:atomUri","inReplyToAtomUri":"ostatus:inReplyToAtomUri",
"conversation":"ostatus:conversation","sensitive":"as:sensitive","toot":"http://joinmastodon.org/ns#","votersCount":"toot:votersCount",
"Hashtag":"as:Hashtag","Emoji":"toot:Emoji","blurhash":"toot:blurhash","focalPoint":{"@container":"@list","@id":"toot:focalPoint"},
"schema":"http://schema.org#","manuallyApprovesFollowers":"as:manuallyApprovesFollowers",
"featured":{"@id":"toot:featured","@type":"@id"},"featuredTags":{"@id":"toot:featuredTags","@type":"@id"},
"suspended":"toot:suspended","memorial":"toot:memorial","litepub":"http://litepub.social/ns#","directMessage":"litepub:directMessage"}`

// known are the definitions that a term may have.
var known = sync.OnceValue(func() map[string][]any {
	out := map[string][]any{}
	add := func(raw []byte) {
		var all any
		if err := json.Unmarshal(raw, &all); err != nil {
			panic(err)
		}
		list, ok := all.([]any)
		if !ok {
			list = []any{all}
		}
		for _, one := range list {
			terms, _ := one.(map[string]any)
			for k, v := range terms {
				out[k] = append(out[k], v)
			}
		}
	}
	for _, c := range []json.RawMessage{
		activity.ContextBase, activity.ContextActor, activity.ContextVideo, activity.ContextComment, activity.ContextApproval, activity.ContextPlaylist,
		activity.ContextCacheFile, activity.ContextWatchAction, activity.ContextView, activity.ContextChapters, activity.ContextFlag, activity.ContextSettings,
		json.RawMessage(mastodons),
	} {
		add(c)
	}
	return out
})

// checkContext lets through the bundled contexts by name, and terms that mean what we know them to mean.
func checkContext(v any) error {
	switch c := v.(type) {
	case string:
		if _, ok := documents()[c]; !ok {
			return fmt.Errorf("%w: %.100q", ErrContext, c)
		}
		return nil
	case []any:
		for _, one := range c {
			if err := checkContext(one); err != nil {
				return err
			}
		}
		return nil
	case map[string]any:
		for term, definition := range c {
			if !defined(term, definition) {
				return fmt.Errorf("%w: the term %.50q", ErrContext, term)
			}
		}
		return nil
	}
	return ErrContext
}

func defined(term string, definition any) bool {
	for _, d := range known()[term] {
		if reflect.DeepEqual(d, definition) {
			return true
		}
	}
	return false
}
