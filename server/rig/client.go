package rig

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"shoal/shared/api"
)

// Client speaks the REST interface of one platform as an app would.
type Client struct {
	URL   string // without a closing slash
	Token string // of access; empty for a guest
	HTTP  http.Client
	Pause time.Duration // between questions of Processed, each of which costs the server some milliseconds; 0 for a short one
}

// Answer is what came back, with its body read.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do sends one request; head is pairs of names and values.
func (c *Client) Do(ctx context.Context, method, path string, body io.Reader, head ...string) (Answer, error) {
	to := path
	if !strings.Contains(to, "://") {
		to = c.URL + path
	}
	r, err := http.NewRequestWithContext(ctx, method, to, body)
	if err != nil {
		return Answer{}, err
	}
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	resp, err := c.HTTP.Do(r)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return Answer{resp.StatusCode, resp.Header, b}, err
}

// API is the typed client over this one.
func (c *Client) API() api.Client {
	return api.Client{Do: func(ctx context.Context, method, path string, body []byte) (int, []byte, error) {
		a, err := c.Do(ctx, method, path, bytes.NewReader(body), "Content-Type", "application/json")
		return a.Status, a.Body, err
	}}
}

// SignIn gets a token by the password grant, as every PeerTube app does.
func (c *Client) SignIn(ctx context.Context, name, password string) error {
	var client api.OAuthClient
	if err := c.API().Get(ctx, "/api/v1/oauth-clients/local", &client); err != nil {
		return err
	}
	form := url.Values{"client_id": {client.ID}, "client_secret": {client.Secret}, "grant_type": {"password"}, "username": {name}, "password": {password}}
	a, err := c.Do(ctx, "POST", "/api/v1/users/token", strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	if err != nil {
		return err
	}
	var token api.Token
	if err := json.Unmarshal(a.Body, &token); err != nil || a.Status != http.StatusOK {
		return fmt.Errorf("signing in: %d %s %w", a.Status, a.Body, err)
	}
	c.Token = token.AccessToken
	return nil
}

// ChannelID is the signed-in person's default channel.
func (c *Client) ChannelID(ctx context.Context) (int64, error) {
	var me api.User
	if err := c.API().Get(ctx, "/api/v1/users/me", &me); err != nil {
		return 0, err
	}
	if len(me.VideoChannels) == 0 {
		return 0, fmt.Errorf("%s has no channel", me.Username)
	}
	return me.VideoChannels[0].ID, nil
}

// Transfer is a resumable upload under way.
type Transfer struct {
	At   string // its address
	Size int64
}

// Begin opens a resumable upload of size bytes under a file name. meta is added to the usual fields.
func (c *Client) Begin(ctx context.Context, filename string, size int64, meta map[string]any) (Transfer, error) {
	channel, err := c.ChannelID(ctx)
	if err != nil {
		return Transfer{}, err
	}
	fields := map[string]any{"channelId": channel, "name": filename, "privacy": api.Public, "filename": filename, "waitTranscoding": false}
	for k, v := range meta {
		fields[k] = v
	}
	body, err := json.Marshal(fields)
	if err != nil {
		return Transfer{}, err
	}
	a, err := c.Do(ctx, "POST", "/api/v1/videos/upload-resumable", bytes.NewReader(body),
		"Content-Type", "application/json", "X-Upload-Content-Length", fmt.Sprint(size), "X-Upload-Content-Type", "video/mp4")
	if err != nil {
		return Transfer{}, err
	}
	to := a.Header.Get("Location")
	if a.Status != http.StatusCreated || to == "" {
		return Transfer{}, fmt.Errorf("beginning an upload: %d %s", a.Status, a.Body)
	}
	base, err := url.Parse(c.URL)
	if err != nil {
		return Transfer{}, err
	}
	at, err := base.Parse(to)
	if err != nil {
		return Transfer{}, err
	}
	return Transfer{at.RequestURI(), size}, nil // the path alone: the platform may come back elsewhere
}

// Put sends the bytes from an offset on: 308 while more is wanted, 200 at the end.
func (c *Client) Put(ctx context.Context, t Transfer, from int64, chunk []byte) (Answer, error) {
	return c.Do(ctx, "PUT", t.At, bytes.NewReader(chunk), "Content-Type", "application/octet-stream",
		"Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, from+int64(len(chunk))-1, t.Size))
}

// Acknowledged asks how many bytes the server has for good.
func (c *Client) Acknowledged(ctx context.Context, t Transfer) (int64, error) {
	a, err := c.Do(ctx, "PUT", t.At, nil, "Content-Range", fmt.Sprintf("bytes */%d", t.Size))
	if err != nil {
		return 0, err
	}
	switch {
	case a.Status == http.StatusOK:
		return t.Size, nil
	case a.Status != http.StatusPermanentRedirect:
		return 0, fmt.Errorf("asking for the offset: %d %s", a.Status, a.Body)
	case a.Header.Get("Range") == "":
		return 0, nil
	}
	var last int64
	_, err = fmt.Sscanf(a.Header.Get("Range"), "bytes=0-%d", &last)
	return last + 1, err
}

const chunk = 8 << 20

// Upload sends a whole file in chunks and gives the new video's UUID.
func (c *Client) Upload(ctx context.Context, path string, meta map[string]any) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	t, err := c.Begin(ctx, filepath.Base(path), info.Size(), meta)
	if err != nil {
		return "", err
	}
	buffer := make([]byte, chunk)
	for from := int64(0); from < info.Size(); {
		n, err := io.ReadFull(f, buffer)
		if n == 0 {
			return "", err
		}
		a, err := c.Put(ctx, t, from, buffer[:n])
		if err != nil {
			return "", err
		}
		from += int64(n)
		if from == info.Size() {
			return Uploaded(a)
		}
		if a.Status != http.StatusPermanentRedirect {
			return "", fmt.Errorf("sending a chunk: %d %s", a.Status, a.Body)
		}
	}
	return "", fmt.Errorf("%s is empty", path)
}

// Uploaded reads the answer to the last chunk.
func Uploaded(a Answer) (string, error) {
	var v api.VideoUploaded
	if err := json.Unmarshal(a.Body, &v); err != nil || a.Status != http.StatusOK || v.Video.UUID == "" {
		return "", fmt.Errorf("the last chunk was answered with %d %s", a.Status, a.Body)
	}
	return v.Video.UUID, nil
}

// Video is one video as its owner sees it.
func (c *Client) Video(ctx context.Context, uuid string) (api.VideoDetails, error) {
	var v api.VideoDetails
	return v, c.API().Get(ctx, "/api/v1/videos/"+uuid, &v)
}

// Watchable waits until the video is published.
func (c *Client) Watchable(ctx context.Context, uuid string) error {
	return Until(ctx, "the video to be watchable", func() (bool, error) {
		v, err := c.Video(ctx, uuid)
		if err == nil && (v.State.ID == api.TranscodingFailed || v.Processing != nil && v.Processing.State == "failed") {
			err = fmt.Errorf("processing failed: %+v", v.Processing)
		}
		return err == nil && v.State.ID == api.Published, err
	})
}

// Processed waits until nothing more is to be made of the video, and gives how its processing ended.
func (c *Client) Processed(ctx context.Context, uuid string) (api.VideoDetails, error) {
	var v api.VideoDetails
	err := every(ctx, cmp.Or(c.Pause, soon), "the video to be processed", func() (bool, error) {
		var err error
		v, err = c.Video(ctx, uuid)
		return err == nil && (v.Processing == nil || v.Processing.State == "done" || v.Processing.State == "failed") && v.State.ID != api.ToTranscode, err
	})
	return v, err
}
