package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"etalon/internal/jws"
	"etalon/internal/redact"
)

// spelledOut writes a secret in the ways in which a candidate may tell it back.
func spelledOut(t *testing.T, secret string) map[string]string {
	t.Helper()
	quoted, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	request := &http.Request{Header: http.Header{}}
	request.SetBasicAuth("client", url.QueryEscape(secret))
	every := func(format string) string {
		var b strings.Builder
		for _, octet := range []byte(secret) {
			fmt.Fprintf(&b, format, octet)
		}
		return b.String()
	}
	numbered := ""
	for _, r := range secret {
		numbered += fmt.Sprintf("&#x%x;", r)
	}
	return map[string]string{
		"raw": secret, "query": url.QueryEscape(secret), "path": url.PathEscape(secret), "query twice": url.QueryEscape(url.QueryEscape(secret)),
		"every octet": every("%%%02x"), "JSON": string(quoted[1 : len(quoted)-1]), "JSON, slashes": strings.ReplaceAll(string(quoted[1:len(quoted)-1]), "/", `\/`),
		"HTML": html.EscapeString(secret), "HTML by number": numbered, "an address in HTML": html.EscapeString("/?a=b&c=" + url.QueryEscape(secret)),
		"JSON in HTML": html.EscapeString(string(quoted)), "basic": request.Header.Get("Authorization"),
		"base64": base64.StdEncoding.EncodeToString([]byte(secret)), "base64url": base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"within base64":          base64.StdEncoding.EncodeToString([]byte("user=x\x01auth=Bearer " + secret + "\x01\x01")),
		"within base64url":       base64.RawURLEncoding.EncodeToString([]byte(`{"jeton":"` + secret + `"}`)),
		"base64 as a parameter":  url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("z" + secret + "z"))),
		"in the midst of a word": "x" + secret + "x",
	}
}

// told are what may be read of a text, in each spelling that this test writes.
func told(text, secret string) bool {
	for range 3 {
		if strings.Contains(text, secret) {
			return true
		}
		text = html.UnescapeString(text)
		if plain, err := url.QueryUnescape(text); err == nil {
			text = plain
		}
	}
	return strings.Contains(text, secret)
}

func TestVeilHidesEverySpelling(t *testing.T) {
	redactor := redact.NewRedactor([]byte("clé"))
	token, err := jws.Compact(map[string]any{"alg": "HS256", "typ": "JWT"}, []byte(`{"sub":"899700000017"}`), jws.ByHMAC([]byte("clé")))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{
		"un mot/de passe+à \"part\" <&'é>", "100%25ab%zz\\u0041", "mot-de-passe", token, "ab+c", "jeton avec 😀 dedans", "%2540%", "&amp;&#39;",
	} {
		veil := redact.NewVeil(redactor, secret)
		for name, text := range spelledOut(t, secret) {
			if len(secret) < 6 && (name == "basic" || strings.Contains(name, "within base64") || strings.Contains(name, "as a parameter")) {
				continue // too little of it stands there by itself
			}
			shown := veil.Text("avant " + text + " après")
			if told(shown, secret) || !strings.HasPrefix(shown, "avant ") || !strings.HasSuffix(shown, " après") {
				t.Errorf("%q, %s: %q gives %q", secret, name, text, shown)
			}
			if !strings.Contains(shown, redactor.Token(secret)) {
				t.Errorf("%q, %s: nothing tells of it in %q", secret, name, shown)
			}
		}
	}
}

