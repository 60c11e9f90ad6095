package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
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

// Spellings are the forms in which a secret may stand in an address, a form or a document: as it is, escaped as a parameter,
// as part of a path and as text of JSON.
func Spellings(secret string) []string {
	all := []string{secret}
	add := func(spelling string) {
		if !slices.Contains(all, spelling) {
			all = append(all, spelling)
		}
	}
	for _, escaped := range []string{url.QueryEscape(secret), url.PathEscape(secret)} {
		add(escaped)
		add(hexPairs.ReplaceAllStringFunc(escaped, strings.ToLower))
	}
	if quoted, err := json.Marshal(secret); err == nil {
		text := string(quoted[1 : len(quoted)-1])
		add(text)
		add(strings.ReplaceAll(text, "/", `\/`))
	}
	add(html.EscapeString(secret))
	return all
}

var hexPairs = regexp.MustCompile(`%[0-9A-F]{2}`)
