package parts

import (
	d "shoal/app/dom"
	"shoal/app/session"
)

// Field is a labelled input with help and, when something is wrong, what.
type Field struct {
	ID       string
	Label    string
	Help     string
	Wrong    string
	Required bool
	Input    d.Item // made by one of the functions below, or any element with the same id
}

// View draws the field; the input is told where its help and its error stand.
func (f Field) View(s *session.Session) d.Node {
	if e, ok := f.Input.(*d.Element); ok {
		e.Attrs = append(e.Attrs, d.ID(f.ID))
		if by := f.describedBy(); by != "" {
			e.Attrs = append(e.Attrs, d.Aria("describedby", by))
		}
		if f.Wrong != "" {
			e.Attrs = append(e.Attrs, d.Aria("invalid", "true"))
		}
	}
	return d.Div(d.Class("field"),
		d.Label(d.At("for", f.ID), d.Text(f.Label), d.When(f.Required, func() d.Item { return d.Span(d.Class("required"), d.Text(s.T("required"))) })),
		f.Input,
		d.When(f.Help != "", func() d.Item { return d.P(d.Class("help"), d.ID(f.ID+"-help"), d.Text(f.Help)) }),
		d.When(f.Wrong != "", func() d.Item {
			return d.P(d.Class("wrong"), d.ID(f.ID+"-wrong"), Icon("warning-circle"), d.Span(d.Text(f.Wrong)))
		}))
}

func (f Field) describedBy() string {
	switch {
	case f.Help != "" && f.Wrong != "":
		return f.ID + "-help " + f.ID + "-wrong"
	case f.Help != "":
		return f.ID + "-help"
	case f.Wrong != "":
		return f.ID + "-wrong"
	}
	return ""
}

// Line is an input of one line.
func Line(kind, name, value string, items ...d.Item) *d.Element {
	return d.Input(d.Type(kind), d.Name(name), d.At("value", value), d.Group(items))
}

// Lines is an input of several lines.
func Lines(name, value string, rows int, items ...d.Item) *d.Element {
	return d.El("textarea", d.Name(name), d.Num("rows", rows), d.At("value", value), d.Group(items))
}

// Option is one choice of a Choice.
type Option struct{ Value, Label string }

// Choice is a list of which one is chosen.
func Choice(name, value string, options []Option, items ...d.Item) *d.Element {
	return d.Select(d.Name(name), d.Group(items), d.Each(options, func(o Option) d.Node {
		return d.El("option", d.At("value", o.Value), d.Flag("selected", o.Value == value), d.Text(o.Label))
	}))
}

// Check is a box with its words beside it.
func Check(id, name, label, help string, on bool, change func(d.Event), more ...d.Item) d.Node {
	return d.Label(d.Class("check"), d.At("for", id),
		d.Input(d.Type("checkbox"), d.ID(id), d.Name(name), d.At("value", "true"), d.Flag("checked", on), d.On("change", change), d.Group(more)),
		d.Span(d.Span(d.Class("check-label"), d.Text(label)), d.When(help != "", func() d.Item { return d.Span(d.Class("help"), d.Text(help)) })))
}
