package psc

import (
	"crypto"
	"crypto/rsa"
	"fmt"
	"slices"
	"sync"

	"etalon/internal/bench"
	"etalon/internal/jws"
	"etalon/internal/oidc"
)

// The names by which a key may be asked for.
const (
	KeyLive    = "live"    // signs what is honest
	KeySecond  = "second"  // published beside it
	KeyRetired = "retired" // withdrawn last
	KeyRogue   = "rogue"   // never published
	KeyForeign = "foreign" // published by the other realm
)

// tokenKey is the credential of the test PKI whose key signs tokens: it lasts as long as the PKI, for a candidate to whom the
// keys are given once.
const tokenKey = Organism + "/signature"

// LastingKeys makes the keys of a Pro Santé Connect: the first is that of the PKI, which signs first; the others are fresh.
func LastingKeys(b *bench.Bench) func(algorithm string) (crypto.Signer, error) {
	var once sync.Once
	return func(algorithm string) (key crypto.Signer, err error) {
		once.Do(func() {
			if c, err := b.PKI.Credential(tokenKey); err == nil && algorithm == jws.RS256 {
				if lasting, ok := c.Key.(*rsa.PrivateKey); ok {
					key = lasting
				}
			}
		})
		if key != nil {
			return key, nil
		}
		return NewKey(algorithm)
	}
}

// keyring holds the keys. Those that are not published are made when first asked for.
type keyring struct {
	make func(algorithm string) (crypto.Signer, error)

	mu      sync.Mutex
	live    []oidc.Key // published, the one that signs first
	retired []oidc.Key // withdrawn, the last first
	hidden  map[string]oidc.Key
}

// start makes the two keys that are published.
func (k *keyring) start(newKey func(string) (crypto.Signer, error)) error {
	k.make, k.hidden = newKey, map[string]oidc.Key{}
	for range 2 {
		key, err := k.fresh(jws.RS256)
		if err != nil {
			return err
		}
		k.live = append(k.live, key)
	}
	return nil
}

func (k *keyring) fresh(algorithm string) (oidc.Key, error) {
	signer, err := k.make(algorithm)
	if err != nil {
		return oidc.Key{}, fmt.Errorf("make key: %w", err)
	}
	return oidc.NewKey(signer)
}

// published returns the keys of the JWKS, the one that signs first.
func (k *keyring) published() []oidc.Key {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.live)
}

// named returns the key of a name. It refuses an unknown name, and the retired key while none was retired.
func (k *keyring) named(name string) (oidc.Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch name {
	case "", KeyLive:
		return k.live[0], nil
	case KeySecond:
		return k.live[1], nil
	case KeyRetired:
		if len(k.retired) > 0 {
			return k.retired[0], nil
		}
		return oidc.Key{}, fmt.Errorf("find key %q: none was retired yet: rotate the keys first", name)
	case KeyRogue, KeyForeign:
		if key, made := k.hidden[name]; made {
			return key, nil
		}
		key, err := k.fresh(jws.RS256)
		if err == nil {
			k.hidden[name] = key
		}
		return key, err
	}
	return oidc.Key{}, fmt.Errorf("find key %.40q: want live, second, retired, rogue or foreign", name)
}

// rotate publishes a new key, which signs from now on, and withdraws the older of the two.
func (k *keyring) rotate(algorithm string) (oidc.Key, error) {
	if algorithm == "" {
		algorithm = jws.RS256
	}
	if algorithm != jws.RS256 && algorithm != jws.ES256 {
		return oidc.Key{}, fmt.Errorf("rotate keys: algorithm %.40q: want RS256 or ES256", algorithm)
	}
	key, err := k.fresh(algorithm)
	if err != nil {
		return oidc.Key{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.retired = slices.Insert(k.retired, 0, k.live[1])
	k.live = []oidc.Key{key, k.live[0]}
	return key, nil
}

// Rotate publishes a new key for an algorithm, RS256 when empty, which signs from now on, and withdraws the older of the
// two that were published (TOK-16, TOK-17). It returns the kid of the new one.
func (s *Stub) Rotate(algorithm string) (kid string, err error) {
	key, err := s.keys.rotate(algorithm)
	return key.ID, err
}

// Keys are the keys that are published, as a client reads them.
func (s *Stub) Keys() []oidc.PublicKey {
	var all []oidc.PublicKey
	for _, k := range s.keys.published() {
		all = append(all, k.Public())
	}
	return all
}

// JWKS is what the keys that are published stand in.
func (s *Stub) JWKS() []byte { return oidc.JWKS(s.keys.published()) }
