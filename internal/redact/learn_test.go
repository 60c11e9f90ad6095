package redact_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html"
	mathrand "math/rand/v2"
	"mime/quotedprintable"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"etalon/internal/redact"
)

// learnt is a text as it is shown once it was learnt from.
func learnt(text string) string {
	veil := redact.NewVeil(redact.NewRedactor([]byte("clé"))).Over()
	veil.Spare("279035121518989")
	veil.Learn(text)
	return veil.Text(text)
}

func privateKey(t testing.TB) (der []byte, text string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if der, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
		t.Fatal(err)
	}
	return der, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// A secret that nobody told of is known by its form, in whatever encoding the whole stands.
func TestVeilLearns(t *testing.T) {
	der, key := privateKey(t)
	body := strings.Join(strings.Split(key, "\n")[1:3], "")
	wide := func(s string) string {
		var b bytes.Buffer
		for _, u := range utf16.Encode([]rune(s)) {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
		return b.String()
	}
	printable := func(s string) string {
		var b bytes.Buffer
		w := quotedprintable.NewWriter(&b)
		_, _ = w.Write([]byte(s))
		_ = w.Close()
		return b.String()
	}
	lines := func(s string) string {
		coded := base64.StdEncoding.EncodeToString([]byte(s))
		var b strings.Builder
		for ; len(coded) > 76; coded = coded[76:] {
			b.WriteString(coded[:76] + "\r\n")
		}
		return b.String() + coded
	}
	quoted := func(s string) string {
		raw, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	whole := map[string]func(string) string{
		"as it is": func(s string) string { return s }, "base64": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"base64url": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }, "base64 in lines": lines, "quoted-printable": printable,
		"hex": func(s string) string { return hex.EncodeToString([]byte(s)) }, "parameter": url.QueryEscape, "HTML": html.EscapeString, "JSON": quoted, "UTF-16": wide,
		"JSON in HTML":          func(s string) string { return html.EscapeString(quoted(s)) },
		"base64 in a parameter": func(s string) string { return "r=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s))) },
		"JSON in base64 in lines": func(s string) string {
			return lines(`{"un":"` + strings.Repeat("x", 100) + `","texte":` + quoted(s) + "}")
		},
	}
	nir := fmt.Sprint("1850578006084", 97-1850578006084%97)
	basic := base64.StdEncoding.EncodeToString([]byte("client:Motdepasse-7"))
	for name, c := range map[string]struct{ text, secret string }{
		"a key in PEM":              {"avant\n" + key + "après", body[:40]},
		"a key cut short":           {"-----BEGIN RSA PRIVATE KEY-----\n" + body + "\n", body[:40]},
		"a key in DER":              {"octets " + string(der) + " fin", string(der[20:60])},
		"a key in DER, in base64":   {`<cle>` + base64.StdEncoding.EncodeToString(der) + `</cle>`, base64.StdEncoding.EncodeToString(der)[20:60]},
		"a key as JSON":             {`{"kty":"EC","crv":"P-256","d":"VGhpcyBpcyBub3QgYSByZWFsIGtleQ1234567890abc"}`, "VGhpcyBpcyBub3QgYSByZWFs"},
		"a password in a form":      {"user=anne&password=Sesame-ouvre-42&x=y", "Sesame-ouvre-42"},
		"a password in JSON":        {`{"user":"anne", "password" : "Sesame \"42\" ouvre"}`, "ouvre"},
		"a password in XML":         {`<wsse:Password Type="x#PasswordText">Sesame-ouvre-42</wsse:Password>`, "Sesame-ouvre-42"},
		"a password in CDATA":       {`<motDePasse><![CDATA[Sesame-ouvre-42]]></motDePasse>`, "Sesame-ouvre-42"},
		"a password in settings":    {"spring.datasource.password: Sesame-ouvre-42\n", "Sesame-ouvre-42"},
		"a password that is a word": {`"mot_de_passe": "motdepasse"`, "motdepasse"},
		"a secret of a client":      {`client_secret='q9X7-secret-du-client'`, "q9X7-secret-du-client"},
		"an access token":           {`{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"Bearer"}`, "2YotnFZFEjr1zCsicMWpAA"},
		"a refresh token":           {"grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA", "tGzv3JOkF0XG5Qx2TlKWIA"},
		"a key of an API":           {"X-API-Key: 7f3c9b1e-55aa-4c21", "7f3c9b1e-55aa-4c21"},
		"a cookie":                  {"Set-Cookie: JSESSIONID=A1B2C3D4E5F60718; Path=/; HttpOnly\r\n", "A1B2C3D4E5F60718"},
		"cookies sent":              {"Cookie: lang=fr; PHPSESSID=9dk3jf83hf02kd", "9dk3jf83hf02kd"},
		"Basic":                     {"Authorization: Basic " + basic, basic},
		"Bearer":                    {"Authorization: Bearer opaque-2YotnFZFEjr1zCsic", "opaque-2YotnFZFEjr1zCsic"},
		"an address":                {"see ftp://robot:Sesame-42@depot.test/x", "Sesame-42"},
		"SASL PLAIN":                {"C: AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00anne@un.test\x00Sesame-42")), base64.StdEncoding.EncodeToString([]byte("\x00anne@un.test\x00Sesame-42"))},
		"XOAUTH2":                   {"C: AUTHENTICATE XOAUTH2 " + base64.StdEncoding.EncodeToString([]byte("user=anne\x01auth=Bearer 2YotnFZFEjr1zCsicMWpAA\x01\x01")), "YXV0aD1CZWFyZXIgMllvdG5GWkZFanIxekNzaWNNV3BBQQEB"},
		"LOGIN":                     {"a1 LOGIN anne \"Sesame ouvre 42\"\r\n", "Sesame ouvre 42"},
		"a NIR":                     {"nir=" + nir, nir},
		"a NIR as it is printed":    {"<nir>1 85 05 78 006 084 " + nir[13:] + "</nir>", "1 85 05 78 006 084 " + nir[13:]},
		"a NIR of Corsica":          {"assuré 2 94 07 2A 004 123 " + fmt.Sprintf("%02d", 97-2940719004123%97), "2 94 07 2A 004 123"},
	} {
		for how, write := range whole {
			if how == "UTF-16" && strings.ContainsAny(c.text, "\x00") || strings.Contains(name, "DER") && c.text[0] == 'o' && how != "as it is" && !strings.HasPrefix(how, "base64") && how != "hex" {
				continue // octets are no text
			}
			text := write(c.text)
			shown := learnt(text)
			if stillThere(shown, c.secret) {
				t.Errorf("%s, %s: %.300q shows %.300q", name, how, text, shown)
			}
			if !strings.Contains(shown, "redacted:hmac-sha256:") {
				t.Errorf("%s, %s: no digest in %.200q", name, how, shown)
			}
		}
	}
}

