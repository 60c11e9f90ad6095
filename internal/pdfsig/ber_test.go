package pdfsig_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"etalon/internal/pdfsig"
)

// holding is a document whose one signature has some octets for a message; its dictionary names them before its ranges, or after.
func holding(message []byte, before bool) []byte {
	contents := "/Contents <" + hex.EncodeToString(message) + ">"
	head, tail := "%PDF-1.7\n7 0 obj\n<< /Type /Sig /SubFilter /adbe.pkcs7.detached\n", " >>\nendobj\nstartxref\n9\n%%EOF\n"
	ranges := "/ByteRange [0 %08d %08d %08d]\n"
	width := len(fmt.Sprintf(ranges, 0, 0, 0))
	begin := len(head) + len("/Contents ")
	if !before {
		begin += width
	}
	end := begin + len(contents) - len("/Contents ")
	total := len(head) + width + len(contents) + len(tail)
	ranges = fmt.Sprintf(ranges, begin, end, total-end)
	if before {
		return []byte(head + contents + ranges + tail)
	}
	return []byte(head + ranges + contents + tail)
}

// nested are elements without length, each in the one before, and closed.
func nested(depth int) []byte {
	return append(append(bytes.Repeat([]byte{0x30, 0x80}, depth), 5, 0), make([]byte, 2*depth)...)
}

// TestHostileMessages: what would eat the stack of the process, or its time, is told, and nothing is read of it.
func TestHostileMessages(t *testing.T) {
	overlapping := []byte{0x30, 6, 0x30, 2, 0x30, 4, 5, 0, 5, 0, 5, 0}
	for name, x := range map[string]struct {
		message []byte
		want    string
	}{
		"nested beyond any stack": {bytes.Repeat([]byte{0x30, 0x80}, 4<<20), "octets"},
		"nested, and not long":    {nested(100_000), "deeper than"},
		"nested with lengths":     {[]byte("\x30\x82\x01\x00" + strings.Repeat("\x30\x80", 128)), "deeper than"},
		"deeper by one":           {nested(65), "deeper than"},
		"as deep as may be":       {nested(64), "structure error"},
		"elements that overlap":   {overlapping, "not well formed"},
		"longer than its place":   {[]byte{0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 5, 0}, "not well formed"},
		"a length of nine octets": {append([]byte{0x30, 0x89}, make([]byte, 9)...), "not well formed"},
		"a length cut":            {[]byte{0x30, 0x82, 1}, "not well formed"},
		"a tag without end":       {bytes.Repeat([]byte{0xff}, 1000), "not well formed"},
		"never closed":            {[]byte{0x30, 0x80, 5, 0}, "not well formed"},
		"nothing in it":           {[]byte{0x30, 0x80, 0, 0, 5, 0}, "not well formed"},
		"a primitive without end": {[]byte{4, 0x80, 5, 0, 0, 0}, "not well formed"},
		"a megabyte of nothing":   {append([]byte{0x30, 0x80}, bytes.Repeat([]byte{5, 0}, 1<<18)...), "not well formed"},
	} {
		for _, before := range []bool{true, false} {
			all := pdfsig.Signatures(holding(x.message, before))
			if len(all) != 1 || all[0].Problem != pdfsig.Unverified || !strings.Contains(all[0].Detail, x.want) {
				t.Errorf("%s: %+v, want %q", name, all, x.want)
			}
		}
	}
}

// TestManyPlaces: places that look like a signature cost no more than a bound, and then nobody says that there is none.
func TestManyPlaces(t *testing.T) {
	for name, doc := range map[string]string{
		"an open text":    "%PDF-1.7 obj (" + strings.Repeat("/ByteRange obj (", 100_000) + strings.Repeat("x", 1<<24),
		"an open comment": "%PDF-1.7 " + strings.Repeat("/ByteRange obj %", 100_000) + strings.Repeat("x", 1<<24),
		"no object":       strings.Repeat("/ByteRange ", 1_000_000),
		"many words":      strings.Repeat("/ByteRange obj ] ", 300),
	} {
		all := pdfsig.Signatures([]byte(doc))
		if len(all) != 1 || all[0].Problem != pdfsig.Unverified || all[0].Detail == "" {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

// TestLongText: a text longer than is kept hides no signature.
func TestLongText(t *testing.T) {
	doc := holding([]byte{5, 0}, true)
	doc = bytes.Replace(doc, []byte("/Type /Sig"), []byte("/Reason ("+strings.Repeat("x", 1<<20)+") /Type /Sig"), 1)
	if all := pdfsig.Signatures(doc); len(all) != 1 || all[0].Problem != pdfsig.Broken {
		t.Errorf("%+v", all)
	}
}

// TestHugeKey: nobody computes with a key that would take minutes.
func TestHugeKey(t *testing.T) {
	modulus := new(big.Int).Lsh(big.NewInt(1), 1<<20)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(8), Subject: pkix.Name{CommonName: "TEST CLE IMMENSE"},
		NotBefore: signedAt.AddDate(0, -1, 0), NotAfter: signedAt.AddDate(0, 1, 0),
	}
	der, err := x509.CreateCertificate(nil, template, template, &rsa.PublicKey{N: modulus.SetBit(modulus, 0, 1), E: 1<<31 - 1}, rsaKey())
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	message, err := pdfsig.CMSOf([]byte("x"), rsaKey(), []*x509.Certificate{leaf})
	if err != nil {
		t.Fatal(err)
	}
	all := pdfsig.Signatures(holding(message, false))
	if len(all) != 1 || all[0].Problem != pdfsig.Unverified || !strings.Contains(all[0].Detail, "1048577 bits") {
		t.Errorf("%+v", all)
	}
}
