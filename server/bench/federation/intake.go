package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/account"
	"shoal/server/activity"
	"shoal/server/actorkey"
	"shoal/server/channel"
	"shoal/server/db"
	"shoal/server/fetch"
	"shoal/server/httpsig"
	"shoal/server/inbox"
	"shoal/server/instance"
	"shoal/server/receive"
	"shoal/server/remote"
	"shoal/server/video"
)

// The size of the other scene.
const (
	intakeActivities = 10_000
	intakeServers    = 10
	intakePeople     = 50 // of each server
	intakeFilms      = 20
	intakeSenders    = 8
	leastIntake      = 1000 // activities a second
)

// letter is a signed activity on its way.
type letter struct {
	head http.Header
	body []byte
}

// intake has signed activities of many servers taken and worked: likes, comments, views and follows, each another.
func intake(ctx context.Context) ([]figure, error) {
	folder, err := os.MkdirTemp("", "shoal-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	base, err := db.Open(ctx, db.Options{Folder: folder, MaxConns: 24, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer base.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	site := "http://" + l.Addr().String()
	log := slog.New(slog.DiscardHandler)
	work, err := remote.Pool(ctx, base.Pool, 12)
	if err != nil {
		return nil, err
	}
	defer work.Close()
	r := &remote.Remote{Pool: work, Client: fetch.New(fetch.Options{AllowPrivate: true}), Site: site, Signer: func(context.Context) (httpsig.Signer, error) {
		return httpsig.Signer{}, errors.New("nothing is to be asked")
	}}
	in := &inbox.Inbox{
		Pool: base.Pool, Work: work, Remote: r, Receiver: &receive.Receiver{Pool: work, Remote: r, Site: site, Log: log}, Instance: &instance.Instance{Pool: base.Pool},
		Site: site, Log: log, PerHost: inbox.Limit{Times: -1},
	}
	letters, err := write(ctx, base.Pool, r, site)
	if err != nil {
		return nil, err
	}
	s := &http.Server{Handler: in, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.Serve(l) }()
	defer s.Close()
	return receiveAll(ctx, base.Pool, in, site, letters)
}

func receiveAll(ctx context.Context, pool *pgxpool.Pool, in *inbox.Inbox, site string, letters []letter) ([]figure, error) {
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	start, cpu, before := time.Now(), used(), heap()
	running.Go(func() { _ = in.Run(ctx) })
	if err := post(ctx, site, letters); err != nil {
		return nil, err
	}
	taken := time.Since(start)
	for {
		var left, failed int
		if err := pool.QueryRow(ctx, `SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'failed' OR reason <> '') FROM inbox`).Scan(&left, &failed); err != nil {
			return nil, err
		}
		if failed > 0 {
			return nil, fmt.Errorf("%d activities were not worked", failed)
		}
		if left == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	all, n := time.Since(start), float64(len(letters))
	return []figure{
		{name: "activities verified and written down", value: n / taken.Seconds(), unit: "/s"},
		{name: "activities verified, written down and worked", value: n / all.Seconds(), unit: "/s", target: leastIntake, least: true},
		{name: "CPU of our process and its senders for one", value: (used() - cpu) / n * 1000, unit: "ms"},
		{name: "growth of the heap by activities that come", value: heap() - before, unit: "MiB", target: mostMemory},
	}, nil
}

// post sends all from a few connections.
func post(ctx context.Context, site string, letters []letter) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: intakeSenders}}
	var next atomic.Int64
	var wrong atomic.Int64
	var all sync.WaitGroup
	for range intakeSenders {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(letters)); i = next.Add(1) - 1 {
				q, err := http.NewRequestWithContext(ctx, http.MethodPost, site+"/inbox", bytes.NewReader(letters[i].body))
				if err != nil {
					wrong.Add(1)
					return
				}
				q.Header = letters[i].head
				answer, err := client.Do(q)
				if err != nil {
					wrong.Add(1)
					continue
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
				if answer.StatusCode != http.StatusAccepted {
					wrong.Add(1)
				}
			}
		})
	}
	all.Wait()
	if n := wrong.Load(); n > 0 {
		return fmt.Errorf("%d activities were not taken", n)
	}
	return nil
}

