package service

import (
	"crypto/x509"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// slo takes the messages of a logout, by Redirect, POST or SOAP: an operator's wish, or its answer to ours.
func (s *Service) slo(v *visit) answer {
	v.incoming.RawQuery = v.request.URL.RawQuery
	form := v.request.URL.Query()
	if media, _, _ := mime.ParseMediaType(v.request.Header.Get("Content-Type")); media == "application/x-www-form-urlencoded" {
		form, _ = url.ParseQuery(string(v.incoming.Raw)) // a parameter that cannot be read is absent
	}
	if form.Has(sso.ParameterResponse) {
		return s.concluded(v)
	}
	return s.wished(v)
}

// wished takes a LogoutRequest. It closes the sessions that it names, of that person and that operator alone, and
// nothing when it has a finding (D01 to D03).
func (s *Service) wished(v *visit) answer {
	request := sso.VerifyLogoutRequest(v.incoming, sso.LogoutExpectation{
		Circle: s.circle(v), Destination: s.origin() + sloPath, Person: s.holder,
	})
	v.kind, v.message, v.findings = KindLogoutRequest, request.XML, request.Findings
	v.judged.Findings = request.Findings
	s.heed(v, request.Findings)
	if len(v.heeded) == 0 && request.Binding == sso.BindingSOAP {
		s.heed(v, s.backChannel(v, request.Organism))
	}
	if len(v.heeded) == 0 {
		if failure := s.once(v, request.LogoutRequest); failure != nil {
			return s.unavailable(v, failure)
		}
	}
	if len(v.heeded) > 0 {
		s.traceLogout(v, session{issuer: request.Issuer, user: request.NameID.Value}, request.Signer, v.heeded[0].Rule)
		return s.denied(v, request)
	}
	for _, one := range s.sessions.where(func(one *session) bool { return s.policy.closes(one, request) }) {
		s.sessions.end(one.id)
		s.traceLogout(v, one, request.Signer, "")
	}
	return s.confirmed(v, request, sso.StatusSuccess, "")
}

// meant tells whether a LogoutRequest means a session: one of its operator, its person and its indexes.
func meant(one *session, request sso.JudgedLogout) bool {
	return one.issuer == request.Organism.Issuer && one.user == request.NameID.Value && slices.Contains(request.SessionIndexes, one.index)
}

// holder returns who holds, or held, the session of an index (D03).
func (s *Service) holder(index string) (string, bool) {
	if found := s.sessions.where(func(one *session) bool { return one.index == index && index != "" }); len(found) > 0 {
		return found[0].user, true
	}
	return s.sessions.former(index)
}

// once refuses a LogoutRequest that came before (D02-N4).
func (s *Service) once(v *visit, request sso.LogoutRequest) error {
	until := v.now.Add(sso.MaxAge + 2*s.config.Bench.Profile.Skew()) // when an older one would be refused by its date
	again, err := s.presented.Take("logout\x00"+request.Issuer+"\x00"+request.ID, until, v.now)
	if again {
		s.heed(v, []verdict.Finding{{Requirement: "D02", Rule: ruleLogoutReplayed, Want: "one use", Got: request.ID}})
	}
	return err
}

// Rules of a logout, beside those of sso.
const (
	ruleLogoutReplayed = "logout-replayed"
	ruleBackChannel    = "logout-back-channel-other"
)

// backChannel judges who opened a back channel: the certificate is sound, and the convention lists it for the organism
// that the message names.
func (s *Service) backChannel(v *visit, organism interops.Organism) []verdict.Finding {
	refused := func(got string) []verdict.Finding {
		return []verdict.Finding{{Requirement: "D02", Rule: ruleBackChannel, Want: organism.Title(), Got: got}}
	}
	if v.peer == nil {
		return refused("")
	}
	if troubles := s.gate.Trust.Verify(v.request.TLS.PeerCertificates, pki.UsageClient, bench.Wall()); len(troubles) > 0 {
		return refused(troubles[0].Error())
	}
	if !pki.Listed(organism.TLS, v.peer, v.now) {
		return refused(pki.Subject(v.peer))
	}
	return nil
}

// denied refuses a LogoutRequest: to who called on the back channel, else to the browser alone, for the sender is only
// a claim.
func (s *Service) denied(v *visit, request sso.JudgedLogout) answer {
	v.decision = interops.Rejected
	if request.Binding == sso.BindingSOAP {
		return s.confirmed(v, request, sso.StatusRequester, sso.StatusRequestDenied)
	}
	return s.forbidden(v, "La demande de déconnexion n'est pas conforme à la convention de la sphère : rien n'a été fermé.")
}

// confirmed answers a LogoutRequest on the way by which it came.
func (s *Service) confirmed(v *visit, request sso.JudgedLogout, status, sub string) answer {
	operator, _ := s.operators.of(request.Organism.Name)
	signer, err := s.signer()
	var id string
	if err == nil {
		id, err = bench.NewID(s.ids)
	}
	response := sso.LogoutResponse{
		ID: id, InResponseTo: request.ID, Issuer: s.organism.Recipient, Destination: operator.Logout, IssueInstant: v.now, Status: status, SubStatus: sub,
	}
	var out sso.Outgoing
	if err == nil {
		out, err = response.Send(sso.Sending{Binding: request.Binding, RelayState: request.RelayState, Signer: &signer, Rand: bench.Entropy(), Now: v.now})
	}
	h := http.Header{}
	noStore(h)
	switch {
	case err != nil:
		return s.unavailable(v, err)
	case request.Binding == sso.BindingSOAP:
		h.Set("Content-Type", "text/xml; charset=utf-8")
		return answer{Status: http.StatusOK, Header: h, Body: out.Envelope()}
	case operator.Logout == "":
		return s.page(v, http.StatusOK, pageNotice, map[string]string{"Text": "La session avec ce service est close."})
	case request.Binding == sso.BindingRedirect:
		h.Set("Location", out.URL())
		return answer{Status: http.StatusSeeOther, Header: h}
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", sso.PagePolicy())
	return answer{Status: http.StatusOK, Header: h, Body: out.Page()}
}

// traceLogout keeps the record of a logout, or of one that was refused (X11).
func (s *Service) traceLogout(v *visit, one session, signer *x509.Certificate, fault string) {
	v.judged.Judged = saml.Judged{VI: one.judged.VI, Project: one.judged.Project, Signer: signer}
	v.judged.VI.Issuer, v.judged.VI.NameID.Value, v.judged.VI.SessionIndex = one.issuer, one.user, one.index
	if v.decision = interops.LoggedOut; fault != "" {
		v.decision = interops.Rejected
	}
	if !s.policy.muteLogout {
		s.note(v, fault)
	}
}

// ending is a LogoutRequest of ours that waits for its answer (D06).
type ending struct{ until time.Time }

// endings wait, by the identifier of the request. It may be shared.
type endings struct {
	mu   sync.Mutex
	byID map[string]ending
}

func newEndings() *endings { return &endings{byID: map[string]ending{}} }

func (e *endings) keep(id string, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for other, one := range e.byID {
		if !now.Before(one.until) {
			delete(e.byID, other)
		}
	}
	e.byID[id] = ending{now.Add(requestLimit)}
}

// take tells how a request of ours stands, which its answer ends.
func (e *endings) take(id string, now time.Time) sso.RequestState {
	e.mu.Lock()
	defer e.mu.Unlock()
	one, there := e.byID[id]
	delete(e.byID, id)
	switch {
	case !there:
		return sso.RequestUnknown
	case !now.Before(one.until):
		return sso.RequestExpired
	}
	return sso.RequestPending
}

// leaveSphere ends the session here at once and asks its operator to end it everywhere (D01, D07).
func (s *Service) leaveSphere(v *visit) answer {
	held := s.held(v)
	if len(held) == 0 {
		return s.page(v, http.StatusOK, pageNotice, map[string]string{"Text": "Aucune session n'est ouverte avec ce service."})
	}
	one := held[0]
	for _, same := range s.sessions.where(func(other *session) bool { return other.who(&one) && other.index == one.index }) {
		s.sessions.end(same.id) // with our other services too: the operator does not tell us of our own wish
		s.traceLogout(v, same, nil, "")
	}
	operator, _ := s.config.Bench.Convention.OrganismByIssuer(one.issuer)
	known, _ := s.operators.of(operator.Name)
	if known.Logout == "" {
		return s.gone(v, "La session avec ce service est close. Votre opérateur n'a pas pu être prévenu : d'autres services peuvent rester ouverts.")
	}
	out, err := s.RequestLogout(known, interops.NameID{Format: one.judged.VI.NameID.Format, Value: one.user}, one.index)
	if err != nil {
		return s.unavailable(v, err)
	}
	h := http.Header{"Location": {out.URL()}}
	h.Add("Set-Cookie", expired(v.face).String())
	noStore(h)
	return answer{Status: http.StatusSeeOther, Header: h}
}

// RequestLogout makes a LogoutRequest for a session with an operator, by Redirect, and waits for its answer.
func (s *Service) RequestLogout(o Operator, person interops.NameID, index string) (sso.Outgoing, error) {
	now := s.config.Bench.Clock.Now()
	signer, err := s.signer()
	if err != nil {
		return sso.Outgoing{}, err
	}
	id, err := bench.NewID(s.ids)
	if err != nil {
		return sso.Outgoing{}, err
	}
	request := sso.LogoutRequest{
		ID: id, Issuer: s.organism.Recipient, Destination: o.Logout, NameID: person, SessionIndexes: []string{index},
		IssueInstant: now, NotOnOrAfter: now.Add(saml.Lifetime(interops.ModeS)), Reason: sso.ReasonUser,
	}
	sending := sso.Sending{
		Binding: sso.BindingRedirect, Signer: &signer, Credential: s.config.Bench.PKI.Credential, Rand: bench.Entropy(), Now: now,
	}
	s.altering.ending(&request, &sending)
	s.endings.keep(request.ID, now)
	return request.Send(sending)
}

// concluded takes the answer to a LogoutRequest of ours and tells the person how it went (D04, D06).
func (s *Service) concluded(v *visit) answer {
	response := sso.VerifyLogoutResponse(v.incoming, sso.LogoutExpectation{
		Circle: s.circle(v), Destination: s.origin() + sloPath,
		Requests: func(id string) sso.RequestState { return s.endings.take(id, v.now) },
	})
	v.kind, v.message, v.findings = KindLogoutResponse, response.XML, response.Findings
	v.judged.Findings = response.Findings
	s.heed(v, slices.DeleteFunc(slices.Clone(response.Findings), func(f verdict.Finding) bool { return f.Rule == "logout-answer-failed" }))
	switch {
	case len(v.heeded) > 0:
		return s.forbidden(v, "Cette réponse ne répond à aucune déconnexion en cours.")
	case response.Partial() || response.Status != sso.StatusSuccess:
		return s.gone(v, "Déconnexion partielle : votre session est close ici, mais tous les services n'ont pas confirmé la fermeture de la leur. Fermez votre navigateur.")
	}
	return s.gone(v, "Déconnexion effectuée : vos sessions sont closes dans toute la sphère.")
}

// gone tells of the end of a session, and takes its cookies away.
func (s *Service) gone(v *visit, text string) answer {
	a := s.page(v, http.StatusOK, pageNotice, map[string]string{"Text": text})
	a.Header.Add("Set-Cookie", expired(v.face).String())
	return a
}

// expired is the cookie that ends that of a session.
func expired(f face) *http.Cookie {
	k := cookie(f, "")
	k.MaxAge = -1
	return k
}

// contextFinding tells that a context token came where a VI must: it is no substitute for one (C05).
func contextFinding(v *visit) []verdict.Finding {
	form, _ := url.ParseQuery(string(v.incoming.Raw))
	if !form.Has(sso.ParameterContext) && !v.request.URL.Query().Has(sso.ParameterContext) {
		return nil
	}
	return []verdict.Finding{{Requirement: "C05", Rule: "context-token-presented", Want: sso.ParameterResponse, Got: strings.Join([]string{sso.ParameterContext, v.request.Method}, " ")}}
}
