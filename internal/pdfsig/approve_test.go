package pdfsig_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/pdf"
	"etalon/internal/pdfsig"
)

// report is a document of several pages that the harness made.
func report(t testing.TB) []byte {
	t.Helper()
	d := pdf.New(pdf.Meta{Title: "Rapport d'étalonnage", Author: "TEST", Created: signedAt})
	for i := range 3 {
		d.Heading(1, fmt.Sprintf("Partie %d", i))
		d.Paragraph(strings.Repeat("Une exigence éprouvée. ", 60))
		d.PageBreak()
	}
	b, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// issued is a signer under an authority, both valid around now, which is when programs that look at the clock judge them.
func issued(t testing.TB, key crypto.Signer, now time.Time) []*x509.Certificate {
	t.Helper()
	make := func(serial int64, name string, public crypto.PublicKey, ca bool, parent *x509.Certificate) *x509.Certificate {
		c := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name, Organization: []string{"TEST BANC"}}, IsCA: ca, BasicConstraintsValid: true,
			NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
			SubjectKeyId: []byte(name),
		}
		if ca {
			c.KeyUsage = x509.KeyUsageCertSign
		}
		if parent == nil {
			parent = c
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, public, rsaKey())
		if err != nil {
			t.Fatal(err)
		}
		out, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	root := make(1, "TEST AUTORITÉ", rsaKey().Public(), true, nil)
	return []*x509.Certificate{make(1<<40+7, "TEST BANC D'ÉTALONNAGE", key.Public(), false, root), root}
}

