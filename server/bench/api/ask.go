package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/rig"
)

// names are things that questions are about.
type names struct {
	videos, talked, channels []string
	word, rare, busiest      string
}

const (
	someVideos = `SELECT uuid::text FROM video WHERE privacy = 1 AND state = 1 ORDER BY hashint8extended(id, 77) LIMIT 500`

	talkedVideos = `SELECT uuid::text FROM video WHERE privacy = 1 AND comments > 3 ORDER BY hashint8extended(id, 78) LIMIT 500`

	mostTalked = `SELECT uuid::text FROM video WHERE privacy = 1 ORDER BY comments DESC LIMIT 1`

	someChannels = `SELECT name FROM actor WHERE kind = 'channel' ORDER BY hashint8extended(id, 79) LIMIT 500`
)

func sample(ctx context.Context, q db.Q) (n names, err error) {
	n.word, n.rare = "bababa", "zyzzyva"
	for _, s := range []struct {
		sql string
		to  *[]string
	}{{someVideos, &n.videos}, {talkedVideos, &n.talked}, {someChannels, &n.channels}} {
		rows, _ := q.Query(ctx, s.sql)
		if *s.to, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
			return n, err
		}
	}
	return n, q.QueryRow(ctx, mostTalked).Scan(&n.busiest)
}

// question is one kind of request; path is made anew for each.
type question struct {
	name   string
	signed bool // asked by a member
	path   func(n int) string
}

func questions(n names) []question {
	fixed := func(path string) func(int) string { return func(int) string { return path } }
	one := func(list []string, path string) func(int) string {
		return func(i int) string { return fmt.Sprintf(path, list[i%len(list)]) }
	}
	var all []question
	for _, sort := range []string{"-publishedAt", "publishedAt", "-createdAt", "-originallyPublishedAt", "-updatedAt", "-views", "-likes", "-comments", "-duration", "name", "-trending", "-hot", "-best"} {
		all = append(all, question{"list " + sort, false, fixed("videos?sort=" + sort)})
	}
	return append(all,
		question{"list of a category", false, func(i int) string { return fmt.Sprintf("videos?categoryOneOf=%d", 1+i%18) }},
		question{"list of a tag", false, fixed("videos?tagsOneOf=" + n.word)},
		question{"list in a language", false, fixed("videos?languageOneOf=fr&sort=-views")},
		question{"list, tenth page", false, fixed("videos?start=900&count=100")},
		question{"search, rare word", false, fixed("search/videos?search=" + n.rare)},
		question{"search, common word", false, fixed("search/videos?search=" + n.word)},
		question{"search, two words", false, fixed("search/videos?search=bababa+cebaba")},
		question{"search, slip of the pen", false, fixed("search/videos?search=zyzyva")},
		question{"search, newest first", false, fixed("search/videos?search=cebaba&sort=-publishedAt")},
		question{"search of channels, common word", false, fixed("search/video-channels?search=" + n.word)},
		question{"search of channels, a name", false, one(n.channels, "search/video-channels?search=%s")},
		question{"video", false, one(n.videos, "videos/%s")},
		question{"comment threads", false, one(n.talked, "videos/%s/comment-threads")},
		question{"comment threads, most talked of", false, fixed("videos/" + n.busiest + "/comment-threads")},
		question{"videos of a channel", false, one(n.channels, "video-channels/%s/videos")},
		question{"subscription feed", true, fixed("users/me/subscriptions/videos")},
		question{"notifications", true, fixed("users/me/notifications")},
		question{"comments for moderators", true, fixed("videos/comments")},
		question{"comments for moderators, a word", true, fixed("videos/comments?search=cebaba")},
	)
}

// figure is what one question took.
type figure struct {
	name            string
	p50, p99, worst time.Duration
	rate            float64 // answers a second to four at once
}

const together = 4

func ask(ctx context.Context, c *rig.Client, n names, only string, times int) (all []figure, err error) {
	for _, q := range questions(n) {
		if !strings.Contains(q.name, only) {
			continue
		}
		fmt.Fprintf(os.Stderr, "  %s …", q.name)
		f, err := measure(ctx, c, q, times)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q.name, err)
		}
		fmt.Fprintf(os.Stderr, " p50 %s, p99 %s\n", ms(f.p50), ms(f.p99))
		all = append(all, f)
	}
	return all, nil
}

func measure(ctx context.Context, c *rig.Client, q question, times int) (figure, error) {
	const most = 10 * time.Second // a slow question is asked less often
	var took []time.Duration
	began := time.Now()
	for i := 0; i < times && (i < 10 || time.Since(began) < most); i++ {
		at := time.Now()
		if err := get(ctx, c, q, i); err != nil {
			return figure{}, err
		}
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	f := figure{name: q.name, p50: took[len(took)/2], p99: took[min(len(took)*99/100, len(took)-1)], worst: took[len(took)-1]}
	var err error
	f.rate, err = crowd(ctx, c, q, len(took))
	return f, err
}

// crowd asks several at once.
func crowd(ctx context.Context, c *rig.Client, q question, times int) (float64, error) {
	var next atomic.Int64
	var wait sync.WaitGroup
	errs := make([]error, together)
	began := time.Now()
	for w := range together {
		wait.Go(func() {
			for i := int(next.Add(1)); i <= times && errs[w] == nil; i = int(next.Add(1)) {
				errs[w] = get(ctx, c, q, i)
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return 0, err
		}
	}
	return float64(times) / time.Since(began).Seconds(), nil
}

// get asks once. A number that nobody reads keeps answers for guests from being given twice.
func get(ctx context.Context, c *rig.Client, q question, i int) error {
	path := "/api/v1/" + q.path(i)
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s%s%sbench=%d", c.URL, path, sign, rand.Int64()), nil)
	if err != nil {
		return err
	}
	if q.signed {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, answer.Status)
	}
	return nil
}
