package rest

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// Claims says in JWT claims what a VI says; what a JWT has no place for is left out: confirmation, session, format.
func Claims(vi interops.VI) map[string]any {
	c := map[string]any{}
	for name, value := range map[string]string{"iss": vi.Issuer, "sub": vi.NameID.Value, "jti": vi.ID, "acr": vi.AuthnContext} {
		if value != "" {
			c[name] = value
		}
	}
	for name, at := range map[string]time.Time{"iat": vi.IssueInstant, "nbf": vi.NotBefore, "exp": vi.NotOnOrAfter, "auth_time": vi.AuthnInstant} {
		if !at.IsZero() {
			c[name] = at.Unix()
		}
	}
	switch audience := slices.Concat(vi.Audiences...); len(audience) {
	case 0:
	case 1:
		c["aud"] = audience[0]
	default:
		c["aud"] = audience
	}
	if len(vi.PAGM) > 0 {
		c["pagm"] = vi.PAGM
	}
	for _, a := range vi.Attributes {
		if _, taken := c[a.Name]; !taken {
			c[a.Name] = a.Values
		}
	}
	return c
}

// reader reads claims, and notes those that are not of their type.
type reader struct {
	claims    map[string]any
	malformed []string
}

// vi returns what the claims say.
func (r *reader) vi() interops.VI {
	vi := interops.VI{
		Version: saml.Version20, ID: r.text("jti"), Issuer: r.text("iss"), NameID: interops.NameID{Value: r.text("sub")},
		IssueInstant: r.instant("iat"), NotBefore: r.instant("nbf"), NotOnOrAfter: r.instant("exp"),
		AuthnInstant: r.instant("auth_time"), AuthnContext: r.text("acr"), PAGM: r.texts("pagm"),
	}
	if audience := r.audience(); len(audience) > 0 {
		vi.Audiences = [][]string{audience}
	}
	known := []string{"jti", "iss", "sub", "iat", "nbf", "exp", "auth_time", "acr", "pagm", "aud"}
	for _, name := range slices.Sorted(maps.Keys(r.claims)) {
		if !slices.Contains(known, name) {
			vi.Attributes = append(vi.Attributes, interops.Attribute{Name: name})
		}
	}
	return vi
}

func (r *reader) text(name string) string {
	v, there := r.claims[name]
	s, ok := v.(string)
	if there && !ok {
		r.malformed = append(r.malformed, name)
	}
	return s
}

func (r *reader) texts(name string) []string {
	v, there := r.claims[name]
	if !there {
		return nil
	}
	list, ok := v.([]any)
	var all []string
	for _, item := range list {
		s, text := item.(string)
		ok = ok && text
		all = append(all, s)
	}
	if !ok {
		r.malformed = append(r.malformed, name)
		return nil
	}
	return all
}

// audience is one value or a list of them (RFC 7519 §4.1.3).
func (r *reader) audience() []string {
	if one, ok := r.claims["aud"].(string); ok {
		return []string{one}
	}
	return r.texts("aud")
}

// furthest is the last second that an instant may name: the end of the year 9999.
const furthest = 253402300799

// instant is a NumericDate: seconds, perhaps with a fraction (RFC 7519 §2).
func (r *reader) instant(name string) time.Time {
	v, there := r.claims[name]
	if !there {
		return time.Time{}
	}
	number, ok := v.(json.Number)
	seconds, err := number.Float64()
	if !ok || err != nil || math.Abs(seconds) > furthest {
		r.malformed = append(r.malformed, name)
		return time.Time{}
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)).UTC()
}
