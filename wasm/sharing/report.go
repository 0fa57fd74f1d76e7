package sharing

import "strconv"

// Counts are what a player counted of one video since it was loaded.
type Counts struct {
	Server, Viewers, Sent         int64 // bytes
	Stalls, Errors, LevelsChanged int
}

// Report is what the server is told of playing a video: figures of how it went, none of who watched.
type Report struct {
	UUID       string
	Lines, FPS int // of the level on the screen
	Shares     bool
	Viewers    int
	Counts     // since the last report
}

// Since is what was counted after an earlier count; a count that began anew is whole.
func (c Counts) Since(before Counts) Counts {
	return Counts{
		Server: since(c.Server, before.Server), Viewers: since(c.Viewers, before.Viewers), Sent: since(c.Sent, before.Sent),
		Stalls: since(c.Stalls, before.Stalls), Errors: since(c.Errors, before.Errors), LevelsChanged: since(c.LevelsChanged, before.LevelsChanged),
	}
}

func since[T int | int64](now, before T) T {
	if now < before {
		return now
	}
	return now - before
}

// JSON is the body of POST /api/v1/metrics/playback.
func (r Report) JSON() string {
	b := []byte(`{"playerMode":"p2p-media-loader","p2pEnabled":` + strconv.FormatBool(r.Shares))
	for _, f := range []struct {
		name string
		n    int64
	}{
		{"resolution", int64(r.Lines)},
		{"fps", int64(r.FPS)},
		{"p2pPeers", int64(r.Viewers)},
		{"resolutionChanges", int64(r.LevelsChanged)},
		{"bufferStalled", int64(r.Stalls)},
		{"errors", int64(r.Errors)},
		{"downloadedBytesP2P", r.Counts.Viewers},
		{"downloadedBytesHTTP", r.Server},
		{"uploadedBytesP2P", r.Sent},
	} {
		b = append(b, `,"`+f.name+`":`...)
		b = strconv.AppendInt(b, f.n, 10)
	}
	return string(b) + `,"videoId":"` + r.UUID + `"}`
}