func TestVeilLeavesTheRest(t *testing.T) {
	veil := redact.NewVeil(redact.NewRedactor([]byte("clé")), "mot-de-passe", "abc", "")
	for _, text := range []string{
		"", "mot-de-pass", "mot de passe", "%", "%2", `\`, `\u00`, "&", "&;", "abc", "%6d%6f%74-de-pass", "eyJ.eyJ.x", "eyJhbGciOiJub25lIn0.e30",
		"redacted:hmac-sha256:00", strings.Repeat("%25", 100), strings.Repeat(`\\`, 100),
	} {
		if got := veil.Text(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestVeilOverAnother(t *testing.T) {
	redactor := redact.NewRedactor([]byte("clé"))
	run := redact.NewVeil(redactor, "secret-du-client")
	one, other := run.Over(), run.Over()
	one.Hide("code-de-l-un", "code-de-l-un-et-plus")
	run.Hide("su-plus-tard")
	const text = "secret-du-client su-plus-tard code-de-l-un code-de-l-un-et-plus"
	s := redactor.Secret
	if got, want := one.Text(text), strings.Join([]string{s("secret-du-client"), s("su-plus-tard"), s("code-de-l-un"), s("code-de-l-un-et-plus")}, " "); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := string(other.Bytes([]byte(text))), s("secret-du-client")+" "+s("su-plus-tard")+" code-de-l-un code-de-l-un-et-plus"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestVeilKnowsTokensByTheirForm(t *testing.T) {
	redactor := redact.NewRedactor([]byte("clé"))
	token, err := jws.Compact(map[string]any{"alg": "HS256"}, []byte(`{"sub":"x"}`), jws.ByHMAC([]byte("clé")))
	if err != nil {
		t.Fatal(err)
	}
	signature := token[strings.LastIndexByte(token, '.')+1:]
	page := "<p>jeton " + token + ".</p>"
	veil := redact.NewVeil(redactor).Over()
	if got := veil.Text(page); got != page {
		t.Errorf("what our own keys signed is hidden: %q", got)
	}
	veil.HideTokens()
	for _, coded := range []string{base64.StdEncoding.EncodeToString([]byte("x" + token + " y")), base64.RawURLEncoding.EncodeToString([]byte("{" + token + "}"))} {
		if got, want := veil.Text("<"+coded+">"), "<"+redactor.Secret(strings.TrimRight(coded, "="))+coded[len(strings.TrimRight(coded, "=")):]+">"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := veil.Text(page); strings.Contains(got, signature) || !strings.Contains(got, `{"sub":"x"}`) {
		t.Errorf("%q", got)
	}
	long, err := jws.Compact(map[string]any{"alg": "HS256"}, []byte(`{"sub":"`+strings.Repeat("x", 1<<20)+`"}`), jws.ByHMAC([]byte("clé")))
	if err != nil {
		t.Fatal(err)
	}
	if got := redact.NewVeil(redactor, long).Text(long + " " + base64.StdEncoding.EncodeToString([]byte(long))); len(got) > 400 || !strings.Contains(got, "octets, sha256:") {
		t.Errorf("%d bytes of %.100q", len(got), got)
	}
}

func TestVeilReadsAddresses(t *testing.T) {
	redactor := redact.NewRedactor([]byte("clé"))
	for name, c := range map[string]struct{ address, secret string }{
		"query":    {"https://un.test/retour?state=abc&code=secret-12345", "secret-12345"},
		"fragment": {"https://un.test/retour#id_token=secret%2F12345&x=y", "secret/12345"},
		"form":     {"client_secret=secret+12345&client_id=x", "secret 12345"},
		"within":   {"https://un.test/connexion?suite=" + url.QueryEscape("/retour?code=secret-12345&state=a"), "secret-12345"},
	} {
		veil := redact.NewVeil(redactor)
		if veil.HideIn(c.address); told(veil.Text(c.address), c.secret) || strings.Contains(veil.Text(c.secret), c.secret) {
			t.Errorf("%s: %s", name, veil.Text(c.address))
		}
	}
	veil := redact.NewVeil(redactor)
	const plain = "https://un.test/retour?state=abcdefghij&code=access_denied&client_id=un-client"
	if veil.HideIn(plain); veil.Text(plain) != plain {
		t.Error(veil.Text(plain))
	}
}

func TestBareAddress(t *testing.T) {
	for address, want := range map[string]string{
		"https://un.test/a?b=c#d": "https://un.test/a", "https://un.test/a#d?x": "https://un.test/a", "https://qui:quoi@un.test:8443/a@b": "https://un.test:8443/a@b",
		"https://un.test": "https://un.test", "/a?b": "/a", "": "", "javascript:alert(1)": "javascript:alert(1)",
	} {
		if got := redact.Bare(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

// A secret is hidden where a line ends within it, however that is written: in a dialogue, folded, softly, escaped, or within an escape.
func TestVeilReadsOverTheEndOfALine(t *testing.T) {
	redactor := redact.NewRedactor([]byte("clé"))
	const secret = "Sesame/ouvre-42"
	for _, end := range []string{
		"\n", "\r\n", "\r\n ", "\n\t", "=\r\n", "=\n", `\r\n`, `=\r\n`, "%0D%0A", "=%0D%0A", "&#13;&#10;", "\nS: ", "\nC*: ", "\nS*:  ", "=\nS (clair): ",
	} {
		for name, text := range map[string]string{"as it is": "Sesame/" + end + "ouvre-42", "in an escape": "Sesame%2" + end + "Fouvre-42"} {
			if name == "in an escape" && strings.ContainsAny(end, "%&\\") {
				continue // what is escaped twice is read once
			}
			if got := redact.NewVeil(redactor, secret).Text("<" + text + ">"); got != "<"+redactor.Secret(secret)+">" {
				t.Errorf("%s, %q: %q", name, end, got)
			}
		}
	}
}
