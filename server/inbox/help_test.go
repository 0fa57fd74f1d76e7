package inbox_test

import (
	"shoal/server/account"
	"shoal/server/activity"
)

func idOf(s string) activity.ID { return activity.ID(s) }

func viewerOf(m account.Member) *account.Viewer {
	return &account.Viewer{MemberID: m.ID, AccountID: m.AccountID, Name: m.Username, Role: m.Role}
}
