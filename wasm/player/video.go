package player

// Video is what the player must know before it asks anybody: api.Boot as far as it concerns playing.
type Video struct {
	UUID          string
	Duration      float64 // seconds
	Width, Height int     // of the best level
	Master        string  // address of the master playlist
	FileToken     string  // to be added as ?videoFileToken=
	Levels        []File  // lowest bandwidth first
	Audio         []SoundFile
	AudioOnly     *File
}

// File is a rendition: one file, its playlist, and its first segments.
type File struct {
	Height, Width, FPS int
	Bandwidth          int64 // peak bits per second
	Codecs             string
	Infohash           string
	Address            string
	Playlist           string
	Init               int64   // size of the initialisation section, which starts the file
	First              []int64 // sizes of the first segments
	Times              []int64 // their durations in milliseconds
	Muxed              bool    // sound is in the same file
}

// SoundFile is a rendition of sound for levels without.
type SoundFile struct {
	File
	Name, Language string
	Default        bool
}
