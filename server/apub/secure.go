package apub

import (
	"context"
	"crypto"
	"errors"
	"net/http"
	"net/url"

	"shoal/server/fail"
	"shoal/server/httpsig"
	"shoal/server/remote"
)

// askedFor bounds what is asked of others to learn whose one signature is.
const askedFor = 6

// Signed is what Verify needs: it lets pass who signs as an actor of a server that the platform does not block.
func Signed(r *remote.Remote) func(*http.Request) error {
	return func(req *http.Request) error {
		site, err := url.Parse(r.Site)
		if err != nil {
			return err
		}
		ctx := remote.WithBudget(req.Context(), askedFor)
		v := httpsig.Verifier{Scheme: site.Scheme, Host: site.Host, Now: r.Now}
		v.Key = func(ctx context.Context, id httpsig.KeyID) (crypto.PublicKey, error) {
			blocked, err := r.Blocked(ctx, id.Host)
			if err == nil && blocked {
				err = fail.New(fail.Forbidden, "This server is blocked.")
			}
			if err != nil {
				return nil, err
			}
			return r.Key(ctx, id)
		}
		_, err = v.Verify(ctx, req, nil)
		var refused *httpsig.Error
		if errors.As(err, &refused) && refused.Kind == httpsig.Wrong { // its owner may have a new key
			v.Key = func(ctx context.Context, id httpsig.KeyID) (crypto.PublicKey, error) {
				_, key, err := r.AgainKey(ctx, id)
				return key, err
			}
			_, err = v.Verify(ctx, req, nil)
		}
		switch {
		case err == nil:
			return nil
		case fail.Is(err, fail.Forbidden):
			return fail.Wrap(fail.Forbidden, err, "You may not see this.")
		}
		return fail.Wrap(fail.Unauthorized, err, "Please sign your request as an actor of your server.")
	}
}
