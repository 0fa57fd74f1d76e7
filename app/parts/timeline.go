package parts

import (
	"strconv"
	"strings"

	d "shoal/app/dom"
	"shoal/app/session"
	"shoal/shared/api"
)

// Timeline shows how far the processing of a video is, step by step.
func Timeline(s *session.Session, p *api.Processing, state int) d.Node {
	if p == nil {
		if state == api.TranscodingFailed {
			p = &api.Processing{State: "failed"}
		} else {
			return d.Div(d.Class("timeline"), d.Role("group"), d.Aria("label", s.T("processing")), d.P(d.Class("timeline-head"), Icon("hourglass"), d.Span(d.Text(s.T("processing.soon")))))
		}
	}
	return d.Div(d.Class("timeline "+p.State), d.Role("group"), d.Aria("label", s.T("processing")), d.Test("timeline"),
		d.P(d.Class("timeline-head"), Icon(sign(p.State)), d.Strong(d.Text(Progress(s, p)))),
		d.When(p.State == "failed", func() d.Item { return d.P(d.Text(Failure(s, p))) }),
		d.When(len(p.Renditions) > 0, func() d.Item {
			return d.Ol(d.Class("steps"), d.Each(p.Renditions, func(r api.Rendition) d.Node { return stepOf(s, r) }))
		}),
		d.When(p.Detail != "", func() d.Item {
			return d.Details(d.Class("tail"), d.Summary(d.Text(s.T("processing.detail"))), d.El("pre", d.Text(p.Detail)))
		}))
}

// Failure is why the processing failed, in plain words.
func Failure(s *session.Session, p *api.Processing) string {
	if p != nil && p.Reason != "" {
		return p.Reason
	}
	return s.T("processing.failed.words")
}

// Progress is one line about the whole.
func Progress(s *session.Session, p *api.Processing) string {
	switch p.State {
	case "waiting":
		if p.Place > 0 {
			return s.N("processing.place", int64(p.Place))
		}
		return s.T("processing.soon")
	case "failed":
		return s.T("processing.failed")
	case "done":
		return s.T("processing.done")
	}
	for _, r := range p.Renditions {
		if r.State == "running" {
			return s.T("processing.running", "name", renditionName(s, r.Name), "percent", strconv.Itoa(int(Percent(p))))
		}
	}
	return s.T("processing.soon")
}

// Percent is how far the whole is, every step counting alike.
func Percent(p *api.Processing) float64 {
	if p == nil || len(p.Renditions) == 0 {
		return 0
	}
	sum := 0.0
	for _, r := range p.Renditions {
		if r.State == "done" {
			sum += 100
		} else {
			sum += r.Percent
		}
	}
	return sum / float64(len(p.Renditions))
}

func sign(state string) string {
	switch state {
	case "done":
		return "check-circle"
	case "failed":
		return "warning-circle"
	case "running":
		return "arrow-clockwise"
	}
	return "hourglass"
}

func stepOf(s *session.Session, r api.Rendition) d.Node {
	return d.Li(d.Class("step "+r.State), d.Data("rendition", r.Name), d.Data("state", r.State),
		d.Span(d.Class("step-mark"), stepMark(r.State)),
		d.Span(d.Class("step-name"), d.Text(renditionName(s, r.Name))),
		d.When(r.State == "running", func() d.Item { return Bar(renditionName(s, r.Name), r.Percent, "small") }),
		d.Span(d.Class("step-words"), d.Text(stepWords(s, r))))
}

func stepMark(state string) d.Item {
	switch state {
	case "done":
		return Icon("check")
	case "failed":
		return Icon("x")
	}
	return nil
}

func stepWords(s *session.Session, r api.Rendition) string {
	switch r.State {
	case "running":
		words := []string{s.T("percent", "n", strconv.Itoa(int(r.Percent)))}
		if r.Speed > 0 {
			words = append(words, s.T("speed", "n", strconv.FormatFloat(r.Speed, 'f', 1, 64)))
		}
		if r.TimeLeft > 0 {
			words = append(words, s.Words.Left(r.TimeLeft))
		}
		return strings.Join(words, " · ")
	case "failed":
		return s.T("step.failed")
	case "done":
		return s.T("step.done")
	}
	return s.T("step.waiting")
}

func renditionName(s *session.Session, name string) string {
	if key := "rendition." + name; s.Words.Has(key) {
		return s.T(key)
	}
	return name
}
