package main

import (
	"context"
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"shoal/server/db/dbtest"
)

// owner names the room that writes each table.
var owner = map[string]string{
	"instance": "server/instance",
	"actor":    "server/account", "member": "server/account", "account": "server/account",
	"oauth_client": "server/account", "token": "server/account", "sign_in_attempt": "server/account",
	"proof": "server/account", "registration": "server/joining",
	"outbox": "server/outbox", "gone_key": "server/outbox", "activity_out": "server/delivery", "delivery": "server/delivery",
	"actor_key": "server/keyring", "actor_remote": "server/remote", "remote_host": "server/remote", "federation_past": "server/receive", "inbox": "server/inbox", "inbox_gone": "server/inbox",
	"channel": "server/channel", "channel_collaborator": "server/crew", "channel_transfer": "server/crew", "channel_activity": "server/channel",
	"log_line": "server/journal", "audit": "server/journal",
	"video": "server/video", "video_source": "server/video", "video_playlist_hls": "server/video", "video_file": "server/video",
	"video_image": "server/video", "video_storyboard": "server/video", "video_caption": "server/video", "video_chapter": "server/video",
	"video_password": "server/video", "video_watch": "server/video", "video_view": "server/video", "video_player": "server/video",
	"video_rate": "server/video", "video_schedule": "server/video", "video_block": "server/video", "video_ownership": "server/video", "video_visit": "server/video",
	"video_remote": "server/video", "video_share": "server/video",
	"follow": "server/follow", "notification": "server/notify",
	"account_block": "server/moderation", "host_block": "server/moderation", "watched_words": "server/watchword", "tag_policy": "server/watchword",
	"video_auto_tag": "server/watchword", "abuse": "server/moderation", "abuse_message": "server/moderation",
	"comment": "server/comment", "comment_tag": "server/comment", "playlist": "server/playlist", "playlist_element": "server/playlist",
	"rendition": "server/transcode", "processing": "server/transcode",
	"upload":    "server/upload",
	"river_job": "server/job",
}

var (
	statement = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s+[^/\s]`)
	writes    = regexp.MustCompile(`(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE)\s+([a-z_0-9]+)`)
	named     = regexp.MustCompile(`([^@\w])@([a-z_A-Z]\w*)`)
)

// literal is one SQL text of the source.
type literal struct {
	room, where, sql string
}

func TestEverySQLLiteralIsUnderstoodByTheDatabase(t *testing.T) {
	conn, err := dbtest.New(t).Acquire(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	found := literals(t)
	if len(found) < 20 {
		t.Fatalf("only %d literals found: the test reads the wrong place", len(found))
	}
	for _, l := range found {
		if _, err := conn.Conn().Prepare(context.Background(), "", positional(l.sql)); err != nil {
			t.Errorf("%s: %v\n%s", l.where, err, l.sql)
		}
	}
}

func TestARoomWritesItsOwnTablesOnly(t *testing.T) {
	for _, l := range literals(t) {
		for _, m := range writes.FindAllStringSubmatch(strings.ReplaceAll(l.sql, "DO UPDATE SET", ""), -1) {
			table := m[1]
			switch room, ok := owner[table]; {
			case !ok && table != "set" && table != "skip" && table != "of" && table != "nowait":
				t.Errorf("%s writes %s, which nobody owns", l.where, table)
			case ok && room != l.room:
				t.Errorf("%s writes %s, which belongs to %s", l.where, table, room)
			}
		}
	}
}

func TestTheLawTestsSeeABreach(t *testing.T) {
	if got := positional("SELECT @a::int, x @> @b, '@c', @a"); got != "SELECT $1::int, x @> $2, '@c', $1" {
		t.Errorf("got %s", got)
	}
	if m := writes.FindStringSubmatch("\n\tINSERT INTO video (id)"); m == nil || m[1] != "video" {
		t.Errorf("got %v", m)
	}
}

// positional turns @name into $1 as pgx does, leaving quoted text alone.
func positional(sql string) string {
	number := map[string]string{}
	var b strings.Builder
	for i, part := range strings.Split(sql, "'") {
		if i%2 == 1 {
			b.WriteString("'" + part + "'")
			continue
		}
		b.WriteString(named.ReplaceAllStringFunc(" "+part, func(m string) string {
			sub := named.FindStringSubmatch(m)
			if number[sub[2]] == "" {
				number[sub[2]] = "$" + strconv.Itoa(len(number)+1)
			}
			return sub[1] + number[sub[2]]
		})[1:])
	}
	return b.String()
}

// literals finds the SQL of all rooms: constants and literals, with constants of the same room put together.
func literals(t *testing.T) []literal {
	t.Helper()
	byRoom := map[string][]source{}
	for _, s := range sources(t) {
		if strings.HasPrefix(s.room, "server") && !strings.HasSuffix(s.path, "_test.go") && !isTestRoom(s.room) {
			byRoom[s.room] = append(byRoom[s.room], s)
		}
	}
	var out []literal
	for room, files := range byRoom {
		consts := constants(files)
		for _, s := range files {
			ast.Inspect(s.file, func(n ast.Node) bool {
				e, ok := n.(ast.Expr)
				if !ok {
					return true
				}
				text, ok := value(e, consts, 0)
				if !ok {
					if b, isBinary := n.(*ast.BinaryExpr); isBinary && b.Op == token.ADD {
						if left, ok := value(b.X, consts, 0); ok && statement.MatchString(left) {
							t.Errorf("%s: SQL is put together from something that is no constant", s.fset.Position(n.Pos()))
						}
					}
					return true
				}
				if _, isIdent := n.(*ast.Ident); !isIdent && statement.MatchString(text) {
					out = append(out, literal{room, s.fset.Position(n.Pos()).String(), text})
				}
				return false
			})
		}
	}
	return out
}

func constants(files []source) map[string]ast.Expr {
	m := map[string]ast.Expr{}
	for _, s := range files {
		for _, d := range s.file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, spec := range g.Specs {
				v := spec.(*ast.ValueSpec)
				for i, name := range v.Names {
					if i < len(v.Values) {
						m[name.Name] = v.Values[i]
					}
				}
			}
		}
	}
	return m
}

// value is the text of a constant expression.
func value(e ast.Expr, consts map[string]ast.Expr, depth int) (string, bool) {
	if depth > 20 {
		return "", false
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return value(e.X, consts, depth+1)
	case *ast.Ident:
		if c, ok := consts[e.Name]; ok {
			return value(c, consts, depth+1)
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			l, ok := value(e.X, consts, depth+1)
			r, ok2 := value(e.Y, consts, depth+1)
			return l + r, ok && ok2
		}
	}
	return "", false
}
