// Package watchword is lists of words, the automatic tags they give to comments and videos, and what comes of the tags.
package watchword

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

// Limits of lists of words, those of PeerTube.
const (
	mostLists   = 100
	mostWords   = 500
	longestWord = 100
	longestName = 100
)

// ExternalLink is the tag of what has a link to elsewhere.
const ExternalLink = "external-link"

func checkWords(name string, words []string) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(name)); n < 1 || n > longestName {
		return fail.Field("listName", "The name of a list has 1 to %d characters.", longestName)
	}
	if len(words) < 1 || len(words) > mostWords {
		return fail.Field("words", "A list has 1 to %d words.", mostWords)
	}
	seen := map[string]bool{}
	for _, w := range words {
		if n := utf8.RuneCountInString(w); strings.TrimSpace(w) == "" || n > longestWord || seen[w] {
			return fail.Field("words", "Words have 1 to %d characters and stand in a list once.", longestWord)
		}
		seen[w] = true
	}
	return nil
}

// The owner 0 is the platform itself.
const (
	listWords = `
	SELECT id, name, words, created_at, updated_at, count(*) OVER () FROM watched_words WHERE coalesce(account_id, 0) = @owner
	ORDER BY
		CASE WHEN @sort = 'listName' AND NOT @down::bool THEN lower(name) END, CASE WHEN @sort = 'listName' AND @down THEN lower(name) END DESC,
		CASE WHEN @sort = 'updatedAt' AND NOT @down THEN updated_at END, CASE WHEN @sort = 'updatedAt' AND @down THEN updated_at END DESC,
		CASE WHEN @down THEN -id ELSE id END
	LIMIT @count OFFSET @start`

	countWords = `SELECT count(*) FROM watched_words WHERE coalesce(account_id, 0) = @owner`

	addWords = `
	INSERT INTO watched_words (account_id, name, words) SELECT nullif(@owner::bigint, 0), @name, @words
	WHERE (SELECT count(*) FROM watched_words WHERE coalesce(account_id, 0) = @owner) < @most
	RETURNING id`

	changeWords = `
	UPDATE watched_words SET name = @name, words = @words, updated_at = now() WHERE id = @id AND coalesce(account_id, 0) = @owner`

	nameOfWords = `SELECT name FROM watched_words WHERE id = @id AND coalesce(account_id, 0) = @owner FOR UPDATE`

	removeWords = `DELETE FROM watched_words WHERE id = @id AND coalesce(account_id, 0) = @owner`

	renamePolicy = `UPDATE tag_policy SET tag = @name WHERE coalesce(account_id, 0) = @owner AND tag = @old`

	removePolicy = `DELETE FROM tag_policy WHERE coalesce(account_id, 0) = @owner AND tag = @old`
)

// List is a page of an owner's lists, by listName, updatedAt or otherwise by age.
func List(ctx context.Context, q db.Q, owner int64, sort string, down bool, start, count int) (api.Page[api.WatchedWords], error) {
	args := pgx.NamedArgs{"owner": owner, "sort": sort, "down": down, "start": start, "count": count}
	p := api.Page[api.WatchedWords]{Data: []api.WatchedWords{}}
	rows, _ := q.Query(ctx, listWords, args)
	var w api.WatchedWords
	_, err := pgx.ForEachRow(rows, []any{&w.ID, &w.Name, &w.Words, &w.CreatedAt, &w.UpdatedAt, &p.Total}, func() error {
		p.Data = append(p.Data, w)
		w.Words = nil
		return nil
	})
	if err == nil && len(p.Data) == 0 {
		err = q.QueryRow(ctx, countWords, args).Scan(&p.Total)
	}
	return p, err
}

// Add adds a list.
func Add(ctx context.Context, q db.Q, owner int64, name string, words []string) (id int64, err error) {
	if err := checkWords(name, words); err != nil {
		return 0, err
	}
	err = q.QueryRow(ctx, addWords, pgx.NamedArgs{"owner": owner, "name": strings.TrimSpace(name), "words": words, "most": mostLists}).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, fail.New(fail.Invalid, "There may be %d lists.", mostLists)
	}
	return id, twice(err)
}

func twice(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" {
		return fail.Wrap(fail.Conflict, err, "There is a list of this name already.")
	}
	return err
}

var errNoList = fail.New(fail.NotFound, "There is no such list.")

// Change replaces a list of the owner's. What its tag makes happen goes on under its new name.
func Change(ctx context.Context, q db.Q, owner, id int64, name string, words []string) error {
	if err := checkWords(name, words); err != nil {
		return err
	}
	args := pgx.NamedArgs{"owner": owner, "id": id, "name": strings.TrimSpace(name), "words": words}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		old, err := oldName(ctx, tx, args)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, changeWords, args); err != nil {
			return twice(err)
		}
		args["old"] = old
		_, err = tx.Exec(ctx, renamePolicy, args)
		return err
	})
}

// Remove takes a list of the owner's away.
func Remove(ctx context.Context, q db.Q, owner, id int64) error {
	args := pgx.NamedArgs{"owner": owner, "id": id}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		old, err := oldName(ctx, tx, args)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, removeWords, args); err != nil {
			return err
		}
		args["old"] = old
		_, err = tx.Exec(ctx, removePolicy, args)
		return err
	})
}

