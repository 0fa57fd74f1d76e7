package main

import (
	"fmt"
	"runtime/debug"
)

// version is set when a release is built.
var version = "development"

type versionTool struct{}

func (versionTool) Run() error {
	fmt.Println("shoal", version, revision())
	return nil
}

// revision is the commit the program was built from, where the toolchain recorded it.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
