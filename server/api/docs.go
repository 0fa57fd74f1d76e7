package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// operations name, for those routes where PeerTube does so, the operation of the API's description that an error speaks of.
var operations = map[string]string{
	"/api/v1/users/token POST":               "getOAuthToken",
	"/api/v1/videos/{id} GET":                "getVideo",
	"/api/v1/videos/{id} PUT":                "putVideo",
	"/api/v1/videos/{id} DELETE":             "delVideo",
	"/api/v1/videos/{id}/description GET":    "getVideoDesc",
	"/api/v1/videos/{id}/source GET":         "getVideoSource",
	"/api/v1/videos/{id}/views POST":         "addView",
	"/api/v1/videos/upload POST":             "uploadLegacy",
	"/api/v1/videos/upload-resumable POST":   "uploadResumableInit",
	"/api/v1/videos/upload-resumable PUT":    "uploadResumable",
	"/api/v1/videos/upload-resumable DELETE": "uploadResumableCancel",
	"/api/v1/videos GET":                     "getVideos",
	"/api/v1/jobs GET":                       "getJobs",
	"/api/v1/jobs/{state} GET":               "getJobs",
	"/api/v1/plugins GET":                    "getPlugins",
	"/api/v1/oauth-clients/local GET":        "getOAuthClient",
}

const operationAddress = "https://docs.joinpeertube.org/api-rest-reference.html#operation/"

func operation(r *http.Request) string {
	c := chi.RouteContext(r.Context())
	if c == nil {
		return ""
	}
	id, ok := operations[c.RoutePattern()+" "+r.Method]
	if !ok {
		return ""
	}
	return operationAddress + id
}
