package benchtest

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
	"mime/quotedprintable"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"
)

// Canary is a secret that a careless candidate tells, and what it tells it in.
type Canary struct {
	Kind, Place  string
	Text, Secret string
}

// kinds are the secrets, each in words of its own: n makes every one of them another.
var kinds = []struct {
	name string
	make func(t testing.TB, n int) (text, secret string)
}{
	{"private key, PEM", func(t testing.TB, _ int) (string, string) {
		raw := newKey(t)
		text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
		return text, strings.Split(text, "\n")[2][:40]
	}},
	{"private key, DER in base64", func(t testing.TB, _ int) (string, string) {
		coded := base64.StdEncoding.EncodeToString(newKey(t))
		return "cle " + coded, coded[60:120]
	}},
	{"private key, JWK", one(`{"kty":"EC","crv":"P-256","d":"%s"}`, "hq7JWKd-abcdefghijklmnopqrstuv-%03d")},
	{"password in a form", one("user=anne&password=%s&x=y", "Sesame-form-%03d")},
	{"password in JSON", one(`{"user":"anne","password": "%s"}`, "Sesame-json-%03d")},
	{"password in XML", one("<wsse:Password>%s</wsse:Password>", "Sesame-xml-%03d")},
	{"password of a database", one("spring.datasource.password=%s", "Sesame-base-%03d")},
	{"secret of a client", one("client_secret=%s", "q9X7-secret-%03d")},
	{"access token", one(`{"access_token":"%s","token_type":"Bearer"}`, "2YotnFZFEjr1zCsicMW-%03d")},
	{"refresh token", one("refresh_token=%s", "tGzv3JOkF0XG5Qx2TlK-%03d")},
	{"bearer token", one("Authorization: Bearer %s", "opaque.tGzv3JOkF0XG5-%03d")},
	{"key of an API", one("X-API-Key: %s", "7f3c9b1e-55aa-%03d")},
	{"session, as a cookie", one("Set-Cookie: JSESSIONID=%s; Path=/; HttpOnly", "A1B2C3D4E5F6-%03d")},
	{"session, sent back", one("Cookie: lang=fr; PHPSESSID=%s", "9dk3jf83hf02-%03d")},
	{"Basic credentials", func(_ testing.TB, n int) (string, string) {
		pair := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "robot:Sesame-basic-%03d", n))
		return "Proxy-Authorization: Basic " + pair, pair
	}},
	{"credentials of an address", one("depot https://robot:%s@depot.test/lots", "Sesame-url-%03d")},
	{"SASL PLAIN of a mail dialogue", func(_ testing.TB, n int) (string, string) {
		said := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "\x00anne@un.test\x00Sesame-sasl-%03d", n))
		return "C: AUTH PLAIN " + said, said
	}},
	{"XOAUTH2 of a mail dialogue", func(_ testing.TB, n int) (string, string) {
		secret := fmt.Sprintf("opaque-xoauth-%03d-abcdef", n)
		return "C: AUTHENTICATE XOAUTH2 " + base64.StdEncoding.EncodeToString([]byte("user=anne\x01auth=Bearer "+secret+"\x01\x01")), secret
	}},
	{"NIR", func(_ testing.TB, n int) (string, string) {
		secret := national(1850578006000 + int64(n))
		return "<nir>" + secret + "</nir>", secret
	}},
	{"INS, as it is printed", func(_ testing.TB, n int) (string, string) {
		s := national(2940799004000 + int64(n))
		printed := s[:1] + " " + s[1:3] + " " + s[3:5] + " " + s[5:7] + " " + s[7:10] + " " + s[10:13] + " " + s[13:]
		return "INS " + printed, printed
	}},
}

// one makes a secret of a number, within a text.
func one(text, secret string) func(testing.TB, int) (string, string) {
	return func(_ testing.TB, n int) (string, string) {
		s := fmt.Sprintf(secret, n)
		return fmt.Sprintf(text, s), s
	}
}

// national is a synthetic national number with its key.
func national(n int64) string { return fmt.Sprintf("%d%02d", n, 97-n%97) }

func newKey(t testing.TB) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Canaries are secrets planted in all that a careless party says: the fields of a head, words, the parts of a mail, an address.
type Canaries struct {
	All    []Canary
	Header http.Header
	Words  string // a text a line
	Mail   string // MIME parts, a text each, in another encoding each
	Path   string // with a query
}

// Plant makes canaries that nobody else has: each kind of secret once in a head, once in words, once in a mail. The first
// number makes those of one plant others than those of the next.
func Plant(t testing.TB, first int) *Canaries {
	t.Helper()
	c := &Canaries{Header: http.Header{}}
	var words, parts strings.Builder
	for k, kind := range kinds {
		for p, place := range []string{"header", "fault", "MIME"} {
			text, secret := kind.make(t, first+3*k+p)
			c.All = append(c.All, Canary{kind.name, place, text, secret})
			switch place {
			case "header":
				c.Header.Set(fmt.Sprintf("X-Debug-%d", k), strings.NewReplacer("\r", "", "\n", " ").Replace(text))
			case "fault":
				words.WriteString(text + "\n")
			case "MIME":
				parts.WriteString(part(t, k, text))
			}
		}
	}
	c.Words, c.Mail = words.String(), parts.String()
	c.Path = fmt.Sprintf("/suite?%s", url.Values{"motif": {c.All[1].Text}, "client_secret": {c.All[22].Secret}}.Encode())
	c.Header.Set("X-Next", c.Path)
	c.Header.Set("Set-Cookie", "SESSION="+c.All[36].Secret)
	return c
}

// Fault is a fault of SOAP that tells them all.
func (c *Canaries) Fault() string {
	return fmt.Sprintf(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:x="urn:x">x:%s</faultcode><faultstring>refus %s</faultstring><detail><trace>%s</trace><courrier>%s</courrier></detail></s:Fault></s:Body></s:Envelope>`,
		c.All[12].Secret, html.EscapeString(c.All[9].Secret), html.EscapeString(c.Words), html.EscapeString(c.Mail))
}

// ServeHTTP answers with them all, and with a fault.
func (c *Canaries) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for name, values := range c.Header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = w.Write([]byte(c.Fault()))
}

// part is a text as a part of a mail: in base64 in lines, in quoted-printable, in UTF-16, in hexadecimal, or in JSON in base64.
func part(t testing.TB, n int, text string) string {
	t.Helper()
	lines := func(raw []byte) string {
		coded := base64.StdEncoding.EncodeToString(raw)
		var b strings.Builder
		for ; len(coded) > 76; coded = coded[76:] {
			b.WriteString(coded[:76] + "\r\n")
		}
		return b.String() + coded
	}
	const head = "\r\n--bord\r\nContent-Transfer-Encoding: "
	switch n % 5 {
	case 0:
		return head + "base64\r\n\r\n" + lines([]byte("Bonjour,\n"+text+"\n"))
	case 1:
		var b bytes.Buffer
		w := quotedprintable.NewWriter(&b)
		_, _ = w.Write([]byte("À lire : " + text))
		_ = w.Close()
		return head + "quoted-printable\r\n\r\n" + b.String()
	case 2:
		return head + "base64\r\n\r\n" + lines(wide(text))
	case 3:
		return head + "binary\r\n\r\n" + hex.EncodeToString([]byte(text))
	}
	raw, err := json.Marshal(map[string]string{"note": "à lire", "texte": text})
	if err != nil {
		t.Fatal(err)
	}
	return head + "base64\r\n\r\n" + lines(raw)
}

func wide(text string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return b
}
