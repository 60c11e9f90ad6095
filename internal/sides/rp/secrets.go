package rp

import (
	"maps"
	"net/url"
	"slices"

	"etalon/internal/oidc"
)

// lettingIn is the parameter of an address that lets in who reads it: the secret of the service, or an access or refresh
// token; empty when there is none.
func (p *part) lettingIn(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	q := u.Query()
	for _, name := range slices.Sorted(maps.Keys(q)) {
		for _, value := range q[name] {
			t, isToken := tokenOf(value)
			kind, _ := t.Claims["typ"].(string)
			if value != "" && value == p.side.declared.PSC.Client.Secret || isToken && (kind == oidc.TypeAccess || kind == oidc.TypeRefresh) {
				return name
			}
		}
	}
	return ""
}
