package api

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"shoal/server/account"
	"shoal/server/instance"
	"shoal/shared/api"
)

func newcomer(name string, more ...any) map[string]any {
	in := map[string]any{"username": name, "email": name + "@example.org", "password": password}
	for i := 0; i < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	return in
}

const registerPath = "/api/v1/users/register"

func TestAnOpenDoor(t *testing.T) {
	o := newOffice(t)
	o.send("POST", registerPath, "", newcomer("bob")).refused(403, "")
	o.set(func(s *instance.Settings) { s.SignUp.Open, s.SignUp.Quota, s.SignUp.History = true, 1000, false })
	o.send("POST", registerPath, "", newcomer("bob", "displayName", "Bob B.", "channel", map[string]any{"name": "bobs.films", "displayName": "Films"})).into(204, nil)
	token := o.signIn("bob").AccessToken
	var me api.User
	o.get("/api/v1/users/me", token).into(200, &me)
	if me.Account.DisplayName != "Bob B." || me.VideoQuota != 1000 || me.VideosHistoryEnabled || me.EmailVerified != nil ||
		len(me.VideoChannels) != 1 || me.VideoChannels[0].Name != "bobs.films" || me.VideoChannels[0].DisplayName != "Films" {
		t.Errorf("got %+v", me)
	}
	o.ask(ask{method: "POST", path: registerPath, kind: formType, body: "username=carl&email=carl%40example.org&password=a+good+password&channel[name]=carls&channel[displayName]=C"}).into(204, nil)
	o.get("/api/v1/video-channels/carls", "").into(200, nil)
	before := o.count(`SELECT count(*) FROM member`)
	for name, c := range map[string]struct {
		in     map[string]any
		status int
	}{
		"no name":             {newcomer(""), 400},
		"bad name":            {newcomer("b b"), 400},
		"reserved":            {newcomer("peertube"), 400},
		"taken name":          {newcomer("ADA"), 409},
		"a channel's name":    {newcomer("ada_channel"), 409},
		"taken email":         {newcomer("new", "email", "ADA@example.org"), 409},
		"bad email":           {newcomer("new", "email", "nowhere"), 400},
		"email header":        {newcomer("new", "email", "a@example.org\r\nBcc: b@example.org"), 400},
		"no password":         {newcomer("new", "password", ""), 400},
		"short password":      {newcomer("new", "password", "1234567"), 400},
		"long display name":   {newcomer("new", "displayName", strings.Repeat("x", 121)), 400},
		"channel without one": {newcomer("new", "channel", map[string]any{"displayName": "x"}), 400},
		"bad channel":         {newcomer("new", "channel", map[string]any{"name": "a b"}), 400},
		"taken channel":       {newcomer("new", "channel", map[string]any{"name": "eve_channel"}), 409},
		"own name as channel": {newcomer("new", "channel", map[string]any{"name": "new"}), 409},
		"long channel name":   {newcomer("new", "channel", map[string]any{"name": "x", "displayName": strings.Repeat("x", 121)}), 400},
		"NUL":                 {newcomer("new", "displayName", "a\x00b"), 400},
	} {
		t.Run(name, func(t *testing.T) { o.send("POST", registerPath, "", c.in).refused(c.status, "") })
	}
	if after := o.count(`SELECT count(*) FROM member`); after != before {
		t.Errorf("%d members too many", after-before)
	}
	if n := o.count(`SELECT count(*) FROM actor WHERE name = 'new'`); n != 0 {
		t.Error("a refused newcomer left a name behind")
	}
	// What a newcomer cannot choose is passed over.
	o.send("POST", registerPath, "", newcomer("root2", "role", 0, "videoQuota", -1, "adminFlags", 1, "emailVerified", true)).into(204, nil)
	if n := o.count(`SELECT count(*) FROM member WHERE username = 'root2' AND role = 2 AND quota = 1000 AND admin_flags = 0 AND email_verified IS NULL`); n != 1 {
		t.Error("a newcomer chose what only moderators may")
	}
}

func TestNoMoreMembersThanThereMayBe(t *testing.T) {
	o := newOffice(t)
	o.set(func(s *instance.Settings) { s.SignUp.Open, s.SignUp.Limit = true, 6 })
	var wg sync.WaitGroup
	statuses := make([]int, 6)
	for i := range statuses {
		wg.Go(func() { statuses[i] = o.send("POST", registerPath, "", newcomer(fmt.Sprintf("n%d", i))).status })
	}
	wg.Wait()
	if n := o.count(`SELECT count(*) FROM member`); n != 6 {
		t.Errorf("%d members: %v", n, statuses)
	}
	o.send("POST", registerPath, "", newcomer("late")).refused(403, "")
	var c api.Config
	if o.get("/api/v1/config", "").into(200, &c); c.SignUp.Allowed {
		t.Error("a full platform says that people can join")
	}
}

