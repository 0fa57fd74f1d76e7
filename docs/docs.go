// Package docs is the description of the REST interface for programs, beside the pages for people.
package docs

import _ "embed" // for OpenAPI

// OpenAPI describes every operation below /api/v1 (OpenAPI 3.0, as YAML).
//
//go:embed openapi.yaml
var OpenAPI []byte