// write fills the platform and signs what the others say.
func write(ctx context.Context, pool *pgxpool.Pool, r *remote.Remote, site string) ([]letter, error) {
	films, place, err := filmsOfOurs(ctx, pool, site)
	if err != nil {
		return nil, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	people, err := peopleElsewhere(ctx, r, key)
	if err != nil {
		return nil, err
	}
	letters := make([]letter, intakeActivities)
	var failed error
	var mu sync.Mutex
	var all sync.WaitGroup
	for w := range 2 {
		all.Go(func() {
			for i := w; i < len(letters); i += 2 {
				var err error
				if letters[i], err = sign(site, say(i, people, films, place), key); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	return letters, failed
}

// say is the activity of a number: each of them another.
func say(i int, people, films []activity.ID, place activity.ID) activity.Activity {
	who := people[i%len(people)]
	film := films[i/len(people)%len(films)]
	a := activity.Activity{
		Context: activity.ContextBase, Type: "Like", ID: who + activity.ID(fmt.Sprintf("/likes/%d", i)), Actor: who, Object: activity.Named(film),
		To: activity.IDs{activity.Public}, Cc: activity.IDs{},
	}
	switch i % 10 {
	case 0, 1, 2:
		a.Type, a.Context = "Create", activity.ContextComment
		n := activity.Note{
			Type: "Note", ID: who + activity.ID(fmt.Sprintf("/notes/%d", i)), AttributedTo: who, InReplyTo: film, To: activity.IDs{activity.Public}, Cc: activity.IDs{},
			Content: "<p>What a <strong>fine</strong> film this is, and how long it goes on.</p>", Published: activity.Time{Time: time.Now().Add(-time.Hour)},
		}
		a.Object, _ = activity.Embed(n)
	case 3, 4:
		a.Type = "View"
	case 5:
		a.Type, a.Object = "Follow", activity.Named(place)
	}
	return a
}

func sign(site string, a activity.Activity, key *rsa.PrivateKey) (letter, error) {
	body, err := activity.Write(a)
	if err != nil {
		return letter{}, err
	}
	q, err := http.NewRequest(http.MethodPost, site+"/inbox", bytes.NewReader(body))
	if err != nil {
		return letter{}, err
	}
	q.Header.Set("Content-Type", activity.ContentType)
	err = httpsig.Signer{KeyID: string(a.Actor) + "#main-key", Key: key}.Sign(q, body)
	return letter{q.Header, body}, err
}

// peopleElsewhere are known already: what is measured is no fetching.
func peopleElsewhere(ctx context.Context, r *remote.Remote, key *rsa.PrivateKey) (people []activity.ID, err error) {
	pem, err := actorkey.Public(key.Public())
	if err != nil {
		return nil, err
	}
	for s := range intakeServers {
		for p := range intakePeople {
			name := fmt.Sprintf("person%d", p)
			id := activity.ID(fmt.Sprintf("https://server%d.example/users/%s", s, name))
			_, err := r.Put(ctx, activity.Actor{
				Type: "Person", ID: id, Inbox: id + "/inbox", PreferredUsername: name, Name: name,
				PublicKey: activity.PublicKey{ID: id + "#main-key", Owner: id, PEM: pem},
			})
			if err != nil {
				return nil, err
			}
			people = append(people, id)
		}
	}
	return people, nil
}

func filmsOfOurs(ctx context.Context, pool *pgxpool.Pool, site string) (films []activity.ID, place activity.ID, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		m, err := account.Create(ctx, tx, account.New{Username: "ada", Password: "a long password", Email: "ada@films.example", Role: 2, Quota: -1, QuotaDaily: -1, Site: site})
		if err != nil {
			return err
		}
		c, err := channel.Create(ctx, tx, channel.New{AccountID: m.AccountID, Name: "adas", DisplayName: "Ada's"}, 20)
		if err != nil {
			return err
		}
		place = activity.ID(site + "/video-channels/adas")
		for i := range intakeFilms {
			v, err := video.Create(ctx, tx, video.Draft{ChannelID: c, Name: fmt.Sprintf("Film %d", i), Site: site, Filename: "f.mp4"})
			if err != nil {
				return err
			}
			if err := video.Publish(ctx, tx, v.ID); err != nil {
				return err
			}
			films = append(films, activity.ID(site+"/videos/watch/"+v.UUID.String()))
		}
		return nil
	})
	return films, place, err
}
