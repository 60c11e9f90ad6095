package authentication_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/browser"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/sso"
	"etalon/stubs/authentication"
)

// member is a service operator of the tests: it takes what comes, remembers it, and closes its sessions when told.
type member struct {
	r    *rig
	name string
	addr string

	mu       sync.Mutex
	arrivals []*arrival
	told     []sso.LogoutRequest
	answers  []sso.LogoutResponse // to its own LogoutRequests, as the browser brought them
	status   int                  // of the back channel, in place of an answer
	astray   bool                 // it answers another request than the one that came
	unable   bool                 // it could not close everything
}

// arrival is a request at a member's ACS.
type arrival struct {
	member *member
	in     sso.Incoming
	at     time.Time
}

// newMember starts a member.
func newMember(r *rig, name string) *member {
	m := &member{r: r, name: name}
	mux := http.NewServeMux()
	mux.HandleFunc("/acs", m.acs)
	mux.HandleFunc("/slo", m.slo)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.t.Fatal(err)
	}
	m.addr = l.Addr().String()
	settings := pki.ServerConfig(*r.credential(name + "/tls"), bench.Wall, nil)
	settings.ClientAuth = tls.RequestClientCert
	server := &http.Server{Handler: mux, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0), ReadHeaderTimeout: time.Minute}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(tls.NewListener(l, settings)) })
	r.t.Cleanup(func() { _ = server.Close(); serving.Wait() })
	return m
}

func (m *member) url(path string) string { return "https://" + m.addr + path }

// peer is how the operator knows the member.
func (m *member) peer(back bool) authentication.Peer {
	p := authentication.Peer{
		Organism: m.name, ACS: []string{m.url("/acs")}, Front: m.url("/slo"),
		Keys: [][]*x509.Certificate{m.r.credential(m.name + "/signature").Chain},
	}
	if back {
		p.Back = m.url("/slo")
	}
	return p
}

func (m *member) acs(w http.ResponseWriter, r *http.Request) {
	in, err := sso.Read(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	m.arrivals = append(m.arrivals, &arrival{m, in, m.r.bench.Clock.Now()})
	m.mu.Unlock()
	_, _ = io.WriteString(w, "bienvenue")
}

// slo takes LogoutRequests and LogoutResponses, by whatever way they come.
func (m *member) slo(w http.ResponseWriter, r *http.Request) {
	in, err := sso.Read(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if in.Query.Has(sso.ParameterResponse) || bytes.Contains(in.Raw, []byte(sso.ParameterResponse+"=")) {
		answer := sso.VerifyLogoutResponse(in, sso.LogoutExpectation{Circle: m.circle(), Destination: m.url("/slo"), Requests: everyRequest})
		m.mu.Lock()
		m.answers = append(m.answers, answer.LogoutResponse)
		m.mu.Unlock()
		_, _ = io.WriteString(w, "fin")
		return
	}
	request := sso.VerifyLogoutRequest(in, sso.LogoutExpectation{Circle: m.circle(), Destination: m.url("/slo")})
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.status != 0 {
		http.Error(w, "en panne", m.status)
		return
	}
	if len(request.Findings) > 0 {
		m.r.t.Errorf("%s got a LogoutRequest with %v", m.name, request.Findings)
		http.Error(w, "refusé", http.StatusForbidden)
		return
	}
	m.told = append(m.told, request.LogoutRequest)
	m.confirm(w, r, request)
}

// confirm answers a LogoutRequest.
func (m *member) confirm(w http.ResponseWriter, r *http.Request, request sso.JudgedLogout) {
	answer := sso.LogoutResponse{
		ID: m.r.id(), InResponseTo: request.ID, Issuer: m.recipient(), Destination: m.r.oa.URL("/slo"), IssueInstant: m.r.bench.Clock.Now(),
	}
	if m.astray {
		answer.InResponseTo = "_une-autre"
	}
	if m.unable {
		answer.Status = sso.StatusResponder
	}
	out, err := answer.Send(sso.Sending{Binding: request.Binding, Signer: m.r.credential(m.name + "/signature")})
	if err != nil {
		m.r.t.Error(err)
		return
	}
	if request.Binding == sso.BindingSOAP {
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		_, _ = w.Write(out.Envelope())
		return
	}
	http.Redirect(w, r, out.URL(), http.StatusSeeOther)
}

func everyRequest(string) sso.RequestState { return sso.RequestPending }

// circle is what the member knows of the others.
func (m *member) circle() sso.Circle {
	return sso.Circle{
		Convention: m.r.Convention.Settled(), Profile: m.r.bench.Profile, Receiver: m.name, Now: m.r.bench.Clock.Now(), Trust: m.r.Trust,
		Keys: func(organism string) [][]*x509.Certificate {
			c, err := m.r.Set.Credential(organism + "/signature")
			if err != nil {
				return nil
			}
			return [][]*x509.Certificate{c.Chain}
		},
	}
}

func (m *member) recipient() string {
	o, _ := m.r.Convention.Organism(m.name)
	return o.Recipient
}

func (m *member) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.arrivals)
}

