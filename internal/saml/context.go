package saml

import (
	"github.com/beevik/etree"

	"etalon/internal/interops"
)

// Names of the attributes of a context token (our profile).
const (
	ContextMethod  = "IdentificationMethod"
	ContextLevel   = "IdentificationLevel"
	ContextInstant = "IdentificationInstant"
)

// EncodeContext returns the unsigned assertion that a context token is: no AuthnStatement, and what was established
// about the person as attributes. A zero field leaves its element or attribute out. The signature belongs at
// SignatureIndex.
func EncodeContext(t interops.ContextToken) *etree.Element {
	vi := interops.VI{
		Version: Version20, ID: t.ID, IssueInstant: t.IssueInstant, Issuer: t.Issuer, NameID: t.NameID,
		NotBefore: t.NotBefore, NotOnOrAfter: t.NotOnOrAfter,
	}
	if t.Recipient != "" {
		vi.Confirmation = interops.Confirmation{Method: interops.MethodBearer, Recipient: t.Recipient, NotOnOrAfter: t.NotOnOrAfter}
	}
	if t.Audience != "" {
		vi.Audiences = [][]string{{t.Audience}}
	}
	for _, a := range []struct{ name, value string }{
		{ContextMethod, t.Method}, {ContextLevel, t.Level}, {ContextInstant, stamp(t.Instant)},
	} {
		if a.value != "" {
			vi.Attributes = append(vi.Attributes, interops.Attribute{Name: a.name, Values: []string{a.value}})
		}
	}
	return encode20(vi, &interops.Profile{})
}

// DecodeContext reads what a context token claims: what is absent or cannot be read stays zero, nothing is checked.
func DecodeContext(el *etree.Element) interops.ContextToken {
	vi := decode20(el, &interops.Profile{})
	t := interops.ContextToken{
		ID: vi.ID, IssueInstant: vi.IssueInstant, Issuer: vi.Issuer, NameID: vi.NameID,
		Recipient: vi.Confirmation.Recipient, NotBefore: vi.NotBefore, NotOnOrAfter: vi.NotOnOrAfter,
	}
	for _, restriction := range vi.Audiences {
		for _, a := range restriction {
			if t.Audience == "" {
				t.Audience = a
			}
		}
	}
	for _, a := range vi.Attributes {
		if len(a.Values) == 0 {
			continue
		}
		switch a.Name {
		case ContextMethod:
			t.Method = a.Values[0]
		case ContextLevel:
			t.Level = a.Values[0]
		case ContextInstant:
			t.Instant, _ = ReadInstant(a.Values[0])
		}
	}
	return t
}
