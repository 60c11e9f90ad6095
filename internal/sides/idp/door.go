package idp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/verdict"
)

// door is what an establishment's issuer publishes, as Pro Santé Connect read it.
type door struct {
	of       candidate.Establishment
	document *call
	went     []string // redirects of the document
	said     map[string]any
	// wrong is what the document departs from; unusable why nothing can be asked of the provider, empty when all can.
	wrong    []verdict.Finding
	unusable string

	keys      *call
	wentKeys  []string
	jwks      []byte // nil when it could not be read
	wrongKeys []verdict.Finding
}

// text returns a member of the document that is a text.
func (d *door) text(name string) string {
	s, _ := d.said[name].(string)
	return s
}

// list returns a member of the document that is a list of texts.
func (d *door) list(name string) []string {
	items, _ := d.said[name].([]any)
	var all []string
	for _, item := range items {
		if s, ok := item.(string); ok {
			all = append(all, s)
		}
	}
	return all
}

// endpoint is where a service is; that for mutual TLS when a certificate is shown (RFC 8705 §5).
func (d *door) endpoint(name string, mutual bool) string {
	if aliases, ok := d.said["mtls_endpoint_aliases"].(map[string]any); ok && mutual {
		if alias, ok := aliases[name].(string); ok && alias != "" {
			return alias
		}
	}
	return d.text(name)
}

// enter reads the document of a door, and its keys.
func (w *wire) enter(ctx context.Context, e candidate.Establishment) *door {
	d := &door{of: e}
	d.document, d.went = w.document(ctx, e.Discovery)
	d.read(w.side.declared)
	if address := d.text("jwks_uri"); address != "" {
		d.keys, d.wentKeys = w.document(ctx, address)
		d.readKeys()
	}
	return d
}

func (d *door) finds(rule, want, got string) {
	d.wrong = append(d.wrong, verdict.Finding{Requirement: "FI-01", Rule: rule, Want: want, Got: got})
}

// fetched tells whether a document came, and if not, by which rule: what was wrong with its way.
func fetched(c *call, went []string) (rule, want string, ok bool) {
	switch {
	case len(went) > maxRedirects:
		return "id-document-redirects", fmt.Sprintf("≤ %d redirections", maxRedirects), false
	case c.large:
		return "id-document-oversized", fmt.Sprintf("≤ %d octets", maxDocument), false
	case c.err != nil || c.status != 200:
		return "id-document-missing", "HTTP 200", false
	}
	return "", "", true
}

// required are the members that a document must have, and what they are (OIDC Discovery §3).
var required = []struct {
	name string
	list bool
}{
	{"issuer", false}, {"authorization_endpoint", false}, {"token_endpoint", false}, {"jwks_uri", false},
	{"response_types_supported", true}, {"subject_types_supported", true}, {"id_token_signing_alg_values_supported", true},
}

// read takes the document apart. One that did not come departs from nothing.
func (d *door) read(declared *candidate.IdentityProvider) {
	if d.document.silent() {
		d.unusable = d.document.told()
		return
	}
	if rule, want, ok := fetched(d.document, d.went); !ok {
		d.finds(rule, want, d.document.told())
		d.unusable = d.document.told()
		return
	}
	said, err := jws.Object(d.document.body)
	if err != nil {
		d.finds("id-document-malformed", "JSON", err.Error())
		d.unusable = err.Error()
		return
	}
	d.said = said
	if media := d.document.answer.Get("Content-Type"); !strings.Contains(media, "json") {
		d.finds("id-document-media", "application/json", media)
	}
	for _, m := range required {
		if m.list && len(d.list(m.name)) == 0 || !m.list && d.text(m.name) == "" {
			raw, _ := json.Marshal(said[m.name])
			d.finds("id-document-incomplete", m.name, string(raw))
		}
	}
	d.judge(declared)
}

// judge looks at what the document says.
func (d *door) judge(declared *candidate.IdentityProvider) {
	if issuer := d.text("issuer"); issuer != d.of.Issuer && issuer != declared.Issuer {
		d.finds("id-issuer-other", d.of.Issuer, issuer)
	}
	if codes := d.list("response_types_supported"); len(codes) > 0 && !slices.Contains(codes, "code") {
		d.finds("id-document-incomplete", "response_types_supported: code", strings.Join(codes, " "))
	}
	for _, name := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"} {
		address := d.text(name)
		if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
			d.finds("id-endpoint-insecure", name+": https://…", address)
			d.unusable = name + " " + address
		}
	}
	for _, name := range []string{"authorization_endpoint", "token_endpoint"} {
		if d.text(name) == "" {
			d.unusable = name
		}
	}
}

