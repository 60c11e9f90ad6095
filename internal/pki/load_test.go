package pki_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/pki"
)

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoadPKCS8ReadsWhatOpensslWrites(t *testing.T) {
	set := newSet(t)
	dir := save(t, set)
	for _, name := range []string{"caf/signature", "caf/signature-ec"} {
		c := credential(t, set, name)
		plain := filepath.Join(dir, "organisms", name+".key")
		for _, form := range [][]string{
			{}, {"-v2", "aes-128-cbc"}, {"-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA512"}, {"-v2prf", "hmacWithSHA1"}, {"-outform", "DER"},
			{"-nocrypt"}, {"-nocrypt", "-outform", "DER"},
		} {
			out := filepath.Join(dir, "key.p8")
			args := append([]string{"pkcs8", "-topk8", "-in", plain, "-out", out, "-passout", "pass:été"}, form...)
			if said, err := openssl(t, args...); err != nil {
				t.Fatalf("openssl %v: %s", args, said)
			}
			key, err := pki.LoadPKCS8(out, "été")
			if err != nil {
				t.Errorf("%s %v: %v", name, form, err)
				continue
			}
			if err := pki.CheckPair(key, c.Leaf(), now); err != nil {
				t.Errorf("%s %v: %v", name, form, err)
			}
			if _, err := pki.LoadPKCS8(out, "wrong"); len(form) == 0 && (err == nil || !strings.Contains(err.Error(), "password is wrong")) {
				t.Errorf("%s, wrong password: %v", name, err)
			}
		}
	}
}

func TestLoadPKCS8SaysWhatToDo(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"PKCS#1":      {"-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n", "openssl pkcs8 -topk8"},
		"certificate": {"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "no private key"},
		"junk":        {"junk", "openssl pkcs8 -topk8"},
		"empty":       {"", "openssl pkcs8 -topk8"},
		"cut":         {"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "read PKCS#8 key"},
		"huge":        {strings.Repeat("x", 5<<20), "larger than"},
	} {
		path := write(t, "key.pem", []byte(c.content))
		if _, err := pki.LoadPKCS8(path, ""); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v, want the file's name and %q", name, err, c.want)
		}
	}
	if _, err := pki.LoadPKCS8("/nonexistent", ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestLoadPKCS12(t *testing.T) {
	set := newSet(t)
	dir := save(t, set)
	base, out := filepath.Join(dir, "organisms/caf/signature"), filepath.Join(dir, "key.p12")
	if said, err := openssl(t, "pkcs12", "-export", "-in", base+".pem", "-inkey", base+".key", "-out", out, "-passout", "pass:secret"); err != nil {
		t.Fatal(said)
	}
	c, err := pki.LoadPKCS12(out, "secret")
	if err != nil {
		t.Fatal(err)
	}
	if err := pki.CheckPair(c.Key, c.Leaf(), now); err != nil || len(c.Chain) != 2 {
		t.Errorf("%d certificates, %v", len(c.Chain), err)
	}
	if _, err := pki.LoadPKCS12(out, "wrong"); err == nil || !strings.Contains(err.Error(), "password is wrong") {
		t.Errorf("wrong password: %v", err)
	}
	if _, err := pki.LoadPKCS12(base+".pem", ""); err == nil {
		t.Error("a PEM file was taken for PKCS#12")
	}
}

func TestLoadCertificates(t *testing.T) {
	cert := credential(t, newSet(t), "caf/tls").Leaf()
	text := append([]byte("a comment\n"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})...)
	for name, c := range map[string]struct {
		content []byte
		want    int
	}{
		"DER": {cert.Raw, 1}, "PEM twice": {append(text, text...), 2}, "none": {[]byte("junk"), 0},
		"broken": {[]byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"), 0},
	} {
		got, err := pki.LoadCertificates(write(t, "certs", c.content))
		if len(got) != c.want || (err != nil) != (c.want == 0) {
			t.Errorf("%s: %d certificates, %v; want %d", name, len(got), err, c.want)
		}
	}
}

func TestCheckPairNamesTheTrouble(t *testing.T) {
	set := newSet(t)
	for name, want := range map[string]error{
		"caf/signature": nil, "caf/signature-ec": nil, "caf/signature~mismatch": pki.ErrMismatch,
		"caf/signature~expired": pki.ErrExpired, "caf/signature~not-yet-valid": pki.ErrNotYetValid,
	} {
		c := credential(t, set, name)
		if err := pki.CheckPair(c.Key, c.Leaf(), now); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
	}
	unknown := &x509.Certificate{RawSubject: credential(t, set, "caf/tls").Leaf().RawSubject}
	if err := pki.CheckPair(credential(t, set, "caf/tls").Key, unknown, now); !errors.Is(err, pki.ErrMismatch) {
		t.Errorf("a certificate with an unknown kind of key: %v", err)
	}
}

func FuzzLoadPKCS8(f *testing.F) {
	f.Add([]byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"))
	f.Add([]byte{0x30, 0x00})
	path := filepath.Join(f.TempDir(), "key")
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if key, err := pki.LoadPKCS8(path, "x"); err == nil && key == nil {
			t.Error("neither key nor error")
		}
	})
}