// stillThere tells whether a secret is found in a text, raw or in an encoding that a reader undoes at once.
func stillThere(text, secret string) bool {
	flat := strings.NewReplacer("\r\n", "", "\n", "", "=\r\n", "").Replace(text)
	wide := strings.ReplaceAll(text, "\x00", "")
	for _, t := range []string{text, flat, wide, html.UnescapeString(text)} {
		if strings.Contains(t, secret) || strings.Contains(t, url.QueryEscape(secret)) || strings.Contains(strings.ToLower(t), hex.EncodeToString([]byte(secret))) {
			return true
		}
		for before := range 3 {
			coded := base64.StdEncoding.EncodeToString(append(make([]byte, before), secret...))
			core := coded[(8*before+5)/6 : 8*(before+len(secret))/6]
			if strings.Contains(t, core) || strings.Contains(t, strings.NewReplacer("+", "-", "/", "_").Replace(core)) {
				return true
			}
		}
	}
	return false
}

// What only looks like a secret stays: the evidence is to be read.
func TestVeilLearnsNothingElse(t *testing.T) {
	for _, text := range []string{
		"urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", `<input type="password" name="password" value="">`, "mot de passe oublié",
		"nir=185057800608400", "279035121518989", "2 79 03 51 215 189 89", "899700000017", "20360310093000123", `{"token_type":"Bearer","expires_in":300}`,
		"https://un.test:8443/a?b=c", "anne@un.test:25", "Basic realm=\"x\"", "WWW-Authenticate: Bearer error=\"invalid_token\"", "secret: oui",
		"session_state=abc", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "Set-Cookie: lang=fr; Path=/; Max-Age=31536000",
		"redacted:hmac-sha256:0123456789abcdef01234567", `"access_token":"jeton({\"alg\":\"RS256\"}.{}, sha256:00)"`,
	} {
		if got := learnt(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// Octets that happen to look like a secret stay as well: a signature of which a part is hidden accuses who made it.
func TestVeilLeavesSignatures(t *testing.T) {
	source := mathrand.New(mathrand.NewPCG(1, 2))
	for n := range 2000 {
		octets := make([]byte, []int{20, 32, 64, 256, 900}[n%5])
		for i := range octets {
			octets[i] = byte(source.Uint32())
		}
		for _, text := range []string{
			"<ds:SignatureValue>" + base64.StdEncoding.EncodeToString(octets) + "</ds:SignatureValue>",
			"e30." + base64.RawURLEncoding.EncodeToString(octets) + "." + base64.RawURLEncoding.EncodeToString(octets[:20]),
			string(octets),
			"_" + hex.EncodeToString(octets),
		} {
			if got := learnt(text); got != text {
				t.Errorf("%d: %q became %q", n, text, got)
			}
		}
	}
}

// A digest of which fifteen digits happen to have the key of a person's stays whole; the number of a person is hidden beside it.
func TestVeilLeavesDigests(t *testing.T) {
	nir := fmt.Sprint("1850578006084", 97-1850578006084%97)
	digest := "a3" + nir + "f00d" + strings.Repeat("c", 43)
	if got := learnt("ID=\"_" + digest + "\""); !strings.Contains(got, digest) {
		t.Errorf("the digest became %q", got)
	}
	for _, text := range []string{digest + " " + nir, "nir" + nir, "a" + nir, nir + "ef", "x" + nir + strings.Repeat("a", 40) + "z"} {
		if got := learnt(text); strings.Contains(strings.Replace(got, digest, "", 1), nir) {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// Two equal secrets stay equal, and headers are learnt from.
func TestVeilLearnsHeaders(t *testing.T) {
	redactor := redact.NewRedactor([]byte("clé"))
	veil := redact.NewVeil(redactor)
	veil.LearnHeader(http.Header{"Set-Cookie": {"sid=A1B2C3D4E5F6; Path=/"}, "X-Client-Secret": {"q9X7-secret"}, "Content-Type": {"text/xml"}})
	got := veil.Text("sid A1B2C3D4E5F6 et q9X7-secret, text/xml")
	if want := "sid " + redactor.Secret("A1B2C3D4E5F6") + " et " + redactor.Secret("q9X7-secret") + ", text/xml"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	var none *redact.Veil
	none.Learn("password=Sesame-42")
	none.LearnHeader(http.Header{"Cookie": {"a=b"}})
}

// What follows an element that holds a secret is no part of it.
func TestWhatFollowsAPasswordStays(t *testing.T) {
	for _, tag := range []string{"password", "wsse:Password", "client_secret", "x.y:access-token"} {
		const after = "ce qui suit se lit, jusqu'au bout"
		text := "<" + tag + ">Sesame-ouvre-42</" + tag + ">\r\n" + after + "<b>ici</b>"
		v := redact.NewVeil(redact.NewRedactor([]byte("0123456789abcdef0123456789abcdef")))
		v.Learn(text)
		if got := v.Text(text); strings.Contains(got, "Sesame") || !strings.Contains(got, after) {
			t.Errorf("%s: %q", tag, got)
		}
	}
}
