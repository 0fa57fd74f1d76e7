// Package config is what the operator sets before start: one struct, checked whole, sample file generated from it.
package config

import (
	"time"
)

// Config is everything that must be known before the database answers. What an admin changes while the server
// runs is kept in the database (room instance).
//
// Each field's key in the file is its yaml tag; its environment name is SHOAL_ and the path of keys in upper case.
type Config struct {
	Listen      string `yaml:"listen" doc:"Address and port the server listens on."`
	URL         string `yaml:"url" doc:"Public address of the platform, as people type it. It cannot change once videos are published. Empty: http:// and the address listened on." sample:"https://videos.example"`
	Data        string `yaml:"data" doc:"Folder for everything that must be kept."`
	DatabaseURL string `yaml:"database_url" doc:"PostgreSQL 14 or newer. Empty: a private cluster in the data folder, from the machine's own PostgreSQL programs." sample:"postgres://shoal:secret@localhost:5432/shoal"`
	LogLevel    string `yaml:"log_level" doc:"debug, info, warn or error."`

	Admin       Admin       `yaml:"admin"`
	Database    Database    `yaml:"database"`
	Proxy       Proxy       `yaml:"proxy"`
	Accounts    Accounts    `yaml:"accounts"`
	Mail        Mail        `yaml:"mail"`
	Upload      Upload      `yaml:"upload"`
	Transcoding Transcoding `yaml:"transcoding"`
	Limits      Limits      `yaml:"limits"`
	Metrics     Metrics     `yaml:"metrics"`
	Federation  Federation  `yaml:"federation"`
	Seed        Seed        `yaml:"seed"`
}

// Admin makes the first administrator without a browser.
type Admin struct {
	Username string `yaml:"username" doc:"Name of the first administrator. Empty: the set-up link that is printed at start makes one."`
	Password string `yaml:"password" doc:"Password of the first administrator; only used when the account is made." secret:"true"`
	Email    string `yaml:"email" doc:"E-mail address of the first administrator." sample:"admin@videos.example"`
}

// Database is about the connections, and the private cluster.
type Database struct {
	MaxConnections int    `yaml:"max_connections" doc:"Most connections this server opens. 0: by the number of cores."`
	Binaries       string `yaml:"binaries" doc:"Folder of PostgreSQL's programs for the private cluster. Empty: looked for." sample:"/usr/lib/postgresql/16/bin"`
}

// Proxy is about a reverse proxy in front of the server.
type Proxy struct {
	Trusted []string `yaml:"trusted" doc:"Addresses or networks whose X-Forwarded-For header is believed." sample:"[127.0.0.1/32, ::1/128]"`
}

// Accounts are the rules for people.
type Accounts struct {
	Quota      Size `yaml:"quota" doc:"Bytes of uploaded originals a new account may keep. -1: no limit." sample:"50GB"`
	QuotaDaily Size `yaml:"quota_daily" doc:"The same for one day. -1: no limit."`

	JoinFrom    []string `yaml:"join_from" doc:"Addresses or networks from which people may make themselves an account. Empty: any." sample:"[192.0.2.0/24]"`
	JoinNotFrom []string `yaml:"join_not_from" doc:"Addresses or networks from which they may not." sample:"[198.51.100.0/24]"`
}

// Mail is the server that letters are handed to.
type Mail struct {
	Host     string `yaml:"host" doc:"Name of the mail server (SMTP). Empty: no letters are sent, so passwords cannot be reset by mail." sample:"mail.example"`
	Port     int    `yaml:"port" doc:"Its port: 587 with STARTTLS, 465 with TLS from the start, 25 for a server on this machine."`
	Username string `yaml:"username" doc:"Name to sign in to it with. Empty: without."`
	Password string `yaml:"password" doc:"Password for it." secret:"true"`
	TLS      string `yaml:"tls" doc:"start: STARTTLS is needed; always: TLS from the first byte; never: in the clear, for a server on this machine."`
	From     string `yaml:"from" doc:"Sender of letters. Empty: shoal@ and the host of url." sample:"shoal@videos.example"`
}

// Upload bounds what may be sent.
type Upload struct {
	MaxSize Size          `yaml:"max_size" doc:"Largest file that may be uploaded."`
	Life    time.Duration `yaml:"life" doc:"How long an unfinished upload is kept after its last byte."`
	Reserve Size          `yaml:"reserve" doc:"Disk space that uploads leave free."`
}

