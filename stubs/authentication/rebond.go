package authentication

import (
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"etalon/internal/sso"
)

// maxRelay bounds a return address (SAML bindings §3.4.3, P05).
const maxRelay = 80

// rebondPath is the address of a rebond.
func rebondPath(organism, service string) string {
	return PathRebond + url.PathEscape(organism) + "/" + url.PathEscape(service)
}

// rebond sends a person to a service of the sphere without its having asked (idp-initiated).
func (o *Operator) rebond(c *call) {
	c.seen.Kind = KindRebond
	organism, err := url.PathUnescape(chi.URLParam(c.r, "organism"))
	service, err2 := url.PathUnescape(chi.URLParam(c.r, "service"))
	relay := c.r.URL.Query().Get(sso.ParameterRelayState)
	if err != nil || err2 != nil || len(relay) > maxRelay {
		o.say(c, http.StatusBadRequest, "Adresse illisible", "L'adresse du service demandé ne peut pas être lue.")
		return
	}
	p, ok := o.unsolicited(c, organism, service)
	if !ok {
		o.say(c, http.StatusNotFound, "Service inconnu", "La sphère n'offre pas ce service, ou ne l'offre pas en ce moment.")
		return
	}
	p.relay = relay
	s, in := o.current(c)
	o.proceed(c, p, s, in)
}

// unsolicited is the passage to a service that has not asked; false when the sphere has none of that name, or it has
// no known address, or rebonds do not start here.
func (o *Operator) unsolicited(c *call, organism, service string) (passage, bool) {
	if o.config.Bench.Profile.S.Flow == "sp-initiated" {
		return passage{}, false
	}
	t, offered := o.target(organism, service, c.now)
	if !offered {
		return passage{}, false
	}
	peer, known := o.peers.of(organism)
	acs := peer.acs(service)
	return passage{target: &t, acs: acs}, known && acs != ""
}