func oldName(ctx context.Context, tx pgx.Tx, args pgx.NamedArgs) (name string, err error) {
	err = tx.QueryRow(ctx, nameOfWords, args).Scan(&name)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errNoList
	}
	return name, err
}

const allWords = `SELECT name, words FROM watched_words WHERE coalesce(account_id, 0) = @owner ORDER BY id`

// Tags are the automatic tags of a text, by the lists of an owner and by its links. site is our own address.
func Tags(ctx context.Context, q db.Q, owner int64, site, text string) ([]string, error) {
	tags := []string{}
	if linked(site, text) {
		tags = append(tags, ExternalLink)
	}
	rows, _ := q.Query(ctx, allWords, pgx.NamedArgs{"owner": owner})
	var name string
	var words []string
	_, err := pgx.ForEachRow(rows, []any{&name, &words}, func() error {
		if slices.ContainsFunc(words, func(w string) bool { return has(text, w) }) && !slices.Contains(tags, name) {
			tags = append(tags, name)
		}
		words = nil
		return nil
	})
	return tags, err
}

// has tells whether a text has a word as a whole, whatever its case. Signs, and scripts without spaces, are looked for anywhere.
func has(text, word string) bool {
	anywhere := strings.ContainsFunc(word, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
	})
	if anywhere || !strings.ContainsFunc(word, spoken) {
		return strings.Contains(strings.ToLower(text), strings.ToLower(strings.TrimSpace(word)))
	}
	return strings.Contains(spaced(text), spaced(word))
}

// spaced is the text in lower case with one space before and behind each word.
func spaced(text string) string {
	return " " + strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !spoken(r) }), " ") + " "
}

func spoken(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

var link = regexp.MustCompile(`(?i)(?:https?://|www\.)[^\s<>"'()\[\]]+`)

func linked(site, text string) bool {
	for _, l := range link.FindAllString(text, -1) {
		if rest, ours := strings.CutPrefix(strings.ToLower(l), strings.ToLower(site)); !ours || rest != "" && !strings.ContainsAny(rest[:1], "/?#") {
			return true
		}
	}
	return false
}

// Available are the automatic tags that an owner can have.
func Available(ctx context.Context, q db.Q, owner int64) (api.AutoTags, error) {
	out := api.AutoTags{Available: []api.AutoTag{{Name: ExternalLink, Type: "core"}}}
	rows, _ := q.Query(ctx, allWords, pgx.NamedArgs{"owner": owner})
	var name string
	var words []string
	_, err := pgx.ForEachRow(rows, []any{&name, &words}, func() error {
		out.Available = append(out.Available, api.AutoTag{Name: name, Type: "watched-words-list"})
		return nil
	})
	return out, err
}

const (
	policy = `SELECT tag FROM tag_policy WHERE coalesce(account_id, 0) = @owner ORDER BY tag`

	clearPolicy = `DELETE FROM tag_policy WHERE coalesce(account_id, 0) = @owner`

	setPolicy = `INSERT INTO tag_policy (account_id, tag) SELECT DISTINCT nullif(@owner::bigint, 0), t FROM unnest(@tags::text[]) t`
)

// Policy are the tags that make comments below an account's videos, or videos of the platform (owner 0), wait for review.
func Policy(ctx context.Context, q db.Q, owner int64) ([]string, error) {
	rows, _ := q.Query(ctx, policy, pgx.NamedArgs{"owner": owner})
	tags, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if tags == nil {
		tags = []string{}
	}
	return tags, err
}

// SetPolicy replaces those tags; field names them in refusals.
func SetPolicy(ctx context.Context, q db.Q, owner int64, field string, tags []string) error {
	known, err := Available(ctx, q, owner)
	if err != nil {
		return err
	}
	for _, t := range tags {
		if !slices.ContainsFunc(known.Available, func(a api.AutoTag) bool { return a.Name == t }) {
			return fail.Field(field, "There is no automatic tag %q.", t)
		}
	}
	args := pgx.NamedArgs{"owner": owner, "tags": tags}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, clearPolicy, args); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, setPolicy, args)
		return err
	})
}

const (
	clearVideoTags = `DELETE FROM video_auto_tag WHERE video_id = @video RETURNING tag`

	setVideoTags = `INSERT INTO video_auto_tag (video_id, tag) SELECT @video, t FROM unnest(@tags::text[]) t`
)

// TagVideo gives a video its automatic tags by its words, and tells whether one that it did not have asks for a review.
func TagVideo(ctx context.Context, tx pgx.Tx, videoID int64, site, text string) (review bool, err error) {
	tags, err := Tags(ctx, tx, 0, site, text)
	if err != nil {
		return false, err
	}
	args := pgx.NamedArgs{"video": videoID, "tags": tags}
	rows, _ := tx.Query(ctx, clearVideoTags, args)
	old, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, setVideoTags, args); err != nil {
		return false, err
	}
	asks, err := Policy(ctx, tx, 0)
	return slices.ContainsFunc(tags, func(t string) bool { return slices.Contains(asks, t) && !slices.Contains(old, t) }), err
}
