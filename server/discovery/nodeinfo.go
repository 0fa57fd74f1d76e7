package discovery

// NodeInfo tells what a server is and how many use it.
type NodeInfo struct {
	Version           string   `json:"version"` // of the schema
	Software          Software `json:"software"`
	Protocols         []string `json:"protocols"`
	Services          Services `json:"services"`
	OpenRegistrations bool     `json:"openRegistrations"`
	Usage             Usage    `json:"usage"`
	Metadata          Metadata `json:"metadata"`
}

// Software is what runs there; repository and homepage are of schema 2.1.
type Software struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	Repository string `json:"repository,omitzero"`
	Homepage   string `json:"homepage,omitzero"`
}

// Services are what else it speaks.
type Services struct {
	Inbound  []string `json:"inbound"`
	Outbound []string `json:"outbound"`
}

// Usage counts.
type Usage struct {
	Users struct {
		Total          int `json:"total"`
		ActiveMonth    int `json:"activeMonth"`
		ActiveHalfyear int `json:"activeHalfyear"`
	} `json:"users"`
	LocalPosts    int `json:"localPosts"`
	LocalComments int `json:"localComments"`
}

// Metadata is free; these are the parts that PeerTube's readers know.
type Metadata struct {
	Taxonomy struct {
		PostsName string `json:"postsName"`
	} `json:"taxonomy"`
	NodeName        string `json:"nodeName"`
	NodeDescription string `json:"nodeDescription"`
	NodeConfig      any    `json:"nodeConfig,omitzero"`
}

// Describe fills in what is the same for every server of ours. repository is left out in schema 2.0, which has no such key.
func Describe(schema, version, repository string, open bool, usage Usage, name, description string) NodeInfo {
	n := NodeInfo{
		Version: schema, Software: Software{Name: "shoal", Version: version}, Protocols: []string{"activitypub"},
		Services: Services{Inbound: []string{}, Outbound: []string{"atom1.0", "rss2.0"}}, OpenRegistrations: open, Usage: usage,
		Metadata: Metadata{NodeName: name, NodeDescription: description},
	}
	if n.Metadata.Taxonomy.PostsName = "Videos"; schema != "2.0" {
		n.Software.Repository = repository
	}
	return n
}