// astray tells which of the services that a login needs leads where nothing is ever sent (rule 10); nil when none does.
func (d *door) astray() *verdict.Reason {
	for _, name := range []string{"authorization_endpoint", "token_endpoint"} {
		if barred := barredIn(candidate.BarredURL(d.text(name))); barred != nil {
			why := barredBy(name, barred)
			return &why
		}
	}
	return nil
}

func (d *door) findsKey(rule, want, got string) {
	d.wrongKeys = append(d.wrongKeys, verdict.Finding{Requirement: "FI-03", Rule: rule, Want: want, Got: got})
}

// readKeys takes the set of keys apart (FI-03). A set that did not come departs from nothing.
func (d *door) readKeys() {
	if d.keys.silent() {
		return
	}
	if rule, want, ok := fetched(d.keys, d.wentKeys); !ok {
		d.findsKey(rule, want, d.keys.told())
		return
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(d.keys.body, &set); err != nil || len(set.Keys) == 0 {
		d.findsKey("id-keys-malformed", `{"keys": […]}`, d.keys.told())
		return
	}
	d.jwks = d.keys.body
	var signing []publishedKey
	foreign := false
	for i, raw := range set.Keys {
		k, signs := d.key(i, raw)
		if foreign = foreign || k.foreign; signs {
			signing = append(signing, k)
		}
	}
	if len(signing) == 0 && !foreign {
		d.findsKey("id-keys-malformed", "use: sig", d.keys.told())
	}
	d.named(signing)
}

// publishedKey is a key of signature: where it stands, its kind and its name; and whether it is of a kind or a curve of which
// clients may know nothing.
type publishedKey struct {
	where, kind, name string
	foreign           bool
}

// named wants several keys of signature to be told apart; keys of two kinds may share a name (RFC 7517 §4.5), and a lone one
// needs none (OIDC Core §10.1).
func (d *door) named(signing []publishedKey) {
	taken := map[publishedKey]bool{}
	for _, k := range signing {
		own := publishedKey{kind: k.kind, name: k.name}
		if len(signing) > 1 && (k.name == "" || taken[own]) {
			d.findsKey("id-key-nameless", k.where+": kid", k.name)
		}
		taken[own] = true
	}
}

// saysUse tells of what use a key says that it is: of signature, or of another; where neither is told, it says nothing (RFC
// 7517 §4.2, §4.3).
func saysUse(plain map[string]any) (signs, other bool) {
	use, _ := plain["use"].(string)
	operations, listed := plain["key_ops"].([]any)
	if use != "" || !listed {
		return use == "sig", use != "" && use != "sig"
	}
	signs = slices.Contains(operations, any("verify"))
	return signs, !signs
}

// key judges one key, and tells whether it is of signature.
func (d *door) key(i int, raw []byte) (publishedKey, bool) {
	var plain map[string]any
	if json.Unmarshal(raw, &plain) != nil {
		d.findsKey("id-keys-malformed", "JWK", string(raw[:min(len(raw), 100)]))
		return publishedKey{}, false
	}
	k := publishedKey{where: fmt.Sprintf("keys[%d]", i)}
	k.kind, _ = plain["kty"].(string)
	k.name, _ = plain["kid"].(string)
	for _, secret := range []string{"d", "k", "p"} {
		if _, there := plain[secret]; there {
			d.findsKey("id-key-secret", k.where, "« "+secret+" »")
		}
	}
	signs, other := saysUse(plain)
	if other || !slices.Contains([]string{"RSA", "EC", "OKP"}, k.kind) { // a kind that clients may leave aside (RFC 7517 §5)
		k.foreign = !other && k.kind != "" && k.kind != "oct"
		return k, false
	}
	what, enough, err := oidc.Strength(raw)
	switch {
	case errors.Is(err, oidc.ErrForeignKey):
		k.foreign = plain["crv"] != "X25519" && plain["crv"] != "X448" // which sign nothing (RFC 8037 §3.2)
		return k, false
	case err != nil:
		d.findsKey("id-keys-malformed", k.where, err.Error())
	case !enough:
		d.findsKey("id-key-weak", "RSA ≥ 2048, EC ≥ 256", what)
	}
	if !signs {
		d.findsKey(ruleUse, k.where+": use = sig", "")
	}
	return k, true
}
