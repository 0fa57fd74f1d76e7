package api

// Categories of videos.
var Categories = map[int]string{
	1: "Music", 2: "Films", 3: "Vehicles", 4: "Art", 5: "Sports", 6: "Travels", 7: "Gaming", 8: "People", 9: "Comedy",
	10: "Entertainment", 11: "News & Politics", 12: "How To", 13: "Education", 14: "Activism",
	15: "Science & Technology", 16: "Animals", 17: "Kids", 18: "Food",
}

// Licences of videos: 1 to 6 are those of Creative Commons, 7 is CC0, 8 the public domain mark.
var Licences = map[int]string{
	1: "Attribution",
	2: "Attribution - Share Alike",
	3: "Attribution - No Derivatives",
	4: "Attribution - Non Commercial",
	5: "Attribution - Non Commercial - Share Alike",
	6: "Attribution - Non Commercial - No Derivatives",
	7: "Public Domain Dedication",
	8: "Free of known copyright restrictions",
	9: "All Rights Reserved",
}

// Privacies are the names of Public and its sisters.
var Privacies = map[int]string{
	Public: "Public", Unlisted: "Unlisted", Private: "Private", Internal: "Internal", PasswordProtected: "Password protected",
}

// States are the names of Published and its sisters.
var States = map[int]string{
	Published: "Published", ToTranscode: "To transcode", ToImport: "To import", WaitingForLive: "Waiting for livestream",
	LiveEnded: "Livestream ended", ToMove: "To move to an external storage", TranscodingFailed: "Transcoding failed",
	MoveFailed: "External storage move failed", ToEdit: "To edit", ToMoveToFileSystem: "To move to file system",
	MoveToFileSystemFail: "Move to file system failed", ToImportFailed: "Import failed",
}

// CommentPolicies say who may comment.
var CommentPolicies = map[int]string{1: "Enabled", 2: "Disabled", 3: "Requires approval"}
