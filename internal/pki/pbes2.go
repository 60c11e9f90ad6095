package pki

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1" // the default function of PBKDF2 (RFC 8018 §A.2)
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"hash"

	"etalon/internal/verdict"
)

// maxIterations bounds the work that a key file can ask for.
const maxIterations = 2_000_000

// The object identifiers of RFC 8018 that are understood.
var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}

	derivations = map[string]func() hash.Hash{
		"":                    sha1.New,
		"1.2.840.113549.2.7":  sha1.New,
		"1.2.840.113549.2.9":  sha256.New,
		"1.2.840.113549.2.10": sha512.New384,
		"1.2.840.113549.2.11": sha512.New,
	}
	cipherKeys = map[string]int{ // AES-CBC, key length in bytes
		"2.16.840.1.101.3.4.1.2":  16,
		"2.16.840.1.101.3.4.1.22": 24,
		"2.16.840.1.101.3.4.1.42": 32,
	}
)

// encryptedKey is EncryptedPrivateKeyInfo (RFC 5958 §3) with PBES2 (RFC 8018 §A.4).
type encryptedKey struct {
	Algorithm struct {
		ID     asn1.ObjectIdentifier
		Params struct {
			Derivation struct {
				ID     asn1.ObjectIdentifier
				Params struct {
					Salt       []byte
					Iterations int
					KeyLength  int                      `asn1:"optional"`
					Function   pkix.AlgorithmIdentifier `asn1:"optional"`
				}
			}
			Cipher struct {
				ID asn1.ObjectIdentifier
				IV []byte
			}
		}
	}
	Data []byte
}

// decryptPKCS8 opens an encrypted PKCS#8 key.
func decryptPKCS8(der []byte, password string) (crypto.Signer, error) {
	var e encryptedKey
	if rest, err := asn1.Unmarshal(der, &e); err != nil || len(rest) > 0 || !e.Algorithm.ID.Equal(oidPBES2) || !e.Algorithm.Params.Derivation.ID.Equal(oidPBKDF2) {
		return nil, verdict.Tell("ni une clé PKCS#8, ni une clé chiffrée par PBES2 ; convertissez par : openssl pkcs8 -topk8 -in CLÉ -out CLÉ.p8", "neither a PKCS#8 key nor one encrypted with PBES2; convert it with: openssl pkcs8 -topk8 -in KEY -out KEY.p8")
	}
	derivation, scheme := e.Algorithm.Params.Derivation.Params, e.Algorithm.Params.Cipher
	function, known := derivations[derivation.Function.Algorithm.String()]
	length, sound := cipherKeys[scheme.ID.String()]
	if !known || !sound || len(scheme.IV) != aes.BlockSize {
		return nil, verdict.Tell("déchiffrement de la clé : %s avec PBKDF2 %s n'est pas pris en charge, attendu AES-CBC et HMAC-SHA", "decrypt key: cipher %s with PBKDF2 %s is not supported, want AES-CBC and HMAC-SHA", scheme.ID, derivation.Function.Algorithm)
	}
	if derivation.Iterations < 1 || derivation.Iterations > maxIterations {
		return nil, verdict.Tell("déchiffrement de la clé : %d itérations de PBKDF2, attendu de 1 à %d", "decrypt key: %d iterations of PBKDF2, want 1 to %d", derivation.Iterations, maxIterations)
	}
	key, err := pbkdf2.Key(function, password, derivation.Salt, derivation.Iterations, length)
	if err != nil {
		return nil, verdict.Tell("déchiffrement de la clé : %s", "decrypt key: %s", err)
	}
	plain, err := decryptCBC(key, scheme.IV, e.Data)
	if err != nil {
		return nil, err
	}
	signer, err := parsePrivateKey(plain)
	if err != nil {
		return nil, errPassword
	}
	return signer, nil
}

var errPassword = verdict.Tell("déchiffrement de la clé : mot de passe faux (ETALON_SIGN_PASSWORD)", "decrypt key: the password is wrong")

func decryptCBC(key, iv, data []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, verdict.Tell("déchiffrement de la clé : %s", "decrypt key: %s", err)
	}
	if len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, verdict.Tell("déchiffrement de la clé : %d octets ne font pas des blocs entiers", "decrypt key: %d bytes are not whole blocks", len(data))
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	padding := int(plain[len(plain)-1])
	if padding == 0 || padding > aes.BlockSize {
		return nil, errPassword
	}
	return plain[:len(plain)-padding], nil
}
