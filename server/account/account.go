// Package account is members and actors, local and remote: passwords, tokens, roles and quotas.
package account

import (
	"shoal/shared/api"
)

// Viewer is the signed-in person of a request; nil when there is none.
type Viewer struct {
	MemberID   int64
	AccountID  int64
	TokenID    int64
	Name       string
	Role       int
	Quota      int64 // bytes, -1 for no limit
	QuotaDaily int64 // bytes, -1 for no limit
	P2P        bool  // the person shares with other viewers
	stale      bool  // the use of the token is to be noted
	cookie     bool
}

// Is tells whether the viewer has at least the rights of the role. No one signed in has none.
func (v *Viewer) Is(role int) bool { return v != nil && v.Role <= role }

// IsModerator tells whether the viewer is a moderator or an administrator.
func (v *Viewer) IsModerator() bool { return v.Is(api.Moderator) }

// IsAdministrator tells whether the viewer is an administrator.
func (v *Viewer) IsAdministrator() bool { return v.Is(api.Administrator) }

// Member is a local user.
type Member struct {
	ID        int64
	AccountID int64
	ActorID   int64
	Username  string
	Role      int
}
