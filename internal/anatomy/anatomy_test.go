package anatomy_test

import (
	"bytes"
	"compress/flate"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"etalon/internal/anatomy"
	"etalon/internal/interops"
	"etalon/internal/jws"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// nothing is known.
var nothing anatomy.Knowledge

func TestHead(t *testing.T) {
	for name, test := range map[string]struct {
		m    anatomy.Message
		line string
		want []string // headers and parameters
	}{
		"request":       {anatomy.Message{Head: "POST /a HTTP/1.1\r\nHost: x\r\nX-A:  b : c ", Target: "/a?q=1&r=%3C#f"}, "POST /a HTTP/1.1", []string{"Host=x", "X-A=b : c", "query q=1", "query r=<"}},
		"answer":        {anatomy.Message{Head: "Content-Type: text/xml\nnonsense\n: empty"}, "", []string{"Content-Type=text/xml", "=empty"}},
		"form":          {anatomy.Message{Head: "POST /a", Media: "application/x-www-form-urlencoded; charset=utf-8", Raw: []byte("a=b+c&d&&a=%zz")}, "POST /a", []string{"form a=b c", "form d=", "form a=%zz"}},
		"many headers":  {anatomy.Message{Head: "GET /" + strings.Repeat("\na: b", 1000)}, "GET /", repeated("a=b", 400)},
		"long header":   {anatomy.Message{Head: "GET /\na: " + strings.Repeat("x", 10_000)}, "GET /", []string{"a=" + strings.Repeat("x", 4000) + "…"}},
		"many in query": {anatomy.Message{Head: "GET /", Target: "/?" + strings.Repeat("a&", 1000)}, "GET /", repeated("query a=", 400)},
	} {
		h := nothing.Open(test.m).HTTP
		var got []string
		for _, f := range h.Headers {
			got = append(got, f.Name+"="+f.Value)
		}
		for _, p := range h.Parameters {
			got = append(got, p.Place+" "+p.Name+"="+p.Value)
		}
		if h.Line != test.line || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %q %q", name, h.Line, got)
		}
	}
	if l := nothing.Open(anatomy.Message{}); l.HTTP != nil {
		t.Errorf("of nothing: %+v", l)
	}
}

