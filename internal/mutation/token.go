package mutation

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"etalon/internal/rest"
	"etalon/internal/saml"
)

// placeFaults put the token of mode R elsewhere than once in the agreed header (R01); in the address it is L08 too, and
// stands in the table of that.
func placeFaults() []Mutation {
	stands := func(p Place) func(Honest) Conduct {
		return func(Honest) Conduct { return Conduct{Place: p} }
	}
	return []Mutation{
		{
			Name: "token-absent", Violates: "R01",
			Title:   says("l'appel ne porte aucun jeton", "the call bears no token"),
			Conduct: stands(Nowhere),
		},
		{
			Name: "token-twice", Violates: "R01",
			Title:   says("l'appel porte deux fois l'en-tête du jeton", "the call bears the header of the token twice"),
			Conduct: stands(Twice),
		},
		{
			Name: "token-in-body", Violates: "R01",
			Title:   says("le jeton est dans le corps et non dans l'en-tête", "the token is in the body and not in the header"),
			Conduct: stands(InBody),
		},
	}
}

// jwtFaults hurt the algorithm and the key of a JWT (R03, G04), and its form (V01).
func jwtFaults() []Mutation {
	return []Mutation{
		{
			Name: "jwt-algorithm-none", Violates: "R03",
			Title: says("le jeton se dit sans signature : son algorithme est none", "the token calls itself unsigned: its algorithm is none"),
			JWT:   bareAs("none"),
		},
		{
			Name: "jwt-algorithm-none-case", Violates: "R03",
			Title: says("l'algorithme du jeton est none, écrit en majuscules et minuscules", "the algorithm of the token is none, written in mixed case"),
			JWT:   bareAs("nOnE"),
		},
		{
			Name: "jwt-hs256-public-key", Violates: "R03",
			Title: says("le jeton porte un HS256 dont le secret est la clé publique du signataire", "the token bears an HS256 whose secret is the signer's public key"),
			JWT:   keyed(func(der []byte) []byte { return der }),
		},
		{
			Name: "jwt-hs256-public-key-pem", Violates: "R03",
			Title: says("le jeton porte un HS256 dont le secret est la clé publique du signataire, en PEM", "the token bears an HS256 whose secret is the signer's public key, in PEM"),
			JWT: keyed(func(der []byte) []byte {
				return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
			}),
		},
		{
			Name: "jwt-kid-unknown", Violates: "R03",
			Title: says("le jeton désigne une clé (kid) que personne ne connaît", "the token names a key (kid) that nobody knows"),
			JWT: func(_ Honest, t *rest.JWT) error {
				t.Header["kid"] = "etalon-cle-inconnue"
				return nil
			},
		},
		{
			Name: "jwt-key-absent", Violates: "G04",
			Title: says("le jeton ne joint pas le certificat de sa clé (x5c)", "the token does not enclose the certificate of its key (x5c)"),
			JWT: func(_ Honest, t *rest.JWT) error {
				delete(t.Header, "x5c")
				return nil
			},
		},
		{
			Name: "jwt-critical-unknown", Violates: "V01",
			Title: says("le jeton exige (crit) que soit compris un en-tête privé", "the token demands (crit) that a private header be understood"),
			JWT: func(_ Honest, t *rest.JWT) error {
				t.Header["crit"], t.Header["etalon-prive"] = []string{"etalon-prive"}, true
				return nil
			},
		},
		{
			Name: "jwt-claim-of-other-type", Violates: "V01",
			Title: says("la fin de validité du jeton est un texte au lieu d'un nombre", "the end of validity of the token is a text in place of a number"),
			JWT: func(_ Honest, t *rest.JWT) error {
				t.Claims["exp"] = fmt.Sprint(t.Claims["exp"])
				return nil
			},
		},
	}
}

// bareAs takes the signature away and says so in a word.
func bareAs(word string) func(Honest, *rest.JWT) error {
	return func(_ Honest, t *rest.JWT) error {
		t.Header["alg"] = word
		t.Sign = func([]byte) ([]byte, error) { return nil, nil }
		return nil
	}
}

// keyed signs with an HMAC whose secret is made of the public key of the certificate.
func keyed(secret func(der []byte) []byte) func(Honest, *rest.JWT) error {
	return func(_ Honest, t *rest.JWT) error {
		leaf := t.Signer.Leaf()
		if leaf == nil {
			return errors.New("find public key: the honest token has no certificate")
		}
		der, err := x509.MarshalPKIXPublicKey(leaf.PublicKey)
		if err != nil {
			return fmt.Errorf("find public key: %w", err)
		}
		t.Header["alg"] = "HS256"
		t.Sign = func(input []byte) ([]byte, error) {
			mac := hmac.New(sha256.New, secret(der))
			mac.Write(input)
			return mac.Sum(nil), nil
		}
		return nil
	}
}

