package authentication

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// maxAnswer bounds what is read of a back channel's answer.
const maxAnswer = 1 << 20

// tell tells services of the end of a session by their back channels, all at once, and returns those that could not be
// told or did not confirm.
func (o *Operator) tell(c *call, s session, visits []visit) []string {
	if o.policy.stops {
		for _, v := range visits {
			if o.call(c, s, v) != nil {
				return []string{v.organism}
			}
		}
		return nil
	}
	failures := make([]error, len(visits))
	var telling sync.WaitGroup
	for i, v := range visits {
		telling.Go(func() { failures[i] = o.call(c, s, v) })
	}
	telling.Wait()
	var lost []string
	for i, v := range visits {
		if failures[i] != nil {
			o.config.Log.Warn("déconnexion non confirmée", "requete", c.id, "organisme", v.organism, "cause", failures[i].Error())
			lost = append(lost, v.organism)
			continue
		}
		o.traceEnd(c, v)
	}
	return lost
}

// call sends a LogoutRequest to a service's back channel, and reads its confirmation (D06).
func (o *Operator) call(c *call, s session, v visit) error {
	peer, _ := o.peers.of(v.organism)
	out, id, err := o.order(c, s, peer.Back, sso.BindingSOAP)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.r.Context()), o.config.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, peer.Back, http.NoBody)
	if err != nil {
		return fmt.Errorf("tell %s: %w", v.organism, err)
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", `"http://www.oasis-open.org/committees/security"`)
	answer, _, err := o.party.Send(request, out.Envelope(), maxAnswer)
	if err != nil {
		return fmt.Errorf("tell %s: %w", v.organism, err)
	}
	return o.confirmed(c, sso.Incoming{Method: http.MethodPost, Header: answer.Header, Raw: answer.Body}, id, v)
}

// confirmed judges a service's answer on the back channel. It needs no Destination there: nobody else can get it.
func (o *Operator) confirmed(c *call, in sso.Incoming, id string, v visit) error {
	answer := sso.VerifyLogoutResponse(in, sso.LogoutExpectation{
		Circle: o.circle(c), Destination: o.URL(PathSLO),
		Requests: func(answered string) sso.RequestState {
			if o.policy.matched(id, answered) {
				return sso.RequestPending
			}
			return sso.RequestUnknown
		},
	})
	refused := slices.DeleteFunc(withoutFailure(o.policy.excused(answer.Findings)), func(f verdict.Finding) bool {
		return f.Rule == "protocol-destination-absent"
	})
	switch {
	case len(refused) > 0:
		return fmt.Errorf("read answer of %s: %s: want %s, got %s", v.organism, refused[0].Rule, refused[0].Want, refused[0].Got)
	case answer.Organism.Name != v.organism:
		return fmt.Errorf("read answer of %s: it comes from %s", v.organism, answer.Organism.Name)
	case failed(answer):
		return fmt.Errorf("read answer of %s: it did not close everything (%s %s)", v.organism, answer.Status, answer.SubStatus)
	}
	return nil
}

// order is a LogoutRequest of ours, and its identifier.
func (o *Operator) order(c *call, s session, to string, binding sso.Binding) (sso.Outgoing, string, error) {
	signer, err := o.party.Signature()
	if err != nil {
		return sso.Outgoing{}, "", err
	}
	id, err := o.party.NewID()
	if err != nil {
		return sso.Outgoing{}, "", err
	}
	request := sso.LogoutRequest{
		ID: id, Issuer: o.party.Organism.Issuer, Destination: to, NameID: name(s.person), SessionIndexes: []string{s.index},
		IssueInstant: c.now, NotOnOrAfter: c.now.Add(saml.Lifetime(interops.ModeS)), Reason: sso.ReasonUser,
	}
	out, err := request.Send(sso.Sending{Binding: binding, Signer: &signer, Rand: bench.Entropy(), Now: c.now})
	return out, id, err
}

// accompany sends the browser with a LogoutRequest to a service. The service is called first, for a browser that is
// sent to a dead one never comes back, and the chain would end there (D04).
func (o *Operator) accompany(c *call, l *closing, v visit) error {
	peer, _ := o.peers.of(v.organism)
	if peer.Front == "" {
		return fmt.Errorf("tell %s: no address is known", v.organism)
	}
	if err := o.reach(c, peer.Front); err != nil {
		return err
	}
	out, id, err := o.order(c, l.session, peer.Front, sso.BindingRedirect)
	if err != nil {
		return err
	}
	l.leg = leg{id: id, visit: v}
	if err := o.closings.keep(l, c.now); err != nil {
		return err
	}
	o.redirect(c, out.URL())
	return nil
}

// reach calls the server of an address, whatever it answers.
func (o *Operator) reach(c *call, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("reach service: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.r.Context()), o.config.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, u.Scheme+"://"+u.Host+"/", http.NoBody)
	if err != nil {
		return fmt.Errorf("reach service: %w", err)
	}
	if _, _, err = o.party.Send(request, nil, maxAnswer); err != nil {
		return fmt.Errorf("reach service: %w", err)
	}
	return nil
}
