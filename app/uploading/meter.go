package uploading

import "time"

// meter is the speed of the last seconds.
type meter struct {
	marks []mark
}

type mark struct {
	at    time.Time
	bytes int64
}

// window is how far back the speed looks.
const window = 8 * time.Second

func (m *meter) add(now time.Time, n int64) {
	m.marks = append(m.marks, mark{now, n})
	for len(m.marks) > 2 && now.Sub(m.marks[0].at) > window {
		m.marks = m.marks[1:]
	}
}

// rate leaves the first mark's bytes out: when they began is not known.
func (m *meter) rate() float64 {
	if len(m.marks) < 2 {
		return 0
	}
	var sum int64
	for _, k := range m.marks[1:] {
		sum += k.bytes
	}
	d := m.marks[len(m.marks)-1].at.Sub(m.marks[0].at)
	if d < 300*time.Millisecond {
		return 0
	}
	return float64(sum) / d.Seconds()
}
