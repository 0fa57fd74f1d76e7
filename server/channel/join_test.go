package channel_test

import (
	"context"
	"strings"
	"testing"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/db/dbtest"
	"shoal/server/fail"
	"shoal/server/instance"
	"shoal/shared/api"
)

var ctx = context.Background()

func someone(name string) account.New {
	return account.New{
		Site: "https://videos.example", Username: name, Email: name + "@example.org", Password: "a good password",
		Role: api.Member, Quota: -1, QuotaDaily: -1,
	}
}

func TestWhoMayJoin(t *testing.T) {
	tx := dbtest.Tx(t)
	if _, err := channel.Join(ctx, tx, someone("taken")); err != nil {
		t.Fatal(err)
	}
	with := func(change func(*account.New)) account.New {
		n := someone("fresh")
		change(&n)
		return n
	}
	for name, c := range map[string]struct {
		n    account.New
		want fail.Kind
	}{
		"taken":          {with(func(n *account.New) { n.Username = "Taken" }), fail.Conflict},
		"channel's name": {with(func(n *account.New) { n.Username = "taken_channel" }), fail.Conflict},
		"taken email":    {with(func(n *account.New) { n.Email = "TAKEN@example.org" }), fail.Conflict},
		"empty":          {with(func(n *account.New) { n.Username = "" }), fail.Invalid},
		"long":           {with(func(n *account.New) { n.Username = strings.Repeat("a", 51) }), fail.Invalid},
		"letters":        {with(func(n *account.New) { n.Username = "zoë" }), fail.Invalid},
		"slash":          {with(func(n *account.New) { n.Username = "a/b" }), fail.Invalid},
		"at":             {with(func(n *account.New) { n.Username = "a@b" }), fail.Invalid},
		"newline":        {with(func(n *account.New) { n.Username = "a\nb" }), fail.Invalid},
		"reserved":       {with(func(n *account.New) { n.Username = "PeerTube" }), fail.Invalid},
		"email":          {with(func(n *account.New) { n.Email = "nowhere" }), fail.Invalid},
		"two emails":     {with(func(n *account.New) { n.Email = "a@example.org, b@example.org" }), fail.Invalid},
		"email header":   {with(func(n *account.New) { n.Email = "a@example.org\r\nBcc: b@example.org" }), fail.Invalid},
		"short password": {with(func(n *account.New) { n.Password = "1234567" }), fail.Invalid},
		"long password":  {with(func(n *account.New) { n.Password = strings.Repeat("x", 256) }), fail.Invalid},
		"role":           {with(func(n *account.New) { n.Role = 7 }), fail.Invalid},
		"quota":          {with(func(n *account.New) { n.Quota = -2 }), fail.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := channel.Join(ctx, tx, c.n); !fail.Is(err, c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	if m, err := channel.Join(ctx, tx, someone("  Fresh.1_ ")); fail.Of(err) != fail.Invalid {
		t.Errorf("an email with blanks: %+v %v", m, err)
	}
}

func TestAMemberHasAnAccountAndAChannel(t *testing.T) {
	tx := dbtest.Tx(t)
	m, err := channel.Join(ctx, tx, someone("ada"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := account.ByHandle(ctx, tx, account.ParseHandle("@Ada@videos.example"))
	if err != nil || a.ID != m.AccountID || a.URL != "https://videos.example/accounts/ada" || a.Host != "videos.example" || *a.UserID != m.ID {
		t.Errorf("%+v, %v", a, err)
	}
	owned, err := channel.Owned(ctx, tx, m.AccountID)
	if err != nil || len(owned) != 1 || owned[0].Name != "ada_channel" || owned[0].URL != "https://videos.example/video-channels/ada_channel" {
		t.Errorf("%+v, %v", owned, err)
	}
}

func TestADefaultChannelGivesWay(t *testing.T) {
	tx := dbtest.Tx(t)
	for _, name := range []string{"ada_channel", "ada", strings.Repeat("a", 50)} {
		m, err := channel.Join(ctx, tx, someone(name))
		if err != nil {
			t.Fatal(err)
		}
		if owned, err := channel.Owned(ctx, tx, m.AccountID); err != nil || len(owned) != 1 || owned[0].Name == "ada_channel" {
			t.Errorf("%+v, %v", owned, err)
		}
	}
}

func TestTheFirstAdministratorByConfig(t *testing.T) {
	tx := dbtest.Tx(t)
	n := someone("Root")
	n.Email = ""
	first, err := channel.EnsureAdmin(ctx, tx, n)
	if err != nil || first.Role != api.Administrator || first.Username != "root" {
		t.Fatal(first, err)
	}
	n.Password = "another password"
	again, err := channel.EnsureAdmin(ctx, tx, n)
	if err != nil || again.ID != first.ID {
		t.Errorf("%+v, %v", again, err)
	}
	door := account.Door{Instance: &instance.Instance{Pool: tx}}
	if _, err := door.SignIn(ctx, tx, account.Attempt{Name: "root@videos.example", Password: "a good password", Place: "here"}); err != nil {
		t.Error(err)
	}
	if _, err := channel.Join(ctx, tx, someone("ada")); err != nil {
		t.Fatal(err)
	}
	if _, err := channel.EnsureAdmin(ctx, tx, someone("ada")); !fail.Is(err, fail.Conflict) {
		t.Errorf("a member became administrator by config: %v", err)
	}
}

func TestTheSetUpLinkWorksOnce(t *testing.T) {
	pool := dbtest.New(t)
	old, err := instance.OpenSetup(ctx, pool)
	if err != nil {
		t.Fatal(err)
	}
	token, err := instance.OpenSetup(ctx, pool)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"", "guess", old} {
		if err := instance.CheckSetup(ctx, pool, wrong); !fail.Is(err, fail.Forbidden) {
			t.Errorf("%q: %v", wrong, err)
		}
		if _, err := channel.Setup(ctx, pool, wrong, someone("eve")); !fail.Is(err, fail.Forbidden) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	bad := someone("root")
	bad.Password = "short"
	if _, err := channel.Setup(ctx, pool, token, bad); !fail.Is(err, fail.Invalid) {
		t.Error(err)
	}
	if err := instance.CheckSetup(ctx, pool, token); err != nil {
		t.Errorf("a refused form used the link up: %v", err)
	}
	results := make(chan error)
	for _, name := range []string{"root", "boot"} {
		go func() {
			_, err := channel.Setup(ctx, pool, token, someone(name))
			results <- err
		}()
	}
	a, b := <-results, <-results
	if (a == nil) == (b == nil) {
		t.Errorf("of two at once: %v and %v", a, b)
	}
	if err := instance.CheckSetup(ctx, pool, token); !fail.Is(err, fail.Forbidden) {
		t.Error(err)
	}
	if _, err := instance.OpenSetup(ctx, pool); !fail.Is(err, fail.Conflict) {
		t.Error(err)
	}
}

func TestResetPassword(t *testing.T) {
	pool := dbtest.New(t)
	if _, err := channel.Join(ctx, pool, someone("ada")); err != nil {
		t.Fatal(err)
	}
	door := account.Door{Instance: &instance.Instance{Pool: pool}}
	before, err := door.SignIn(ctx, pool, account.Attempt{Name: "ada", Password: "a good password", Place: "here"})
	if err != nil {
		t.Fatal(err)
	}
	if err := account.ResetPassword(ctx, pool, "ADA", "brand new words"); err != nil {
		t.Fatal(err)
	}
	if _, err := account.ByToken(ctx, pool, before.AccessToken); !fail.Is(err, fail.Unauthorized) {
		t.Errorf("an old session lives on: %v", err)
	}
	if _, err := door.SignIn(ctx, pool, account.Attempt{Name: "ada", Password: "brand new words", Place: "here"}); err != nil {
		t.Error(err)
	}
	if err := account.ResetPassword(ctx, pool, "nobody", "brand new words"); !fail.Is(err, fail.NotFound) {
		t.Error(err)
	}
}

func TestCountActiveMembers(t *testing.T) {
	tx := dbtest.Tx(t)
	before, err := account.Count(ctx, tx)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ada", "bob"} {
		if _, err := channel.Join(ctx, tx, someone(name)); err != nil {
			t.Fatal(err)
		}
	}
	door := account.Door{Instance: &instance.Instance{Pool: tx}}
	if _, err := door.SignIn(ctx, tx, account.Attempt{Name: "ada", Password: "a good password"}); err != nil {
		t.Fatal(err)
	}
	after, err := account.Count(ctx, tx)
	if err != nil || after.All != before.All+2 || after.Daily != before.Daily+1 || after.Monthly != before.Monthly+1 {
		t.Errorf("%+v, then %+v, %v", before, after, err)
	}
}
