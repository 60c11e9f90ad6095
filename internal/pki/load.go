package pki

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"etalon/internal/verdict"
)

// maxKeyFile bounds the files of keys and certificates.
const maxKeyFile = 4 << 20

// Errors of CheckPair.
var (
	ErrMismatch    = verdict.Tell("la clé et le certificat ne vont pas ensemble", "the key and the certificate do not belong together")
	ErrExpired     = verdict.Tell("le certificat a expiré", "the certificate has expired")
	ErrNotYetValid = verdict.Tell("le certificat n'est pas encore valide", "the certificate is not valid yet")
)

// LoadPKCS8 reads a private key in PKCS#8, PEM or DER, encrypted (PBES2: PBKDF2 and AES-CBC, as openssl
// writes it) or not. It refuses other forms of key and says how to convert them, a wrong password, and
// a key that cannot sign.
func LoadPKCS8(path, password string) (crypto.Signer, error) {
	content, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	key, err := parseKeyFile(content, password)
	if err != nil {
		return nil, verdict.Tell("lecture de la clé %s : %s", "load key %s: %s", path, err)
	}
	return key, nil
}

func parseKeyFile(content []byte, password string) (crypto.Signer, error) {
	block, rest := pem.Decode(content)
	for block != nil && !strings.HasSuffix(block.Type, "PRIVATE KEY") {
		block, rest = pem.Decode(rest)
	}
	switch {
	case block == nil && bytes.Contains(content, []byte("-----BEGIN")):
		return nil, verdict.Tell("ce fichier PEM ne contient pas de clé privée", "no private key in this PEM file")
	case block == nil:
		if key, err := parsePrivateKey(content); err == nil {
			return key, nil
		}
		return decryptPKCS8(content, password)
	case block.Type == "PRIVATE KEY":
		return parsePrivateKey(block.Bytes)
	case block.Type == "ENCRYPTED PRIVATE KEY":
		return decryptPKCS8(block.Bytes, password)
	}
	return nil, verdict.Tell("« %s » n'est pas du PKCS#8 ; convertissez par : openssl pkcs8 -topk8 -in CLÉ -out CLÉ.p8", "%q is not PKCS#8; convert it with: openssl pkcs8 -topk8 -in KEY -out KEY.p8", block.Type)
}

// LoadPKCS12 reads a key and its chain, leaf first, from a PKCS#12 file. It refuses a wrong password,
// a file without key, and a key that cannot sign.
func LoadPKCS12(path, password string) (Credential, error) {
	content, err := readBounded(path)
	if err != nil {
		return Credential{}, err
	}
	key, cert, authorities, err := pkcs12.DecodeChain(content, password)
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		return Credential{}, verdict.Tell("lecture du PKCS#12 %s : mot de passe faux (ETALON_SIGN_PASSWORD)", "load PKCS#12 %s: the password is wrong", path)
	}
	if err != nil {
		return Credential{}, verdict.Tell("lecture du PKCS#12 %s : %s", "load PKCS#12 %s: %s", path, err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return Credential{}, verdict.Tell("lecture du PKCS#12 %s : une clé %T ne peut pas signer", "load PKCS#12 %s: a %T cannot sign", path, key)
	}
	return Credential{Name: path, Key: signer, Chain: append([]*x509.Certificate{cert}, authorities...)}, nil
}

// LoadCertificates reads every certificate of a PEM file, or the one of a DER file, in their order. It
// refuses a file that holds none.
func LoadCertificates(path string) ([]*x509.Certificate, error) {
	content, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	var certs []*x509.Certificate
	for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, verdict.Tell("lecture des certificats de %s : certificat %d : %s", "load certificates %s: certificate %d: %s", path, len(certs)+1, err)
		}
		certs = append(certs, cert)
	}
	if len(certs) > 0 {
		return certs, nil
	}
	cert, err := x509.ParseCertificate(content)
	if err != nil {
		return nil, verdict.Tell("%s ne contient aucun certificat : attendu du PEM ou du DER", "load certificates %s: no certificate in it, want PEM or DER", path)
	}
	return []*x509.Certificate{cert}, nil
}

// readBounded reads a file of reasonable size.
func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, verdict.Tell("%s", "load file: %s", err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, verdict.Tell("lecture de %s : %s", "load file %s: %s", path, err)
	}
	if len(content) > maxKeyFile {
		return nil, verdict.Tell("lecture de %s : plus de %d octets : est-ce une clé ou un certificat ?", "load file %s: larger than %d bytes: is it a key or a certificate?", path, maxKeyFile)
	}
	return content, nil
}

// CheckPair tells whether the key and the certificate belong together and the certificate is valid at
// that instant; the error wraps ErrMismatch, ErrExpired or ErrNotYetValid.
func CheckPair(key crypto.Signer, cert *x509.Certificate, at time.Time) error {
	public, ok := cert.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	switch {
	case !ok || !public.Equal(key.Public()):
		return verdict.Tell("clé de %s : %s : donnez la clé pour laquelle ce certificat a été émis", "check key of %s: %s: give the key for which this certificate was issued", Subject(cert), ErrMismatch)
	case at.After(cert.NotAfter):
		return verdict.Tell("certificat de %s : %s le %s", "check certificate of %s: %s on %s", Subject(cert), ErrExpired, cert.NotAfter.Format(time.RFC3339))
	case at.Before(cert.NotBefore):
		return verdict.Tell("certificat de %s : %s : il commence le %s", "check certificate of %s: %s: it begins on %s", Subject(cert), ErrNotYetValid, cert.NotBefore.Format(time.RFC3339))
	}
	return nil
}
