package transcode

import (
	"math"
	"slices"
)

// steps are the classes of size, by the shorter side, with the most bits per second at 30 frames of the wide form.
var steps = []struct {
	short int
	rate  int64
}{
	{144, 200_000}, {240, 380_000}, {360, 750_000}, {480, 1_300_000}, {720, 2_800_000}, {1080, 5_200_000}, {1440, 9_500_000}, {2160, 18_000_000},
}

// near is how far a size may be from a class and still count for it: 1088 lines are 1080.
const near = 0.04

// classOf names a size by its shorter side.
func classOf(width, height int) int {
	short := min(width, height)
	for _, s := range steps {
		if math.Abs(float64(short-s.short)) <= near*float64(s.short) {
			return s.short
		}
	}
	return even(short)
}

func even(n int) int { return max(n&^1, 2) }

// fit gives the even size with the shorter side at most class; it never enlarges.
func fit(width, height, class int) (w, h int) {
	scale := min(1, float64(class)/float64(min(width, height)))
	if math.Abs(scale-1) < near {
		scale = 1
	}
	round := func(n int) int { return even(int(math.Round(float64(n)*scale/2)) * 2) }
	if scale == 1 {
		return even(width), even(height)
	}
	return round(width), round(height)
}

// peakRate is the most bits per second of a class, between the steps in proportion to the picture's area.
func peakRate(class int, fps float64) int64 {
	rate := float64(steps[len(steps)-1].rate)
	for i, s := range steps {
		if class > s.short {
			continue
		}
		low, lowRate := 0.0, 0.0
		if i > 0 {
			low, lowRate = square(steps[i-1].short), float64(steps[i-1].rate)
		}
		rate = lowRate + (float64(s.rate)-lowRate)*(square(class)-low)/(square(s.short)-low)
		break
	}
	if fps > plainFPS {
		rate *= 1 + (fps-plainFPS)/plainFPS/2
	}
	return int64(max(rate, leastRate))
}

const (
	plainFPS  = 30
	smoothMin = 720    // classes below it are not made with more than plainFPS
	leastRate = 64_000 // bits per second
)

func square(n int) float64 { return float64(n) * float64(n) }

// rateOf is the frames per second a class is made with.
func rateOf(class int, source, most float64) float64 {
	for source > most*1.01 || class < smoothMin && source > plainFPS*1.01 {
		if source/2 < 20 {
			return min(most, plainFPS)
		}
		source /= 2
	}
	return source
}

// classes are the sizes to make of a picture, the largest first.
func (s Settings) classes(width, height int) []int {
	const apart = 0.9 // a smaller class is only worth its bytes below this share of the source
	own := classOf(width, height)
	largest := slices.Max(s.Resolutions)
	var list []int
	if own <= largest {
		list = append(list, own)
	}
	for _, r := range s.Resolutions {
		if float64(r) <= apart*float64(own) {
			list = append(list, r)
		}
	}
	slices.Sort(list)
	slices.Reverse(list)
	return slices.Compact(list)
}

// quickest is the class that is made first when the source cannot be copied: the largest that is quick.
func quickest(classes []int) int {
	const quick = 480
	for _, c := range classes {
		if c <= quick {
			return c
		}
	}
	return classes[len(classes)-1]
}
