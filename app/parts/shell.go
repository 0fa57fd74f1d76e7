package parts

import (
	d "shoal/app/dom"
	"shoal/app/session"
)

// Frame is what a page tells the shell around it.
type Frame struct {
	Page   string // name of the page
	State  string // loading, ready, empty, error, offline, forbidden
	Path   string // where we are, to mark it in the menus
	Search string // words in the search field
	Layout string // "" with menus, "plain" for sign-in and set-up
	Player bool   // has a player to skip to
	Press  Presses
}

// Presses are what the shell does when it is alive; on the server all are nil and forms and links do the work.
type Presses struct {
	Rail   func(d.Event)
	Theme  func(d.Event)
	Reload func(d.Event)
	Search func(d.Event)
	Shut   func(d.Event) // closes the toast with data-id
	Act    func(d.Event) // presses the button of the toast with data-id
}

type place struct{ path, icon, key string }

// Shell is the whole of #app: skip links, bars and menus around the page.
func Shell(s *session.Session, f Frame, content d.Node) *d.Element {
	main := d.Main(d.ID("main"), d.Data("page", f.Page), d.Data("state", f.State), d.At("tabindex", "-1"),
		d.If(f.State == "loading", d.Aria("busy", "true")), content)
	if f.Layout == "plain" {
		return d.Div(d.ID("app"), d.Class("app plain"),
			d.Header(d.Class("plain-top"), brand(s)), main, foot(s, f), messages(s, f))
	}
	return d.Div(d.ID("app"), d.Class("app"+wide(s)),
		d.A(d.Class("skip"), d.Href("#main"), d.Text(s.T("skip.content"))),
		d.If(f.Player, d.A(d.Class("skip"), d.Href("#player-host"), d.Text(s.T("skip.player")))),
		top(s, f), rail(s, f), main, foot(s, f), tabs(s, f), drawer(s, f), messages(s, f))
}

func wide(s *session.Session) string {
	if s.Rail {
		return " rail-wide"
	}
	return ""
}

func brand(s *session.Session) d.Node {
	return d.A(d.Class("brand"), d.Href("/"), d.At("translate", "no"), d.Aria("label", s.Site.Name), Logo(), d.Span(d.Class("brand-name"), d.Text(s.Site.Name)))
}

func top(s *session.Session, f Frame) d.Node {
	return d.Header(d.Class("top"),
		IconButton("list", s.T("menu"), d.Class("menu-drawer"), d.At("popovertarget", "drawer"), d.Test("menu")),
		d.Form(d.At("method", "post"), d.At("action", "/preferences"), d.Class("menu-rail"),
			d.Button(d.Class("icon-button"), d.Type("submit"), d.Name("rail"), d.At("value", opposite(s.Rail)), d.Aria("label", s.T("menu.widen")), d.Title(s.T("menu.widen")),
				d.Aria("expanded", yes(s.Rail)), d.On("click", f.Press.Rail), d.Test("rail"), Icon("list"))),
		brand(s), search(s, f),
		d.Div(d.Class("top-end"),
			d.When(s.MayPublish(), func() d.Item {
				return LinkButton("publish", "plus", s.T("publish"), "/videos/publish", d.Test("publish"))
			}),
			who(s)))
}

func opposite(on bool) string {
	if on {
		return "narrow"
	}
	return "wide"
}

func yes(on bool) string {
	if on {
		return "true"
	}
	return "false"
}

func search(s *session.Session, f Frame) d.Node {
	return d.Form(d.Class("search"), d.Role("search"), d.Aria("label", s.T("search")), d.At("action", "/videos/browse"), d.On("submit", f.Press.Search),
		Icon("magnifying-glass"),
		d.Input(d.ID("search"), d.Type("search"), d.Name("search"), d.At("value", f.Search), d.Aria("label", s.T("search")), d.At("placeholder", s.T("search")),
			d.At("enterkeyhint", "search"), d.At("autocomplete", "off"), d.At("maxlength", "200"), d.Test("search")),
		d.Button(d.Class("search-go"), d.Type("submit"), d.Text(s.T("search.go"))))
}

