package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"software.sslmate.com/src/go-pkcs12"
)

// operator is an authority with what it gives to the one who signs reports.
type operator struct {
	ts   *testscript.TestScript
	key  *ecdsa.PrivateKey
	root *x509.Certificate
}

// operatorKeys writes keys of an operator, good and bad: operator.pem, operator.p12 (password "secret"),
// ed25519.pem, expired.pem, mismatched.pem, roots.pem and other-roots.pem.
func operatorKeys(ts *testscript.TestScript, _ bool, _ []string) {
	o, other := newOperator(ts, "TEST autorité de l'opérateur"), newOperator(ts, "TEST autre autorité")
	key, otherKey := newKey(ts), newKey(ts)
	now := time.Now()
	leaf := o.issue(key, now.Add(-time.Hour), now.Add(time.Hour))
	o.write("roots.pem", o.root)
	o.write("other-roots.pem", other.root)
	o.writePair("operator.pem", key, leaf)
	o.writePair("mismatched.pem", otherKey, leaf)
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	ts.Check(err)
	o.writePair("ed25519.pem", edwards, o.issue(edwards, now.Add(-time.Hour), now.Add(time.Hour)))
	o.writePair("expired.pem", key, o.issue(key, now.Add(-2*time.Hour), now.Add(-time.Hour)))
	raw, err := pkcs12.Modern.Encode(key, leaf, []*x509.Certificate{o.root}, "secret")
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("operator.p12"), raw, 0o600))
}

func newKey(ts *testscript.TestScript) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	return key
}

func newOperator(ts *testscript.TestScript, name string) operator {
	o := operator{ts: ts, key: newKey(ts)}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	o.root = o.sign(template, template, o.key)
	return o
}

func (o operator) issue(key crypto.Signer, from, to time.Time) *x509.Certificate {
	return o.issueFor(key.Public(), from, to)
}

func (o operator) issueFor(key crypto.PublicKey, from, to time.Time) *x509.Certificate {
	return o.certify(&x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "TEST opérateur"},
		NotBefore: from, NotAfter: to, KeyUsage: x509.KeyUsageDigitalSignature,
	}, o.root, key)
}

func (o operator) sign(template, parent *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
	return o.certify(template, parent, key.Public())
}

func (o operator) certify(template, parent *x509.Certificate, key crypto.PublicKey) *x509.Certificate {
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, key, o.key)
	o.ts.Check(err)
	c, err := x509.ParseCertificate(raw)
	o.ts.Check(err)
	return c
}

func (o operator) write(name string, c *x509.Certificate) {
	o.ts.Check(os.WriteFile(o.ts.MkAbs(name), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}), 0o600))
}

func (o operator) writePair(name string, key crypto.Signer, leaf *x509.Certificate) {
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	o.ts.Check(err)
	var out bytes.Buffer
	o.ts.Check(pem.Encode(&out, &pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
	o.ts.Check(pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw}))
	o.ts.Check(os.WriteFile(o.ts.MkAbs(name), out.Bytes(), 0o600))
}

// listenAt takes a free port of loopback until the script ends, answers nothing sensible on it, and sets a
// variable to its number: listen VARIABLE.
func listenAt(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
			_ = c.Close()
		}
	}()
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
}
