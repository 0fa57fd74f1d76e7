package session

import (
	"context"
	"errors"
	"time"

	"shoal/app/dom"
	"shoal/shared/api"
)

// Browser is what a page may ask of the browser.
type Browser interface {
	Go(f func())                                         // runs f apart from the page; f may wait
	Do(f func())                                         // runs f on the page's own line, then draws the page again
	Open(address string)                                 // goes to another page
	Replace(address string)                              // changes the address without going anywhere
	Load(address string)                                 // leaves for an address that is not a page of the app
	Toast(t Toast)                                       // shows a message
	After(d time.Duration, f func()) (stop func())       // runs f on the page's own line after d
	Keep(key, value string)                              // remembers on this device; an empty value forgets
	Kept(key string) string                              // what was remembered
	Cookie(name, value string)                           // tells the server a choice such as the theme
	Theme(name string)                                   // light, dark, or empty for the system's
	Focus(id string)                                     // moves the keyboard to an element
	Copy(words string)                                   // puts words on the clipboard
	Preview(f dom.File) string                           // an address under which a picked file can be seen
	Heard(f func(api.Push)) (stop func())                // calls f for what the server pushes; at once and at each change also "hello" or "gone" for the line itself
	Back(f func()) (stop func())                         // calls f when the network, or the person to this tab, is back
	Dropped(f func([]dom.File)) (stop func())            // calls f for files dropped or pasted anywhere on the page
	Guard(words string)                                  // asks before the tab is closed; empty to stop asking
	Show(id string, open bool)                           // opens a dialog of the page in front of everything, or closes it
	Send(ctx context.Context, c Chunk) (Answer, error)   // sends part of a file
	Video(ctx context.Context, f dom.File) (Clip, error) // looks into a picked video
}

// Chunk is part of a picked file on its way to the server.
type Chunk struct {
	Address string
	Method  string
	Headers map[string]string
	File    dom.File
	From    int64 // first byte
	To      int64 // byte after the last; equal to From for a question without bytes
	Body    []byte
	Moved   func(sent int64) // bytes of this chunk so far; called on no particular line
}

// ErrUnreadable is Send's error when the picked file is gone or was changed since it was picked.
var ErrUnreadable = errors.New("the file cannot be read any more")

// Answer is what the server said to a chunk.
type Answer struct {
	Status  int
	Headers map[string]string // lower-case names
	Body    []byte
}

// Clip is what the browser can see of a video file before it is sent.
type Clip struct {
	Duration float64 // seconds
	Width    int
	Height   int
	Picture  string // data address of a frame
}

// Player plays the video of a watch page and goes on playing when the page is left.
type Player interface {
	Open(boot []byte, slot string) // JSON of api.Boot and the id of the element whose place it takes
	Close()
	Mini() // the page of the video was left
	Seek(seconds float64)
	Position() float64 // seconds
	Share(on bool)     // the answer to whether the video is shared
	Seen()             // shows what others can see
}
