package notify

import (
	"maps"
	"strconv"

	"shoal/server/mail"
	"shoal/shared/api"
)

// letter says a notification in a mail. Each type has words of its own in the catalogue.
func letter(n Notice, said api.Notification, t told) mail.Letter {
	who, what, path := mention(said)
	fields := map[string]string{"name": t.Username, "who": who, "what": what, "link": t.Site + path}
	maps.Copy(fields, n.Fields)
	return mail.Letter{To: t.Email, Language: t.Language, About: "notice-" + strconv.Itoa(n.Type), Fields: fields}
}

// mention is who did something, to what, and where it can be seen.
func mention(n api.Notification) (who, what, path string) {
	path = "/my-account/notifications"
	switch {
	case n.Comment != nil:
		who, what = n.Comment.Account.DisplayName, n.Comment.Video.Name
		path = "/w/" + n.Comment.Video.ShortUUID + ";threadId=" + strconv.FormatInt(n.Comment.ThreadID, 10)
	case n.Abuse != nil:
		path = "/my-account/abuses"
		if n.Type == api.NewAbuse {
			path = "/admin/moderation/abuses/list"
		}
		switch {
		case n.Abuse.Video != nil:
			what = n.Abuse.Video.Name
		case n.Abuse.Comment != nil:
			what = n.Abuse.Comment.Video.Name
		case n.Abuse.Account != nil:
			what = n.Abuse.Account.DisplayName
		}
	case n.Follow != nil:
		who, what = n.Follow.Follower.DisplayName, n.Follow.Following.DisplayName
		path = "/a/" + n.Follow.Follower.Name + "/video-channels"
	case n.Video != nil:
		who, what, path = n.Video.Channel.DisplayName, n.Video.Name, "/w/"+n.Video.ShortUUID
	case n.Registration != nil:
		who, path = n.Registration.Username, "/admin/moderation/registrations/list"
	case n.Collaborator != nil:
		who, what = n.Collaborator.Account.DisplayName, n.Collaborator.Channel.DisplayName
	case n.Ownership != nil:
		who = n.Ownership.Initiator.DisplayName
		if n.Type == api.VideoTaken || n.Type == api.VideoRefused || n.Type == api.ChannelTaken || n.Type == api.ChannelRefused {
			who = n.Ownership.NextOwner.DisplayName
		}
		if n.Ownership.Video != nil {
			what = n.Ownership.Video.Name
		} else if n.Ownership.Channel != nil {
			what = n.Ownership.Channel.DisplayName
		}
	case n.Account != nil:
		who = n.Account.DisplayName
	}
	return who, what, path
}
