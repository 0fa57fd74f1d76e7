package video

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

// Embedding says which sites may show a video in their pages.
type Embedding struct {
	Policy  int // one of api's
	Domains []string
}

const embedding = `SELECT embed_policy, embed_domains FROM video WHERE id = @id`

// EmbeddingOf reads it.
func EmbeddingOf(ctx context.Context, q db.Q, id int64) (Embedding, error) {
	rows, _ := q.Query(ctx, embedding, pgx.NamedArgs{"id": id})
	e, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Embedding])
	return e, found(err)
}

const mostDomains = 100

// domainName is a host name, with a port where it has one (RFC 1123, 2.1).
var domainName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[0-9]{1,5})?$`)

const setEmbedding = `UPDATE video SET embed_policy = @policy, embed_domains = @domains, updated_at = now() WHERE id = @id`

// SetEmbedding changes it.
func SetEmbedding(ctx context.Context, q db.Q, id int64, e Embedding) error {
	if e.Policy != api.EmbedAll && e.Policy != api.EmbedListed {
		return fail.Field("policy", "Should be 1 for all sites or 2 for those of the list.")
	}
	if len(e.Domains) > mostDomains {
		return fail.Field("domains", "Should be at most %d.", mostDomains)
	}
	domains := make([]string, 0, len(e.Domains))
	for _, d := range e.Domains {
		d = strings.ToLower(strings.TrimSpace(d))
		if len(d) > 255 || !domainName.MatchString(d) {
			return fail.Field("domains", "Should be names such as videos.example.")
		}
		if !slices.Contains(domains, d) {
			domains = append(domains, d)
		}
	}
	return touched(ctx, q, setEmbedding, pgx.NamedArgs{"id": id, "policy": e.Policy, "domains": domains})
}

// Allows tells whether a site may show the video.
func (e Embedding) Allows(domain string) bool {
	return e.Policy == api.EmbedAll || slices.Contains(e.Domains, strings.ToLower(domain))
}

const framersOf = `SELECT embed_policy, embed_domains FROM video WHERE uuid = @uuid`

// Framers gives the sites that may show a video in their pages, as sources of a content security policy; nil for all.
func Framers(ctx context.Context, q db.Q, id uuid.UUID) ([]string, error) {
	rows, _ := q.Query(ctx, framersOf, pgx.NamedArgs{"uuid": id})
	e, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Embedding])
	if err != nil || e.Policy == api.EmbedAll {
		return nil, found(err)
	}
	sites := make([]string, 0, 2*len(e.Domains))
	for _, d := range e.Domains {
		sites = append(sites, "https://"+d, "http://"+d)
	}
	return sites, nil
}
