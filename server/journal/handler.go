package journal

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"unicode/utf8"
)

// Handler passes everything on to next and keeps a copy.
func (j *Journal) Handler(next slog.Handler) slog.Handler { return &handler{journal: j, next: next} }

type handler struct {
	journal *Journal
	next    slog.Handler
	prefix  string // of open groups, each with a dot
	attrs   []slog.Attr
}

func (h *handler) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	fields := map[string]any{}
	for _, a := range h.attrs {
		collect(fields, "", a)
	}
	r.Attrs(func(a slog.Attr) bool {
		collect(fields, h.prefix, a)
		return true
	})
	h.journal.add(line{r.Time, int(r.Level), clean(r.Message), fields})
	return h.next.Handle(ctx, r)
}

const longest = 8000 // bytes of one value

func collect(into map[string]any, prefix string, a slog.Attr) {
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindGroup:
		for _, inner := range v.Group() {
			collect(into, prefix+a.Key+".", inner)
		}
	case slog.KindInt64, slog.KindUint64, slog.KindBool:
		into[prefix+a.Key] = v.Any()
	default:
		into[prefix+a.Key] = clean(v.String())
	}
}

// clean is text as PostgreSQL takes it.
func clean(s string) string {
	if len(s) > longest {
		s = s[:longest]
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		s = strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "�")
	}
	return s
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	more := slices.Clone(h.attrs)
	for _, a := range attrs {
		more = append(more, slog.Attr{Key: h.prefix + a.Key, Value: a.Value})
	}
	return &handler{h.journal, h.next.WithAttrs(attrs), h.prefix, more}
}

func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return &handler{h.journal, h.next.WithGroup(name), h.prefix + name + ".", h.attrs}
}
