//go:build !js

package live

import "github.com/maxence-charriere/go-app/v9/pkg/app"

func bare(v app.Value) any { return v }
