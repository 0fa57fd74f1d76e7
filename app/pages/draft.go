package pages

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/shared/api"
)

// Draft is what a person writes about a video, each field as it stands in the form.
type Draft struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Support     string `json:"support,omitempty"`
	Tags        string `json:"tags,omitempty"` // with commas between
	Channel     string `json:"channel,omitempty"`
	Privacy     string `json:"privacy,omitempty"`
	Password    string `json:"password,omitempty"`
	Category    string `json:"category,omitempty"`
	Licence     string `json:"licence,omitempty"`
	Language    string `json:"language,omitempty"`
	Comments    string `json:"comments,omitempty"`
	NSFW        bool   `json:"nsfw,omitempty"`
	Download    bool   `json:"download,omitempty"`
	Share       bool   `json:"share,omitempty"` // its viewers may share
	Wait        bool   `json:"wait,omitempty"`
}

// Limits of a video's words, in characters.
const (
	shortestName       = 3
	longestName        = 120
	longestDescription = 10_000
	longestSupport     = 1000
)

// field is the text under a name of the form, nil for a box.
func (f *Draft) field(name string) *string {
	switch name {
	case "name":
		return &f.Name
	case "description":
		return &f.Description
	case "support":
		return &f.Support
	case "tags":
		return &f.Tags
	case "channelId":
		return &f.Channel
	case "privacy":
		return &f.Privacy
	case "videoPasswords":
		return &f.Password
	case "category":
		return &f.Category
	case "licence":
		return &f.Licence
	case "language":
		return &f.Language
	case "commentsPolicy":
		return &f.Comments
	}
	return nil
}

// Set changes one field of the form.
func (f *Draft) Set(name, value string) {
	on := value == "true"
	switch name {
	case "nsfw":
		f.NSFW = on
	case "downloadEnabled":
		f.Download = on
	case "p2pEnabled":
		f.Share = on
	case "waitTranscoding":
		f.Wait = on
	default:
		if p := f.field(name); p != nil {
			*p = value
		}
	}
}

// NewDraft is an empty form with what the platform starts a video with.
func NewDraft(s *session.Session, c api.ConfigDefaults) Draft {
	f := Draft{Privacy: number(c.Publish.Privacy), Comments: number(c.Publish.CommentsPolicy), Download: c.Publish.DownloadEnabled, Share: true, Wait: false}
	if c.Publish.Licence != nil {
		f.Licence = number(*c.Publish.Licence)
	}
	if s.User != nil && len(s.User.Channels) > 0 {
		f.Channel = strconv.FormatInt(s.User.Channels[0].ID, 10)
	}
	return f
}

// number is empty for 0, which stands for none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// DraftOf is the form of a video as it is.
func DraftOf(v api.VideoDetails) Draft {
	f := Draft{
		Name: v.Name, Tags: strings.Join(v.Tags, ", "), Channel: strconv.FormatInt(v.Channel.ID, 10), Privacy: number(v.Privacy.ID),
		Comments: number(v.CommentsPolicy.ID), NSFW: v.NSFW, Download: v.DownloadEnabled, Share: v.P2PEnabled, Wait: v.WaitTranscoding,
	}
	if v.Description != nil {
		f.Description = *v.Description
	}
	if v.Support != nil {
		f.Support = *v.Support
	}
	if v.Category.ID != nil {
		f.Category = number(*v.Category.ID)
	}
	if v.Licence.ID != nil {
		f.Licence = number(*v.Licence.ID)
	}
	if v.Language.ID != nil {
		f.Language = *v.Language.ID
	}
	return f
}