// Transcoding says what is made of an upload.
type Transcoding struct {
	Resolutions  []int         `yaml:"resolutions" doc:"Heights to make, never larger than the upload."`
	AudioOnly    bool          `yaml:"audio_only" doc:"Make a rendition of the sound alone."`
	SplitAudio   bool          `yaml:"split_audio" doc:"Keep the sound in a file of its own for every video (saves space; some old apps then play no sound). Videos with several sound tracks are always kept so."`
	MaxFPS       int           `yaml:"max_fps" doc:"Frames per second above which the rate is lowered."`
	KeepOriginal bool          `yaml:"keep_original" doc:"Keep the uploaded file after its renditions are made."`
	Workers      int           `yaml:"workers" doc:"Videos processed at once on this machine."`
	Threads      int           `yaml:"threads" doc:"Threads for each ffmpeg. 0: all cores."`
	Timeout      time.Duration `yaml:"timeout" doc:"Longest time one video may take."`
	Memory       Size          `yaml:"memory" doc:"Most memory for each ffmpeg."`
	FFmpeg       string        `yaml:"ffmpeg" doc:"The ffmpeg program. Empty: looked for." sample:"/usr/bin/ffmpeg"`
	FFprobe      string        `yaml:"ffprobe" doc:"The ffprobe program. Empty: looked for." sample:"/usr/bin/ffprobe"`
}

// Limits are requests one place (IPv4 address, IPv6 /64) may make.
type Limits struct {
	API    Rate `yaml:"api" doc:"Requests to the API."`
	SignIn Rate `yaml:"sign_in" doc:"Attempts to sign in."`
}

// Metrics says who may read /metrics.
type Metrics struct {
	Allow []string `yaml:"allow" doc:"Addresses or networks that may read /metrics besides this machine." sample:"[10.0.0.0/8]"`
}

// Federation is about other platforms.
type Federation struct {
	Enabled               bool `yaml:"enabled" doc:"Talk with other platforms of the fediverse."`
	Unlisted              bool `yaml:"unlisted" doc:"Let other platforms know unlisted videos, too; those who follow will see them."`
	Secure                bool `yaml:"secure" doc:"Show things to other platforms only when they sign their requests, so that blocked ones read nothing. Some software cannot."`
	Mirror                Size `yaml:"mirror" doc:"Most bytes of pictures, captions and torrents of other platforms that are kept here, in data/mirror."`
	AllowPrivateAddresses bool `yaml:"allow_private_addresses" doc:"Let http and private addresses federate, for tests and labs."`
}

// Seed is about the server's own peer for BitTorrent clients and WebTorrent viewers.
type Seed struct {
	Enabled     bool     `yaml:"enabled" doc:"Let torrent clients load public and unlisted videos from a peer on this machine. Viewers do not need it: the server is always there by HTTP."`
	Listen      string   `yaml:"listen" doc:"Address and port of the peer, TCP and UDP (uTP)."`
	Web         string   `yaml:"web" doc:"Address and port of the peer for browsers, UDP (WebRTC). Empty: none."`
	Addresses   []string `yaml:"addresses" doc:"Where the world reaches the peer. Empty: the addresses of url's host, looked up at the start." sample:"[198.51.100.7, '2001:db8::7']"`
	Upload      Size     `yaml:"upload" doc:"Most bytes a second that it sends to all together."`
	Connections int      `yaml:"connections" doc:"Most connections of all kinds at once."`
}

// Default is what holds where the operator says nothing.
func Default() Config {
	return Config{
		Listen: "127.0.0.1:9000", Data: "./data", LogLevel: "info",
		Accounts: Accounts{Quota: -1, QuotaDaily: -1},
		Mail:     Mail{Port: 587, TLS: "start"},
		Upload:   Upload{MaxSize: 64 * GB, Life: 72 * time.Hour, Reserve: 500 * MB},
		Transcoding: Transcoding{
			Resolutions: []int{240, 360, 480, 720, 1080, 1440, 2160}, AudioOnly: true, MaxFPS: 60, KeepOriginal: true,
			Workers: 1, Timeout: 48 * time.Hour, Memory: 4 * GB,
		},
		Limits:     Limits{API: Rate{1000, 10 * time.Second}, SignIn: Rate{15, 5 * time.Minute}},
		Federation: Federation{Enabled: true, Mirror: 2 * GB},
		Seed:       Seed{Listen: ":6881", Web: ":6882", Upload: 5 * MB, Connections: 100},
	}
}
