package xmlsec_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"testing"
	"time"

	"etalon/internal/xmlsec"
)

// BenchmarkVerify parses a message and verifies the signature of the VI in it. Its ratio metrics are the cost of
// both, and of Verify alone, over one RSA verification of the same SignedInfo.
func BenchmarkVerify(b *testing.B) {
	r, err := xmlsec.EnvelopedRecipe("_vi", key(b, "rsa"), chain(b, "rsa"))
	if err != nil {
		b.Fatal(err)
	}
	doc := parse(b, envelope)
	if _, err := r.Sign(nil, doc.FindElement("//Assertion"), 2); err != nil {
		b.Fatal(err)
	}
	raw := []byte(serialize(b, doc))
	info, err := xmlsec.Canonicalize(doc.FindElement("//SignedInfo"))
	if err != nil {
		b.Fatal(err)
	}
	value, err := base64.StdEncoding.DecodeString(doc.FindElement("//SignatureValue").Text())
	if err != nil {
		b.Fatal(err)
	}
	public := r.Key.Public().(*rsa.PublicKey)

	var whole, verifying, bare time.Duration
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		parsed := time.Now()
		if got := verify(doc, xmlsec.CurrentPolicy); !got.Valid() {
			b.Fatal(got.Faults)
		}
		verified := time.Now()
		sum := sha256.Sum256(info)
		if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], value); err != nil {
			b.Fatal(err)
		}
		whole, verifying, bare = whole+verified.Sub(start), verifying+verified.Sub(parsed), bare+time.Since(verified)
	}
	b.ReportMetric(float64(whole)/float64(bare), "parse+verify/rsa")
	b.ReportMetric(float64(verifying)/float64(bare), "verify/rsa")
}

func BenchmarkParse(b *testing.B) {
	raw := []byte(envelope)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := xmlsec.Parse(raw, xmlsec.DefaultLimits); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCanonicalize(b *testing.B) {
	vi := parse(b, envelope).FindElement("//Assertion")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := xmlsec.Canonicalize(vi); err != nil {
			b.Fatal(err)
		}
	}
}