// take puts what the server knows into the form.
func (f *Draft) take(u api.VideoUpdate) {
	for name, p := range map[string]*string{"name": u.Name, "description": u.Description, "support": u.Support, "language": u.Language} {
		if p != nil {
			*f.field(name) = *p
		}
	}
	for name, p := range map[string]*int{"category": u.Category, "licence": u.Licence, "privacy": u.Privacy, "commentsPolicy": u.CommentsPolicy} {
		if p != nil {
			*f.field(name) = number(*p)
		}
	}
	for p, q := range map[*bool]*bool{&f.NSFW: u.NSFW, &f.Download: u.DownloadEnabled, &f.Share: u.P2PEnabled, &f.Wait: u.WaitTranscoding} {
		if q != nil {
			*p = *q
		}
	}
	if u.Tags != nil {
		f.Tags = strings.Join(u.Tags, ", ")
	}
	if u.ChannelID != nil {
		f.Channel = strconv.FormatInt(*u.ChannelID, 10)
	}
}

// Update is the form as the API takes it. What could not be saved yet, such as a title that has only begun, is left out.
func (f Draft) Update() api.VideoUpdate {
	text := func(s string) *string { return &s }
	count := func(s string) *int { n, _ := strconv.Atoi(s); return &n } // empty is 0, which stands for none
	u := api.VideoUpdate{
		Description: text(strings.TrimSpace(f.Description)), Support: text(strings.TrimSpace(f.Support)), Language: text(f.Language),
		Category: count(f.Category), Licence: count(f.Licence), NSFW: &f.NSFW, DownloadEnabled: &f.Download, P2PEnabled: &f.Share, WaitTranscoding: &f.Wait, Tags: Tags(f.Tags),
	}
	if name := strings.TrimSpace(f.Name); utf8.RuneCountInString(name) >= shortestName {
		u.Name = &name
	}
	if f.Privacy != "" {
		u.Privacy = count(f.Privacy)
	}
	if f.Comments != "" {
		u.CommentsPolicy = count(f.Comments)
	}
	if id, err := strconv.ParseInt(f.Channel, 10, 64); err == nil {
		u.ChannelID = &id
	}
	if f.Privacy == number(api.PasswordProtected) && f.Password != "" {
		u.VideoPasswords = []string{f.Password}
	}
	return u
}

// Private is Update for a video that nobody but its owner shall see yet.
func (f Draft) Private() api.VideoUpdate {
	u, p := f.Update(), api.Private
	u.Privacy, u.VideoPasswords = &p, nil
	return u
}

// Missing is what the form lacks, by field, in the order of the form.
func (f Draft) Missing(s *session.Session, passwordKept bool) (wrong map[string]string, first string) {
	wrong = map[string]string{}
	miss := func(field, key string) {
		if first == "" {
			first = field
		}
		wrong[field] = s.T(key)
	}
	if utf8.RuneCountInString(strings.TrimSpace(f.Name)) < shortestName {
		miss("name", "draft.name.short")
	}
	if f.Channel == "" {
		miss("channelId", "draft.channel.none")
	}
	if f.Privacy == number(api.PasswordProtected) && utf8.RuneCountInString(f.Password) < 2 && (f.Password != "" || !passwordKept) {
		miss("videoPasswords", "draft.password.short")
	}
	return wrong, first
}

// NameOf makes a title of a file's name.
func NameOf(filename string) string {
	if i := strings.LastIndexByte(filename, '.'); i > 0 {
		filename = filename[:i]
	}
	name := strings.Join(strings.FieldsFunc(filename, func(r rune) bool { return r == '_' || r == ' ' }), " ")
	if r := []rune(name); len(r) > longestName {
		name = string(r[:longestName])
	}
	return name
}

// form draws a draft's fields. change is nil where the browser sends the form by itself.
type form struct {
	*Draft
	wrong  map[string]string
	change func(name, value string)
	new    bool // of a video that is not there yet
	plain  bool // goes to the API as it is
}

func (f form) on(name string) d.Group {
	if f.change == nil {
		return nil
	}
	return d.Group{d.On("input", func(e d.Event) { f.change(name, e.Value()) })}
}

func (f form) pick(name string) d.Group {
	if f.change == nil {
		return nil
	}
	return d.Group{d.On("change", func(e d.Event) { f.change(name, e.Value()) })}
}

func (f form) tick(name string) func(d.Event) {
	if f.change == nil {
		return nil
	}
	return func(e d.Event) { f.change(name, yes(e.Checked())) }
}

