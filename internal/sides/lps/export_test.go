package lps

import (
	"context"
	"io"
)

// Transcript is transcript, for tests.
var Transcript = transcript

// Stream looks for tokens in what a reader gives, for tests.
func Stream(tokens []string, r io.Reader, most int64) (string, error) {
	return newHunt(tokens).stream(context.Background(), r, most)
}
