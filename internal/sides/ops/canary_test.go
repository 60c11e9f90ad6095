package ops_test

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
	"io/fs"
	"mime/quotedprintable"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"etalon/internal/bench"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/record"
	"etalon/internal/report"
)

// canary is a secret that a careless candidate tells, and what it tells it in.
type canary struct {
	kind, place  string
	text, secret string
}

// kinds are the secrets, each in words of its own: n makes every one of them another.
var kinds = []struct {
	name string
	make func(t *testing.T, n int) (text, secret string)
}{
	{"private key, PEM", func(t *testing.T, _ int) (string, string) {
		raw := newKey(t)
		text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
		return text, strings.Split(text, "\n")[2][:40]
	}},
	{"private key, DER in base64", func(t *testing.T, _ int) (string, string) {
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
	{"Basic credentials", func(_ *testing.T, n int) (string, string) {
		pair := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "robot:Sesame-basic-%03d", n))
		return "Proxy-Authorization: Basic " + pair, pair
	}},
	{"credentials of an address", one("depot https://robot:%s@depot.test/lots", "Sesame-url-%03d")},
	{"SASL PLAIN of a mail dialogue", func(_ *testing.T, n int) (string, string) {
		said := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "\x00anne@un.test\x00Sesame-sasl-%03d", n))
		return "C: AUTH PLAIN " + said, said
	}},
	{"XOAUTH2 of a mail dialogue", func(_ *testing.T, n int) (string, string) {
		secret := fmt.Sprintf("opaque-xoauth-%03d-abcdef", n)
		return "C: AUTHENTICATE XOAUTH2 " + base64.StdEncoding.EncodeToString([]byte("user=anne\x01auth=Bearer "+secret+"\x01\x01")), secret
	}},
	{"NIR", func(_ *testing.T, n int) (string, string) {
		secret := national(1850578006000 + int64(n))
		return "<nir>" + secret + "</nir>", secret
	}},
	{"INS, as it is printed", func(_ *testing.T, n int) (string, string) {
		s := national(2940799004000 + int64(n))
		printed := s[:1] + " " + s[1:3] + " " + s[3:5] + " " + s[5:7] + " " + s[7:10] + " " + s[10:13] + " " + s[13:]
		return "INS " + printed, printed
	}},
}

// one makes a secret of a number, within a text.
func one(text, secret string) func(*testing.T, int) (string, string) {
	return func(_ *testing.T, n int) (string, string) {
		s := fmt.Sprintf(secret, n)
		return fmt.Sprintf(text, s), s
	}
}

// national is a synthetic national number with its key.
func national(n int64) string { return fmt.Sprintf("%d%02d", n, 97-n%97) }

