package oidc

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"

	"etalon/internal/jws"
)

// Draft is a token before it is signed: every part of it may be set.
type Draft struct {
	// Header is the JOSE header: alg, typ and kid of an honest one.
	Header map[string]any
	Claims map[string]any
	// Payload stands for the claims, byte by byte; nil for the claims.
	Payload []byte
	Sign    jws.Sign
}

// NewDraft is the honest draft of claims, signed by a key. rand serves ECDSA. The claims are not shared.
func NewDraft(claims map[string]any, key Key, rand io.Reader) *Draft {
	d := &Draft{Header: map[string]any{"typ": "JWT"}, Claims: maps.Clone(claims)}
	d.SignedBy(key, rand)
	return d
}

// SignedBy makes a key sign the token, whose header then names it.
func (d *Draft) SignedBy(key Key, rand io.Reader) {
	d.Header["alg"], d.Header["kid"] = key.Algorithm, key.ID
	d.Sign = key.Sign(rand)
}

// SignedWith makes a secret sign the token, with HS256; a kid stays.
func (d *Draft) SignedWith(secret []byte) {
	d.Header["alg"], d.Sign = jws.HS256, jws.ByHMAC(secret)
}

// Set replaces members of an object; one that is nil is removed.
func Set(object, members map[string]any) {
	for name, v := range members {
		if v == nil {
			delete(object, name)
		} else {
			object[name] = v
		}
	}
}

// Compact signs the token and writes it. It fails when a claim cannot be written, or the signature cannot be made.
func (d *Draft) Compact() (string, error) {
	payload := d.Payload
	if payload == nil {
		var err error
		if payload, err = json.Marshal(d.Claims); err != nil {
			return "", fmt.Errorf("write claims: %w", err)
		}
	}
	return jws.Compact(d.Header, payload, d.Sign)
}
