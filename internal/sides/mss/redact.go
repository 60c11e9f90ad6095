package mss

// redacted is what stands in a transcript in place of a secret: of a token, what it says and its digest, never the
// signature; of anything else, a keyed digest.
func (s *Side) redacted(secret string) string { return s.run.Bench.Redactor.Token(secret) }
