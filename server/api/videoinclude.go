package api

import (
	"context"
	"net/url"
	"strconv"

	"shoal/server/video"
	"shoal/shared/api"
)

// included is a video of a list with what a moderator asked to be told of it.
type included struct {
	api.Video
	ScheduledUpdate    *api.Schedule           `json:"scheduledUpdate,omitempty"`
	BlockedOwner       *bool                   `json:"blockedOwner,omitempty"`
	BlockedServer      *bool                   `json:"blockedServer,omitempty"`
	Files              []api.VideoFile         `json:"files,omitzero"`
	StreamingPlaylists []api.StreamingPlaylist `json:"streamingPlaylists,omitzero"`
	Captions           []api.Caption           `json:"captions,omitzero"`
	Source             any                     `json:"videoSource,omitempty"` // *source, which is null for videos of elsewhere
	AutomaticTags      []string                `json:"automaticTags,omitzero"`
	Tags               []string                `json:"tags,omitzero"`
}

// asked are the bits of include; readMore has checked them and who asks.
func asked(q url.Values) int {
	include, _ := strconv.Atoi(q.Get("include"))
	return include
}

// telling are the bits that add to each video of a list; the others add videos to the list.
const telling = includeUnpublished | includeBlockedOwners | includeFiles | includeCaptions | includeSource | includeAutoTags | includeTags

// include adds to videos what the bits ask for.
func (s *Server) include(ctx context.Context, bits int, page api.Page[api.Video]) (api.Page[included], error) {
	out := api.Page[included]{Total: page.Total, Data: make([]included, len(page.Data))}
	ids := make([]int64, len(page.Data))
	for i, v := range page.Data {
		ids[i] = v.ID
	}
	all, err := video.Insides(ctx, s.Pool, ids)
	if err != nil {
		return out, err
	}
	for i, v := range page.Data {
		out.Data[i].Video = v
		n := all[v.ID]
		_, tail, err := s.tail(ctx, n.Access())
		if err != nil {
			return out, err
		}
		s.tell(&out.Data[i], bits, &n, tail)
	}
	return out, nil
}

func (s *Server) tell(v *included, bits int, n *video.Inside, tail string) {
	if plan := n.Schedule; bits&includeUnpublished != 0 && plan != nil {
		v.ScheduledUpdate = &api.Schedule{UpdateAt: api.Time{Time: plan.UpdateAt}, Privacy: plan.Privacy}
	}
	if bits&includeBlockedOwners != 0 {
		v.BlockedOwner, v.BlockedServer = &n.OwnerBlocked, &n.HostBlocked
	}
	if bits&includeFiles != 0 {
		v.Files, v.StreamingPlaylists = []api.VideoFile{}, s.playlists(&n.Details)
	}
	if bits&includeCaptions != 0 {
		v.Captions = s.captions(n.Captions, tail)
	}
	if bits&includeSource != 0 {
		v.Source = sourceOf(n.Source, &n.Details)
	}
	if bits&includeAutoTags != 0 {
		v.AutomaticTags = n.AutoTags
	}
	if bits&includeTags != 0 {
		v.Tags = n.Tags
	}
}
