package idp_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/jws"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// altersKeys alters the keys in the answers of the service of keys.
func altersKeys(t testing.TB, change func(keys []map[string]any) []map[string]any) func(*http.Response) {
	return altersJSON(t, "/cles", func(said map[string]any) {
		raw, err := json.Marshal(said["keys"])
		if err != nil {
			t.Error(err)
		}
		var keys []map[string]any
		if err := json.Unmarshal(raw, &keys); err != nil {
			t.Error(err)
		}
		said["keys"] = change(keys)
	})
}

// altersJSON alters the good answers of a service.
func altersJSON(t testing.TB, ending string, change func(map[string]any)) func(*http.Response) {
	return func(r *http.Response) {
		if !strings.HasSuffix(r.Request.URL.Path, ending) || r.StatusCode != http.StatusOK {
			return
		}
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var said map[string]any
		if err := json.Unmarshal(raw, &said); err != nil {
			t.Error(err)
		}
		change(said)
		if raw, err = json.Marshal(said); err != nil {
			t.Error(err)
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
		r.Header.Set("Content-Length", strconv.Itoa(len(raw)))
	}
}

// signers keeps the key by which the mock provider signs.
func signers(keys []map[string]any) []map[string]any {
	return slices.DeleteFunc(keys, func(k map[string]any) bool { return k["kty"] != "RSA" })
}

// What the standards leave open is accused of nothing.
func TestWhatIsLeftOpen(t *testing.T) {
	var reads atomic.Int32
	for name, c := range map[string]struct {
		selector []string
		answer   func(*http.Response)
		declare  func(*candidate.IdentityProvider)
	}{
		"a lone key without name, that tells its operations": {[]string{"FI-03", "FI-47"}, altersKeys(t, func(keys []map[string]any) []map[string]any {
			keys = signers(keys)
			delete(keys[0], "kid")
			delete(keys[0], "use")
			keys[0]["key_ops"] = []string{"verify"}
			return keys
		}), nil},
		"keys of other kinds and uses": {[]string{"FI-03", "FI-47"}, altersKeys(t, func(keys []map[string]any) []map[string]any {
			return append(keys,
				map[string]any{"kty": "OKP", "crv": "X25519", "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"},
				map[string]any{"kty": "EC", "crv": "secp256k1", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
				map[string]any{"kty": "RSA", "n": "AQAB", "e": "AQAB", "key_ops": []string{"wrapKey"}},
				map[string]any{"kty": "AKP", "alg": "ML-DSA-44"})
		}), nil},
		"a key published since": {[]string{"FI-47"}, altersKeys(t, func(keys []map[string]any) []map[string]any {
			if reads.Add(1) > 1 {
				return keys
			}
			return slices.DeleteFunc(keys, func(k map[string]any) bool { return k["kty"] == "RSA" })
		}), nil},
		"an identifier in userinfo alone": {[]string{"FI-28", "FI-29"}, altersJSON(t, "/utilisateur", func(said map[string]any) {
			said["matricule"] = said["sub"]
		}), func(p *candidate.IdentityProvider) { p.UserClaim = "matricule" }},
	} {
		t.Run(name, func(t *testing.T) {
			run := rig{selector: c.selector, declare: func(p *candidate.IdentityProvider) {
				if c.declare != nil {
					c.declare(p)
				}
				front{answer: c.answer}.before(t)(p)
			}}.judge(t)
			for _, q := range run.Requirements {
				if slices.Contains(c.selector, q.ID) && q.Verdict != verdict.Pass {
					t.Errorf("%s: %s", q.ID, q.Verdict)
				}
			}
			if t.Failed() || len(run.Cases) == 0 {
				sidetest.Told(t, run)
				t.Errorf("%d cases", len(run.Cases))
			}
		})
	}
}

// Keys of a curve, or of a kind, that the harness does not read are keys of signature, and what they sign is left open.
func TestKeysThatTheHarnessDoesNotRead(t *testing.T) {
	for _, key := range []map[string]any{
		{"kty": "EC", "crv": "secp256k1", "kid": "k", "use": "sig", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
		{"kty": "AKP", "alg": "ML-DSA-44", "use": "sig", "kid": "m"},
	} {
		algorithm := map[any]string{"EC": "ES256K", "AKP": "ML-DSA-44"}[key["kty"]]
		signed := altersJSON(t, "/jeton", func(said map[string]any) {
			parts := strings.Split(said["id_token"].(string), ".")
			header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"` + algorithm + `","kid":"` + key["kid"].(string) + `"}`))
			said["id_token"] = header + "." + parts[1] + "." + parts[2]
		})
		keys := altersKeys(t, func([]map[string]any) []map[string]any { return []map[string]any{key} })
		run := rig{selector: []string{"FI-03", "FI-12", "FI-47"}, declare: front{answer: func(r *http.Response) { signed(r); keys(r) }}.before(t)}.judge(t)
		if got := sidetest.Failed(run); len(got) > 0 {
			t.Errorf("%s: failed %v", algorithm, got)
		}
		if got := sidetest.CaseOf(t, run, "FI-47-N1"); got.Verdict != verdict.Inconclusive || got.Why.Key != verdict.ReasonIDUnverified || got.Why.Args[0] != algorithm {
			t.Errorf("%s: %s, %s", algorithm, got.Verdict, got.Reason)
		}
		if got := sidetest.CaseOf(t, run, "FI-12-P1"); got.Verdict != verdict.Pass {
			t.Errorf("%s: FI-12-P1 %s, %s", algorithm, got.Verdict, got.Reason)
		}
		if t.Failed() {
			sidetest.Told(t, run)
		}
	}
}

// Keys that cannot be told apart are still found, and one of another use does not say that it signs.
func TestKeysThatAreShared(t *testing.T) {
	shared := altersKeys(t, func(keys []map[string]any) []map[string]any {
		signing := signers(keys)
		return append(signing, signing[0])
	})
	run := rig{selector: []string{"FI-03"}, declare: front{answer: shared}.before(t)}.judge(t)
	if got := sidetest.CaseOf(t, run, "FI-03-P1"); len(got.Findings) != 1 || got.Findings[0].Rule != "id-key-nameless" {
		t.Errorf("FI-03-P1: %s %+v", got.Verdict, got.Findings)
	}
}

// A link that breaks proves nothing of the provider: what was asked is inconclusive, and nothing passes nor fails by it.
func TestLinksThatBreak(t *testing.T) {
	breaks := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	for _, c := range []struct {
		path     string
		selector []string
		cases    []string
	}{
		{"/cles", []string{"FI-01", "FI-03", "FI-47"}, []string{"FI-01-P2", "FI-03-P1", "FI-03-P2", "FI-47-N1"}},
		{"/utilisateur", []string{"FI-34", "FI-35"}, []string{"FI-34-P", "FI-35-N1", "FI-35-N2"}},
	} {
		front := front{handle: at(c.path, breaks)}
		run := rig{selector: c.selector, declare: func(p *candidate.IdentityProvider) {
			p.Identity = append(p.Identity, "trait_absent")
			front.before(t)(p)
		}}.judge(t)
		for _, short := range c.cases {
			if got := sidetest.CaseOf(t, run, short); got.Verdict != verdict.Inconclusive {
				t.Errorf("%s without %s: %s, %s %+v", short, c.path, got.Verdict, got.Reason, got.Findings)
			}
		}
	}
	var asked atomic.Int32
	later := front{handle: at("openid-configuration", nil)}
	later.handle = func(path string) http.Handler {
		if strings.HasSuffix(path, "openid-configuration") && asked.Add(1) > 1 {
			return http.HandlerFunc(breaks)
		}
		return nil
	}
	run := rig{selector: []string{"FI-01"}, declare: func(p *candidate.IdentityProvider) {
		p.Establishments = p.Establishments[:1]
		later.before(t)(p)
	}}.judge(t)
	if got := sidetest.CaseOf(t, run, "FI-01-P1"); got.Verdict != verdict.Inconclusive {
		t.Errorf("a discovery that breaks: %s, %+v", got.Verdict, got.Findings)
	}
}

// A document without keys leaves the signature unjudged.
func TestNoKeysAnnounced(t *testing.T) {
	run := rig{selector: []string{"FI-47"}, declare: front{document: func(d map[string]any) { delete(d, "jwks_uri") }}.before(t)}.judge(t)
	if got := sidetest.CaseOf(t, run, "FI-47-N1"); got.Verdict != verdict.Inconclusive || got.Why.Key != verdict.ReasonIDUnusable {
		t.Errorf("FI-47-N1: %s, %s", got.Verdict, got.Reason)
	}
}

// The bounds of our profile are told apart from what OpenID Connect asks: a token of a day, or antedated by five minutes,
// fails by them alone.
func TestBoundsAreOfTheProfile(t *testing.T) {
	for _, flaw := range []string{"lives-a-day", "dates-in-the-future"} {
		run := rig{flaws: []string{flaw}, selector: []string{"FI-48"}}.judge(t)
		if ours, bound := sidetest.CaseOf(t, run, "FI-48-P1"), sidetest.CaseOf(t, run, "FI-48-P2"); ours.Verdict != verdict.Pass || bound.Verdict != verdict.Fail {
			t.Errorf("%s: %s, %s %+v", flaw, ours.Verdict, bound.Verdict, ours.Findings)
		}
	}
}

// The time is that of the token endpoint: what pages say of theirs, which may be stored ones of another server, is not asked.
func TestClockOfTheTokenEndpoint(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func(*http.Response)
		want   verdict.Verdict
	}{
		{"pages of another time", func(r *http.Response) {
			if !strings.HasSuffix(r.Request.URL.Path, "/jeton") {
				r.Header.Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
			}
		}, verdict.Pass},
		{"pages alone tell the time", func(r *http.Response) {
			if strings.HasSuffix(r.Request.URL.Path, "/jeton") {
				r.Header.Del("Date")
			}
		}, verdict.Inconclusive},
		{"stored answers", func(r *http.Response) { r.Header.Set("Age", "3600") }, verdict.Inconclusive},
	} {
		run := rig{selector: []string{"FI-23", "FI-48"}, declare: front{timeless: true, answer: c.answer}.before(t)}.judge(t)
		for _, short := range []string{"FI-23-P1", "FI-48-P1", "FI-48-P2"} {
			if got := sidetest.CaseOf(t, run, short); got.Verdict != c.want {
				t.Errorf("%s: %s %s, %s %+v", c.name, short, got.Verdict, got.Reason, got.Findings)
			}
		}
	}
}

// An assertion names the certificate of its key, and is for whom the file says.
func TestAssertionIsForWhomIsDeclared(t *testing.T) {
	for _, audience := range []string{"", candidate.AudienceIssuer} {
		var heard atomic.Pointer[jws.Token]
		var issuer string
		watch := front{handle: func(string) http.Handler { return nil }}
		watch.sees = func(r *http.Request) {
			raw, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			r.Body = io.NopCloser(bytes.NewReader(raw))
			form, _ := url.ParseQuery(string(raw))
			if signed := form.Get("client_assertion"); signed != "" {
				if token, err := jws.Parse(signed); err == nil {
					heard.Store(&token)
				}
			}
		}
		run := rig{selector: []string{"FI-19"}, declare: func(p *candidate.IdentityProvider) {
			p.KeyClient.Audience, issuer = audience, p.Issuer
			watch.before(t)(p)
		}}.judge(t)
		token := heard.Load()
		if token == nil {
			t.Fatal("no assertion came")
		}
		if got, _ := token.Header["x5t#S256"].(string); len(got) != 43 {
			t.Errorf("x5t#S256 %q", got)
		}
		if got := token.Claims["aud"] == issuer; got != (audience == candidate.AudienceIssuer) {
			t.Errorf("%q: aud %v", audience, token.Claims["aud"])
		}
		if got := sidetest.CaseOf(t, run, "FI-19-P2"); audience != "" && got.Verdict != verdict.Pass {
			t.Errorf("FI-19-P2: %s, %s %+v", got.Verdict, got.Reason, got.Findings)
		}
	}
}