// jwtAlterationFaults change a JWT after it was signed, or have another key sign it (G01).
func jwtAlterationFaults() []Mutation {
	return []Mutation{
		{
			Name: "jwt-signature-stripped", Violates: "G01",
			Title: says("la signature du jeton a été ôtée, son algorithme est resté", "the signature of the token was taken away, its algorithm stayed"),
			JWT:   bareAs(rest.Algorithm),
		},
		{
			Name: "jwt-signature-altered", Violates: "G01",
			Title: says("un bit de la signature du jeton est changé", "one bit of the signature of the token is changed"),
			JWT: signedFirst(func(_ Honest, _ *rest.JWT, signature []byte) error {
				signature[0] ^= 1
				return nil
			}),
		},
		{
			Name: "jwt-issuer-altered", Violates: "G01", Needs: []Need{ThirdOrganism},
			Title: says("l'émetteur du jeton a été remplacé, après signature, par un autre organisme de la convention", "the issuer of the token was replaced, after signing, by another organism of the convention"),
			JWT: signedFirst(func(h Honest, t *rest.JWT, _ []byte) error {
				other, _ := h.third()
				t.Claims["iss"] = other.Issuer
				return nil
			}),
		},
		{
			Name: "jwt-pagm-altered", Violates: "G01", Needs: []Need{AgreedPAGM},
			Title: says("le PAGM du jeton a été remplacé après signature", "the PAGM of the token was replaced after signing"),
			JWT: signedFirst(func(h Honest, t *rest.JWT, _ []byte) error {
				pagm, _ := t.Claims["pagm"].([]string)
				t.Claims["pagm"] = []string{anotherPAGM(h.Project, strings.Join(pagm, " "))}
				return nil
			}),
		},
		{
			Name: "jwt-exp-extended", Violates: "G01",
			Title: says("la fin de validité du jeton a été repoussée d'une heure après signature", "the end of validity of the token was put off by an hour after signing"),
			JWT: signedFirst(func(_ Honest, t *rest.JWT, _ []byte) error {
				end, ok := t.Claims["exp"].(int64)
				if !ok {
					return errors.New("read end of validity: the honest token has none")
				}
				t.Claims["exp"] = end + int64(time.Hour/time.Second)
				return nil
			}),
		},
		{
			Name: "jwt-signed-by-other-key", Violates: "G01",
			Title: says("une autre clé que celle du certificat joint a signé le jeton", "another key than that of the certificate enclosed signed the token"),
			JWT: func(h Honest, t *rest.JWT) error {
				if t.Credential == nil {
					return errors.New("change key: the bench gives no credentials")
				}
				other, err := t.Credential(h.Project.Client + "/signature~other-ca")
				if err != nil {
					return fmt.Errorf("change key: %w", err)
				}
				t.Signer.Key = other.Key
				return nil
			},
		},
	}
}

// signedFirst makes the honest signature, then changes the token or that signature.
func signedFirst(change func(Honest, *rest.JWT, []byte) error) func(Honest, *rest.JWT) error {
	return func(h Honest, t *rest.JWT) error {
		input, err := signingInput(t)
		if err != nil {
			return err
		}
		signature, err := t.RS256(input)
		if err != nil {
			return fmt.Errorf("sign honest token: %w", err)
		}
		t.Sign = func([]byte) ([]byte, error) { return signature, nil }
		return change(h, t, signature)
	}
}

// signingInput is what the signature of a token covers (RFC 7515 §5.1).
func signingInput(t *rest.JWT) ([]byte, error) {
	var parts []string
	for _, part := range []map[string]any{t.Header, t.Claims} {
		raw, err := json.Marshal(part)
		if err != nil {
			return nil, fmt.Errorf("read honest token: %w", err)
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(raw))
	}
	return []byte(strings.Join(parts, ".")), nil
}

// bareWrappingFaults are the shape of wrapping that a VI with nothing around it has beyond the others (G08, G07).
func bareWrappingFaults() []Mutation {
	return []Mutation{{
		Name: "vi-wrapping-around-same-id", Violates: "G08", SameAs: "G07",
		Title: says("un VI forgé entoure le VI signé, sous le même identifiant", "a forged VI surrounds the signed VI, under the same identifier"),
		Wire: rearranged(func(h Honest, m *message) error {
			forged, signature, err := forge(h, m.vi)
			if err != nil {
				return err
			}
			forged.CreateAttr(identifier(m.vi), m.vi.SelectAttrValue(identifier(m.vi), ""))
			conditions, err := descend(forged, "Conditions")
			if err != nil {
				return err
			}
			take(m, forged)
			advice := kin(forged, "Advice")
			forged.InsertChildAt(conditions.Index()+1, advice)
			advice.AddChild(m.vi)
			forged.InsertChildAt(saml.SignatureIndex(forged), signature.Copy())
			return nil
		}),
	}}
}
