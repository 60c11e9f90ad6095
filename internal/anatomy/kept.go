package anatomy

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"

	"etalon/internal/interops"
)

// kept is a world as it is written: certificates in DER.
type kept struct {
	Convention *interops.Convention `json:"convention"`
	Profile    *interops.Profile    `json:"profile"`
	Roots      [][]byte             `json:"roots"`
	Recognised [][]byte             `json:"recognised,omitempty"`
}

// Write writes what is known, but for the keys of tokens, to be read later: whoever reads it knows the same World.
func (k Knowledge) Write() ([]byte, error) {
	return json.Marshal(kept{k.Convention, k.Profile, raw(k.Roots), raw(k.Recognised)})
}

// Read reads what Write writes.
func Read(written []byte) (Knowledge, error) {
	var w kept
	err := json.Unmarshal(written, &w)
	if err == nil && (w.Convention == nil || w.Profile == nil) {
		err = errors.New("want a convention and a profile")
	}
	k := Knowledge{Convention: w.Convention, Profile: w.Profile}
	if err == nil {
		k.Roots, err = parsed(w.Roots)
	}
	if err == nil {
		k.Recognised, err = parsed(w.Recognised)
	}
	if err != nil {
		return Knowledge{}, fmt.Errorf("read world: %w", err)
	}
	return k, nil
}

func raw(all []*x509.Certificate) (out [][]byte) {
	for _, c := range all {
		out = append(out, c.Raw)
	}
	return out
}

func parsed(all [][]byte) (out []*x509.Certificate, err error) {
	for _, der := range all {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}
