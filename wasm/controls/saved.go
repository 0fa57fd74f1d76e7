//go:build js

package controls

import "shoal/wasm/browser"

// SavedPosition is where a guest of this browser left a video, in seconds.
func SavedPosition(uuid string) float64 {
	return Positions(browser.Stored(positionsKey)).At(uuid)
}

// SavedQuality is the choice of level this browser remembers: lines, 0 for automatic, Sound for sound alone.
func SavedQuality() int { return ParseDevice(browser.Stored(deviceKey)).Quality }
