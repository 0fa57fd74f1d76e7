package live

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// bare is a value as syscall/js knows it, which is what the browser's room takes for a file.
func bare(v app.Value) any { return app.JSValue(v) }
