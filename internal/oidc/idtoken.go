package oidc

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"hash"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"etalon/internal/jws"
	"etalon/internal/verdict"
)

// MaxIDToken bounds what a client reads as an ID token; one with an identity has some 2,000 characters.
const MaxIDToken = 64 << 10

// IDExpectation is what a client knows before it reads an ID token.
type IDExpectation struct {
	Issuer, Client, Nonce string
	// JWKS is the set of keys that the issuer publishes; empty when it could not be read: the signature is not judged then.
	JWKS []byte
	// Now is the time by the issuer's clock; Life is how long a token may live, Age how old it may be, or young.
	Now       time.Time
	Life, Age time.Duration
	// AccessToken is that given with it; at_hash, where there is one, is of it.
	AccessToken string
}

// IDToken is what an ID token says, as far as it can be read.
type IDToken struct {
	Algorithm, KeyID, Issuer, Subject, Nonce, Party string
	Audience                                        []string
	IssuedAt, Expires, AuthTime                     time.Time
	// AMR are its values where it is a list of texts.
	AMR    []string
	Claims map[string]any
	// Unverified tells that a registered algorithm signed that is not verified here: the signature is not judged.
	Unverified bool
}

// IDRules maps each rule that VerifyIDToken reports to the requirement that a token departs from.
var IDRules = map[string]string{
	"idtoken-absent":              "FI-05",
	"idtoken-oversized":           "FI-05",
	"idtoken-malformed":           "FI-47",
	"idtoken-algorithm-none":      "FI-47",
	"idtoken-algorithm-sealed":    "FI-47",
	"idtoken-algorithm-unknown":   "FI-47",
	"idtoken-critical-unknown":    "FI-47",
	"idtoken-key-unknown":         "FI-47",
	"idtoken-signature-wrong":     "FI-47",
	"idtoken-issuer-other":        "FI-02",
	"idtoken-nonce-other":         "FI-12",
	"idtoken-audience-other":      "FI-48",
	"idtoken-party-other":         "FI-48",
	"idtoken-expired":             "FI-48",
	"idtoken-life-excessive":      "FI-48",
	"idtoken-undated":             "FI-48",
	"idtoken-issued-elsewhen":     "FI-48",
	"idtoken-hash-other":          "FI-48",
	"idtoken-subject-malformed":   "FI-48",
	"idtoken-auth-time-absent":    "FI-23",
	"idtoken-auth-time-malformed": "FI-23",
	"idtoken-auth-time-later":     "FI-23",
	"idtoken-amr-absent":          "FI-25",
	"idtoken-amr-malformed":       "FI-27",
}

// idJudge holds what the checks of one ID token share.
type idJudge struct {
	IDExpectation
	raw      string
	token    jws.Token
	out      IDToken
	findings []verdict.Finding
}

// VerifyIDToken checks an ID token as the client that got it (OIDC Core §3.1.3.7), with what is asked of an identity provider
// to which Pro Santé Connect delegates: auth_time and amr. It returns every departure, except that a token that cannot be read
// has no others.
func VerifyIDToken(token string, x IDExpectation) (IDToken, []verdict.Finding) {
	j := &idJudge{IDExpectation: x, raw: token}
	if !j.read() {
		return j.out, j.findings
	}
	j.signature()
	j.names()
	j.life()
	j.login()
	return j.out, j.findings
}

func (j *idJudge) report(rule, want, got string) {
	j.findings = append(j.findings, verdict.Finding{Requirement: IDRules[rule], Rule: rule, Want: want, Got: got})
}

// read takes the token apart.
func (j *idJudge) read() bool {
	switch {
	case j.raw == "":
		j.report("idtoken-absent", "id_token", "")
		return false
	case len(j.raw) > MaxIDToken:
		j.report("idtoken-oversized", "≤ "+strconv.Itoa(MaxIDToken), strconv.Itoa(len(j.raw)))
		return false
	}
	var err error
	j.token, err = jws.Parse(j.raw)
	var m *jws.Malformed
	if errors.As(err, &m) {
		j.report("idtoken-malformed", m.Want, m.Got)
		return false
	}
	c := claimsReader{claims: j.token.Claims}
	j.out = IDToken{
		Algorithm: j.token.Text("alg"), KeyID: j.token.Text("kid"), Issuer: c.text("iss"), Subject: c.text("sub"), Nonce: c.text("nonce"),
		Party: c.text("azp"), Audience: c.list("aud"), IssuedAt: c.instant("iat"), Expires: c.instant("exp"), AuthTime: c.instant("auth_time"),
		AMR: listed(j.token.Claims["amr"]), Claims: j.token.Claims,
	}
	for _, name := range c.malformed {
		j.report("idtoken-malformed", name, shownClaim(j.token.Claims[name]))
	}
	return true
}

