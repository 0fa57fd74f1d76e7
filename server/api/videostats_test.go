package api

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"shoal/server/video"
	"shoal/shared/api"
)

func TestFiguresOfAVideo(t *testing.T) {
	f := newFilms(t)
	now := time.Now().Truncate(time.Minute).Add(-time.Hour)
	f.server.Visits.Now = func() time.Time { return now }
	v := f.add(video.Draft{}, api.Published)
	report := func(session string, body m) {
		body["sessionId"] = session
		f.send("POST", path(v, "/views"), "", body).into(204, nil)
	}
	// One sees the first 20 seconds; another the first 10, and after a jump the last 5.
	report("a", m{"currentTime": 0, "client": "Firefox", "device": "desktop", "operatingSystem": "Linux"})
	report("b", m{"currentTime": 0, "client": "Shoal", "device": "toaster"})
	now = now.Add(10 * time.Second)
	report("a", m{"currentTime": 10, "client": "Firefox", "device": "desktop", "operatingSystem": "Linux"})
	report("b", m{"currentTime": 10})
	now = now.Add(10 * time.Second)
	report("a", m{"currentTime": 20, "client": "Firefox", "device": "desktop", "operatingSystem": "Linux"})
	report("b", m{"currentTime": 25, "viewEvent": "seek"})
	now = now.Add(5 * time.Second)
	report("b", m{"currentTime": 30, "client": "Shoal"})
	report("b", m{"currentTime": 99999, "client": "beyond the end"})
	f.send("POST", path(v, "/views"), "", m{"currentTime": 3}).into(204, nil) // one report shows nothing
	if err := f.server.Visits.Write(context.Background(), false); err != nil {
		t.Fatal(err)
	}
	f.try(tried{"GET", path(v, "/stats/overall"), "ada", nil, 200, `"totalViewers":0`})
	now = now.Add(2 * time.Minute)
	if err := f.server.Visits.Write(context.Background(), false); err != nil {
		t.Fatal(err)
	}
	var all api.StatsOverall
	f.get(path(v, "/stats/overall"), f.as("ada")).into(200, &all)
	if all.TotalViewers != 2 || all.TotalWatchTime != 35 || all.AverageWatchTime != 17.5 || all.ViewersPeak != 2 || all.ViewersPeakDate == nil {
		t.Errorf("got %+v", all)
	}
	var kept api.StatsRetention
	f.get(path(v, "/stats/retention"), f.as("ada")).into(200, &kept)
	if len(kept.Data) != 30 || kept.Data[0].Percent != 100 || kept.Data[9].Percent != 100 || kept.Data[10].Percent != 50 || kept.Data[20].Percent != 0 || kept.Data[29].Percent != 50 {
		t.Errorf("got %+v", kept)
	}
	var with api.StatsUserAgents
	f.get(path(v, "/stats/user-agent"), f.as("mod")).into(200, &with)
	if fmt.Sprint(with) != "{[{Firefox 1} {Shoal 1}] [{desktop 1}] [{Linux 1}]}" {
		t.Errorf("got %v", with)
	}
	span := "?" + url.Values{"startDate": {now.Add(-time.Hour).UTC().Format(time.RFC3339)}, "endDate": {now.Add(time.Minute).UTC().Format(time.RFC3339)}}.Encode()
	for metric, want := range map[string]float64{"viewers": 2, "aggregateWatchTime": 35} {
		var series api.StatsSeries
		f.get(path(v, "/stats/timeseries/"+metric+span), f.as("ada")).into(200, &series)
		sum := 0.0
		for _, p := range series.Data {
			sum += p.Value
		}
		if sum != want || series.Interval != "10 minutes" || len(series.Data) != 7 {
			t.Errorf("%s: got %+v", metric, series)
		}
	}
	before := "?startDate=2020-01-01&endDate=2020-02-01"
	f.try(
		tried{"GET", path(v, "/stats/overall"+before), "ada", nil, 200, `"totalViewers":0`},
		tried{"GET", path(v, "/stats/timeseries/viewers"), "ada", nil, 200, `"groupInterval"`},
		tried{"GET", path(v, "/stats/timeseries/likes"), "ada", nil, 400, `"metric"`},
		tried{"GET", path(v, "/stats/timeseries/viewers?startDate=2020-01-01"), "ada", nil, 400, `"startDate"`},
		tried{"GET", path(v, "/stats/timeseries/viewers?startDate=2020-02-01&endDate=2020-01-01"), "ada", nil, 400, `"endDate"`},
		tried{"GET", path(v, "/stats/overall?startDate=x&endDate=2020-01-01"), "ada", nil, 400, `"startDate"`},
		tried{"GET", "/api/v1/videos/9999999/stats/overall", "ada", nil, 404, ""},
	)
	for _, rest := range []string{"overall", "retention", "user-agent", "timeseries/viewers"} {
		f.try(tried{"GET", path(v, "/stats/"+rest), "", nil, 401, ""}, tried{"GET", path(v, "/stats/"+rest), "ben", nil, 403, ""})
	}
}
