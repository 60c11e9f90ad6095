package authentication

import (
	"crypto/x509"
	"net/http"

	"etalon/internal/sso"
)

// circle is what the operator knows before it reads a member's message: the convention as it stands at that moment, so
// that members come and go without a restart (S15).
func (o *Operator) circle(c *call) sso.Circle {
	return sso.Circle{
		Convention: o.convention(c.now), Profile: o.config.Bench.Profile, Receiver: o.config.Organism, Now: c.now, Trust: o.signerTrust,
		Keys: func(organism string) [][]*x509.Certificate {
			peer, _ := o.peers.of(organism)
			return peer.Keys
		},
	}
}

// incoming reads a request; false when it was answered because it cannot be read.
func (o *Operator) incoming(c *call) (sso.Incoming, bool) {
	in, err := sso.Read(c.r)
	if err != nil {
		c.seen.Err = err
		o.say(c, http.StatusBadRequest, "Demande illisible", "La demande ne peut pas être lue.")
	}
	return in, err == nil
}

// sso takes an AuthnRequest (S09): a service asks who the person is. One that has findings is told to the browser
// alone, for its sender and its return address are only claims.
func (o *Operator) sso(c *call) {
	c.seen.Kind = KindAuthnRequest
	in, readable := o.incoming(c)
	if !readable {
		return
	}
	request := sso.VerifyRequest(in, sso.RequestExpectation{
		Circle: o.circle(c), Destination: o.URL(PathSSO), Registered: o.peers.registered(o.convention(c.now)),
	})
	c.seen.Message, c.seen.Organism, c.seen.Findings = request.XML, request.Organism.Name, request.Findings
	refused := o.policy.refuses(o, &request) || o.config.Bench.Profile.S.Flow == "idp-initiated"
	t, offered := o.target(request.Return.Organism, request.Return.Service, c.now)
	if refused || !offered {
		o.config.Log.Warn("demande refusée", "requete", c.id, "organisme", request.Organism.Name)
		o.say(c, http.StatusForbidden, "Demande refusée", "La demande du service n'est pas conforme à la convention de la sphère. Revenez au service.")
		return
	}
	p := passage{target: &t, request: &request.AuthnRequest, acs: request.Return.ACS, relay: request.RelayState}
	p.fresh = o.policy.forced(p)
	s, logged := o.current(c)
	o.proceed(c, p, s, logged)
}