func newKey(t *testing.T) []byte {
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

// places are where a candidate tells them: a header, the words of a fault, the parts of a mail that it encloses.
var places = []string{"header", "fault", "MIME"}

// planted is what a careless candidate answers, with its canaries.
func planted(t *testing.T) (all []canary, answer http.HandlerFunc) {
	t.Helper()
	headers := http.Header{}
	var words, parts strings.Builder
	for k, kind := range kinds {
		for p, place := range places {
			text, secret := kind.make(t, 1+k*len(places)+p)
			all = append(all, canary{kind.name, place, text, secret})
			switch place {
			case "header":
				headers.Set(fmt.Sprintf("X-Debug-%d", k), strings.NewReplacer("\r", "", "\n", " ").Replace(text))
			case "fault":
				words.WriteString(html.EscapeString(text) + "\n")
			case "MIME":
				parts.WriteString(part(t, k, text))
			}
		}
	}
	asURL := fmt.Sprintf("/suite?%s", url.Values{"motif": {all[1].text}, "client_secret": {all[22].secret}}.Encode())
	return all, func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range headers {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Type", "text/xml")
		w.Header().Set("X-Next", asURL)
		w.Header().Set("Set-Cookie", "SESSION="+all[36].secret)
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprintf(w, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:x="urn:x">x:%s</faultcode><faultstring>refus %s</faultstring><detail><trace>%s</trace><courrier>%s</courrier></detail></s:Fault></s:Body></s:Envelope>`,
			all[12].secret, html.EscapeString(all[9].secret), words.String(), html.EscapeString(parts.String()))
	}
}

// part is a text as a part of a mail: in base64 in lines, in quoted-printable, in UTF-16, in hexadecimal, or in JSON in base64.
func part(t *testing.T, n int, text string) string {
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

// spellings are the forms in which an export may not show a secret.
func spellings(secret string) map[string]string {
	narrow := wide(secret)
	swapped := make([]byte, len(narrow))
	for i := range narrow {
		swapped[i] = narrow[i^1]
	}
	all := map[string]string{
		"raw": secret, "hex": hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"URL": url.QueryEscape(secret), "path": url.PathEscape(secret), "quoted-printable": strings.ReplaceAll(secret, "=", "=3D"), "HTML": html.EscapeString(secret),
		"UTF-16LE": string(narrow), "UTF-16BE": string(swapped),
	}
	for _, of := range []struct{ name, text string }{{"", secret}, {" of UTF-16", string(narrow)}} {
		for before := range 3 {
			coded := base64.StdEncoding.EncodeToString(append(make([]byte, before), of.text...))
			core := coded[(8*before+5)/6 : 8*(before+len(of.text))/6]
			all[fmt.Sprint("base64+", before, of.name)] = core
			all[fmt.Sprint("base64url+", before, of.name)] = strings.NewReplacer("+", "-", "/", "_").Replace(core)
		}
	}
	return all
}

// exports are all that leaves a run: the files of its folder, the members of the archive, and every format in both languages.
func exports(t *testing.T, dir string, write func(report.Format, string) []byte) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		out[filepath.Base(path)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Formats {
		for _, lang := range []string{"fr", "en"} {
			out[f.Name+" "+lang] = write(f, lang)
		}
	}
	return out
}

// Sixty secrets that a careless candidate tells, in headers, addresses, faults and the parts of a mail, in plain and encoded: none is
// in any export of the run, whatever its format, and a digest tells where each stood.
func TestCanaries(t *testing.T) {
	all, answer := planted(t)
	if len(all) < 60 {
		t.Fatalf("%d canaries", len(all))
	}
	stub := hostile(t, func(call int64) bool { return call != 3 }, answer)
	dir := filepath.Join(t.TempDir(), "run")
	run := trial{role: candidate.RoleProvider, selector: []string{"fournisseur/A/V08-N1"}, jobs: 1, dir: dir}.run(t, stub)
	s := suiteOf(t)
	options := report.Options{Texts: s.texts, Catalogue: s.catalogue, Evidence: record.EvidenceOf(dir)}
	signer, err := campaign.LoadSigner("", "", bench.Wall())
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	if err := report.WriteArchive(&archive, run, report.ArchiveOptions{Options: options, Signer: signer, Now: bench.Wall()}); err != nil {
		t.Fatal(err)
	}
	found := exports(t, dir, func(f report.Format, lang string) []byte {
		var b bytes.Buffer
		o := options
		o.Lang = lang
		if err := f.Write(&b, run, o); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	})
	found["report.zip"] = archive.Bytes() // its members are stored as they are
	flat := map[string]string{}
	for name, raw := range found {
		flat[name] = strings.NewReplacer("=\r\n", "", "=\n", "", "\r\n", "", "\n", "", `\r\n`, "", `\n`, "").Replace(string(raw))
	}
	kept := 0
	for _, c := range all {
		leaks := 0
		for name := range found {
			for how, spelled := range spellings(c.secret) {
				if strings.Contains(string(found[name]), spelled) || strings.Contains(flat[name], spelled) {
					leaks++
					t.Errorf("%s (%s) leaks %s in %s: %q", c.kind, c.place, how, name, c.text)
				}
			}
		}
		if leaks == 0 {
			kept++
		}
		t.Logf("%-30s %-8s %d exports, %d leaks", c.kind, c.place, len(found), leaks)
	}
	t.Logf("%d of %d canaries kept", kept, len(all))
	digests := 0
	for name, raw := range found {
		if strings.HasPrefix(name, "sha256-") {
			digests = max(digests, bytes.Count(raw, []byte("redacted:hmac-sha256:")))
		}
	}
	if digests < 40 {
		t.Errorf("an answer with %d canaries shows %d digests", len(all), digests)
	}
}
