package members

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// The kinds of what comes to a member.
const (
	KindResponse       = "Response"
	KindLogoutRequest  = "LogoutRequest"
	KindLogoutResponse = "LogoutResponse"
)

// Exchange is one request that came to a member, with the answer.
type Exchange struct {
	Organism string // of the member
	// Kind is one of the Kind constants; empty for anything else.
	Kind        string
	RequestID   string
	Method, URL string
	Header      http.Header
	Body        []byte
	TLS         *tls.ConnectionState
	Ours        pki.Credential
	// Response is what came to the ACS, judged as the operator's work; so are Logout and Confirmed.
	Response  sso.Judged
	Logout    sso.JudgedLogout
	Confirmed sso.JudgedLogoutResponse
	// Incoming and Expectation are those of the judgement of a Response.
	Incoming    sso.Incoming
	Expectation sso.Expectation

	Status       int
	AnswerHeader http.Header
	Answer       []byte
	Started      time.Time // wall clock
	Err          error     // why the request could not be read
}

// visit is a request under way at a member.
type visit struct {
	*Members
	member string
	w      http.ResponseWriter
	r      *http.Request
	in     sso.Incoming
	seen   Exchange
	answer bytes.Buffer
}

// routes opens the faces of all members.
func (m *Members) routes() http.Handler {
	r := chi.NewRouter()
	for _, member := range m.Names() {
		at := "/" + url.PathEscape(member)
		r.HandleFunc(at+"/acs", m.serve(member, (*visit).acs))
		r.HandleFunc(at+movedPath, m.serve(member, (*visit).acs))
		r.HandleFunc(at+"/slo", m.serve(member, (*visit).slo))
		r.Get(at+"/metadata", m.serve(member, (*visit).metadata))
		r.Get(at+"/demande/{service}", m.serve(member, (*visit).ask))
	}
	return r
}

// URL is an address of a member's face.
func (m *Members) URL(organism, path string) string {
	return "https://" + m.address + "/" + url.PathEscape(organism) + path
}

// ACS is where a member takes Responses, SLO the messages of a logout, by whatever way.
func (m *Members) ACS(organism string) string { return m.URL(organism, "/acs") }

// SLO is where a member takes the messages of a logout, by whatever way.
func (m *Members) SLO(organism string) string { return m.URL(organism, "/slo") }

// AskURL is the address at which a service sends a person to the operator by an AuthnRequest.
func (m *Members) AskURL(organism, service string) string {
	return m.URL(organism, "/demande/"+url.PathEscape(service))
}

// serve reads a request, has it answered, and tells the observer.
func (m *Members) serve(member string, how func(*visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{Members: m, member: member, w: w, r: r}
		v.seen = Exchange{
			Organism: member, Method: r.Method, URL: r.URL.String(), Header: r.Header, TLS: r.TLS, Ours: m.ours, Started: bench.Wall(),
			RequestID: gateway.RequestID(r.Header),
		}
		in, err := sso.Read(r)
		v.in, v.seen.Body, v.seen.Err = in, in.Raw, err
		if err != nil {
			v.say(http.StatusBadRequest, "Demande illisible")
		} else {
			how(v)
		}
		v.seen.AnswerHeader, v.seen.Answer = w.Header().Clone(), v.answer.Bytes()
		if m.config.Observe != nil {
			m.config.Observe(v.seen)
		}
		_, _ = io.Copy(w, &v.answer) // after the observer: what the caller knows, it knows too
	}
}

// write answers; what is written leaves when the observer has been told.
func (v *visit) write(status int, kind string, body []byte) {
	v.w.Header().Set("Content-Type", kind)
	v.w.Header().Set("Cache-Control", "no-store")
	v.seen.Status = status
	_, _ = v.answer.Write(body)
	if status != http.StatusOK || len(body) == 0 {
		v.w.WriteHeader(status)
	}
}

// say answers a page of text.
func (v *visit) say(status int, text string) {
	v.write(status, "text/html; charset=utf-8", []byte("<!DOCTYPE html>\n<html lang=\"fr\"><title>Service de TEST</title><p>"+text+"</p></html>\n"))
}

// redirect sends the browser on.
func (v *visit) redirect(address string) {
	v.w.Header().Set("Location", address)
	v.write(http.StatusSeeOther, "text/plain; charset=utf-8", nil)
}

