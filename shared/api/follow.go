package api

// Actor is a person, a channel or a platform, as lists of followers show it.
type Actor struct {
	ID                    int64   `json:"id"`
	URL                   string  `json:"url"`
	Name                  string  `json:"name"`
	Host                  string  `json:"host"`
	Avatars               []Image `json:"avatars"`
	Banners               []Image `json:"banners"`
	HostRedundancyAllowed bool    `json:"hostRedundancyAllowed"`
	FollowingCount        int     `json:"followingCount"`
	FollowersCount        int     `json:"followersCount"`
	CreatedAt             Time    `json:"createdAt"`
}

// Follow is that one actor follows another.
type Follow struct {
	ID        int64  `json:"id"`
	Follower  Actor  `json:"follower"`
	Following Actor  `json:"following"`
	Score     int    `json:"score"` // how well the follower's platform is reached, 1,000 to start with
	State     string `json:"state"`
	CreatedAt Time   `json:"createdAt"`
	UpdatedAt Time   `json:"updatedAt"`
}