func TestWhereOneMayJoinFrom(t *testing.T) {
	o := newOffice(t)
	g := o.server.People.Gate
	g.NotFrom = append(g.NotFrom, somewhere("127.0.0.0/8"))
	o.set(func(s *instance.Settings) { s.SignUp.Open = true })
	o.send("POST", registerPath, "", newcomer("bob")).refused(403, "")
	var c api.Config
	if o.get("/api/v1/config", "").into(200, &c); !c.SignUp.Allowed || c.SignUp.AllowedForCurrentIP {
		t.Errorf("got %+v", c.SignUp)
	}
	g.NotFrom, g.From = nil, append(g.From, somewhere("198.51.100.0/24"))
	for a, want := range map[string]bool{"198.51.100.7": true, "::ffff:198.51.100.7": true, "192.0.2.1": false, "2001:db8::1": false} {
		if g.Allows(netip.MustParseAddr(a)) != want {
			t.Errorf("%s", a)
		}
	}
	g.From = nil
}

func TestOnePlaceMakesFewAccounts(t *testing.T) {
	o := newOffice(t, func(s *Server) { s.Door.Joins = account.Tries{Most: 2, Within: time.Hour} })
	o.set(func(s *instance.Settings) { s.SignUp.Open = true })
	o.send("POST", registerPath, "", newcomer("ADA")).refused(409, "") // does not count
	for i := range 2 {
		o.send("POST", registerPath, "", newcomer(fmt.Sprintf("n%d", i))).into(204, nil)
	}
	o.send("POST", registerPath, "", newcomer("n3")).refused(429, "")
	if n := o.count(`SELECT count(*) FROM member WHERE username = 'n3'`); n != 0 {
		t.Error("a refused account was made")
	}
}

func TestAnAddressIsConfirmedBeforeTheFirstSignIn(t *testing.T) {
	o := newOffice(t)
	o.set(func(s *instance.Settings) { s.SignUp.Open, s.SignUp.Verify = true, true })
	o.send("POST", registerPath, "", newcomer("bob")).into(204, nil)
	o.token("grant_type", "password", "username", "bob", "password", password).refused(400, "email_not_verified")
	o.token("grant_type", "password", "username", "bob", "password", "wrong password").refused(400, "invalid_grant")
	secret := o.proof("bob@example.org")
	id := o.count(`SELECT id FROM member WHERE username = 'bob'`)
	path := fmt.Sprintf("/api/v1/users/%d/verify-email", id)
	for name, c := range map[string]struct {
		path   string
		in     map[string]any
		status int
	}{
		"no secret":        {path, map[string]any{}, 400},
		"wrong secret":     {path, map[string]any{"verificationString": "guess"}, 403},
		"another's":        {fmt.Sprintf("/api/v1/users/%d/verify-email", o.adaID), map[string]any{"verificationString": secret}, 403},
		"nobody's":         {"/api/v1/users/999999/verify-email", map[string]any{"verificationString": secret}, 404},
		"no number":        {"/api/v1/users/x/verify-email", map[string]any{"verificationString": secret}, 400},
		"as a new address": {fmt.Sprintf("/api/v1/users/%d/verify-email", o.eveID), map[string]any{"verificationString": secret, "isPendingEmail": true}, 403},
	} {
		t.Run(name, func(t *testing.T) { o.send("POST", c.path, "", c.in).refused(c.status, "") })
	}
	o.send("POST", path, "", map[string]any{"verificationString": secret}).into(204, nil)
	o.send("POST", path, "", map[string]any{"verificationString": secret}).refused(403, "")
	o.signIn("bob")
}

