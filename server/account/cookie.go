package account

import (
	"context"
	"net/http"
	"time"

	"shoal/server/db"
	"shoal/server/fail"
)

// Cookie is the name of the cookie that holds a session of our own pages.
const Cookie = "shoal_session"

// SetCookie hands a session to the browser. secure is whether the platform's address has https.
func SetCookie(w http.ResponseWriter, token string, secure bool) {
	setCookie(w, token, SessionLife, secure)
}

// ClearCookie takes the session from the browser.
func ClearCookie(w http.ResponseWriter, secure bool) { setCookie(w, "", -time.Second, secure) }

func setCookie(w http.ResponseWriter, token string, life time.Duration, secure bool) {
	http.SetCookie(w, &http.Cookie{
		Name: Cookie, Value: token, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
}

// CookieToken is the session's token in a request, empty when there is none.
func CookieToken(r *http.Request) string {
	c, err := r.Cookie(Cookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// ByCookie is the person whose session the request carries, or nil. From time to time it sends the cookie anew, so that
// a session that is used does not end. The caller has made sure that a request which changes things comes from our own pages.
func ByCookie(ctx context.Context, q db.Q, w http.ResponseWriter, r *http.Request, secure bool) (*Viewer, error) {
	token := CookieToken(r)
	if token == "" {
		return nil, nil
	}
	v, err := ByToken(ctx, q, token, OriginOf(r))
	if fail.Is(err, fail.Unauthorized) {
		return nil, nil
	}
	if err == nil && v.stale && v.cookie {
		SetCookie(w, token, secure)
	}
	return v, err
}
