package api

import "net/http"

// operations name, for those routes where PeerTube does so, the operation of the API's description that an error speaks of.
var operations = map[string]string{
	"POST /api/v1/users/token":                  "getOAuthToken",
	"GET /api/v1/videos/{id}":                   "getVideo",
	"PUT /api/v1/videos/{id}":                   "putVideo",
	"DELETE /api/v1/videos/{id}":                "delVideo",
	"GET /api/v1/videos/{id}/description":       "getVideoDesc",
	"GET /api/v1/videos/{id}/source":            "getVideoSource",
	"POST /api/v1/videos/{id}/views":            "addView",
	"POST /api/v1/videos/upload":                "uploadLegacy",
	"POST /api/v1/videos/upload-resumable":      "uploadResumableInit",
	"PUT /api/v1/videos/upload-resumable":       "uploadResumable",
	"DELETE /api/v1/videos/upload-resumable":    "uploadResumableCancel",
	"GET /api/v1/videos/{id}/metadata/{fileID}": "getVideoFileMetadata",
	"GET /api/v1/jobs/{state}":                  "getJobs",
	"GET /api/v1/oauth-clients/local":           "getOAuthClient",
}

const operationAddress = "https://docs.joinpeertube.org/api-rest-reference.html#operation/"

func operation(r *http.Request) string {
	if id, ok := operations[route(r)]; ok {
		return operationAddress + id
	}
	return ""
}
