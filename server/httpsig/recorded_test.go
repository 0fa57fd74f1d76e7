package httpsig_test

import (
	"net/http"
	"testing"
	"time"

	"shoal/server/httpsig"
)

func TestWhatPeerTubeSendsIsBelieved(t *testing.T) {
	for name, who := range map[string]string{
		"0005-GET-_users_alice.http":           "http://localhost:9000/accounts/peertube",
		"0022-POST-Create-Video-to_inbox.http": "http://localhost:9000/accounts/bob",
		"0024-POST-Announce-to_inbox.http":     "http://localhost:9000/accounts/peertube",
		"0036-POST-Update-Group-to_inbox.http": "http://localhost:9000/video-channels/bob_channel",
		"0053-POST-View-to_inbox.http":         "http://localhost:9000/accounts/peertube",
	} {
		r, body := recorded(t, name)
		sent, err := http.ParseTime(r.Header.Get("Date"))
		if err != nil {
			t.Fatal(err)
		}
		v := httpsig.Verifier{Key: recordedKeys(t), Scheme: "http", Host: "127.0.0.1:9777", Now: func() time.Time { return sent }}
		signed, err := v.Verify(t.Context(), r, body)
		if err != nil || signed.Key.Owner != who || signed.Scheme != httpsig.Cavage || !signed.Created.Equal(sent) {
			t.Errorf("%s: %+v %v", name, signed, err)
		}
		if len(body) > 0 {
			body[len(body)/2] ^= 1
			if _, err := v.Verify(t.Context(), r, body); kindOf(err) != httpsig.Altered {
				t.Errorf("%s altered: %v", name, err)
			}
			body[len(body)/2] ^= 1
		}
		r.RequestURI = "/elsewhere"
		if _, err := v.Verify(t.Context(), r, body); kindOf(err) != httpsig.Wrong {
			t.Errorf("%s elsewhere: %v", name, err)
		}
	}
}

func TestKeylessTellsTheCause(t *testing.T) {
	r, body := recorded(t, "0061-POST-Flag-to_inbox.http") // by an account whose key we do not have
	sent, _ := http.ParseTime(r.Header.Get("Date"))
	v := httpsig.Verifier{Key: recordedKeys(t), Now: func() time.Time { return sent }}
	if _, err := v.Verify(t.Context(), r, body); kindOf(err) != httpsig.Keyless {
		t.Error(err)
	}
}
