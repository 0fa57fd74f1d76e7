package activity

import "encoding/json"

// ContentType is what documents are served as, in the one form that Lemmy takes too.
const ContentType = "application/activity+json; charset=utf-8"

const base = `"https://www.w3.org/ns/activitystreams","https://w3id.org/security/v1",{"RsaSignature2017":"https://w3id.org/security#RsaSignature2017"}`

func contextOf(terms string) json.RawMessage {
	if terms == "" {
		return json.RawMessage("[" + base + "]")
	}
	return json.RawMessage(`[` + base + `,{"pt":"https://joinpeertube.org/ns#","sc":"http://schema.org/",` + terms + `}]`)
}

// The contexts, one for each kind of document, with PeerTube's terms: a term that is missing makes a signature impossible.
var (
	ContextBase  = contextOf("")
	ContextActor = contextOf(`"playlists":{"@id":"pt:playlists","@type":"@id"},"support":{"@type":"sc:Text","@id":"pt:support"},` +
		`"lemmy":"https://join-lemmy.org/ns#","postingRestrictedToMods":"lemmy:postingRestrictedToMods","icons":"as:icon",` +
		`"toot":"http://joinmastodon.org/ns#","indexable":"toot:indexable","discoverable":"toot:discoverable",` +
		`"manuallyApprovesFollowers":"as:manuallyApprovesFollowers","alsoKnownAs":{"@id":"as:alsoKnownAs","@type":"@id"},` +
		`"movedTo":{"@id":"as:movedTo","@type":"@id"},"email":"sc:email","playerSettings":"pt:playerSettings",` + multikeyTerms)
	ContextVideo = contextOf(`"Hashtag":"as:Hashtag","SensitiveTag":"pt:SensitiveTag","category":"sc:category","licence":"sc:license",` +
		`"subtitleLanguage":"sc:subtitleLanguage","automaticallyGenerated":"pt:automaticallyGenerated","sensitive":"as:sensitive",` +
		`"language":"sc:inLanguage","identifier":"sc:identifier","isLiveBroadcast":"sc:isLiveBroadcast",` +
		`"liveSaveReplay":{"@type":"sc:Boolean","@id":"pt:liveSaveReplay"},"permanentLive":{"@type":"sc:Boolean","@id":"pt:permanentLive"},` +
		`"latencyMode":{"@type":"sc:Number","@id":"pt:latencyMode"},"Infohash":"pt:Infohash",` +
		`"tileWidth":{"@type":"sc:Number","@id":"pt:tileWidth"},"tileHeight":{"@type":"sc:Number","@id":"pt:tileHeight"},` +
		`"tileDuration":{"@type":"sc:Number","@id":"pt:tileDuration"},"aspectRatio":{"@type":"sc:Float","@id":"pt:aspectRatio"},` +
		`"uuid":{"@type":"sc:identifier","@id":"pt:uuid"},"originallyPublishedAt":"sc:datePublished","uploadDate":"sc:uploadDate",` +
		`"hasParts":"sc:hasParts","views":{"@type":"sc:Number","@id":"pt:views"},"state":{"@type":"sc:Number","@id":"pt:state"},` +
		`"size":{"@type":"sc:Number","@id":"pt:size"},"fps":{"@type":"sc:Number","@id":"pt:fps"},` +
		`"commentsEnabled":{"@type":"sc:Boolean","@id":"pt:commentsEnabled"},"canReply":"pt:canReply",` +
		`"commentsPolicy":{"@type":"sc:Number","@id":"pt:commentsPolicy"},"downloadEnabled":{"@type":"sc:Boolean","@id":"pt:downloadEnabled"},` +
		`"waitTranscoding":{"@type":"sc:Boolean","@id":"pt:waitTranscoding"},"support":{"@type":"sc:Text","@id":"pt:support"},` +
		`"likes":{"@id":"as:likes","@type":"@id"},"dislikes":{"@id":"as:dislikes","@type":"@id"},` +
		`"shares":{"@id":"as:shares","@type":"@id"},"comments":{"@id":"as:comments","@type":"@id"},` +
		`"PropertyValue":"sc:PropertyValue","value":"sc:value","schedules":"sc:eventSchedule","startDate":"sc:startDate",` +
		`"playerSettings":"pt:playerSettings","embedUrl":"sc:embedUrl","dvrWindow":{"@type":"sc:Duration","@id":"pt:dvrWindow"},` +
		`"downloads":{"@type":"sc:Number","@id":"pt:downloads"}`)
	ContextComment  = contextOf(`"replyApproval":"pt:replyApproval"`)
	ContextApproval = contextOf(`"ApproveReply":"pt:ApproveReply","RejectReply":"pt:RejectReply"`)
	ContextPlaylist = contextOf(`"Playlist":"pt:Playlist","PlaylistElement":"pt:PlaylistElement",` +
		`"position":{"@type":"sc:Number","@id":"pt:position"},"startTimestamp":{"@type":"sc:Number","@id":"pt:startTimestamp"},` +
		`"stopTimestamp":{"@type":"sc:Number","@id":"pt:stopTimestamp"},"uuid":{"@type":"sc:identifier","@id":"pt:uuid"},` +
		`"videoChannelPosition":{"@type":"sc:Number","@id":"pt:position"}`)
	ContextCacheFile = contextOf(`"expires":"sc:expires","CacheFile":"pt:CacheFile",` +
		`"size":{"@type":"sc:Number","@id":"pt:size"},"fps":{"@type":"sc:Number","@id":"pt:fps"}`)
	ContextWatchAction = contextOf(`"WatchAction":"sc:WatchAction","startTimestamp":{"@type":"sc:Number","@id":"pt:startTimestamp"},` +
		`"endTimestamp":{"@type":"sc:Number","@id":"pt:endTimestamp"},"uuid":{"@type":"sc:identifier","@id":"pt:uuid"},` +
		`"actionStatus":"sc:actionStatus","watchSections":{"@type":"@id","@id":"pt:watchSections"},` +
		`"addressRegion":"sc:addressRegion","addressCountry":"sc:addressCountry"`)
	ContextView = contextOf(`"WatchAction":"sc:WatchAction","InteractionCounter":"sc:InteractionCounter",` +
		`"interactionType":"sc:interactionType","userInteractionCount":"sc:userInteractionCount"`)
	ContextChapters = contextOf(`"hasPart":"sc:hasPart","endOffset":"sc:endOffset","startOffset":"sc:startOffset"`)
	ContextSettings = contextOf(`"PlayerSettings":"pt:PlayerSettings","theme":"pt:theme"`)
	ContextFlag     = contextOf(`"Hashtag":"as:Hashtag","startAt":"pt:startAt","endAt":"pt:endAt"`)
)

const multikeyTerms = `"assertionMethod":{"@id":"https://w3id.org/security#assertionMethod","@type":"@id"},` +
	`"Multikey":"https://w3id.org/security#Multikey","controller":{"@id":"https://w3id.org/security#controller","@type":"@id"},` +
	`"publicKeyMultibase":"https://w3id.org/security#publicKeyMultibase"`
