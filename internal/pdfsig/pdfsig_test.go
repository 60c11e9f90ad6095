package pdfsig_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/pdfsig"
)

var signedAt = time.Date(2026, 9, 14, 8, 30, 0, 0, time.UTC)

// signer is a self-signed certificate with its key.
type signer struct {
	key  crypto.Signer
	leaf *x509.Certificate
}

func (s signer) chain() []*x509.Certificate { return []*x509.Certificate{s.leaf} }

// newSigner makes a certificate valid for a year from a day.
func newSigner(t testing.TB, key crypto.Signer, from time.Time) signer {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "TEST CABINET D'AUDIT", Organization: []string{"TEST AUDIT"}},
		NotBefore: from, SubjectKeyId: []byte{1, 2, 3, 4}, NotAfter: from.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return signer{key, leaf}
}

var rsaKey = sync.OnceValue(func() crypto.Signer {
	raw, err := os.ReadFile("../pki/fixture/rsa2048.pem")
	if err != nil {
		panic(err)
	}
	block, _ := pem.Decode(raw)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic(err)
	}
	return key.(crypto.Signer)
})

func ecKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

var page = pdfsig.Make("TEST formulaire", "résultat (éligible) \\ parenthèse")

func signed(t testing.TB, s signer) []byte {
	t.Helper()
	doc, err := pdfsig.Sign(page, s.key, s.chain(), signedAt)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func honest(t testing.TB) []byte {
	return signed(t, newSigner(t, rsaKey(), signedAt.AddDate(0, -1, 0)))
}

func TestAils(t *testing.T) {
	replaced := func(old, with string) []byte { return bytes.Replace(page, []byte(old), []byte(with), 1) }
	stream := "%%PDF-1.7\n1 0 obj\n<< /Type /XRef /Size 2 /Root 1 0 R%s >>\nstream\nx\nendstream\nendobj\nstartxref\n9\n%%%%EOF\n"
	for name, x := range map[string]struct {
		doc  []byte
		want pdfsig.Ailment
	}{
		"honest":                    {page, ""},
		"signed":                    {honest(t), ""},
		"something before":          {append([]byte("\xef\xbb\xbf\n"), page...), ""},
		"something behind":          {append(bytes.Clone(page), "\r\n\n"...), ""},
		"nothing":                   {nil, pdfsig.NotPDF},
		"a text":                    {[]byte("un texte %%EOF"), pdfsig.NotPDF},
		"an archive":                {[]byte("PK\x03\x04"), pdfsig.NotPDF},
		"half of it":                {page[:len(page)/2], pdfsig.Truncated},
		"a foreign end":             {append(bytes.Clone(page[:len(page)/2]), "\n%%EOF"...), pdfsig.Truncated},
		"a table beyond the end":    {append(bytes.Clone(page[:200]), "\nstartxref\n5000\n%%EOF"...), pdfsig.Truncated},
		"a table nowhere":           {append(bytes.Clone(page[:200]), "\nstartxref\nailleurs\n%%EOF"...), pdfsig.Truncated},
		"encrypted":                 {replaced("/Root 1 0 R", "/Encrypt 9 0 R /Root 1 0 R"), pdfsig.Encrypted},
		"encrypted, table a stream": {fmt.Appendf(nil, stream, " /Encrypt << /Filter /Standard >>"), pdfsig.Encrypted},
		"table a stream":            {fmt.Appendf(nil, stream, ""), ""},
		"the word in a text":        {pdfsig.Make("/Encrypt 9 0 R"), ""},
	} {
		if got := pdfsig.Ails(x.doc); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

func TestHonestSignature(t *testing.T) {
	for name, key := range map[string]crypto.Signer{"RSA": rsaKey(), "ECDSA": ecKey(t)} {
		doc := signed(t, newSigner(t, key, signedAt.AddDate(0, -1, 0)))
		all := pdfsig.Signatures(doc)
		if len(all) != 1 {
			t.Fatalf("%s: %d signatures", name, len(all))
		}
		s := all[0]
		if !s.Whole() || s.Format != pdfsig.FormatPKCS7 || s.Digest != "SHA-256" || !s.At.Equal(signedAt) || s.Timestamp ||
			s.Covered != len(doc) || s.Signer.Subject.CommonName != "TEST CABINET D'AUDIT" {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if all := pdfsig.Signatures(page); len(all) != 0 {
		t.Errorf("an unsigned page has signatures: %+v", all)
	}
	if _, err := pdfsig.Sign(honest(t), rsaKey(), newSigner(t, rsaKey(), signedAt).chain(), signedAt); err == nil {
		t.Error("a signed document is signed again over its first signature")
	}
}

func TestSpoiltSignatures(t *testing.T) {
	doc := honest(t)
	replaced := func(old, with string) []byte {
		out := bytes.Replace(doc, []byte(old), []byte(with), 1)
		if bytes.Equal(out, doc) {
			t.Fatalf("%q is not in the document", old)
		}
		return out
	}
	ranges := string(doc[bytes.Index(doc, []byte("[0 ")):][:5])
	contents := bytes.Index(doc, []byte("/Contents <")) + len("/Contents <")
	emptied := bytes.Clone(doc)
	copy(emptied[contents:], bytes.Repeat([]byte("0"), bytes.IndexByte(emptied[contents:], '>')))
	for name, x := range map[string]struct {
		doc  []byte
		want pdfsig.Problem
	}{
		"a letter changed":       {replaced("TEST formulaire", "TEST formulairE"), pdfsig.Broken},
		"the date changed":       {replaced("/M (D:2026", "/M (D:2027"), pdfsig.Broken},
		"from the second octet":  {replaced("[0 ", "[1 "), pdfsig.Broken},
		"one range":              {replaced(ranges, "[] %["), pdfsig.Broken},
		"no number":              {replaced("[0 ", "[X "), pdfsig.Broken},
		"no place":               {emptied, pdfsig.Broken},
		"a gap too wide":         {replaced("/Contents <", "/Contents  <"), pdfsig.Broken},
		"an unknown format":      {replaced("adbe.pkcs7.detached", "adbe.x509.rsa_sha1."), pdfsig.Unverified},
		"a time-stamp":           {replaced("adbe.pkcs7.detached", "ETSI.RFC3161       "), pdfsig.Unverified},
		"no CMS":                 {replaced(string(doc[contents:contents+8]), "cafebabe"), pdfsig.Unverified},
		"signed after its term":  {signed(t, newSigner(t, rsaKey(), signedAt.AddDate(-2, 0, 0))), pdfsig.Outdated},
		"signed before its term": {signed(t, newSigner(t, rsaKey(), signedAt.AddDate(0, 1, 0))), pdfsig.Outdated},
	} {
		all := pdfsig.Signatures(x.doc)
		if len(all) != 1 || all[0].Problem != x.want || all[0].Detail == "" || all[0].Whole() {
			t.Errorf("%s: %+v, want %s", name, all, x.want)
		}
	}
}

// TestWhatComesBehind: a later revision is not covered, blanks at the end count for nothing.
func TestWhatComesBehind(t *testing.T) {
	doc := honest(t)
	update := "\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\nstartxref\n9\n%%EOF\n"
	all := pdfsig.Signatures(append(bytes.Clone(doc), update...))
	if len(all) != 1 || all[0].Problem != "" || all[0].Whole() || all[0].After != len(update)-1 || all[0].Covered != len(doc) {
		t.Errorf("%+v", all)
	}
	if all := pdfsig.Signatures(append(bytes.Clone(doc), "\r\n"...)); len(all) != 1 || !all[0].Whole() {
		t.Errorf("blanks at the end: %+v", all)
	}
}

// TestWordsAreNoSignature: what looks like a signature in a text or a comment is none, and hides none.
func TestWordsAreNoSignature(t *testing.T) {
	words := "/ByteRange [0 10 20 30] /Contents <00>"
	if all := pdfsig.Signatures(pdfsig.Make(words)); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	if all := pdfsig.Signatures([]byte(words)); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	prepared, begin, _, err := pdfsig.Unsigned(pdfsig.Make("obj "+strings.Repeat("obj ", 20)), pdfsig.FormatPKCS7, "un obj << deux", signedAt)
	if err != nil {
		t.Fatal(err)
	}
	if all := pdfsig.Signatures(prepared); len(all) != 1 || all[0].Problem != pdfsig.Broken {
		t.Errorf("%+v", all)
	}
	if err := pdfsig.Fill(prepared, begin, make([]byte, 1<<20)); err == nil {
		t.Error("a signature beyond its place is written")
	}
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func write(t *testing.T, dir, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// told asks poppler what it thinks of a signed document.
func told(t *testing.T, dir string, doc []byte) string {
	t.Helper()
	t.Setenv("HOME", dir) // no store of certificates: whom to trust is not asked
	return run(t, "pdfsig", "-nocert", write(t, dir, "asked.pdf", doc))
}

// TestPopplerAgrees holds our verdicts against those of a program that nobody here wrote, on documents that we signed.
func TestPopplerAgrees(t *testing.T) {
	benchtest.Needs(t, "pdfsig")
	doc := honest(t)
	for name, x := range map[string]struct {
		doc   []byte
		wants []string
	}{
		"honest":  {doc, []string{"Signature is Valid", "Total document signed", "TEST CABINET D'AUDIT", "SHA-256"}},
		"changed": {bytes.Replace(doc, []byte("TEST formulaire"), []byte("TEST formulairE"), 1), []string{"Signature is Invalid"}},
		"behind":  {append(bytes.Clone(doc), "% ajout\n%%EOF\n"...), []string{"Signature is Valid", "Not total document signed"}},
	} {
		got := told(t, t.TempDir(), x.doc)
		for _, want := range x.wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s: pdfsig says\n%s\nwithout %q", name, got, want)
			}
		}
	}
}

// TestOpenSSLSigns verifies signatures that OpenSSL made, with attributes, as those of real products are; poppler agrees.
func TestOpenSSLSigns(t *testing.T) {
	benchtest.Needs(t, "openssl", "pdfsig")
	now := time.Now()
	s := newSigner(t, rsaKey(), now.AddDate(0, -1, 0))
	dir := t.TempDir()
	key, err := x509.MarshalPKCS8PrivateKey(s.key)
	if err != nil {
		t.Fatal(err)
	}
	keyFile := write(t, dir, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	leafFile := write(t, dir, "leaf.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.leaf.Raw}))
	for name, x := range map[string]struct {
		args   []string
		want   pdfsig.Problem
		digest string
	}{
		"CAdES":                 {[]string{"-md", "sha256", "-cades"}, "", "SHA-256"},
		"SHA-512":               {[]string{"-md", "sha512"}, "", "SHA-512"},
		"without attributes":    {[]string{"-md", "sha384", "-noattr"}, "", "SHA-384"},
		"SHA-1, which is shown": {[]string{"-md", "sha1"}, "", "SHA-1"},
		"PSS, not verified":     {[]string{"-md", "sha256", "-keyopt", "rsa_padding_mode:pss"}, pdfsig.Unverified, "SHA-256"},
		"known by its key only": {[]string{"-md", "sha256", "-keyid"}, pdfsig.Unverified, ""},
		"without certificate":   {[]string{"-md", "sha256", "-nocerts"}, pdfsig.Unverified, ""},
	} {
		prepared, begin, end, err := pdfsig.Unsigned(page, pdfsig.FormatCAdES, "TEST", now)
		if err != nil {
			t.Fatal(err)
		}
		content := write(t, dir, "content", append(bytes.Clone(prepared[:begin]), prepared[end:]...))
		der := filepath.Join(dir, "der")
		run(t, "openssl", append([]string{"cms", "-sign", "-binary", "-in", content, "-outform", "DER", "-out", der, "-inkey", keyFile, "-signer", leafFile}, x.args...)...)
		b, err := os.ReadFile(der)
		if err != nil {
			t.Fatal(err)
		}
		if err := pdfsig.Fill(prepared, begin, b); err != nil {
			t.Fatal(err)
		}
		all := pdfsig.Signatures(prepared)
		if len(all) != 1 || all[0].Problem != x.want || all[0].Digest != x.digest || all[0].After != 0 {
			t.Errorf("%s: %+v", name, all)
			continue
		}
		if x.want == "" && (!all[0].Whole() || now.Sub(all[0].At).Abs() > time.Minute || !strings.Contains(told(t, dir, prepared), "Signature is Valid")) {
			t.Errorf("%s: %+v, and poppler says %s", name, all[0], told(t, dir, prepared))
		}
		if x.want == "" { // the same signature over other bytes
			spoilt := bytes.Replace(prepared, []byte("TEST formulaire"), []byte("TEST formulairE"), 1)
			if all := pdfsig.Signatures(spoilt); len(all) != 1 || all[0].Problem != pdfsig.Broken {
				t.Errorf("%s, changed: %+v", name, all)
			}
		}
	}
}

// FuzzSignatures: whatever is handed over, it is read to the end, and no signature appears that nobody made.
func FuzzSignatures(f *testing.F) {
	doc := honest(f)
	f.Add(doc)
	f.Add(page)
	f.Add(doc[:len(doc)/3])
	f.Add(bytes.Replace(doc, []byte("[0 "), []byte("[-9"), 1))
	f.Add([]byte("%PDF-1.7 1 0 obj" + strings.Repeat("<</a", 5000) + "/ByteRange [0 1 2 3] startxref 99999999999999999999 %%EOF"))
	f.Add([]byte("%PDF- obj" + strings.Repeat("[", 5000) + "/ByteRange startxref 0 xref trailer << /Encrypt %%EOF"))
	f.Fuzz(func(t *testing.T, b []byte) {
		pdfsig.Ails(b)
		for _, s := range pdfsig.Signatures(b) {
			if s.Whole() && !bytes.Equal(around(b), around(doc)) {
				t.Errorf("a signature is taken for whole and sound: %+v", s)
			}
		}
	})
}

// around is a document without the place of its signature, which nothing signs, nor blanks at its end.
func around(doc []byte) []byte {
	before, place, _ := bytes.Cut(doc, []byte("/Contents <"))
	_, after, _ := bytes.Cut(place, []byte(">"))
	return append(bytes.Clone(before), bytes.TrimRight(after, "\r\n \x00")...)
}
