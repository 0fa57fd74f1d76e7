package activity

import "encoding/json"

// Link is one of the addresses of a video, a tag of any kind, or an attachment: their fields hardly meet.
type Link struct {
	Type         Type           `json:"type,omitzero"` // Link, Infohash, Hashtag, SensitiveTag, Mention, Image, Document …
	Name         string         `json:"name,omitzero"`
	Rel          Many[string]   `json:"rel,omitzero"`
	MediaType    string         `json:"mediaType,omitzero"`
	Href         ID             `json:"href,omitzero"`
	URL          ID             `json:"url,omitzero"` // of an Image or a Document
	Height       *int           `json:"height,omitzero"`
	Width        *int           `json:"width,omitzero"`
	Size         *int64         `json:"size,omitzero"` // bytes
	FPS          *int           `json:"fps,omitzero"`
	Attachment   Many[Property] `json:"attachment,omitzero"`
	Tag          Many[Link]     `json:"tag,omitzero"`
	TileWidth    *int           `json:"tileWidth,omitzero"`
	TileHeight   *int           `json:"tileHeight,omitzero"`
	TileDuration *Seconds       `json:"tileDuration,omitzero"`
	Value        string         `json:"value,omitzero"` // of a profile's PropertyValue
	Icon         *Image         `json:"icon,omitzero"`  // of an Emoji
}

// UnmarshalJSON takes an object, or a string, which is where it leads.
func (l *Link) UnmarshalJSON(b []byte) error {
	*l = Link{}
	if first(b) == '"' {
		return l.Href.UnmarshalJSON(b)
	}
	type plain Link
	return into(b, (*plain)(l))
}

// Property is something said of a file, or on a profile.
type Property struct {
	Type  Type   `json:"type"` // PropertyValue
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Links are written as one string when there is one that is text/vtt: PeerTube before 7.2 reads captions only so, and later ones too.
type Links []Link

// UnmarshalJSON takes one or a list, of strings or objects.
func (l *Links) UnmarshalJSON(b []byte) error { return (*Many[Link])(l).UnmarshalJSON(b) }

// MarshalJSON writes a string or a list.
func (l Links) MarshalJSON() ([]byte, error) {
	if len(l) == 1 && (l[0].MediaType == "" || l[0].MediaType == "text/vtt") {
		return Write(l[0].Href)
	}
	return Many[Link](l).MarshalJSON()
}

// Image is a picture in one size.
type Image struct {
	Type      Type   `json:"type"`
	URL       ID     `json:"url"`
	MediaType string `json:"mediaType,omitzero"`
	Height    *int   `json:"height,omitzero"`
	Width     *int   `json:"width,omitzero"`
	Name      string `json:"name,omitzero"` // what it shows
}

// UnmarshalJSON takes an object, an address, or the first of a list.
func (i *Image) UnmarshalJSON(b []byte) error {
	*i = Image{}
	type plain Image
	switch all := elements(b); {
	case len(all) == 0 || first(all[0]) == '[':
		return nil
	case first(all[0]) == '"':
		i.Type = "Image"
		return i.URL.UnmarshalJSON(all[0])
	default:
		return into(all[0], (*plain)(i))
	}
}

// Storyboard is a picture of many small ones, for the seek bar.
type Storyboard struct {
	Type Type         `json:"type"`
	Rel  Many[string] `json:"rel"`
	URL  Many[Link]   `json:"url"`
}

// Owner is one whom something belongs to.
type Owner struct {
	Type Type `json:"type,omitzero"`
	ID   ID   `json:"id"`
}

// UnmarshalJSON takes an object or an address.
func (o *Owner) UnmarshalJSON(b []byte) error {
	*o = Owner{}
	_ = o.ID.UnmarshalJSON(b)
	if first(b) == '{' {
		var t struct {
			Type Type `json:"type"`
		}
		_ = json.Unmarshal(b, &t)
		o.Type = t.Type
	}
	return nil
}
