package report

// Unfolded is what a reader is shown of an HTTP message.
var Unfolded = unfolded