// since returns the first arrival from the n-th on; nil when there is none.
func (m *member) since(n int) *arrival {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.arrivals) <= n {
		return nil
	}
	return m.arrivals[n]
}

// heard returns the LogoutRequests that came about a session.
func (m *member) heard(index string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, request := range m.told {
		if slices.Contains(request.SessionIndexes, index) {
			n++
		}
	}
	return n
}

// set changes how the member behaves.
func (m *member) set(change func(*member)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

// asks makes the member ask the operator who the person is; change may alter the request, by the credential of that name.
func (m *member) asks(p *person, binding sso.Binding, signer string, change func(*sso.AuthnRequest)) (sso.AuthnRequest, *arrival, browser.Page) {
	m.r.t.Helper()
	request := sso.AuthnRequest{
		ID: m.r.id(), Issuer: m.recipient(), Destination: m.r.oa.URL("/sso"), ACS: m.url("/acs"), IssueInstant: m.r.bench.Clock.Now(),
		NameIDFormat: interops.FormatUnspecified,
	}
	if change != nil {
		change(&request)
	}
	sending := sso.Sending{Binding: binding, RelayState: "/app/dossier"}
	if signer != "" {
		sending.Signer = m.r.credential(signer)
	}
	out, err := request.Send(sending)
	if err != nil {
		m.r.t.Fatal(err)
	}
	before := m.count()
	out.Destination = m.r.oa.URL("/sso")
	page := p.carry(out)
	return request, m.since(before), page
}

// wish is a LogoutRequest of the member.
func (m *member) wish(request sso.LogoutRequest, binding sso.Binding, signer string, change func(*sso.LogoutRequest, *sso.Sending)) sso.Outgoing {
	m.r.t.Helper()
	now := m.r.bench.Clock.Now()
	request.ID, request.Issuer, request.Destination = m.r.id(), m.recipient(), m.r.oa.URL("/slo")
	request.IssueInstant, request.NotOnOrAfter = now, now.Add(3*time.Minute)
	sending := sso.Sending{Binding: binding}
	if signer != "" {
		sending.Signer = m.r.credential(signer)
	}
	if change != nil {
		change(&request, &sending)
	}
	out, err := request.Send(sending)
	if err != nil {
		m.r.t.Fatal(err)
	}
	return out
}

// calls sends a message to the operator's back channel, and reads the answer.
func (m *member) calls(out sso.Outgoing) sso.LogoutResponse {
	m.r.t.Helper()
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: pki.ClientConfig(*m.r.credential(m.name + "/tls"), bench.Wall, pki.AcceptAny), DisableKeepAlives: true,
	}}
	response, err := client.Post(m.r.oa.URL("/slo"), "text/xml; charset=utf-8", bytes.NewReader(out.Envelope()))
	if err != nil {
		m.r.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		m.r.t.Fatal(err)
	}
	answer := sso.VerifyLogoutResponse(sso.Incoming{Method: http.MethodPost, Header: response.Header, Raw: raw}, sso.LogoutExpectation{
		Circle: m.circle(), Destination: "", Requests: everyRequest,
	})
	return answer.LogoutResponse
}