func TestALetterIsAskedForAnew(t *testing.T) {
	o := newOffice(t)
	o.set(func(s *instance.Settings) { s.SignUp.Open, s.SignUp.Verify = true, true })
	o.send("POST", registerPath, "", newcomer("bob")).into(204, nil)
	old := o.proof("bob@example.org")
	const path = "/api/v1/users/ask-send-verify-email"
	o.send("POST", path, "", map[string]any{"email": "BOB@example.org"}).into(204, nil)
	fresh := o.proof("bob@example.org")
	verify := fmt.Sprintf("/api/v1/users/%d/verify-email", o.count(`SELECT id FROM member WHERE username = 'bob'`))
	o.send("POST", verify, "", map[string]any{"verificationString": old}).refused(403, "")
	o.send("POST", verify, "", map[string]any{"verificationString": fresh}).into(204, nil)
	// Nobody learns who is a member, and those who need no letter get none.
	for _, email := range []string{"nobody@example.org", "bob@example.org"} {
		o.send("POST", path, "", map[string]any{"email": email}).into(204, nil)
	}
	await(t, o.pool, 3, `SELECT count(*) FROM river_job WHERE kind = 'email-asked' AND state = 'completed'`)
	if n := o.box.Count("nobody@example.org") + o.box.Count("bob@example.org"); n != 0 {
		t.Errorf("%d letters", n)
	}
	o.send("POST", path, "", map[string]any{"email": "nowhere"}).refused(400, "")
	o.send("POST", path, "", map[string]any{"email": "bob@example.org"}).into(204, nil)
	o.send("POST", path, "", map[string]any{"email": "bob@example.org"}).refused(429, "")
}

const requestPath = "/api/v1/users/registrations/request"

func TestARequestIsAnswered(t *testing.T) {
	o := newOffice(t)
	ask := newcomer("bob", "registrationReason", "I film birds.", "displayName", "Bob", "channel", map[string]any{"name": "birds", "displayName": "Birds"})
	o.send("POST", requestPath, "", ask).refused(403, "")
	o.set(func(s *instance.Settings) { s.SignUp.Open = true })
	o.send("POST", requestPath, "", ask).refused(400, "")
	o.set(func(s *instance.Settings) { s.SignUp.Approval, s.SignUp.Verify = true, true })
	o.send("POST", registerPath, "", newcomer("bob")).refused(403, "")
	var made struct{ ID int64 }
	o.send("POST", requestPath, "", ask).into(200, &made)
	o.token("grant_type", "password", "username", "bob", "password", password).refused(400, "account_waiting_for_approval")
	o.token("grant_type", "password", "username", "bob@example.org", "password", "wrong password").refused(400, "invalid_grant")
	for name, in := range map[string]map[string]any{
		"again":           ask,
		"same email":      newcomer("bob2", "email", "BOB@example.org", "registrationReason", "again"),
		"same channel":    newcomer("bob3", "registrationReason", "again", "channel", map[string]any{"name": "Birds"}),
		"a member's name": newcomer("ada", "registrationReason", "again"),
		"their email":     newcomer("ada2", "email", "ada@example.org", "registrationReason", "again"),
		"their channel":   newcomer("ada3", "registrationReason", "again", "channel", map[string]any{"name": "ada_channel"}),
	} {
		t.Run(name, func(t *testing.T) { o.send("POST", requestPath, "", in).refused(409, "") })
	}
	for name, in := range map[string]map[string]any{
		"no reason":   newcomer("x"),
		"long reason": newcomer("x", "registrationReason", strings.Repeat("x", 3001)),
		"bad channel": newcomer("x", "registrationReason", "why", "channel", map[string]any{"name": "a b"}),
		"bad email":   newcomer("x", "registrationReason", "why", "email", "x"),
	} {
		t.Run(name, func(t *testing.T) { o.send("POST", requestPath, "", in).refused(400, "") })
	}
	base := fmt.Sprintf("/api/v1/users/registrations/%d", made.ID)
	secret := o.proof("bob@example.org")
	o.send("POST", base+"/verify-email", "", map[string]any{"verificationString": "guess"}).refused(403, "")
	o.send("POST", base+"/verify-email", "", map[string]any{}).refused(400, "")
	o.send("POST", "/api/v1/users/registrations/999/verify-email", "", map[string]any{"verificationString": secret}).refused(404, "")
	o.send("POST", "/api/v1/users/registrations/ask-send-verify-email", "", map[string]any{"email": "bob@example.org"}).into(204, nil)
	o.send("POST", "/api/v1/users/registrations/ask-send-verify-email", "", map[string]any{"email": "nobody@example.org"}).into(204, nil)
	o.send("POST", base+"/verify-email", "", map[string]any{"verificationString": secret}).refused(403, "") // an older letter
	o.send("POST", base+"/verify-email", "", map[string]any{"verificationString": o.proof("bob@example.org")}).into(204, nil)

	answer := map[string]any{"moderationResponse": "Welcome!"}
	for _, action := range []string{"accept", "reject"} {
		o.send("POST", base+"/"+action, "", answer).refused(401, "unauthorized_request")
		o.send("POST", base+"/"+action, o.ada, answer).refused(403, "")
		o.send("POST", base+"/"+action, o.mod, map[string]any{}).refused(400, "")
		o.send("POST", "/api/v1/users/registrations/999/"+action, o.mod, answer).refused(404, "")
		o.send("POST", "/api/v1/users/registrations/x/"+action, o.mod, answer).refused(400, "")
	}
	var page api.Page[api.Registration]
	o.get("/api/v1/users/registrations", "").refused(401, "unauthorized_request")
	o.get("/api/v1/users/registrations", o.ada).refused(403, "")
	o.get("/api/v1/users/registrations?stateOneOf=9", o.mod).refused(400, "")
	o.get("/api/v1/users/registrations?stateOneOf[]=1&search=BIRD&sort=-createdAt", o.mod).into(200, &page)
	if r := page.Data; page.Total != 1 || r[0].State.Label != "Pending" || r[0].Reason != "I film birds." || !*r[0].EmailVerified || *r[0].ChannelHandle != "birds" || r[0].User != nil {
		t.Fatalf("got %+v", page)
	}
	o.send("POST", base+"/accept", o.mod, answer).into(204, nil)
	if l := o.box.Take("bob@example.org"); l.Subject != "Welcome to Shoal" || !strings.Contains(l.Plain, "Welcome!") {
		t.Errorf("got %+v", l)
	}
	var me api.User
	o.get("/api/v1/users/me", o.signIn("bob").AccessToken).into(200, &me)
	if me.Account.DisplayName != "Bob" || me.VideoChannels[0].Name != "birds" || !*me.EmailVerified {
		t.Errorf("got %+v", me)
	}
	o.send("POST", base+"/reject", o.mod, answer).refused(409, "")
	o.get("/api/v1/users/registrations?stateOneOf=3", o.mod).into(200, &page)
	if page.Total != 1 || page.Data[0].User == nil || page.Data[0].User.ID != me.ID || *page.Data[0].Response != "Welcome!" {
		t.Errorf("got %+v", page)
	}
	if n := o.count(`SELECT count(*) FROM registration WHERE password <> ''`); n != 0 {
		t.Error("the password is kept after it moved to the member")
	}
	o.send("DELETE", base, o.ada, nil).refused(403, "")
	o.send("DELETE", base, o.mod, nil).into(204, nil)
	o.send("DELETE", base, o.mod, nil).refused(404, "")
	o.signIn("bob") // stays
}