// idAlgorithms are those by which a key signs (RFC 7518 §3.1, RFC 8037).
var idAlgorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

// sealing are the algorithms of one secret for both sides (RFC 7518 §3.2, IANA JOSE registry).
var sealing = []string{"HS256", "HS384", "HS512", "HS256/64"}

// unverified are the registered algorithms by which a key signs that is not verified here (RFC 8812 §3.2, RFC 9864, IANA JOSE registry).
var unverified = []string{"ES256K", "Ed25519", "Ed448", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"}

// beyond tells whether the algorithm is one of those, or of a curve that is.
func (j *idJudge) beyond() bool {
	if slices.Contains(unverified, j.out.Algorithm) {
		return true
	}
	return j.out.Algorithm == string(jose.EdDSA) && slices.ContainsFunc(j.published(), func(raw json.RawMessage) bool {
		var k struct {
			Curve string `json:"crv"`
			Name  string `json:"kid"`
		}
		return json.Unmarshal(raw, &k) == nil && k.Curve == "Ed448" && (k.Name == "" || j.out.KeyID == "" || k.Name == j.out.KeyID)
	})
}

// signature judges the algorithm and the signature, by the published key that the header names.
func (j *idJudge) signature() {
	if critical, there := j.token.Header["crit"]; there {
		j.report("idtoken-critical-unknown", "", shownClaim(critical))
	}
	algorithm := jose.SignatureAlgorithm(j.out.Algorithm)
	switch {
	case strings.EqualFold(j.out.Algorithm, jws.None) || j.out.Algorithm == "":
		j.report("idtoken-algorithm-none", "RS256, ES256", j.out.Algorithm)
		return
	case slices.Contains(sealing, j.out.Algorithm):
		j.report("idtoken-algorithm-sealed", "RS256, ES256", j.out.Algorithm)
		return
	case j.beyond():
		j.out.Unverified = true
		return
	case !slices.Contains(idAlgorithms, algorithm):
		j.report("idtoken-algorithm-unknown", "RS256, ES256", j.out.Algorithm)
		return
	case len(j.JWKS) == 0:
		return
	}
	keys := j.keys()
	if len(keys) == 0 {
		j.report("idtoken-key-unknown", "kid, JWKS", j.out.KeyID)
		return
	}
	signed, err := jose.ParseSignedCompact(j.raw, []jose.SignatureAlgorithm{algorithm})
	if err != nil {
		j.report("idtoken-malformed", "JWS", err.Error())
		return
	}
	if !slices.ContainsFunc(keys, func(k jose.JSONWebKey) bool { _, err := signed.Verify(k.Key); return err == nil }) {
		j.report("idtoken-signature-wrong", j.out.KeyID, j.out.Algorithm)
	}
}

// published are the keys of the set, as they are written.
func (j *idJudge) published() []json.RawMessage {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(j.JWKS, &set) != nil {
		return nil
	}
	return set.Keys
}

// keys are the published ones that may have signed: of the name in the header, or any where it or they have none. One that
// cannot be read is left aside (RFC 7517 §5).
func (j *idJudge) keys() []jose.JSONWebKey {
	var all []jose.JSONWebKey
	for _, raw := range j.published() {
		var k jose.JSONWebKey
		named := k.UnmarshalJSON(raw) == nil && (j.out.KeyID == "" || k.KeyID == "" || k.KeyID == j.out.KeyID)
		if named && (k.Use == "" || k.Use == "sig") && k.IsPublic() {
			all = append(all, k)
		}
	}
	return all
}

// names judges who speaks, of whom and to whom.
func (j *idJudge) names() {
	t := j.out
	if t.Issuer != j.Issuer {
		j.report("idtoken-issuer-other", j.Issuer, t.Issuer)
	}
	if j.Nonce != "" && t.Nonce != j.Nonce {
		j.report("idtoken-nonce-other", j.Nonce, t.Nonce)
	}
	if !slices.Contains(t.Audience, j.Client) {
		j.report("idtoken-audience-other", j.Client, strings.Join(t.Audience, " "))
	}
	if t.Party != "" && t.Party != j.Client {
		j.report("idtoken-party-other", j.Client, t.Party)
	}
	ascii := !strings.ContainsFunc(t.Subject, func(r rune) bool { return r < ' ' || r > '~' })
	if t.Subject == "" || len(t.Subject) > 255 || !ascii { // OIDC Core §2
		j.report("idtoken-subject-malformed", "sub, 1…255 ASCII", t.Subject)
	}
	if stated, there := t.Claims["at_hash"]; there && j.AccessToken != "" {
		if want := halfHash(t.Algorithm, j.AccessToken); want != "" && stated != want {
			j.report("idtoken-hash-other", want, shownClaim(stated))
		}
	}
}

// halfHash is the at_hash of a token (OIDC Core §3.1.3.6); empty for an algorithm of no known digest.
func halfHash(algorithm, token string) string {
	var h hash.Hash
	switch {
	case strings.HasSuffix(algorithm, "256"):
		h = sha256.New()
	case strings.HasSuffix(algorithm, "384"):
		h = sha512.New384()
	case strings.HasSuffix(algorithm, "512"):
		h = sha512.New()
	default:
		return ""
	}
	h.Write([]byte(token))
	sum := h.Sum(nil)
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

// life judges the instants.
func (j *idJudge) life() {
	t := j.out
	switch {
	case t.Expires.IsZero():
		j.report("idtoken-expired", "exp", "")
	case !j.Now.Before(t.Expires):
		j.report("idtoken-expired", "> "+stamp(j.Now), stamp(t.Expires))
	case !t.IssuedAt.IsZero() && t.Expires.Sub(t.IssuedAt) > j.Life:
		j.report("idtoken-life-excessive", "≤ "+j.Life.String(), t.Expires.Sub(t.IssuedAt).String())
	}
	if t.IssuedAt.IsZero() {
		j.report("idtoken-undated", "iat", "")
	} else if off := j.Now.Sub(t.IssuedAt).Abs(); off > j.Age {
		j.report("idtoken-issued-elsewhen", stamp(j.Now)+" ± "+j.Age.String(), stamp(t.IssuedAt))
	}
}

// loginLead is by how much a login may be after the token that tells of it: two servers of one provider write the two.
const loginLead = 5 * time.Second

// login judges what is said of the login: an instant that is not well after the token, and a list of texts.
func (j *idJudge) login() {
	t := j.out
	switch said, there := t.Claims["auth_time"]; {
	case !there:
		j.report("idtoken-auth-time-absent", "auth_time", "")
	case t.AuthTime.IsZero() || t.AuthTime.Nanosecond() != 0:
		j.report("idtoken-auth-time-malformed", "1767225600", shownClaim(said))
	case !t.IssuedAt.IsZero() && t.AuthTime.After(t.IssuedAt.Add(loginLead)):
		j.report("idtoken-auth-time-later", "≤ "+stamp(t.IssuedAt), stamp(t.AuthTime))
	}
	switch amr, there := t.Claims["amr"]; {
	case !there || amr == nil:
		j.report("idtoken-amr-absent", "amr", "")
	case len(t.AMR) == 0:
		j.report("idtoken-amr-malformed", "[\"…\"]", shownClaim(amr))
		j.report("idtoken-amr-absent", "amr", shownClaim(amr))
	}
}

// claimsReader reads the claims of an ID token, and notes those that are not of their type.
type claimsReader struct {
	claims    map[string]any
	malformed []string
}

func (r *claimsReader) text(name string) string {
	v, there := r.claims[name]
	s, ok := v.(string)
	if there && !ok {
		r.malformed = append(r.malformed, name)
	}
	return s
}

// list is a text, or a list of texts.
func (r *claimsReader) list(name string) []string {
	if s, one := r.claims[name].(string); one {
		return []string{s}
	}
	all := listed(r.claims[name])
	if len(all) == 0 && r.claims[name] != nil {
		r.malformed = append(r.malformed, name)
	}
	return all
}

// instant is a NumericDate; what is wrong with auth_time is judged apart.
func (r *claimsReader) instant(name string) time.Time {
	read := reader{claims: r.claims}
	at := read.instant(name)
	if len(read.malformed) > 0 && name != "auth_time" {
		r.malformed = append(r.malformed, name)
	}
	return at
}

// listed returns a list of texts; none when it is anything else.
func listed(v any) []string {
	items, _ := v.([]any)
	var all []string
	for _, item := range items {
		s, ok := item.(string)
		if !ok || s == "" {
			return nil
		}
		all = append(all, s)
	}
	return all
}

// shownClaim writes a claim as it stands.
func shownClaim(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}
