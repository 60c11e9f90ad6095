package soap_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"testing"
	"time"

	"etalon/internal/soap"
	"etalon/internal/xmlsec"
)

// BenchmarkVerifyEnvelope tells what the judgement of an honest message costs, as a multiple of one raw
// RSA verification of the same SignedInfo.
func BenchmarkVerifyEnvelope(b *testing.B) {
	d := draft(b)
	in, x := post(build(b, d)), expect(b)
	trust := x.Trust
	chain := soap.Verify(in, x).Chain
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		if j := soap.Verify(in, x); !j.Verified || len(j.Findings) > 0 {
			b.Fatal(j.Findings)
		}
	}
	whole := b.Elapsed()
	raw, path := rawVerification(b, in.Raw, d), time.Duration(0)
	start := time.Now()
	for range b.N {
		trust(chain, now)
	}
	path = time.Since(start)
	b.ReportMetric(float64(whole)/float64(raw), "x-raw-rsa")
	b.ReportMetric(float64(whole-path)/float64(raw), "x-raw-rsa-without-path")
}

// rawVerification is the time of b.N verifications of the VI's SignedInfo by RSA alone.
func rawVerification(b *testing.B, message []byte, d *soap.Draft) time.Duration {
	doc, err := xmlsec.Parse(message, xmlsec.DefaultLimits)
	if err != nil {
		b.Fatal(err)
	}
	octets, err := xmlsec.Canonicalize(doc.FindElement("//SignedInfo"))
	if err != nil {
		b.Fatal(err)
	}
	value, err := base64.StdEncoding.DecodeString(doc.FindElement("//SignatureValue").Text())
	if err != nil {
		b.Fatal(err)
	}
	key, ok := d.Signer.Leaf().PublicKey.(*rsa.PublicKey)
	if !ok {
		b.Fatal("not an RSA key")
	}
	start := time.Now()
	for range b.N {
		sum := sha256.Sum256(octets)
		if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], value); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}
