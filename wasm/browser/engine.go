//go:build js

package browser

import "shoal/wasm/sharing"

// alone is an engine that meets nobody.
type alone struct{}

func (alone) Start()                   {}
func (alone) Stop()                    {}
func (alone) SetUpload(int64)          {}
func (alone) Figures() sharing.Figures { return sharing.Figures{Gone: sharing.ByWebRTC} }
