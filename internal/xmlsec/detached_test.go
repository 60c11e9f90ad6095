package xmlsec_test

import (
	"crypto/rand"
	"slices"
	"testing"

	"etalon/internal/xmlsec"
)

func TestDetachedSignatureComesBack(t *testing.T) {
	octets := []byte("SAMLRequest=a&SigAlg=b")
	for _, name := range []string{"rsa", "p256", "p384", "p521"} {
		r := honest(t, name)
		named := r.Method
		r.Method = ""
		method, err := r.DetachedMethod()
		if err != nil || method != named {
			t.Fatalf("%s: method %q, %v, want %q", name, method, err, named)
		}
		value, err := r.SignDetached(rand.Reader, octets)
		if err != nil {
			t.Fatal(err)
		}
		public := certificate(t, name).PublicKey
		if got := xmlsec.VerifyDetached(method, xmlsec.CurrentPolicy, public, octets, value); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
		if got := xmlsec.VerifyDetached(method, xmlsec.CurrentPolicy, public, octets[1:], value); kindsOf(got) != "signature" {
			t.Errorf("%s: other octets: %v", name, got)
		}
		if got := xmlsec.VerifyDetached(method, xmlsec.CurrentPolicy, public, octets, nil); kindsOf(got) != "signature" {
			t.Errorf("%s: no value: %v", name, got)
		}
	}
}

func TestDetachedSignatureInASN1(t *testing.T) {
	octets := []byte("a")
	r := honest(t, "p256")
	value, err := r.SignDetached(nil, octets)
	if err != nil {
		t.Fatal(err)
	}
	integer := func(b []byte) []byte {
		for len(b) > 1 && b[0] == 0 {
			b = b[1:]
		}
		if b[0] >= 0x80 {
			b = append([]byte{0}, b...)
		}
		return append([]byte{2, byte(len(b))}, b...)
	}
	pair := append(integer(slices.Clone(value[:32])), integer(slices.Clone(value[32:]))...)
	der := append([]byte{0x30, byte(len(pair))}, pair...)
	if got := xmlsec.VerifyDetached(r.Method, xmlsec.CurrentPolicy, certificate(t, "p256").PublicKey, octets, der); len(got) > 0 {
		t.Errorf("%v", got)
	}
}

func TestDetachedSignatureIsHeldToThePolicy(t *testing.T) {
	octets := []byte("a")
	r := honest(t, "rsa1024")
	value, err := r.SignDetached(nil, octets)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, method, key, want string }{
		{"short key", r.Method, "rsa1024", "key-too-weak"},
		{"SHA-1", xmlsec.MethodRSASHA1, "rsa1024", "method key-too-weak signature"},
		{"HMAC", xmlsec.MethodHMACSHA256, "rsa", "method"},
		{"unknown method", "urn:autre", "rsa", "method"},
		{"key of another kind", r.Method, "p256", "signature"},
	} {
		if got := kindsOf(xmlsec.VerifyDetached(c.method, xmlsec.CurrentPolicy, certificate(t, c.key).PublicKey, octets, value)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for name, r := range map[string]xmlsec.Recipe{"unknown method": {Method: "urn:autre", Key: r.Key}, "no key": {}} {
		if _, err := r.SignDetached(nil, octets); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func kindsOf(faults []xmlsec.Fault) string {
	all := ""
	for i, f := range faults {
		if i > 0 {
			all += " "
		}
		all += string(f.Kind)
	}
	return all
}
