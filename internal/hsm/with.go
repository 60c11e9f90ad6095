//go:build pkcs11 && cgo

package hsm

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ThalesGroup/crypto11"
	"github.com/miekg/pkcs11"
)

// Open reaches the key that a URI names, with a PIN that a file of the URI may replace, and its certificate where the token holds
// it, nil where it does not. The token stays open as long as the program. No error tells the PIN.
func Open(u URI, pin string) (crypto.Signer, *x509.Certificate, error) {
	pin, err := u.pin(pin)
	if err != nil {
		return nil, nil, err
	}
	if _, err := os.Stat(u.Module); err != nil {
		return nil, nil, fmt.Errorf("open PKCS#11 module: %w: give module-path the library of the token's maker", err)
	}
	token, err := crypto11.Configure(&crypto11.Config{Path: u.Module, TokenLabel: u.Token, TokenSerial: u.Serial, SlotNumber: u.Slot, Pin: pin})
	if err != nil {
		return nil, nil, opening(u, err)
	}
	key, certificate, err := find(token, u)
	if err != nil {
		return nil, nil, errors.Join(err, token.Close())
	}
	return key, certificate, nil
}

// opening says why a token does not open, and what to do.
func opening(u URI, err error) error {
	for code, do := range map[pkcs11.Error]string{
		pkcs11.CKR_PIN_INCORRECT: "the PIN is wrong: correct ETALON_SIGN_PASSWORD or the file of pin-source, before the token locks",
		pkcs11.CKR_PIN_LEN_RANGE: "the PIN has another length: correct ETALON_SIGN_PASSWORD or the file of pin-source",
		pkcs11.CKR_PIN_LOCKED:    "the PIN is locked: have its administrator unlock the token",
	} {
		if errors.Is(err, code) {
			return fmt.Errorf("open token (%s): %s", u, do)
		}
	}
	return fmt.Errorf("open token (%s): %w: check the module and the token's label (pkcs11-tool --module … --list-token-slots)", u, err)
}

// find finds the pair, and the certificate under the same label or identifier.
func find(token *crypto11.Context, u URI) (crypto.Signer, *x509.Certificate, error) {
	var label []byte
	if u.Object != "" {
		label = []byte(u.Object)
	}
	keys, err := token.FindKeyPairs(u.ID, label)
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("find key (%s): %w", u, err)
	case len(keys) == 0:
		return nil, nil, fmt.Errorf("find key (%s): the token holds no such private key with its public key or certificate: pkcs11-tool --list-objects lists them", u)
	case len(keys) > 1:
		return nil, nil, fmt.Errorf("find key (%s): %d keys answer: add id=… to the URI", u, len(keys))
	}
	id := u.ID
	if attribute, err := token.GetAttribute(keys[0], crypto11.CkaId); err == nil && len(attribute.Value) > 0 {
		id = attribute.Value
	}
	if id == nil {
		certificate, err := token.FindCertificate(nil, label, nil)
		return keys[0], certificate, err
	}
	certificate, err := token.FindCertificate(id, nil, nil)
	return keys[0], certificate, err
}

// maxPIN bounds what is read as a PIN.
const maxPIN = 4096

// pin is that of the file that the URI names, or else the one given.
func (u URI) pin(given string) (string, error) {
	if u.PINSource == "" {
		if given == "" {
			return "", errors.New("open token: no PIN: put it in ETALON_SIGN_PASSWORD, or in a file named by pin-source")
		}
		return given, nil
	}
	raw, err := os.ReadFile(filepath.Clean(u.PINSource))
	if err != nil {
		return "", fmt.Errorf("read pin-source: %w", err)
	}
	if raw = bytes.TrimRight(raw, "\r\n"); len(raw) == 0 || len(raw) > maxPIN {
		return "", fmt.Errorf("read pin-source: %s holds no PIN", u.PINSource)
	}
	return string(raw), nil
}
