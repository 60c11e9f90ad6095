package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// buildTokenProgram builds conformance as it reaches PKCS#11 tokens, once, beside the other programs.
var buildTokenProgram = sync.OnceValue(func() error {
	cmd := exec.Command("go", "build", "-tags", "pkcs11", "-o", filepath.Join(tools, "conformance-pkcs11"), "etalon/cmd/conformance")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.New("build conformance with PKCS#11: " + string(out))
	}
	return nil
})

// tokenKeys makes a SoftHSM token "operateur" of PIN 4321 with two keys and their certificates, "ec" (01) and "rsa" (02), a key
// "nu" (03) without a certificate, and one of an expired certificate, "perime" (04); roots.pem, and ec.pem, the chain of "nu".
// It builds conformance-pkcs11.
func tokenKeys(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(buildTokenProgram())
	folder := ts.MkAbs("tokens")
	ts.Check(os.Mkdir(folder, 0o700))
	ts.Check(os.WriteFile(ts.MkAbs("softhsm.conf"), []byte("directories.tokendir = "+folder+"\nlog.level = ERROR\n"), 0o600))
	ts.Setenv("SOFTHSM2_CONF", ts.MkAbs("softhsm.conf"))
	softhsm := func(args ...string) { ts.Check(ts.Exec("softhsm2-util", args...)) }
	softhsm("--init-token", "--free", "--label", "operateur", "--pin", "4321", "--so-pin", "8765")
	o := newOperator(ts, "TEST autorité de l'opérateur")
	o.write("roots.pem", o.root)
	now := time.Now()
	keep := func(id, label string, key crypto.Signer) {
		raw, err := x509.MarshalPKCS8PrivateKey(key)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs("key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600))
		softhsm("--import", ts.MkAbs("key.pem"), "--token", "operateur", "--pin", "4321", "--label", label, "--id", id)
		ts.Check(os.Remove(ts.MkAbs("key.pem")))
	}
	certify := func(id, label string, leaf *x509.Certificate) {
		ts.Check(os.WriteFile(ts.MkAbs("leaf.der"), leaf.Raw, 0o600))
		ts.Check(ts.Exec("pkcs11-tool", "--module", softHSM, "--token-label", "operateur", "--login", "--pin", "4321",
			"--write-object", ts.MkAbs("leaf.der"), "--type", "cert", "--id", id, "--label", label))
	}
	ec, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	ts.Check(err)
	heavy, err := rsa.GenerateKey(rand.Reader, 2048)
	ts.Check(err)
	keep("01", "ec", ec)
	certify("01", "ec", o.issueFor(ec.Public(), now.Add(-time.Hour), now.Add(time.Hour)))
	keep("02", "rsa", heavy)
	certify("02", "rsa", o.issueFor(heavy.Public(), now.Add(-time.Hour), now.Add(time.Hour)))
	bare := newKey(ts)
	keep("03", "nu", bare)
	o.write("nu.pem", o.issue(bare, now.Add(-time.Hour), now.Add(time.Hour)))
	old := newKey(ts)
	keep("04", "perime", old)
	certify("04", "perime", o.issue(old, now.Add(-2*time.Hour), now.Add(-time.Hour)))
}

// softHSM is where Debian puts the module.
const softHSM = "/usr/lib/softhsm/libsofthsm2.so"
