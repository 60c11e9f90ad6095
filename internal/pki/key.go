package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"fmt"
	"io"

	"etalon/internal/verdict"
)

// fixtures holds public test keys, so that a start does not wait for RSA generation.
//
//go:embed fixture/*.pem
var fixtures embed.FS

// keyKind is a kind of key pair that the test certificates need.
type keyKind struct {
	fixture  string // its file of embedded keys
	generate func(io.Reader) (crypto.Signer, error)
}

var (
	rsa2048 = keyKind{"fixture/rsa2048.pem", rsaOf(2048)}
	rsa1024 = keyKind{"fixture/rsa1024.pem", rsaOf(1024)}
	p256    = keyKind{"fixture/p256.pem", func(rand io.Reader) (crypto.Signer, error) {
		return ecdsa.GenerateKey(elliptic.P256(), rand)
	}}
)

func rsaOf(bits int) func(io.Reader) (crypto.Signer, error) {
	return func(rand io.Reader) (crypto.Signer, error) { return rsa.GenerateKey(rand, bits) }
}

// keyring hands out one key pair per name: the next embedded key of the kind, and a new key once
// those are used up or when the keys must be fresh.
type keyring struct {
	fresh bool
	rand  io.Reader
	plan  map[string]keySlot       // by name
	used  map[string]int           // embedded keys reserved, by file
	keys  map[string]crypto.Signer // by name, made on demand
}

// keySlot says which key a name gets.
type keySlot struct {
	kind  keyKind
	index int
}

func newKeyring(fresh bool, rand io.Reader) *keyring {
	return &keyring{fresh, rand, map[string]keySlot{}, map[string]int{}, map[string]crypto.Signer{}}
}

// reserve gives the name its place, so that a name's key does not depend on who asks first.
func (k *keyring) reserve(name string, kind keyKind) {
	if _, done := k.plan[name]; !done {
		k.plan[name] = keySlot{kind, k.used[kind.fixture]}
		k.used[kind.fixture]++
	}
}

// key returns the key pair of a reserved name.
func (k *keyring) key(name string) (crypto.Signer, error) {
	if key, ok := k.keys[name]; ok {
		return key, nil
	}
	slot, ok := k.plan[name]
	if !ok {
		return nil, fmt.Errorf("find key %q: no such name in the keyring", name)
	}
	key, err := k.make(slot)
	if err != nil {
		return nil, fmt.Errorf("make key %q: %w", name, err)
	}
	k.keys[name] = key
	return key, nil
}

func (k *keyring) make(slot keySlot) (crypto.Signer, error) {
	if !k.fresh {
		key, err := fixtureKey(slot)
		if key != nil || err != nil {
			return key, err
		}
	}
	if k.rand == nil {
		return nil, fmt.Errorf("a new key is needed and no source of randomness was given")
	}
	return slot.kind.generate(k.rand)
}

// fixtureKey returns the embedded key, nil when there are not that many.
func fixtureKey(slot keySlot) (crypto.Signer, error) {
	rest, err := fixtures.ReadFile(slot.kind.fixture)
	if err != nil {
		return nil, err
	}
	for i := 0; ; i++ {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil, nil
		}
		if i == slot.index {
			return parsePrivateKey(block.Bytes)
		}
	}
}

// parsePrivateKey reads an unencrypted PKCS#8 key that can sign.
func parsePrivateKey(der []byte) (crypto.Signer, error) {
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, verdict.Tell("clé PKCS#8 illisible : %s", "read PKCS#8 key: %s", err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, verdict.Tell("clé PKCS#8 : une clé %T ne peut pas signer", "read PKCS#8 key: a %T cannot sign", key)
	}
	return signer, nil
}
