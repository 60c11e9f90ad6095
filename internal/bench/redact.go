package bench

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/textproto"
	"strings"
)

// Redactor replaces secrets by a keyed digest before anything is recorded (rule 9): two equal secrets stay
// equal in a record, and none can be read there.
type Redactor struct{ key []byte }

// NewRedactor returns a redactor with its own key, which is never recorded.
func NewRedactor(key []byte) *Redactor { return &Redactor{key: key} }

// Secret returns what stands in a record in place of a secret.
func (r *Redactor) Secret(value string) string {
	mac := hmac.New(sha256.New, r.key)
	mac.Write([]byte(value))
	return "redacted:hmac-sha256:" + hex.EncodeToString(mac.Sum(nil)[:12])
}

// secretHeaders carry credentials whoever sends them.
var secretHeaders = map[string]bool{
	"Authorization": true, "Proxy-Authorization": true, "Cookie": true, "Set-Cookie": true,
	"X-Api-Key": true, "X-Auth-Token": true, "Www-Authenticate": false,
}

// Header returns a copy of h whose credentials are redacted.
func (r *Redactor) Header(h http.Header) http.Header {
	out := h.Clone()
	for name, values := range out {
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		if !secretHeaders[canonical] && !looksSecret(canonical) {
			continue
		}
		for i, v := range values {
			values[i] = r.Secret(v)
		}
	}
	return out
}

// looksSecret tells whether a header's name announces a credential.
func looksSecret(name string) bool {
	lower := strings.ToLower(name)
	for _, word := range []string{"password", "passwd", "secret", "token", "apikey", "api-key", "session"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}
