// Package hsm reaches a signing key that stays in a PKCS#11 token, named by a URI (RFC 7512), with its certificate. A program
// built without the tag "pkcs11" reads such a URI and says how to build one that can follow it.
//
// It makes no key, and writes nothing to a token.
package hsm

import (
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"

	"etalon/internal/verdict"
)

// Scheme begins the URI of a key in a token.
const Scheme = "pkcs11:"

// ErrUnbuilt tells that the program was built without PKCS#11.
var ErrUnbuilt = verdict.Tell("ce programme est construit sans PKCS#11 : construisez-en un par CGO_ENABLED=1 go build -tags pkcs11 ./cmd/..., qui demande un compilateur C et n'est pas statique", "this program was built without PKCS#11: build one with CGO_ENABLED=1 go build -tags pkcs11 ./cmd/..., which needs a C compiler and is not static")

// URI is where a key is.
type URI struct {
	Module string // path of the library of the token's maker
	Token  string // label of the token
	Serial string // its serial number
	Slot   *int
	Object string // label of the key
	ID     []byte
	// Chain is a PEM file of the certificate and of those above it, leaf first; empty where the token holds the certificate.
	Chain string
	// PINSource is a file that holds the PIN; empty where who asks knows it.
	PINSource string
}

// ParseURI reads the URI of a private key (RFC 7512 §2.3). The module is that of the URI, or else the one given. A PIN in the URI
// is refused, for whoever lists the processes of the machine reads it.
func ParseURI(uri, module string) (URI, error) {
	out := URI{Module: module}
	path, query, _ := strings.Cut(strings.TrimPrefix(uri, Scheme), "?")
	if err := attributes(path, ";", out.place); err != nil {
		return out, err
	}
	if err := attributes(query, "&", out.means); err != nil {
		return out, err
	}
	switch {
	case out.Module == "":
		return out, verdict.Tell("URI PKCS#11 : pas de module : ajoutez ?module-path=/usr/lib/…/module.so, ou posez ETALON_PKCS11_MODULE", "read PKCS#11 URI: no module: add ?module-path=/usr/lib/…/module.so, or set ETALON_PKCS11_MODULE")
	case out.Token == "" && out.Serial == "" && out.Slot == nil:
		return out, verdict.Tell("URI PKCS#11 : pas de jeton : ajoutez token=ÉTIQUETTE, serial=NUMÉRO ou slot-id=N", "read PKCS#11 URI: no token: add token=LABEL, serial=NUMBER or slot-id=N")
	case out.Token != "" && (out.Serial != "" || out.Slot != nil) || out.Serial != "" && out.Slot != nil:
		return out, verdict.Tell("URI PKCS#11 : le jeton est nommé deux fois : gardez un seul de token, serial et slot-id", "read PKCS#11 URI: the token is named twice: keep one of token, serial and slot-id")
	case out.Object == "" && out.ID == nil:
		return out, verdict.Tell("URI PKCS#11 : pas de clé : ajoutez object=ÉTIQUETTE ou id=%%01", "read PKCS#11 URI: no key: add object=LABEL or id=%%01")
	}
	return out, nil
}

// attributes hands over each attribute of a part of a URI, read.
func attributes(part, separator string, take func(name, value string) error) error {
	seen := map[string]bool{}
	for _, one := range strings.Split(part, separator) {
		if one == "" {
			continue
		}
		name, written, given := strings.Cut(one, "=")
		value, err := url.PathUnescape(written)
		switch {
		case !given || err != nil:
			return verdict.Tell("URI PKCS#11 : attribut %q : attendu nom=valeur, les autres caractères comme %%20 (RFC 7512)", "read PKCS#11 URI: attribute %q: want name=value, other characters as %%20 (RFC 7512)", name)
		case seen[name]:
			return verdict.Tell("URI PKCS#11 : attribut %q deux fois : gardez-en un", "read PKCS#11 URI: attribute %q twice: keep one", name)
		}
		seen[name] = true
		if err := take(name, value); err != nil {
			return err
		}
	}
	return nil
}

// place takes an attribute of the path: which key of which token.
func (u *URI) place(name, value string) error {
	switch name {
	case "token":
		u.Token = value
	case "serial":
		u.Serial = value
	case "slot-id":
		slot, err := strconv.Atoi(value)
		if err != nil || slot < 0 {
			return verdict.Tell("URI PKCS#11 : slot-id %q : attendu un nombre", "read PKCS#11 URI: slot-id %q: want a number", value)
		}
		u.Slot = &slot
	case "object":
		u.Object = value
	case "id":
		u.ID = []byte(value)
	case "type":
		if value != "private" {
			return verdict.Tell("URI PKCS#11 : type %q : attendu private", "read PKCS#11 URI: type %q: want private", value)
		}
	default:
		return verdict.Tell("URI PKCS#11 : l'attribut %q n'est pas l'un de token, serial, slot-id, object, id, type : ôtez-le", "read PKCS#11 URI: attribute %q is not one of token, serial, slot-id, object, id, type: remove it", name)
	}
	return nil
}

// means takes an attribute of the query: how the key is reached. No value of it is told back: it may be a PIN.
func (u *URI) means(name, value string) error {
	switch name {
	case "module-path":
		u.Module = value
	case "pin-source":
		source, err := url.Parse(value)
		if err != nil || source.Scheme != "" && source.Scheme != "file" || strings.HasPrefix(value, "|") {
			return verdict.Tell("URI PKCS#11 : pin-source : attendu un fichier, /chemin ou file:/chemin", "read PKCS#11 URI: pin-source: want a file, /path or file:/path")
		}
		u.PINSource = source.Path
	case "pin-value":
		return verdict.Tell("URI PKCS#11 : pin-value : tous les comptes de la machine lisent un PIN sur une ligne de commande : mettez-le dans ETALON_SIGN_PASSWORD, ou dans un fichier nommé par pin-source", "read PKCS#11 URI: pin-value: a PIN on a command line is read by every account of the machine: put it in ETALON_SIGN_PASSWORD, or in a file named by pin-source")
	case "x-chain":
		u.Chain = value
	default:
		return verdict.Tell("URI PKCS#11 : l'attribut %q n'est pas l'un de module-path, pin-source, x-chain : ôtez-le", "read PKCS#11 URI: attribute %q is not one of module-path, pin-source, x-chain: remove it", name)
	}
	return nil
}

// String names the key, without what opens it.
func (u URI) String() string {
	var parts []string
	for _, p := range []struct{ name, value string }{{"token", u.Token}, {"serial", u.Serial}, {"object", u.Object}, {"id", hex.EncodeToString(u.ID)}} {
		if p.value != "" {
			parts = append(parts, p.name+" "+p.value)
		}
	}
	return strings.Join(parts, ", ")
}
