package oidc

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"etalon/internal/jws"
)

// keyFaults sign with a key that is not one of Pro Santé Connect's.
func keyFaults() []Fault {
	return []Fault{
		drafted("psctoken-key-rogue", "TOK-02", "psctoken-kid-unknown",
			"le jeton est signé par une clé que Pro Santé Connect n'a jamais publiée", "the token is signed by a key that Pro Santé Connect never published",
			func(h Honest, d *Draft) error {
				d.SignedBy(h.Rogue, h.Rand)
				return nil
			}),
		drafted("psctoken-key-impersonated", "TOK-02", "psctoken-signature-wrong",
			"le jeton nomme une clé de Pro Santé Connect et est signé par une autre", "the token names a key of Pro Santé Connect and is signed by another",
			func(h Honest, d *Draft) error {
				d.Sign = h.Rogue.Sign(h.Rand)
				return nil
			}),
		drafted("psctoken-kid-unknown", "TOK-12", "psctoken-kid-unknown",
			"le jeton nomme une clé inconnue, bien que la bonne l'ait signé", "the token names an unknown key, although the right one signed it",
			func(h Honest, d *Draft) error {
				var drawn [16]byte
				if _, err := io.ReadFull(h.Rand, drawn[:]); err != nil {
					return fmt.Errorf("draw kid: %w", err)
				}
				d.Header["kid"] = hex.EncodeToString(drawn[:])
				return nil
			}),
		drafted("psctoken-kid-traversal", "TOK-13", "psctoken-kid-unknown",
			"le jeton nomme sa clé par un chemin de fichier", "the token names its key by the path of a file",
			func(_ Honest, d *Draft) error {
				d.Header["kid"] = "../../../../dev/null"
				return nil
			}),
		drafted("psctoken-kid-address", "TOK-13", "psctoken-kid-unknown",
			"le jeton nomme sa clé par une adresse étrangère", "the token names its key by a foreign address",
			func(h Honest, d *Draft) error {
				d.Header["kid"] = h.Trap
				return nil
			}),
		drafted("psctoken-key-retired", "TOK-17", "psctoken-kid-unknown",
			"le jeton est signé par une clé retirée de la publication", "the token is signed by a key withdrawn from publication",
			func(h Honest, d *Draft) error {
				if h.Retired.Signer == nil {
					return errors.New("no key was retired yet: rotate the keys first")
				}
				d.SignedBy(h.Retired, h.Rand)
				return nil
			}),
	}
}

// algorithmFaults abuse the algorithm.
func algorithmFaults() []Fault {
	return []Fault{
		drafted("psctoken-algorithm-none", "TOK-08", "psctoken-algorithm-none",
			"le jeton n'est pas signé et le dit : alg vaut none", "the token is not signed and says so: alg is none",
			func(_ Honest, d *Draft) error {
				d.Header["alg"], d.Sign = jws.None, jws.Unsigned
				return nil
			}),
		drafted("psctoken-algorithm-none-uppercase", "TOK-08", "psctoken-algorithm-none",
			"le jeton n'est pas signé et le dit en capitales : alg vaut NONE", "the token is not signed and says so in capitals: alg is NONE",
			func(_ Honest, d *Draft) error {
				d.Header["alg"], d.Sign = "NONE", jws.Unsigned
				return nil
			}),
		drafted("psctoken-algorithm-confused", "TOK-09", "psctoken-algorithm-other",
			"le jeton est scellé en HS256 avec la clé publique de Pro Santé Connect pour secret", "the token is sealed with HS256, the public key of Pro Santé Connect for a secret",
			func(h Honest, d *Draft) error {
				d.SignedWith(h.Live.PEM())
				return nil
			}),
	}
}

// headerFaults bring along in the header what the verifier must not use.
func headerFaults() []Fault {
	// injected is signed by a key that the token itself gives.
	injected := func(member string, value func(Honest) any) func(Honest, *Draft) error {
		return func(h Honest, d *Draft) error {
			d.SignedBy(h.Rogue, h.Rand)
			d.Header[member] = value(h)
			return nil
		}
	}
	return []Fault{
		drafted("psctoken-jwk-injected", "TOK-14", "psctoken-kid-unknown",
			"le jeton apporte dans son en-tête la clé qui l'a signé", "the token brings along in its header the key that signed it",
			injected("jwk", func(h Honest) any { return h.Rogue.JWK() })),
		drafted("psctoken-jku-injected", "TOK-14", "psctoken-kid-unknown",
			"le jeton dit dans son en-tête où chercher les clés, chez un inconnu", "the token says in its header where to fetch keys, from a stranger",
			injected("jku", func(h Honest) any { return h.Trap })),
		drafted("psctoken-x5u-injected", "TOK-14", "psctoken-kid-unknown",
			"le jeton dit dans son en-tête où chercher un certificat, chez un inconnu", "the token says in its header where to fetch a certificate, from a stranger",
			injected("x5u", func(h Honest) any { return h.Trap })),
		drafted("psctoken-crit-unknown", "TOK-15", "psctoken-critical-unknown",
			"l'en-tête du jeton déclare critique une extension que personne ne connaît", "the header of the token declares critical an extension that nobody knows",
			func(_ Honest, d *Draft) error {
				d.Header["crit"], d.Header[unknownExtension] = []string{unknownExtension}, true
				return nil
			}),
		drafted("psctoken-crit-absent", "TOK-15", "psctoken-critical-unknown",
			"l'en-tête du jeton déclare critique l'extension b64, qu'il ne porte pas", "the header of the token declares critical the extension b64, which it does not bear",
			func(_ Honest, d *Draft) error {
				d.Header["crit"] = []string{"b64"} // invalid even to who knows RFC 7797: RFC 7515 §4.1.11 wants the member there
				return nil
			}),
	}
}

// unknownExtension is one that nobody defined.
const unknownExtension = "urn:etalon:test:extension"