func TestARequestIsRejected(t *testing.T) {
	o := newOffice(t)
	o.set(func(s *instance.Settings) { s.SignUp.Open, s.SignUp.Approval = true, true })
	var made struct{ ID int64 }
	o.send("POST", requestPath, "", newcomer("bob", "registrationReason", "please")).into(200, &made)
	o.send("POST", fmt.Sprintf("/api/v1/users/registrations/%d/reject", made.ID), o.root, map[string]any{"moderationResponse": "No birds."}).into(204, nil)
	if l := o.box.Take("bob@example.org"); !strings.Contains(l.Plain, "No birds.") {
		t.Errorf("got %+v", l)
	}
	o.token("grant_type", "password", "username", "bob", "password", password).refused(400, "account_approval_rejected")
	// One may ask again, and silence is possible.
	o.send("POST", requestPath, "", newcomer("bob", "registrationReason", "again")).into(200, &made)
	o.send("POST", fmt.Sprintf("/api/v1/users/registrations/%d/reject", made.ID), o.root, map[string]any{"preventEmailDelivery": true}).into(204, nil)
	// A name that was taken meanwhile cannot be given twice, and nothing stays half done.
	o.send("POST", requestPath, "", newcomer("carl", "registrationReason", "please")).into(200, &made)
	o.join("carl", api.Member)
	o.send("POST", fmt.Sprintf("/api/v1/users/registrations/%d/accept", made.ID), o.root, map[string]any{"moderationResponse": "Yes"}).refused(409, "")
	if n := o.count(`SELECT state FROM registration WHERE id = $1`, made.ID); n != 1 {
		t.Errorf("state %d", n)
	}
	if n := o.box.Count("carl@example.org") + o.box.Count("bob@example.org"); n != 0 {
		t.Errorf("%d letters", n)
	}
}