// view is the whole form, the rarely needed folded away.
func (f form) view(s *session.Session) d.Node {
	return d.Div(d.Class("form-body"),
		parts.Field{
			ID: "name", Label: s.T("draft.name"), Required: true, Wrong: f.wrong["name"],
			Input: parts.Line("text", "name", f.Name, d.Flag("required", true), d.Num("maxlength", longestName), d.At("dir", "auto"), d.At("autocomplete", "off"), d.At("enterkeyhint", "next"), f.on("name"), d.Test("title")),
		}.View(s),
		parts.Field{
			ID: "description", Label: s.T("draft.description"), Help: s.T("draft.description.help"), Wrong: f.wrong["description"],
			Input: parts.Lines("description", f.Description, 5, d.Num("maxlength", longestDescription), d.At("dir", "auto"), f.on("description"), d.Test("description")),
		}.View(s),
		d.Div(d.Class("pair"), f.channel(s), f.privacy(s)),
		d.When(f.Privacy == number(api.PasswordProtected), func() d.Item { return f.password(s) }),
		d.When(!f.plain, func() d.Item { return f.tags(s) }),
		d.When(f.new, func() d.Item { return f.when(s) }),
		f.more(s))
}

func (f form) choice(s *session.Session, name, label, help, value string, options []parts.Option) d.Node {
	e := parts.Choice(name, value, options, f.pick(name), d.Test(name))
	view, _ := parts.Field{ID: name, Label: s.T(label), Help: help, Wrong: f.wrong[name], Input: e}.View(s).(*d.Element)
	for i, c := range view.Children { // the arrow of a list stands around it
		if c == d.Node(e) {
			view.Children[i] = d.Span(d.Class("select"), e)
		}
	}
	return view
}

func (f form) channel(s *session.Session) d.Node {
	var all []parts.Option
	if s.User != nil {
		for _, c := range s.User.Channels {
			name := c.Display
			if name == "" {
				name = c.Name
			}
			all = append(all, parts.Option{Value: strconv.FormatInt(c.ID, 10), Label: name})
		}
	}
	return f.choice(s, "channelId", "draft.channel", "", f.Channel, all)
}

func (f form) privacy(s *session.Session) d.Node {
	var all []parts.Option
	for _, id := range []int{api.Public, api.Unlisted, api.Internal, api.Private, api.PasswordProtected} {
		if id == api.PasswordProtected && f.plain {
			continue // its field cannot appear without the app
		}
		all = append(all, parts.Option{Value: number(id), Label: s.T("privacy." + number(id))})
	}
	view, _ := f.choice(s, "privacy", "draft.privacy", "", f.Privacy, all).(*d.Element)
	if f.Privacy != "" { // follows the choice, so it is only seen where the app is
		view.Children = append(view.Children, d.P(d.Class("help live-only"), d.Aria("live", "polite"), d.Text(s.T("privacy."+f.Privacy+".words"))))
	}
	return view
}

func (f form) password(s *session.Session) d.Node {
	help := ""
	if !f.new {
		help = s.T("draft.password.keep")
	}
	return parts.Field{
		ID: "videoPasswords", Label: s.T("draft.password"), Help: help, Wrong: f.wrong["videoPasswords"], Required: f.new,
		Input: parts.Line("text", "videoPasswords", f.Password, d.At("autocomplete", "off"), d.Num("maxlength", 100), f.on("videoPasswords"), d.Test("password")),
	}.View(s)
}

func (f form) tags(s *session.Session) d.Node {
	taken := Tags(f.Tags)
	return d.Div(d.Class("field"),
		parts.Field{
			ID: "tags", Label: s.T("draft.tags"), Help: s.T("draft.tags.help"), Wrong: f.wrong["tags"],
			Input: parts.Line("text", "tags", f.Tags, d.At("dir", "auto"), d.At("autocomplete", "off"), d.At("autocapitalize", "none"), f.on("tags"), d.Test("tags")),
		}.View(s),
		d.When(len(taken) > 0, func() d.Item {
			return d.Ul(d.Class("tags"), d.Aria("label", s.T("draft.tags.taken")), d.Each(taken, func(t string) d.Node {
				return d.Li(d.Span(d.Class("tag"), d.El("bdi", d.Text("#"+t))))
			}))
		}))
}