func who(s *session.Session) d.Node {
	if s.User == nil {
		return d.Group{
			d.Button(d.Class("icon-button theme-open"), d.Type("button"), d.At("popovertarget", "you"), d.Aria("label", s.T("appearance")), d.Title(s.T("appearance")), Icon("moon")),
			LinkButton("primary small", "", s.T("signin"), "/login", d.Test("signin")), you(s),
		}
	}
	return d.Group{
		d.Button(d.Class("you-open"), d.Type("button"), d.At("popovertarget", "you"), d.Aria("label", s.T("you.menu", "name", s.User.Display)), d.Title(s.User.Display), d.Test("you"),
			Avatar(Who{Handle: s.User.Name, Display: s.User.Display, Avatar: s.User.Avatar}, 32)),
		you(s),
	}
}

// you is the menu behind the person's picture.
func you(s *session.Session) d.Node {
	return d.Div(d.ID("you"), d.Class("menu"), d.At("popover", "auto"),
		d.When(s.User != nil, func() d.Item {
			return d.Group{
				d.A(d.Class("menu-who"), d.Href("/a/"+s.User.Name), Avatar(Who{Handle: s.User.Name, Display: s.User.Display, Avatar: s.User.Avatar}, 40),
					d.Span(d.Strong(d.At("dir", "auto"), d.Text(s.User.Display)), d.El("bdi", d.Class("quiet"), d.Text("@"+s.User.Name)))),
				d.El("hr"),
				item("film-strip", s.T("nav.mine"), "/my-library/videos"),
				d.If(s.MayPublish(), item("upload-simple", s.T("publish"), "/videos/publish")),
				d.El("hr"),
			}
		}),
		item("share-network", s.T("nav.sharing"), sharingPath(s)),
		d.El("hr"),
		Themes(s, nil),
		d.When(s.User != nil, func() d.Item {
			return d.Group{d.El("hr"), d.Form(d.At("method", "post"), d.At("action", "/logout"),
				d.Button(d.Class("menu-item"), d.Type("submit"), d.Test("signout"), Icon("sign-out"), d.Span(d.Text(s.T("signout")))))}
		}))
}

func sharingPath(s *session.Session) string {
	if s.User != nil {
		return "/my-account/privacy-p2p"
	}
	return "/settings"
}

func item(icon, words, href string) *d.Element {
	return d.A(d.Class("menu-item"), d.Href(href), Icon(icon), d.Span(d.Text(words)))
}

// Themes lets the person choose light, dark or the system's way; press is nil where a form does the work.
func Themes(s *session.Session, press func(d.Event)) d.Node {
	one := func(value, icon, key string) d.Node {
		return d.Button(d.Type("submit"), d.Name("theme"), d.At("value", value), d.Aria("pressed", yes(s.Theme == value || s.Theme == "" && value == "system")),
			d.Title(s.T(key)), d.Data("theme-choice", value), d.On("click", press), Icon(icon), d.Span(d.Text(s.T(key))))
	}
	return d.Form(d.At("method", "post"), d.At("action", "/preferences"),
		d.Div(d.Class("themes"), d.Role("group"), d.Aria("label", s.T("appearance")),
			one("system", "monitor", "theme.system"), one("light", "sun", "theme.light"), one("dark", "moon", "theme.dark")))
}

func places(s *session.Session) []place {
	all := []place{
		{"/videos/browse", "house", "nav.home"},
		{"/videos/trending", "trend-up", "nav.trending"},
		{"/videos/local", "globe-hemisphere-west", "nav.local"},
	}
	if s.User != nil {
		all = append(all, place{"/my-library/videos", "video-camera", "nav.mine"})
	}
	return append(all, place{"/about", "info", "nav.about"})
}