func approved(t testing.TB, doc []byte, o pdfsig.Assent) []byte {
	t.Helper()
	out, err := pdfsig.Approve(doc, o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func pemOf(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// TestApproved: every program agrees on a signed document, signed each time alike.
func TestApproved(t *testing.T) {
	benchtest.Needs(t, "pdfsig", "openssl", "certutil")
	now := time.Now()
	for name, key := range map[string]crypto.Signer{"RSA": rsaKey(), "ECDSA": ecKey(t)} {
		chain := issued(t, key, now)
		o := pdfsig.Assent{Key: key, Chain: chain, At: now, Reason: "Rapport signé (TEST)", Location: "banc"}
		for kind, doc := range map[string][]byte{"pages": report(t), "plain": page} {
			out := approved(t, doc, o)
			if !bytes.HasPrefix(out, doc) || !bytes.Equal(out, approved(t, doc, o)) {
				t.Errorf("%s %s: the document is changed, or signed otherwise each time", name, kind)
			}
			all := pdfsig.Signatures(out)
			if len(all) != 1 || !all[0].Whole() || all[0].Format != pdfsig.FormatCAdES || all[0].Digest != "SHA-256" ||
				!all[0].At.Equal(now.Truncate(time.Second)) || !all[0].Signer.Equal(chain[0]) || pdfsig.Ails(out) != "" {
				t.Errorf("%s %s: %+v", name, kind, all)
			}
			dir := store(t, chain[1])
			got := run(t, "pdfsig", "-nssdir", "sql:"+dir, write(t, dir, "signed.pdf", out))
			for _, want := range []string{"Signature is Valid", "Certificate is Trusted", "Total document signed", "ETSI.CAdES.detached", "SHA-256"} {
				if !strings.Contains(got, want) {
					t.Errorf("%s %s: pdfsig says, without %q:\n%s", name, kind, want, got)
				}
			}
			opensslAgrees(t, dir, out, chain[1])
		}
	}
}

// store is a folder with NSS's store of certificates, which trusts one authority.
func store(t *testing.T, root *x509.Certificate) string {
	t.Helper()
	dir := t.TempDir()
	run(t, "certutil", "-N", "-d", "sql:"+dir, "--empty-password")
	run(t, "certutil", "-A", "-d", "sql:"+dir, "-n", "root", "-t", "C,C,C", "-i", write(t, dir, "root.pem", pemOf(root)))
	return dir
}

// extracted takes a signed document apart with nothing but its ranges: what is signed, and the signature.
func extracted(t *testing.T, doc []byte) (content, signature []byte) {
	t.Helper()
	var from, begin, end, after int
	at := bytes.LastIndex(doc, []byte("/ByteRange ["))
	if _, err := fmt.Sscanf(string(doc[at:]), "/ByteRange [%d %d %d %d]", &from, &begin, &end, &after); err != nil || end+after != len(doc) {
		t.Fatalf("ranges %d %d %d %d of %d: %v", from, begin, end, after, len(doc), err)
	}
	signature, err := hex.DecodeString(string(doc[begin+1 : end-1]))
	if err != nil {
		t.Fatal(err)
	}
	return append(bytes.Clone(doc[from:begin]), doc[end:]...), signature
}

func opensslAgrees(t *testing.T, dir string, doc []byte, root *x509.Certificate) {
	t.Helper()
	content, signature := extracted(t, doc)
	verify := func(name string, content []byte) ([]byte, error) {
		return exec.Command("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", write(t, dir, "cms", signature), "-content", write(t, dir, name, content),
			"-CAfile", write(t, dir, "ca.pem", pemOf(root)), "-purpose", "any", "-out", filepath.Join(dir, "out")).CombinedOutput()
	}
	if out, err := verify("content", content); err != nil {
		t.Errorf("openssl cms: %v\n%s", err, out)
	}
	content[100] ^= 1
	if out, err := verify("spoilt", content); err == nil {
		t.Errorf("openssl cms takes other bytes: %s", out)
	}
	printed := run(t, "openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", filepath.Join(dir, "cms"))
	for want, there := range map[string]bool{"signingCertificateV2": true, "messageDigest": true, "signingTime": false, "TEST BANC": true} {
		if strings.Contains(printed, want) != there {
			t.Errorf("the signature holds %s: %t, want %t", want, !there, there)
		}
	}
}

// TestChangedByteRefused changes one byte here and there: of what is signed, of the signature, of its attributes and of the
// signer's certificate. Neither we nor poppler take one for sound and whole.
func TestChangedByteRefused(t *testing.T) {
	benchtest.Needs(t, "pdfsig", "certutil")
	key, now := ecKey(t), time.Now()
	chain := issued(t, key, now)
	doc := approved(t, report(t), pdfsig.Assent{Key: key, Chain: chain, At: now})
	dir := store(t, chain[1])
	begin := bytes.LastIndex(doc, []byte("/Contents <")) + len("/Contents <")
	cms := bytes.Index(doc[begin:], bytes.Repeat([]byte("0"), 200)) // where what fills the place begins
	places := []int{len(doc) - 40, len(doc) - 200}
	for i := range 30 {
		places = append(places, 10+i*(begin-20)/30)
	}
	leaf := begin + bytes.Index(doc[begin:], []byte(hex.EncodeToString(chain[0].Raw)))
	digest := begin + bytes.LastIndex(doc[begin:begin+cms], []byte("0420"))
	places = append(places, leaf+80, leaf+200, leaf+2*len(chain[0].Raw)-10, digest+10, begin+cms-21, begin+cms-61)
	for _, at := range places {
		spoilt := bytes.Clone(doc)
		if spoilt[at] ^= 1; at > begin { // in the signature, another digit
			spoilt[at] = "0123456789abcdef"[(bytes.IndexByte([]byte("0123456789abcdef"), doc[at])+1)%16]
			if at > begin+cms {
				spoilt[at] = doc[at] ^ 1
			}
		}
		all := pdfsig.Signatures(spoilt)
		if len(all) > 0 && all[0].Whole() {
			t.Errorf("byte %d of %d changed, from %q: we take it for sound", at, len(doc), doc[at])
		}
		out, _ := exec.Command("pdfsig", "-nssdir", "sql:"+dir, write(t, dir, "x.pdf", spoilt)).CombinedOutput()
		if sound(string(out)) {
			t.Errorf("byte %d of %d changed, from %q: pdfsig takes it for sound\n%s", at, len(doc), doc[at], out)
		}
	}
	if out := run(t, "pdfsig", "-nssdir", "sql:"+dir, write(t, dir, "y.pdf", doc)); !sound(out) {
		t.Errorf("pdfsig refuses what nobody changed:\n%s", out)
	}
}

// sound tells that poppler has nothing to say against a document.
func sound(said string) bool {
	return strings.Contains(said, "Signature is Valid") && strings.Contains(said, "Certificate is Trusted") && strings.Contains(said, "Total document signed")
}

// TestApproveRefuses: what cannot be signed is not.
func TestApproveRefuses(t *testing.T) {
	now := time.Now()
	chain := issued(t, rsaKey(), now)
	o := pdfsig.Assent{Key: rsaKey(), Chain: chain, At: now}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pdfsig.Approve(page, pdfsig.Assent{Key: edwards, Chain: chain, At: now}); !errors.Is(err, pdfsig.ErrKey) || pdfsig.Signs(edwards.Public()) {
		t.Errorf("a key that programs do not know: %v", err)
	}
	down := errors.New("no answer")
	for name, x := range map[string]struct {
		doc  []byte
		with func(*pdfsig.Assent)
		want string
	}{
		"signed already":       {approved(t, page, o), nil, "not yet signed"},
		"no document":          {[]byte("%PDF-1.7\nstartxref\n3\n%%EOF"), nil, "the harness made"},
		"no table":             {bytes.Replace(page, []byte("xref\n0 1"), []byte("xrof\n0 1"), 1), nil, "the harness made"},
		"no page":              {bytes.Replace(page, []byte("/Type /Page "), []byte("/Type /Pago "), 1), nil, "the harness made"},
		"no key":               {page, func(o *pdfsig.Assent) { o.Key = nil }, "no key"},
		"authority that fails": {page, func(o *pdfsig.Assent) { o.Stamp = func([]byte) ([]byte, error) { return nil, down } }, "no answer"},
		"too large a stamp":    {page, func(o *pdfsig.Assent) { o.Stamp = func([]byte) ([]byte, error) { return make([]byte, 1<<16), nil } }, "its place"},
	} {
		o := o
		if x.with != nil {
			x.with(&o)
		}
		if _, err := pdfsig.Approve(x.doc, o); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
}

// TestStamped: a time-stamp is asked for over the signature's value, and stands beside it, not signed.
func TestStamped(t *testing.T) {
	benchtest.Needs(t, "openssl")
	now := time.Now()
	var asked []byte
	token := []byte{0x30, 0x03, 0x02, 0x01, 0x2a}
	doc := approved(t, report(t), pdfsig.Assent{Key: rsaKey(), Chain: issued(t, rsaKey(), now), At: now, Stamp: func(value []byte) ([]byte, error) {
		asked = value
		return token, nil
	}})
	if all := pdfsig.Signatures(doc); len(all) != 1 || !all[0].Whole() {
		t.Errorf("%+v", all)
	}
	_, signature := extracted(t, doc)
	if len(asked) != 256 || !bytes.Contains(signature, asked) || bytes.Index(signature, token) < bytes.Index(signature, asked) {
		t.Errorf("asked over %d octets", len(asked))
	}
	printed := run(t, "openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", write(t, t.TempDir(), "cms", signature))
	if _, unsigned, _ := strings.Cut(printed, "unsignedAttrs:"); !strings.Contains(unsigned, "id-smime-aa-timeStampToken") {
		t.Errorf("openssl prints\n%s", printed[max(0, len(printed)-800):])
	}
}