// acs takes a Response, whatever it is worth.
func (v *visit) acs() {
	v.seen.Kind = KindResponse
	b := v.config.Bench
	x := sso.Expectation{
		Expectation: saml.Expectation{
			Convention: b.Convention.Settled(), Profile: b.Profile, Mode: interops.ModeS, Provider: v.member, Now: b.Clock.Now(), Trust: v.signerTrust,
			Emitted: true,
		},
		ACS: v.ACS(v.member), Requests: v.state,
	}
	if strings.HasSuffix(v.r.URL.Path, movedPath) {
		x.ACS = v.Moved(v.member)
	}
	v.seen.Incoming, v.seen.Expectation = v.in, x
	j := sso.Verify(v.in, x)
	v.seen.Response = j
	v.answered(j.InResponseTo)
	if j.VI.NameID.Value == "" && j.VI.ID == "" {
		v.say(http.StatusOK, "Le service n'a reçu aucune identité.")
		return
	}
	v.keep(Session{Organism: v.member, VI: j.VI})
	v.say(http.StatusOK, "Bienvenue au service.")
}

// state tells whether a request of a member waits for its Response.
func (m *Members) state(id string) sso.RequestState {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked[id]
}

// answered notes that a request had its Response.
func (m *Members) answered(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.asked[id] == sso.RequestPending {
		m.asked[id] = sso.RequestUsed
	}
}

// ask sends the browser to the operator with an AuthnRequest for a service, and what the address says comes back with
// the Response.
func (v *visit) ask() {
	service, err := url.PathUnescape(chi.URLParam(v.r, "service"))
	if err != nil {
		v.say(http.StatusBadRequest, "Adresse illisible")
		return
	}
	out, err := v.Ask(v.member, service, Wish{RelayState: v.r.URL.Query().Get("marqueur"), Binding: sso.BindingRedirect})
	if err != nil {
		v.seen.Err = err
		v.say(http.StatusServiceUnavailable, "Service indisponible")
		return
	}
	v.redirect(out.URL())
}

// slo takes a LogoutRequest of the operator, or its answer to one of ours.
func (v *visit) slo() {
	if strings.HasPrefix(v.r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		v.in.Form, _ = url.ParseQuery(string(v.in.Raw)) // a parameter that cannot be read is absent
	}
	x := sso.LogoutExpectation{Circle: v.circle(v.member), Destination: v.SLO(v.member)}
	if v.in.Query.Has(sso.ParameterResponse) || v.in.Form.Has(sso.ParameterResponse) {
		x.Requests = v.ownRequest
		v.seen.Kind, v.seen.Confirmed = KindLogoutResponse, sso.VerifyLogoutResponse(v.in, x)
		v.say(http.StatusOK, "Retour au service.")
		return
	}
	x.Person = v.holder(v.member)
	v.seen.Kind, v.seen.Logout = KindLogoutRequest, sso.VerifyLogoutRequest(v.in, x)
	v.confirm(v.seen.Logout)
}

// ownRequest tells whether a LogoutRequest is one of the members'.
func (m *Members) ownRequest(id string) sso.RequestState {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left[id] {
		return sso.RequestPending
	}
	return sso.RequestUnknown
}

// confirm ends the session and answers a LogoutRequest by the way by which it came, as the member's manner is.
func (v *visit) confirm(request sso.JudgedLogout) {
	how, session := v.manner(v.member), v.named(v.member, request.LogoutRequest)
	if how.Down && request.Binding == sso.BindingSOAP {
		v.say(http.StatusServiceUnavailable, "Service indisponible")
		return
	}
	answer := sso.LogoutResponse{InResponseTo: request.ID, Status: sso.StatusSuccess}
	switch {
	case how.Down:
		answer.Status = sso.StatusResponder
	case how.Astray:
		answer.InResponseTo = "_etalon-une-autre-demande"
	default:
		v.end(v.member, request.LogoutRequest)
	}
	out, err := v.confirmation(session, answer, request.Binding, request.RelayState)
	switch {
	case err != nil:
		v.seen.Err = err
		v.say(http.StatusInternalServerError, "Réponse impossible")
	case request.Binding == sso.BindingSOAP:
		v.write(http.StatusOK, "text/xml; charset=utf-8", out.Envelope())
	case request.Binding == sso.BindingRedirect:
		v.redirect(out.URL())
	default:
		v.w.Header().Set("Content-Security-Policy", sso.PagePolicy())
		v.write(http.StatusOK, "text/html; charset=utf-8", out.Page())
	}
}

// metadata serves the signed metadata of the member.
func (v *visit) metadata() {
	raw, err := v.Metadata(v.member)
	if err != nil {
		v.seen.Err = err
		v.say(http.StatusInternalServerError, "Métadonnées indisponibles")
		return
	}
	v.write(http.StatusOK, "application/samlmetadata+xml", raw)
}