func link(s *session.Session, f Frame, p place) d.Node {
	icon := p.icon
	here := f.Path == p.path
	if here {
		icon += "-fill"
	}
	return d.A(d.Href(p.path), d.If(here, d.Aria("current", "page")), Icon(icon), d.Span(d.Text(s.T(p.key))))
}

func rail(s *session.Session, f Frame) d.Node {
	return d.Nav(d.Class("rail"), d.Aria("label", s.T("nav.main")), d.Each(places(s), func(p place) d.Node { return link(s, f, p) }))
}

func drawer(s *session.Session, f Frame) d.Node {
	return d.Div(d.ID("drawer"), d.At("popover", "auto"), d.Class("drawer"),
		d.Div(d.Class("drawer-top"), IconButton("x", s.T("close"), d.At("popovertarget", "drawer"), d.At("popovertargetaction", "hide")), brand(s)),
		d.Nav(d.Aria("label", s.T("nav.menu")), d.Each(places(s), func(p place) d.Node { return link(s, f, p) })))
}

func tabs(s *session.Session, f Frame) d.Node {
	all := []place{{"/videos/browse", "house", "nav.home"}, {"/videos/trending", "trend-up", "nav.trending"}}
	if s.MayPublish() {
		all = append(all, place{"/videos/publish", "plus", "publish"})
	}
	if s.User != nil {
		all = append(all, place{"/my-library/videos", "video-camera", "nav.mine"})
	} else {
		all = append(all, place{"/login", "user-circle", "signin"})
	}
	return d.Nav(d.Class("tabs"), d.Aria("label", s.T("nav.tabs")), d.Each(all, func(p place) d.Node { return link(s, f, p) }))
}

func foot(s *session.Session, f Frame) d.Node {
	return d.Footer(d.Class("foot"),
		d.Div(d.Class("foot-in"),
			d.Span(d.Class("foot-brand"), Logo(), d.Span(d.Text(s.Site.Name))),
			d.Nav(d.Aria("label", s.T("nav.foot")),
				d.A(d.Href("/about"), d.Text(s.T("nav.about"))),
				d.If(s.Site.Source != "", d.A(d.Href(s.Site.Source), d.At("rel", "noopener"), d.Text(s.T("source"))))),
			d.Span(d.Class("foot-lang"), Icon("translate"), d.Text(s.T("language.name"))),
			Themes(s, f.Press.Theme)))
}

// messages are what the shell says by itself: toasts, the offline banner, the bar of a new version.
func messages(s *session.Session, f Frame) d.Node {
	return d.Div(d.Class("messages"),
		d.Div(d.Class("banners"), d.Role("status"),
			d.When(s.Shell.Offline, func() d.Item {
				return d.Div(d.Class("banner"), d.Test("offline"), Icon("wifi-slash"), d.Span(d.Text(s.T("offline.banner", "time", s.Now.Local().Format("15:04")))))
			}),
			d.When(s.Shell.Update, func() d.Item {
				return d.Div(d.Class("banner"), Icon("arrow-clockwise"), d.Span(d.Text(s.T("update.ready"))), Button("small", "", s.T("update.reload"), d.On("click", f.Press.Reload)))
			})),
		d.Div(d.Class("toasts"), d.Role("status"), d.Aria("live", "polite"), d.Each(s.Shell.Toasts, func(t session.Toast) d.Node {
			return d.Div(d.Class("toast"), d.Test("toast"), d.Span(d.Text(t.Words)),
				d.When(t.Action != "", func() d.Item {
					return d.Button(d.Class("toast-act"), d.Type("button"), d.Data("id", itoa(t.ID)), d.On("click", f.Press.Act), d.Text(t.Action))
				}),
				IconButton("x", s.T("close"), d.Data("id", itoa(t.ID)), d.On("click", f.Press.Shut)))
		})))
}
