package mss

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"etalon/internal/jws"
)

// maxShown bounds what of a token is shown whole.
const maxShown = 16 << 10

// redacted is what stands in a transcript in place of a secret: of a token, what it says and its digest, never the
// signature; of anything else, a keyed digest.
func (s *Side) redacted(secret string) string {
	t, err := jws.Parse(secret)
	if err != nil || len(secret) > maxShown {
		if strings.Count(secret, ".") >= 1 {
			return fmt.Sprintf("jeton(%d octets, sha256:%x)", len(secret), sha256.Sum256([]byte(secret)))
		}
		return s.run.Bench.Redactor.Secret(secret)
	}
	header, err := json.Marshal(t.Header)
	if err != nil {
		return s.run.Bench.Redactor.Secret(secret)
	}
	claims, err := json.Marshal(t.Claims)
	if err != nil {
		return s.run.Bench.Redactor.Secret(secret)
	}
	return fmt.Sprintf("jeton(%s.%s, sha256:%x)", header, claims, sha256.Sum256([]byte(secret)))
}
