package anatomy

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"etalon/internal/jws"
	"etalon/internal/verdict"
)

// Token is a JWT that a message carries.
type Token struct {
	Place string `json:"place"`
	Name  string `json:"name,omitempty"`
	// Trouble says why it cannot be read; it is then shown as it came, in Compact.
	Trouble string  `json:"trouble,omitempty"`
	Compact string  `json:"compact"`
	Header  []Claim `json:"header,omitempty"`
	Claims  []Claim `json:"claims,omitempty"`
	// Signature is what became of its verification, By the key that made it.
	Signature Sealed `json:"signature,omitempty"`
	By        string `json:"by,omitempty"`
	// Findings are what was found of it when it came.
	Findings []verdict.Finding `json:"findings,omitempty"`

	token jws.Token
}

// Sealed is what the signature of a token turned out to be.
type Sealed string

// What a signature of a token may be.
const (
	SealedNone    Sealed = "none"    // none, or the algorithm none
	SealedValid   Sealed = "valid"   // by a key that is known
	SealedCarried Sealed = "carried" // by the key of the certificate that the token brings along
	SealedUnknown Sealed = "unknown" // no key is known to check it with
	SealedBroken  Sealed = "broken"  // not by the key that it names
)

// Claim is a member of a header or of the claims.
type Claim struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	// At is the instant that it tells; zero when it is none.
	At time.Time `json:"at,omitzero"`
}

// Key is a public key by which tokens are signed, and whose it is.
type Key struct {
	ID     string
	Public crypto.PublicKey
	Whose  string
}

// token reads one; its signature is checked by what it brings along, until keys are known.
func token(p place) Token {
	t := Token{Place: p.where, Name: p.name, Compact: short(p.jwt)}
	read, err := jws.Parse(p.jwt)
	if err != nil {
		t.Trouble = short(err.Error())
		return t
	}
	t.token = read
	t.Header, t.Claims = claims(read.Header), claims(read.Claims)
	t.verify(nil)
	return t
}

// verify checks the signature with the keys that are known, else with the certificate that the token brings along.
func (t *Token) verify(keys []Key) {
	if t.Trouble != "" {
		return
	}
	algorithm, kid := t.token.Text("alg"), t.token.Text("kid")
	t.Signature, t.By = SealedUnknown, ""
	if strings.EqualFold(algorithm, jws.None) || strings.HasSuffix(t.Compact, ".") {
		t.Signature = SealedNone
		return
	}
	for _, k := range keys {
		if k.ID != kid {
			continue
		}
		t.Signature, t.By = SealedBroken, k.Whose
		if t.token.SignedBy(algorithm, k.Public) {
			t.Signature = SealedValid
			return
		}
	}
	if t.Signature == SealedBroken {
		return
	}
	if leaf := carriedLeaf(t.token.Header); leaf != nil && (algorithm == jws.RS256 || algorithm == jws.ES256) {
		t.Signature, t.By = SealedBroken, leaf.Subject.String()
		if t.token.SignedBy(algorithm, leaf.PublicKey) {
			t.Signature = SealedCarried
		}
	}
}

// carriedLeaf is the first certificate of x5c (RFC 7515 §4.1.6); nil when it cannot be read.
func carriedLeaf(header map[string]any) *x509.Certificate {
	list, _ := header["x5c"].([]any)
	if len(list) == 0 {
		return nil
	}
	text, _ := list[0].(string)
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	return leaf
}

// instants are the claims that tell one, in seconds since 1970 (RFC 7519 §2).
var instants = map[string]bool{"exp": true, "iat": true, "nbf": true, "auth_time": true, "updated_at": true}

// latest is the last instant that is told in words: 9999-12-31.
const latest = 253402300799

func claims(object map[string]any) []Claim {
	var all []Claim
	for _, name := range sorted(object) {
		c := Claim{Name: short(name), Value: short(plain(object[name]))}
		if number, ok := object[name].(json.Number); ok && instants[name] {
			if seconds, err := number.Float64(); err == nil && seconds > 0 && seconds < latest {
				c.At = time.Unix(int64(seconds), 0).UTC()
			}
		}
		all = append(all, c)
	}
	return all
}

// plain writes a value: a text as it is, anything else in JSON.
func plain(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(v) != nil {
		return ""
	}
	return strings.TrimSpace(out.String())
}
