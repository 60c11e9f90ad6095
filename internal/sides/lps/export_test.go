package lps

// Transcript is transcript, for tests.
var Transcript = transcript
