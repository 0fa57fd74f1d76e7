package controls

import (
	"strconv"
	"strings"

	"shoal/wasm/player"
)

// Figure is a line of the statistics.
type Figure struct{ Name, Value string }

// Figures are the lines for the curious; screen is the size of the picture on the screen in device pixels.
func (w Words) Figures(s player.State, v Video, screen string) []Figure {
	level, codecs := "–", "–"
	if s.Current >= 0 && s.Current < len(s.Levels) {
		l := s.Levels[s.Current]
		codecs = l.Codecs
		level = strconv.Itoa(l.Width) + "×" + strconv.Itoa(l.Height) + "@" + strconv.Itoa(l.FPS)
		if l.Sound {
			level = w.T("quality.sound")
		}
	}
	st := s.Stats
	bandwidth := "–"
	if st.Bandwidth > 0 {
		bandwidth = one(float64(st.Bandwidth)/1e6) + " Mbit/s"
	}
	return []Figure{
		{w.T("stats.video"), v.UUID},
		{w.T("stats.mode"), string(s.Mode)},
		{w.T("stats.codecs"), codecs},
		{w.T("stats.size"), level + " / " + screen},
		{w.T("stats.frames"), strconv.Itoa(st.Dropped) + " / " + strconv.Itoa(st.Frames)},
		{w.T("stats.ahead"), one(st.Ahead) + " s"},
		{w.T("stats.bandwidth"), bandwidth},
		{w.T("stats.server"), megabytes(st.FromServer)},
		{w.T("stats.viewers"), megabytes(st.FromPeers)},
		{w.T("stats.first"), strconv.FormatFloat(st.FirstFrame, 'f', 2, 64) + " s"},
		{w.T("stats.stalls"), strconv.Itoa(st.Stalls) + " / " + one(st.StalledFor) + " s"},
		{w.T("stats.retries"), strconv.Itoa(st.Retries)},
		{w.T("stats.volume"), w.T("percent", "n", strconv.Itoa(int(s.Volume*100+.5)))},
	}
}

func one(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

func megabytes(n int64) string { return one(float64(n)/1e6) + " MB" }

// figuresText is the lines as text to be copied.
func figuresText(lines []Figure) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.Name + ": " + l.Value + "\n")
	}
	return b.String()
}
