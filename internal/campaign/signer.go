package campaign

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"os"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/hsm"
	"etalon/internal/pki"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// LoadSigner reads an operator's key, PKCS#12 or PEM with its certificate, or reaches one in a token by its pkcs11: URI; without a
// path it makes a test key that says so.
func LoadSigner(path, password string, now time.Time) (seal.Signer, error) {
	if path == "" {
		return testSigner(now)
	}
	if strings.HasPrefix(path, hsm.Scheme) {
		return tokenSigner(path, password, now)
	}
	if strings.HasSuffix(path, ".p12") || strings.HasSuffix(path, ".pfx") {
		credential, err := pki.LoadPKCS12(path, password)
		if err != nil {
			return seal.Signer{}, err
		}
		return seal.Signer{Key: credential.Key, Chain: credential.Chain}, pki.CheckPair(credential.Key, credential.Leaf(), now)
	}
	key, err := pki.LoadPKCS8(path, password)
	if err != nil {
		return seal.Signer{}, err
	}
	chain, err := pki.LoadCertificates(path)
	if err != nil {
		return seal.Signer{}, verdict.Tell("%s : mettez le certificat après la clé, dans le même fichier", "%s: put the certificate after the key in the same file", err)
	}
	return seal.Signer{Key: key, Chain: chain}, pki.CheckPair(key, chain[0], now)
}

// SignerHint is a command or gesture that mends a key that LoadSigner refuses.
func SignerHint(path string) string {
	if strings.HasPrefix(path, hsm.Scheme) {
		return "--sign-key 'pkcs11:token=LABEL;object=LABEL?module-path=/usr/lib/…/module.so', PIN in ETALON_SIGN_PASSWORD"
	}
	return "openssl pkcs12 -export -inkey cle.pem -in certificat.pem -out operateur.p12"
}

// tokenSigner reaches a key that stays in a token. Its certificates are those of the file that the URI names, or else the one
// that the token holds.
func tokenSigner(uri, pin string, now time.Time) (seal.Signer, error) {
	u, err := hsm.ParseURI(uri, os.Getenv("ETALON_PKCS11_MODULE"))
	if err != nil {
		return seal.Signer{}, err
	}
	key, leaf, err := hsm.Open(u, pin)
	if err != nil {
		return seal.Signer{}, err
	}
	chain := []*x509.Certificate{leaf}
	switch {
	case u.Chain != "":
		if chain, err = pki.LoadCertificates(u.Chain); err != nil {
			return seal.Signer{}, err
		}
	case leaf == nil:
		return seal.Signer{}, verdict.Tell("certificat introuvable (%s) : le jeton n'en a pas pour cette clé : écrivez-le dans le jeton, ou ajoutez x-chain=FICHIER, un PEM du certificat et de ceux au-dessus de lui", "find certificate (%s): the token holds none for this key: write it there, or add x-chain=FILE, a PEM file of the certificate and of those above it", u)
	}
	return seal.Signer{Key: key, Chain: chain}, pki.CheckPair(key, chain[0], now)
}

// testSigner makes a key for one run alone, under a name that says TEST.
func testSigner(now time.Time) (seal.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), bench.Entropy())
	if err != nil {
		return seal.Signer{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "TEST Etalon signature sans valeur", Organization: []string{"TEST Etalon"}},
		NotBefore: now.Add(-time.Minute), NotAfter: now.AddDate(0, 0, 1), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	raw, err := x509.CreateCertificate(bench.Entropy(), template, template, key.Public(), key)
	if err != nil {
		return seal.Signer{}, err
	}
	leaf, err := x509.ParseCertificate(raw)
	return seal.Signer{Key: key, Chain: []*x509.Certificate{leaf}, Test: true}, err
}