func repeated(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

func TestDialogue(t *testing.T) {
	for name, test := range map[string]struct {
		raw  string
		want []anatomy.Said
	}{
		"star": {"S: * OK\nC: A1 STARTTLS\r\nC*: A2 NOOP\n", []anatomy.Said{{Text: "* OK"}, {Client: true, Text: "A1 STARTTLS"}, {Client: true, TLS: true, Text: "A2 NOOP"}}},
		"mark": {"C: EHLO x\n-- TLS 1.3 --\nS: 250 ok\n", []anatomy.Said{{Client: true, Text: "EHLO x"}, {TLS: true, Mark: true, Text: "TLS 1.3"}, {TLS: true, Text: "250 ok"}}},
		"long": {"C: a\nb\n", []anatomy.Said{{Client: true, Text: "a"}, {Client: true, Text: "b"}}},
		"none": {"hello\nC: a", nil},
	} {
		if got := nothing.Open(anatomy.Message{Protocol: "IMAP", Raw: []byte(test.raw)}).Dialogue; !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if l := nothing.Open(anatomy.Message{Protocol: "SMTP", Raw: bytes.Repeat([]byte("C: x\n"), 10_000)}); len(l.Dialogue) != anatomy.MaxLines || !l.Cut {
		t.Errorf("%d lines, cut %t", len(l.Dialogue), l.Cut)
	}
}

// deflated is how a Redirect carries bytes.
func deflated(t testing.TB, r io.Reader) string {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = io.Copy(w, r)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func TestDocumentsAreFoundWhereTheyStand(t *testing.T) {
	const xml = `<a xmlns="urn:x"><b>des mots en nombre</b></a>`
	encoded := base64.StdEncoding.EncodeToString([]byte(xml))
	for name, test := range map[string]struct {
		m    anatomy.Message
		want string // place, name and root of each
	}{
		"body":        {anatomy.Message{Raw: []byte(xml)}, "body  a"},
		"base64 body": {anatomy.Message{Raw: []byte(encoded)}, "body  a"},
		"form":        {anatomy.Message{Media: "application/x-www-form-urlencoded", Raw: []byte(url.Values{"SAMLResponse": {encoded}}.Encode())}, "form SAMLResponse a"},
		"redirect":    {anatomy.Message{Target: "/?SAMLRequest=" + url.QueryEscape(deflated(t, strings.NewReader(xml)))}, "query SAMLRequest a"},
		"header":      {anatomy.Message{Head: "GET /\nAuthorization: SAML " + encoded}, "header Authorization a"},
		"json":        {anatomy.Message{Raw: []byte(`{"x":{"y":["` + encoded + `"]}}`)}, "json y a"},
		"html":        {anatomy.Message{Media: "text/html", Raw: []byte("<p>page</p>")}, ""},
		"html untold": {anatomy.Message{Raw: []byte("<!DOCTYPE HTML><p>page</p>")}, ""},
		"text":        {anatomy.Message{Raw: []byte("ni l'un ni l'autre, mais assez long")}, ""},
		"many":        {anatomy.Message{Head: "GET /" + strings.Repeat("\nA: "+encoded, 20)}, strings.TrimSpace(strings.Repeat("header A a, ", 7) + "header A a")},
		"a bomb":      {anatomy.Message{Target: "/?SAMLRequest=" + url.QueryEscape(deflated(t, io.MultiReader(strings.NewReader("<a>"), io.LimitReader(zeros{}, 100<<20))))}, "query SAMLRequest "},
	} {
		var got []string
		start := time.Now()
		for _, d := range nothing.Open(test.m).Documents {
			got = append(got, fmt.Sprintf("%s %s %s", d.Place, d.Name, d.Root))
			if size := len(d.Lines); size > anatomy.MaxLines {
				t.Errorf("%s: %d lines", name, size)
			}
		}
		if all := strings.Join(got, ", "); all != test.want {
			t.Errorf("%s: %q", name, all)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: %s", name, took)
		}
	}
}

// zeros never ends.
type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

func TestProtocolMessages(t *testing.T) {
	w := newWorld(t)
	signer := w.credential("organisme-client/signature")
	s := sso.Sending{Signer: &signer, RelayState: "/retour"}
	request, err := sso.LogoutRequest{ID: "_q", Issuer: "urn:oa", Destination: "https://os.test/logout", IssueInstant: now, SessionIndexes: []string{"_s1", "_s2"}, NameID: interops.NameID{Value: "agent-0042"}}.Send(s)
	if err != nil {
		t.Fatal(err)
	}
	form := anatomy.Message{Method: http.MethodPost, Media: "application/x-www-form-urlencoded", Raw: []byte(request.Form().Encode()), Circumstance: anatomy.Circumstance{Mode: interops.ModeS, Wall: now, Now: now}}
	back := form
	back.Media, back.Raw = "text/xml", request.Envelope()
	for name, m := range map[string]anatomy.Message{"form": form, "SOAP": back} {
		l := w.knowledge().Open(m)
		subject := part(l, "protocol", "subject")
		if len(subject.Values) != 3 || subject.Values[2].Text != "_s2" || subject.State != anatomy.Unjudged || len(subject.Requirements) == 0 {
			t.Errorf("%s: %+v", name, subject)
		}
		if s := l.Documents[0].Signatures; len(s) != 1 || !s[0].Valid || s[0].Covers[0].Element != "LogoutRequest" {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if got := part(w.knowledge().Open(form), "protocol", "destination").Requirements; !reflect.DeepEqual(got, []string{"D02"}) {
		t.Errorf("the destination of a LogoutRequest stands for %v", got)
	}
	if relay := part(w.knowledge().Open(form), "protocol", "relaystate"); len(relay.Values) != 1 || relay.Values[0].Text != "/retour" {
		t.Errorf("%+v", relay)
	}
}

func TestTokens(t *testing.T) {
	w := newWorld(t)
	key, other := w.credential("organisme-client/signature"), w.credential("organisme-fournisseur/signature")
	claims := []byte(fmt.Sprintf(`{"exp":%d,"iat":"tomorrow","sub":"agent","n":[1,2]}`, now.Unix()))
	x5c := []string{base64.StdEncoding.EncodeToString(key.Leaf().Raw)}
	known := anatomy.Knowledge{Keys: []anatomy.Key{{ID: "k1", Public: key.Leaf().PublicKey, Whose: "émetteur"}}}
	for name, test := range map[string]struct {
		header map[string]any
		sign   jws.Sign
		want   anatomy.Sealed
		by     string
	}{
		"known":          {map[string]any{"alg": "RS256", "kid": "k1"}, jws.ByRSA(key.Key), anatomy.SealedValid, "émetteur"},
		"another's":      {map[string]any{"alg": "RS256", "kid": "k1"}, jws.ByRSA(other.Key), anatomy.SealedBroken, "émetteur"},
		"other name":     {map[string]any{"alg": "RS256", "kid": "k2"}, jws.ByRSA(key.Key), anatomy.SealedUnknown, ""},
		"brought along":  {map[string]any{"alg": "RS256", "x5c": x5c}, jws.ByRSA(key.Key), anatomy.SealedCarried, key.Leaf().Subject.String()},
		"not of it":      {map[string]any{"alg": "RS256", "x5c": x5c}, jws.ByRSA(other.Key), anatomy.SealedBroken, key.Leaf().Subject.String()},
		"no certificate": {map[string]any{"alg": "RS256", "x5c": []string{"!"}}, jws.ByRSA(key.Key), anatomy.SealedUnknown, ""},
		"none":           {map[string]any{"alg": "NonE", "kid": "k1"}, jws.ByRSA(key.Key), anatomy.SealedNone, ""},
		"unsigned":       {map[string]any{"alg": "RS256", "kid": "k1"}, jws.Unsigned, anatomy.SealedNone, ""},
		"by a secret":    {map[string]any{"alg": "HS256", "kid": "k2"}, jws.ByHMAC([]byte("x")), anatomy.SealedUnknown, ""},
	} {
		compact, err := jws.Compact(test.header, claims, test.sign)
		if err != nil {
			t.Fatal(err)
		}
		l := known.Open(anatomy.Message{Head: "GET /\nAuthorization: Bearer " + compact})
		if len(l.Tokens) != 1 {
			t.Fatalf("%s: %+v", name, l)
		}
		got := l.Tokens[0]
		if got.Signature != test.want || got.By != test.by {
			t.Errorf("%s: %s by %q", name, got.Signature, got.By)
		}
		if c := got.Claims; len(c) != 4 || !c[0].At.Equal(now) || !c[1].At.IsZero() || c[2].Value != "[1,2]" {
			t.Errorf("%s: claims %+v", name, c)
		}
	}
	broken := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte("no JSON")) + ".x"
	if l := nothing.Open(anatomy.Message{Raw: []byte(broken)}); len(l.Tokens) != 1 || l.Tokens[0].Trouble == "" || l.Tokens[0].Signature != "" {
		t.Errorf("broken: %+v", l)
	}
}

func TestChains(t *testing.T) {
	w := newWorld(t)
	k := w.knowledge()
	for name, test := range map[string]struct {
		k         anatomy.Knowledge
		chain     []*x509.Certificate
		at        time.Time
		authority anatomy.Authority
		holders   int
		troubles  bool
		expired   bool
	}{
		"listed":     {k, leaves(w.credential("organisme-client/tls")), now, anatomy.AuthorityTest, 1, false, false},
		"expired":    {k, leaves(w.credential("organisme-client/tls")), now.AddDate(100, 0, 0), anatomy.AuthorityTest, 1, true, true},
		"own":        {anatomy.Knowledge{Recognised: k.Roots}, leaves(w.credential("organisme-client/tls")), now, anatomy.AuthorityOwn, 0, false, false},
		"self":       {k, leaves(w.credential("organisme-client/tls~self-signed")), now, anatomy.AuthorityUnknown, 1, true, false},
		"no root":    {anatomy.Knowledge{Convention: k.Convention}, leaves(w.credential("organisme-client/tls")), now, "", 1, false, false},
		"nothing":    {nothing, leaves(w.credential("organisme-client/tls")), now, "", 0, false, false},
		"signing":    {k, leaves(w.credential("organisme-client/signature")), now, anatomy.AuthorityTest, 1, false, false},
		"no matter":  {k, nil, now, "", 0, false, false},
		"unreadable": {k, anatomy.Certificates([]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")), now, "", 0, false, false},
	} {
		all := test.k.Chain(test.chain, pki.UsageClient, test.at, now)
		if len(test.chain) == 0 {
			if len(all) > 0 {
				t.Errorf("%s: %+v", name, all)
			}
			continue
		}
		if c := all[0]; c.Authority != test.authority || len(c.Holders) != test.holders || len(c.Troubles) > 0 != test.troubles || c.Expired != test.expired || c.Key == "" || !strings.HasPrefix(c.Digest, "sha256:") {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if got := anatomy.Certificates(bytes.Repeat(pki.CertificatesPEM(k.Roots), 50)); len(got) != anatomy.MaxChain {
		t.Errorf("%d certificates", len(got))
	}
}

// Every rule by which a judge reports a departure from a message is about one of its parts: none is lost.
func TestEveryRuleHasItsPart(t *testing.T) {
	w := newWorld(t)
	signer := w.credential("organisme-client/signature")
	request, err := sso.AuthnRequest{ID: "_q", Issuer: "urn:s", Destination: "https://oa.test/sso", IssueInstant: now}.Send(sso.Sending{Signer: &signer})
	if err != nil {
		t.Fatal(err)
	}
	a, p := w.message(w.scene(interops.ModeA), saml.Hooks{}), w.message(w.scene(interops.ModeP), saml.Hooks{})
	s := anatomy.Message{Method: "POST", Media: "application/x-www-form-urlencoded", Raw: []byte(request.Form().Encode())}
	shown := func(m anatomy.Message, rule string) bool {
		m.Recorded = []verdict.Finding{{Requirement: "X", Rule: rule, Got: "here"}}
		return strings.Contains(fmt.Sprintf("%+v", nothing.Open(m).Documents[0].Parts), "Got:here")
	}
	for rule := range saml.Rules {
		if rule != "vi-absent" && (!shown(a, rule) || !shown(p, rule) && rule != "vi-several") {
			t.Errorf("%s of a VI is lost", rule)
		}
	}
	for rule := range soap.Rules {
		if !strings.HasPrefix(rule, "fault-") && !shown(a, rule) {
			t.Errorf("%s of an envelope is lost", rule)
		}
	}
	for rule := range sso.Rules {
		logout := strings.HasPrefix(rule, "logout-") || strings.HasPrefix(rule, "request-")
		if !strings.HasPrefix(rule, "metadata-") && !shown(map[bool]anatomy.Message{true: s, false: p}[logout], rule) {
			t.Errorf("%s of a message is lost", rule)
		}
	}
	for _, rule := range sso.ProtocolRules {
		if !shown(s, rule) {
			t.Errorf("%s of a request is lost", rule)
		}
	}
}

// A world is named after all that messages are judged by.
func TestWorlds(t *testing.T) {
	k := newWorld(t).knowledge()
	seen := map[string]string{k.World(): "the world itself"}
	profile, convention := *k.Profile, *k.Convention
	profile.Time.SkewSeconds++
	convention.Name += "2"
	for name, other := range map[string]anatomy.Knowledge{
		"profile": {Convention: k.Convention, Profile: &profile, Roots: k.Roots}, "convention": {Convention: &convention, Profile: k.Profile, Roots: k.Roots},
		"roots": {Convention: k.Convention, Profile: k.Profile}, "nothing": {},
	} {
		if same, there := seen[other.World()]; there {
			t.Errorf("%s: as %s", name, same)
		}
		seen[other.World()] = name
	}
	if newWorld(t).knowledge().World() != k.World() {
		t.Error("the same world has two names")
	}
}

// FuzzOpen looks for bytes that break the reader, or that it takes for more than they are.
func FuzzOpen(f *testing.F) {
	w := newWorld(f)
	k := w.knowledge()
	for _, mode := range modes {
		m := w.message(w.scene(mode), saml.Hooks{})
		f.Add(string(mode), m.Media, m.Head, m.Target, m.Raw)
	}
	f.Add("R", "application/json", "GET /\nAuthorization: Bearer eyJhIjoxfQ.eyJhIjoxfQ.x", "/?a=%", []byte(`{"a":["b"]}`))
	f.Add("A", "text/xml", "", "", []byte(`<a><?pi don't ?><b/><!-- <c> --><![CDATA[<d>]]></a>`))
	f.Add("S", "", "", "/?SAMLRequest=fVLLbtswEPwVgneJ", []byte("C: a\nS*: b\n"))
	f.Fuzz(func(t *testing.T, mode, media, head, target string, raw []byte) {
		for _, protocol := range []string{"HTTP", "IMAP"} {
			m := anatomy.Message{Protocol: protocol, Method: "POST", Target: target, Head: head, Media: media, Raw: raw, Circumstance: anatomy.Circumstance{Mode: interops.Mode(mode), Wall: now, Now: now}}
			l := k.Open(m)
			for _, d := range l.Documents {
				if d.Trouble != "" && (d.Marked || len(d.Signatures) > 0) || len(d.Lines) > anatomy.MaxLines {
					t.Errorf("%+v", d)
				}
				for _, line := range d.Lines {
					if line.Signature > len(d.Signatures) {
						t.Errorf("line of signature %d of %d", line.Signature, len(d.Signatures))
					}
				}
			}
			nothing.Open(m)
		}
	})
}
