package authentication

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// slo takes the messages of a logout, by Redirect, POST or SOAP: the wish of a service, or its answer to ours.
func (o *Operator) slo(c *call) {
	in, readable := o.incoming(c)
	if !readable {
		return
	}
	if strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") && len(in.Raw) <= sso.MaxBody {
		in.Form, _ = url.ParseQuery(string(in.Raw)) // a parameter that cannot be read is absent
	}
	if in.Query.Has(sso.ParameterResponse) || in.Form.Has(sso.ParameterResponse) {
		o.confirmation(c, in)
		return
	}
	o.wish(c, in)
}

// wish takes a LogoutRequest. It closes nothing unless it has no finding, comes for the first time and means a session
// that its sender visited (D02, D03).
func (o *Operator) wish(c *call, in sso.Incoming) {
	c.seen.Kind = KindLogoutRequest
	request := sso.VerifyLogoutRequest(in, sso.LogoutExpectation{Circle: o.circle(c), Destination: o.URL(PathSLO), Person: o.sessions.holder})
	c.seen.Message, c.seen.Organism, c.seen.Person, c.seen.Findings = request.XML, request.Organism.Name, request.NameID.Value, request.Findings
	fault, err := o.objection(c, request)
	if err != nil {
		o.unavailable(c, err)
		return
	}
	if fault != "" {
		o.deny(c, request, fault)
		return
	}
	wanted := asked{request: request.LogoutRequest, organism: request.Organism.Name, binding: request.Binding, relay: request.RelayState}
	s, there := o.sessions.first(func(s session) bool {
		return o.policy.means(s, request.NameID, request.SessionIndexes) && (s.visited(request.Organism.Name) || o.policy.stranger)
	})
	if !there {
		o.traceWish(c, request, visit{}, "logout-session-unknown")
		o.reply(c, wanted, sso.StatusRequester, sso.StatusUnknownPrincipal)
		return
	}
	c.seen.Person = s.person.ID
	l := &closing{session: o.finish(s), asked: &wanted}
	o.traceWish(c, request, l.session.visit(request.Organism.Name), "")
	o.close(c, l)
}

// objection is why a LogoutRequest closes nothing; empty when it may. It counts as come from then on (D02-N4).
func (o *Operator) objection(c *call, request sso.JudgedLogout) (string, error) {
	refused := slices.DeleteFunc(slices.Clone(o.policy.excused(request.Findings)), func(f verdict.Finding) bool {
		return f.Rule == "logout-session-unknown" || f.Rule == "logout-nameid-other" // it means nobody, which is answered
	})
	if len(refused) > 0 {
		return refused[0].Rule, nil
	}
	if request.Binding == sso.BindingSOAP {
		if err := o.partner(c.r, request.Organism); err != nil {
			o.config.Log.Warn("canal refusé", "requete", c.id, "cause", err.Error())
			return "tls-identity-other", nil
		}
	}
	until := c.now.Add(sso.MaxAge + 2*o.config.Bench.Profile.Skew()) // when an older one would be refused by its date
	again, err := o.ordered.take(request.Issuer, request.ID, until, c.now)
	if again && !o.policy.replays {
		return "logout-replayed", err
	}
	return "", err
}

// deny refuses a LogoutRequest: to who called on the back channel, else to the browser alone, for the sender is only a
// claim.
func (o *Operator) deny(c *call, request sso.JudgedLogout, fault string) {
	o.traceWish(c, request, visit{}, fault)
	if request.Binding == sso.BindingSOAP {
		o.reply(c, asked{request: request.LogoutRequest, binding: sso.BindingSOAP}, sso.StatusRequester, sso.StatusRequestDenied)
		return
	}
	o.say(c, http.StatusForbidden, "Déconnexion refusée", "La demande de déconnexion n'est pas conforme à la convention de la sphère : rien n'a été fermé.")
}

// traceWish keeps the record of a LogoutRequest: of the visit that it ends, or of its claims where it is refused.
func (o *Operator) traceWish(c *call, request sso.JudgedLogout, v visit, fault string) {
	judged := saml.Judged{VI: v.vi, Project: v.project, Signer: request.Signer, Verified: fault == ""}
	decision := interops.LoggedOut
	if fault != "" {
		decision = interops.Rejected
		judged.VI = interops.VI{Issuer: request.Issuer, NameID: request.NameID}
	}
	if !o.policy.mute {
		o.untraced(c, o.traceReceived(c, judged, decision, fault))
	}
}

// reply answers a LogoutRequest on the way by which it came.
func (o *Operator) reply(c *call, to asked, status, sub string) {
	peer, _ := o.peers.of(to.organism)
	signer, err := o.party.Signature()
	var id string
	if err == nil {
		id, err = o.party.NewID()
	}
	var out sso.Outgoing
	if err == nil {
		answer := sso.LogoutResponse{
			ID: id, InResponseTo: to.request.ID, Issuer: o.party.Organism.Issuer, Destination: peer.Front, IssueInstant: c.now,
			Status: status, SubStatus: sub,
		}
		if to.binding == sso.BindingSOAP {
			answer.Destination = ""
		}
		out, err = answer.Send(sso.Sending{Binding: to.binding, RelayState: to.relay, Signer: &signer, Rand: bench.Entropy(), Now: c.now})
	}
	switch {
	case err != nil:
		o.unavailable(c, err)
	case to.binding == sso.BindingSOAP:
		c.w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		o.write(c, http.StatusOK, out.Envelope())
	case peer.Front == "":
		o.say(c, http.StatusOK, "Déconnexion", "L'opérateur a traité la demande de déconnexion ; le service n'a pas d'adresse de retour.")
	case to.binding == sso.BindingRedirect:
		o.redirect(c, out.URL())
	default:
		o.send(c, peer.Front, out.Form())
	}
}

// confirmation takes the answer of a service to our LogoutRequest, as the browser brings it (D06), and goes on with the
// chain.
func (o *Operator) confirmation(c *call, in sso.Incoming) {
	c.seen.Kind = KindLogoutResponse
	answer := sso.VerifyLogoutResponse(in, sso.LogoutExpectation{
		Circle: o.circle(c), Destination: o.URL(PathSLO), Requests: func(id string) sso.RequestState { return o.closings.state(id, c.now) },
	})
	c.seen.Message, c.seen.Organism, c.seen.Findings = answer.XML, answer.Organism.Name, answer.Findings
	refused := withoutFailure(o.policy.excused(answer.Findings))
	var l *closing
	waiting := false
	if len(refused) == 0 {
		l, waiting = o.closings.take(c.now, func(l *closing) bool {
			return o.policy.matched(l.leg.id, answer.InResponseTo) && (l.leg.visit.organism == answer.Organism.Name)
		})
	}
	if !waiting {
		o.say(c, http.StatusForbidden, "Réponse refusée", "Cette réponse ne répond à aucune déconnexion en cours.")
		return
	}
	o.traceEnd(c, l.leg.visit)
	if failed(answer) {
		l.lost = append(l.lost, l.leg.visit.organism)
	}
	o.next(c, l)
}
