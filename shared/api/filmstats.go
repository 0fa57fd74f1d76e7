package api

// StatsOverall sums up how a video was watched. Where viewers live is not known here, so the last two are empty.
type StatsOverall struct {
	AverageWatchTime float64    `json:"averageWatchTime"` // seconds
	TotalWatchTime   int64      `json:"totalWatchTime"`   // seconds
	ViewersPeak      int64      `json:"viewersPeak"`
	ViewersPeakDate  *Time      `json:"viewersPeakDate"`
	TotalViewers     int64      `json:"totalViewers"`
	Countries        []struct{} `json:"countries"`
	Subdivisions     []struct{} `json:"subdivisions"`
}

// StatsUserAgents tells with what a video was watched.
type StatsUserAgents struct {
	Clients []StatsShare `json:"clients"`
	Devices []StatsShare `json:"devices"`
	Systems []StatsShare `json:"operatingSystem"`
}

// StatsShare is how many viewers had something in common.
type StatsShare struct {
	Name    string `json:"name"`
	Viewers int64  `json:"viewers"`
}

// StatsRetention tells what part of the viewers saw each second.
type StatsRetention struct {
	Data []StatsSecond `json:"data"`
}

// StatsSecond is one second of StatsRetention.
type StatsSecond struct {
	Second  int     `json:"second"`
	Percent float64 `json:"retentionPercent"`
}

// StatsSeries is how a figure went over a time.
type StatsSeries struct {
	Interval string       `json:"groupInterval"` // such as 1 day
	Data     []StatsPoint `json:"data"`
}

// StatsPoint is one part of StatsSeries.
type StatsPoint struct {
	Date  Time    `json:"date"`
	Value float64 `json:"value"`
}
