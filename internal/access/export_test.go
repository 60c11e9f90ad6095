package access

// InteropsInfos is the header that tells a user.
var InteropsInfos = interopsInfos