// when is the choice between a video that can be watched early and one that has all qualities from the start.
func (f form) when(s *session.Session) d.Node {
	one := func(value, key string, on bool) d.Node {
		id := "wait-" + value
		return d.Label(d.Class("option"), d.At("for", id),
			d.Input(d.Type("radio"), d.ID(id), d.Name("waitTranscoding"), d.At("value", value), d.Flag("checked", on), f.pick("waitTranscoding")),
			d.Span(d.Span(d.Class("check-label"), d.Text(s.T(key))), d.Span(d.Class("help"), d.Text(s.T(key+".help")))))
	}
	return d.Fieldset(d.Class("field"), d.El("legend", d.Class("field-label"), d.Text(s.T("draft.when"))),
		d.Div(d.Class("options"), one("false", "draft.early", !f.Wait), one("true", "draft.whole", f.Wait)))
}

func (f form) more(s *session.Session) d.Node {
	return d.Details(d.Class("fold-group"), d.Flag("open", f.wrong["support"] != "" || f.wrong["category"] != "" || f.wrong["language"] != ""),
		d.Summary(d.Test("more-fields"), d.Span(d.Text(s.T("draft.more"))), parts.Icon("caret-down")),
		d.Div(
			d.Div(d.Class("pair"),
				f.choice(s, "category", "draft.category", "", f.Category, options(s, api.Categories)),
				f.choice(s, "licence", "draft.licence", "", f.Licence, options(s, api.Licences)),
				f.choice(s, "language", "draft.language", "", f.Language, languages(s)),
				f.choice(s, "commentsPolicy", "draft.comments", "", f.Comments, []parts.Option{{Value: "1", Label: s.T("draft.comments.1")}, {Value: "3", Label: s.T("draft.comments.3")}, {Value: "2", Label: s.T("draft.comments.2")}})),
			parts.Field{
				ID: "support", Label: s.T("draft.support"), Help: s.T("draft.support.help"), Wrong: f.wrong["support"],
				Input: parts.Lines("support", f.Support, 2, d.Num("maxlength", longestSupport), d.At("dir", "auto"), f.on("support")),
			}.View(s),
			d.Input(d.Type("hidden"), d.Name("boxes"), d.At("value", "true")),
			f.check("nsfw", s.T("draft.nsfw"), s.T("draft.nsfw.help"), f.NSFW),
			f.check("downloadEnabled", s.T("draft.download"), "", f.Download),
			f.check("p2pEnabled", s.T("draft.share"), s.T("draft.share.help"), f.Share)))
}

// check has a second field behind it that says no in a form that goes to the API as it is: an empty box is not sent.
func (f form) check(name, label, help string, on bool) d.Node {
	box := parts.Check(name, name, label, help, on, f.tick(name))
	if !f.plain {
		return box
	}
	return d.Group{box, d.Input(d.Type("hidden"), d.Name(name), d.At("value", "false"))}
}

func options(s *session.Session, words map[int]string) []parts.Option {
	all := []parts.Option{{Value: "", Label: s.T("draft.none")}}
	for _, id := range slices.Sorted(maps.Keys(words)) {
		all = append(all, parts.Option{Value: number(id), Label: words[id]})
	}
	return all
}

// languages has those first that many people need.
func languages(s *session.Session) []parts.Option {
	all := []parts.Option{{Value: "", Label: s.T("draft.none")}}
	codes := slices.SortedFunc(maps.Keys(api.Languages), func(a, b string) int { return strings.Compare(api.Languages[a], api.Languages[b]) })
	for _, c := range codes {
		all = append(all, parts.Option{Value: c, Label: api.Languages[c]})
	}
	return all
}
