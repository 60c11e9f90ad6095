// Package jws makes and reads JSON Web Signatures in compact form: the tokens of mode R and those of Pro Santé Connect.
// It makes bad ones as readily as good ones, since a deliberate fault may touch any part of a token.
//
// It knows no claim, holds no key and reads no clock; what a token says, and whether to believe it, is its callers' business.
package jws

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	strict "github.com/go-jose/go-jose/v4/json"
)

// The algorithms (RFC 7518 §3.1).
const (
	RS256 = "RS256"
	ES256 = "ES256"
	HS256 = "HS256"
	None  = "none"
)

// Sign makes a signature over a signing input (RFC 7515 §5.1).
type Sign func(input []byte) ([]byte, error)

// errNoKey tells that a signature is wanted of nobody.
var errNoKey = errors.New("no key")

// ByRSA signs with RSASSA-PKCS1-v1_5 and SHA-256, which is the same each time.
func ByRSA(key crypto.Signer) Sign {
	return func(input []byte) ([]byte, error) {
		if key == nil {
			return nil, errNoKey
		}
		sum := sha256.Sum256(input)
		return key.Sign(nil, sum[:], crypto.SHA256)
	}
}

// ByECDSA signs with ECDSA on P-256 and SHA-256 (RFC 7518 §3.4).
func ByECDSA(key crypto.Signer, rand io.Reader) Sign {
	return func(input []byte) ([]byte, error) {
		if key == nil {
			return nil, errNoKey
		}
		sum := sha256.Sum256(input)
		der, err := key.Sign(rand, sum[:], crypto.SHA256)
		if err != nil {
			return nil, err
		}
		var pair struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(der, &pair); err != nil {
			return nil, fmt.Errorf("read ECDSA signature: %w", err)
		}
		return append(pair.R.FillBytes(make([]byte, 32)), pair.S.FillBytes(make([]byte, 32))...), nil
	}
}

// ByHMAC signs with HMAC and SHA-256. It takes any secret, also one that go-jose refuses as too short.
func ByHMAC(secret []byte) Sign {
	return func(input []byte) ([]byte, error) {
		mac := hmac.New(sha256.New, secret)
		mac.Write(input)
		return mac.Sum(nil), nil
	}
}

// Unsigned leaves the signature empty (RFC 7518 §3.6).
func Unsigned([]byte) ([]byte, error) { return nil, nil }

// Compact writes a header and a payload, signed (RFC 7515 §7.1).
func Compact(header map[string]any, payload []byte, sign Sign) (string, error) {
	raw, err := json.Marshal(header)
	if err != nil {
		return "", fmt.Errorf("write JOSE header: %w", err)
	}
	input := encode(raw) + "." + encode(payload)
	signature, err := sign([]byte(input))
	if err != nil {
		return "", fmt.Errorf("sign JWT: %w", err)
	}
	return input + "." + encode(signature), nil
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// Token is a JWT taken apart, whatever its signature is worth.
type Token struct {
	Header, Claims map[string]any
	// Payload is the claims as they were written.
	Payload []byte

	compact string
}

// Malformed tells what a text that is no JWT departs from first.
type Malformed struct{ Want, Got string }

// Error gives both.
func (m *Malformed) Error() string { return "read JWT: want " + m.Want + ", got " + m.Got }

// Parse takes a JWT apart: three parts in base64url, of which the first two are objects in JSON. Names that come twice in an
// object are refused, as two readers may read two values. The error is a *Malformed.
func Parse(compact string) (Token, error) {
	t := Token{compact: compact}
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		return Token{}, &Malformed{"3", strconv.Itoa(len(parts))}
	}
	for i, into := range []*map[string]any{&t.Header, &t.Claims} {
		raw, err := base64.RawURLEncoding.Strict().DecodeString(parts[i])
		if err != nil {
			return Token{}, &Malformed{"base64url", err.Error()}
		}
		if *into, err = Object(raw); err != nil {
			return Token{}, &Malformed{"JSON", strconv.Quote(string(raw))}
		}
		t.Payload = raw
	}
	if _, err := base64.RawURLEncoding.Strict().DecodeString(parts[2]); err != nil {
		return Token{}, &Malformed{"base64url", err.Error()}
	}
	return t, nil
}

// Object reads an object in JSON whose names differ; numbers are json.Number.
func Object(raw []byte) (map[string]any, error) {
	var object map[string]any
	d := strict.NewDecoder(bytes.NewReader(raw))
	d.SetNumberType(strict.UnmarshalJSONNumber)
	if err := d.Decode(&object); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	if _, err := d.Token(); object == nil || !errors.Is(err, io.EOF) {
		return nil, errors.New("read JSON: want one object and nothing after it")
	}
	for name, v := range object {
		object[name] = standard(v)
	}
	return object, nil
}

// standard gives the numbers of the strict decoder the type of encoding/json, at whatever depth.
func standard(v any) any {
	switch v := v.(type) {
	case strict.Number:
		return json.Number(v)
	case []any:
		for i, item := range v {
			v[i] = standard(item)
		}
	case map[string]any:
		for name, item := range v {
			v[name] = standard(item)
		}
	}
	return v
}

// Text returns a text of the header; empty when there is none of that name.
func (t Token) Text(name string) string {
	s, _ := t.Header[name].(string)
	return s
}

// SignedBy tells whether a key made the signature, with that algorithm, RS256 or ES256, and no other. What the header says
// is no matter of the signature.
func (t Token) SignedBy(algorithm string, key crypto.PublicKey) bool {
	i := strings.LastIndex(t.compact, ".")
	if i < 0 {
		return false
	}
	signature, err := base64.RawURLEncoding.DecodeString(t.compact[i+1:])
	if err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(t.compact[:i]))
	switch key := key.(type) {
	case *rsa.PublicKey:
		return algorithm == RS256 && rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) == nil
	case *ecdsa.PublicKey:
		if algorithm != ES256 || key.Params().BitSize != 256 || len(signature) != 64 {
			return false
		}
		return ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
	}
	return false
}

// SealedWith tells whether a secret made the seal of a token, with HS256.
func (t Token) SealedWith(secret []byte) bool {
	i := strings.LastIndex(t.compact, ".")
	if i < 0 || t.Text("alg") != HS256 {
		return false
	}
	want, err := ByHMAC(secret)([]byte(t.compact[:i]))
	got, other := base64.RawURLEncoding.DecodeString(t.compact[i+1:])
	return err == nil && other == nil && hmac.Equal(want, got)
}
