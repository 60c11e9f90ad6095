//go:build pkcs11 && cgo

package hsm

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"

	"github.com/ThalesGroup/crypto11"
	"github.com/miekg/pkcs11"

	"etalon/internal/verdict"
)

// Open reaches the key that a URI names, with a PIN that a file of the URI may replace, and its certificate where the token holds
// it, nil where it does not. The token stays open as long as the program. No error tells the PIN.
func Open(u URI, pin string) (crypto.Signer, *x509.Certificate, error) {
	pin, err := u.pin(pin)
	if err != nil {
		return nil, nil, err
	}
	if _, err := os.Stat(u.Module); err != nil {
		return nil, nil, verdict.Tell("ouverture du module PKCS#11 : %s : donnez à module-path la bibliothèque du fabricant du jeton", "open PKCS#11 module: %s: give module-path the library of the token's maker", err)
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
	for code, do := range map[pkcs11.Error]verdict.Text{
		pkcs11.CKR_PIN_INCORRECT: {FR: "le PIN est faux : corrigez ETALON_SIGN_PASSWORD ou le fichier de pin-source, avant que le jeton se bloque", EN: "the PIN is wrong: correct ETALON_SIGN_PASSWORD or the file of pin-source, before the token locks"},
		pkcs11.CKR_PIN_LEN_RANGE: {FR: "le PIN a une autre longueur : corrigez ETALON_SIGN_PASSWORD ou le fichier de pin-source", EN: "the PIN has another length: correct ETALON_SIGN_PASSWORD or the file of pin-source"},
		pkcs11.CKR_PIN_LOCKED:    {FR: "le PIN est bloqué : faites débloquer le jeton par son administrateur", EN: "the PIN is locked: have its administrator unlock the token"},
	} {
		if errors.Is(err, code) {
			return verdict.Tell("ouverture du jeton (%s) : %s", "open token (%s): %s", u, do)
		}
	}
	return verdict.Tell("ouverture du jeton (%s) : %s : vérifiez le module et l'étiquette du jeton (pkcs11-tool --module … --list-token-slots)", "open token (%s): %s: check the module and the token's label (pkcs11-tool --module … --list-token-slots)", u, err)
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
		return nil, nil, verdict.Tell("recherche de la clé (%s) : %s", "find key (%s): %s", u, err)
	case len(keys) == 0:
		return nil, nil, verdict.Tell("recherche de la clé (%s) : le jeton n'a pas de telle clé privée, avec sa clé publique ou son certificat : pkcs11-tool --list-objects les montre", "find key (%s): the token holds no such private key with its public key or certificate: pkcs11-tool --list-objects lists them", u)
	case len(keys) > 1:
		return nil, nil, verdict.Tell("recherche de la clé (%s) : %d clés répondent : ajoutez id=… à l'URI", "find key (%s): %d keys answer: add id=… to the URI", u, len(keys))
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
			return "", verdict.Tell("ouverture du jeton : pas de PIN : mettez-le dans ETALON_SIGN_PASSWORD, ou dans un fichier nommé par pin-source", "open token: no PIN: put it in ETALON_SIGN_PASSWORD, or in a file named by pin-source")
		}
		return given, nil
	}
	raw, err := os.ReadFile(filepath.Clean(u.PINSource))
	if err != nil {
		return "", verdict.Tell("lecture de pin-source : %s", "read pin-source: %s", err)
	}
	if raw = bytes.TrimRight(raw, "\r\n"); len(raw) == 0 || len(raw) > maxPIN {
		return "", verdict.Tell("lecture de pin-source : %s ne contient pas de PIN", "read pin-source: %s holds no PIN", u.PINSource)
	}
	return string(raw), nil
}
