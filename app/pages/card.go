package pages

import (
	"strconv"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
)

// card is what pages that are one form have in common.
type card struct{ base }

// Layout is without menus.
func (card) Layout() string { return "plain" }

// sheet is a form that the browser sends by itself, with or without the program.
func sheet(action string, items ...d.Item) d.Node {
	return d.Form(d.Class("sheet form"), d.At("method", "post"), d.At("action", action), d.Data("hard", "true"), d.Group(items))
}

// hidden goes along with a form, unless it is empty.
func hidden(name, value string) d.Item {
	return d.If(value != "", d.Input(d.Type("hidden"), d.Name(name), d.At("value", value)))
}

func submit(test, words string) d.Node {
	return d.Button(d.Class("button primary full"), d.Type("submit"), d.Test(test), d.Text(words))
}

func address(s *session.Session, value, help, wrong string) d.Node {
	return parts.Field{
		ID: "email", Label: s.T("signup.email"), Help: help, Wrong: wrong,
		Input: parts.Line("email", "email", value, d.Flag("required", true), d.At("autocomplete", "email"), d.At("dir", "ltr"), d.Test("email")),
	}.View(s)
}

// newPassword asks for one of at least so many characters.
func newPassword(s *session.Session, label string, least int, wrong string) d.Node {
	return parts.Field{
		ID: "password", Label: label, Help: s.T("password.help", "n", strconv.Itoa(least)), Wrong: wrong,
		Input: parts.Line("password", "password", "", d.Flag("required", true), d.At("autocomplete", "new-password"), d.Num("minlength", least), d.At("dir", "ltr"), d.Test("password")),
	}.View(s)
}
