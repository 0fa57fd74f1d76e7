// Package discovery is the documents by which servers find each other's actors: WebFinger, NodeInfo, host-meta.
package discovery

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/url"
	"strings"
)

// Content types of the documents.
const (
	WebFingerType = "application/jrd+json; charset=utf-8"
	HostMetaType  = "application/xrd+xml; charset=utf-8"
	NodeInfoType  = `application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.0#"`
)

const (
	application = "https://www.w3.org/ns/activitystreams#Application" // FEP-2677
	subscribe   = "http://ostatus.org/schema/1.0/subscribe"
	schema      = "http://nodeinfo.diaspora.software/ns/schema/"
)

// Link is one link of a document.
type Link struct {
	Rel      string `json:"rel"`
	Type     string `json:"type,omitzero"`
	Href     string `json:"href,omitzero"`
	Template string `json:"template,omitzero"`
}

// Document is WebFinger's answer, and the index of NodeInfo.
type Document struct {
	Subject string   `json:"subject,omitzero"`
	Aliases []string `json:"aliases,omitzero"`
	Links   []Link   `json:"links"`
}

// WebFinger answers who resource is: actor is the id, page its page or empty, base our address without a slash at its end.
func WebFinger(resource, actor, page, base string) Document {
	d := Document{Subject: resource, Aliases: []string{actor}, Links: []Link{{Rel: "self", Type: "application/activity+json", Href: actor}}}
	if page != "" {
		d.Links = append(d.Links, Link{Rel: "http://webfinger.net/rel/profile-page", Type: "text/html", Href: page})
	}
	d.Links = append(d.Links, Link{Rel: subscribe, Template: base + "/remote-interaction?uri={uri}"})
	return d
}

// NodeInfos is the index of NodeInfo, with the link to the server's own actor that PeerTube follows.
func NodeInfos(base, actor string) Document {
	return Document{Links: []Link{
		{Rel: schema + "2.0", Href: base + "/nodeinfo/2.0.json"}, {Rel: schema + "2.1", Href: base + "/nodeinfo/2.1.json"}, {Rel: application, Href: actor},
	}}
}

// HostMeta is the template of WebFinger's address.
func HostMeta(base string) []byte {
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(base))
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">` + "\n" +
		`  <Link rel="lrdd" type="application/xrd+xml" template="` + escaped.String() + `/.well-known/webfinger?resource={uri}"/>` + "\n</XRD>\n")
}

// ErrDocument is an answer that names no actor.
var ErrDocument = errors.New("discovery: no actor is named")

// Self is the actor that a WebFinger answer names, by the link of the right type if there is one: PeerTube's rule is the first.
func Self(body []byte) (string, error) {
	return find(body, "self")
}

// Application is the server's own actor in an index of NodeInfo.
func Application(body []byte) (string, error) {
	return find(body, application)
}

func find(body []byte, rel string) (string, error) {
	var d Document
	if err := json.Unmarshal(body, &d); err != nil {
		return "", errors.Join(ErrDocument, err)
	}
	first := ""
	for _, l := range d.Links {
		u, err := url.Parse(l.Href)
		if l.Rel != rel || err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			continue
		}
		if strings.HasPrefix(l.Type, "application/activity+json") || strings.HasPrefix(l.Type, "application/ld+json") {
			return l.Href, nil
		}
		if first == "" {
			first = l.Href
		}
	}
	if first == "" {
		return "", ErrDocument
	}
	return first, nil
}

// Handle reads name@host, @name@host or acct:name@host.
func Handle(s string) (name, host string, ok bool) {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "acct:"), "@")
	name, host, ok = strings.Cut(s, "@")
	if !ok || name == "" || len(s) > 500 || strings.ContainsFunc(name, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("-_.:", c)) // PeerTube's alphabet
	}) {
		return "", "", false
	}
	u, err := url.Parse("https://" + host)
	if err != nil || u.Host != host || u.Hostname() == "" || u.User != nil || strings.HasSuffix(host, ":") || strings.ContainsAny(host, " %") {
		return "", "", false
	}
	return name, strings.ToLower(host), true
}
