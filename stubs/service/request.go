package service

import (
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/sso"
)

// requestLimit is how long a person may take to come back from an operator (S11).
const requestLimit = 10 * time.Minute

// maxRequests bounds the requests that wait for an answer.
const maxRequests = 1 << 14

// errRequestsFull tells that too many requests wait to make one more.
var errRequestsFull = errors.New("remember request: too many wait for an answer")

// pending is an AuthnRequest that waits for its answer.
type pending struct {
	request sso.AuthnRequest
	face    string // Service.Name
	target  string // where the person goes afterwards
	browser string // value of cookieBrowser in the browser that began; empty for a request made for another hand
	until   time.Time
	used    bool
}

// requests remembers what was asked, and that it was answered. It may be shared.
type requests struct {
	mu   sync.Mutex
	byID map[string]*pending
}

func newRequests() *requests { return &requests{byID: map[string]*pending{}} }

func (r *requests) keep(p pending, now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.byID) >= maxRequests {
		for id, other := range r.byID {
			if now.After(other.until.Add(requestLimit)) {
				delete(r.byID, id)
			}
		}
	}
	if len(r.byID) >= maxRequests {
		return errRequestsFull
	}
	r.byID[p.request.ID] = &p
	return nil
}

// state tells how a request stands for who comes with an answer: one that another browser began, or for another
// service, is as unknown as one that was never made.
func (r *requests) state(v *visit, id string) sso.RequestState {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, there := r.byID[id]
	switch {
	case !there || p.face != v.face.service.Name || !p.begunBy(v):
		return sso.RequestUnknown
	case p.used:
		return sso.RequestUsed
	case !v.now.Before(p.until):
		return sso.RequestExpired
	}
	return sso.RequestPending
}

func (p *pending) begunBy(v *visit) bool {
	if p.browser == "" {
		return true
	}
	for _, k := range v.request.CookiesNamed(cookieRequest) {
		if k.Value == p.browser {
			return true
		}
	}
	return false
}

// answered marks a request as used and returns where its person goes.
func (r *requests) answered(id string) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, there := r.byID[id]
	if !there {
		return "", false
	}
	p.used = true
	return p.target, true
}

func (r *requests) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byID = map[string]*pending{}
}

// cookieRequest ties the requests of a browser to it: the answer is posted by another site.
const cookieRequest = "demande"

// begin sends who has no session to an authentication operator: the only one there is, or the one that she chooses.
func (s *Service) begin(v *visit) answer {
	if _, err := resourceOf(v.face, v.request.URL); err != nil {
		return s.page(v, http.StatusNotFound, pageRefusal, map[string]string{"Text": "Cette page n'existe pas."})
	}
	if v.request.Method != http.MethodGet && v.request.Method != http.MethodHead || s.config.Bench.Profile.S.Flow == "idp-initiated" {
		return s.forbidden(v, "Aucune session n'est ouverte. Passez par votre opérateur d'authentification.")
	}
	target := v.request.URL.RequestURI()
	switch all := s.available(v); len(all) {
	case 0:
		return s.outage(v, Operator{}, errors.New("no operator is known and in force"))
	case 1:
		return s.policy.ask(v, all[0], target)
	default:
		to := url.URL{Path: v.face.base + discoveryPath, RawQuery: url.Values{"retour": {target}}.Encode()}
		h := http.Header{"Location": {to.String()}}
		noStore(h)
		return answer{Status: http.StatusSeeOther, Header: h}
	}
}

// discover lets a person choose her operator among those of the sphere, and no other (S14).
func (s *Service) discover(v *visit) answer {
	query := v.request.URL.Query()
	target, err := s.policy.target(v, query.Get("retour"))
	switch {
	case query.Get("retour") == "":
		target = v.face.base + appPath
	case err != nil:
		return s.forbidden(v, "L'adresse de retour n'est pas une page de ce service.") // S14-N2
	}
	chosen := query.Get("operator")
	if chosen == "" {
		return s.choices(v, target)
	}
	operator, ok := s.policy.chooses(v, chosen)
	if !ok {
		return s.forbidden(v, "L'opérateur choisi n'est pas un opérateur d'authentification de la sphère.") // S14-N1
	}
	return s.policy.ask(v, operator, target)
}

// listed returns the operator of that name among those that may be chosen.
func listed(v *visit, organism string) (Operator, bool) {
	for _, o := range v.service.available(v) {
		if o.Organism == organism {
			return o, true
		}
	}
	return Operator{}, false
}

// choice is one line of the page of discovery.
type choice struct{ Title, Address string }

// choices is the page of discovery.
func (s *Service) choices(v *visit, target string) answer {
	all := s.available(v)
	if len(all) == 0 {
		return s.outage(v, Operator{}, errors.New("no operator is known and in force"))
	}
	var lines []choice
	for _, o := range all {
		organism, _ := s.config.Bench.Convention.Organism(o.Organism)
		query := url.Values{"operator": {o.Organism}, "retour": {target}}
		lines = append(lines, choice{organism.Title(), v.face.base + discoveryPath + "?" + query.Encode()})
	}
	return s.render(v, http.StatusOK, pageDiscovery, map[string]any{"Choices": lines})
}

// ask sends the browser to an operator with an AuthnRequest. The operator is called first: what cannot be reached has
// a message of its own, and no browser is sent there (S17).
func ask(v *visit, o Operator, target string) answer {
	s := v.service
	if err := s.reach(v.request.Context(), o.SSO); err != nil {
		return s.policy.outage(v, o, target, err)
	}
	return s.redirect(v, o, target)
}

// redirect makes the AuthnRequest and the answer that carries it.
func (s *Service) redirect(v *visit, o Operator, target string) answer {
	browser, cookies, err := s.binding(v)
	var out sso.Outgoing
	if err == nil {
		out, err = s.request(v, o, pending{face: v.face.service.Name, target: target, browser: browser})
	}
	if err != nil {
		return s.unavailable(v, err)
	}
	h := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	for _, k := range cookies {
		h.Add("Set-Cookie", k.String())
	}
	noStore(h)
	if out.Binding == sso.BindingRedirect {
		h.Set("Location", out.URL())
		return answer{Status: http.StatusSeeOther, Header: h}
	}
	h.Set("Content-Security-Policy", sso.PagePolicy())
	return answer{Status: http.StatusOK, Header: h, Body: out.Page()}
}

// binding returns what ties a request to the browser of a visit, and the cookie that it needs.
func (s *Service) binding(v *visit) (string, []*http.Cookie, error) {
	if k, err := v.request.Cookie(cookieRequest); err == nil && len(k.Value) == secretLength {
		return k.Value, nil, nil
	}
	value, err := newSecret(bench.Entropy())
	if err != nil {
		return "", nil, err
	}
	k := &http.Cookie{Name: cookieRequest, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode}
	return value, []*http.Cookie{k}, nil
}

// request makes an AuthnRequest, and remembers it.
func (s *Service) request(v *visit, o Operator, p pending) (sso.Outgoing, error) {
	signer, err := s.signer()
	if err != nil {
		return sso.Outgoing{}, err
	}
	id, err := bench.NewID(s.ids)
	if err != nil {
		return sso.Outgoing{}, err
	}
	p.request = sso.AuthnRequest{
		ID: id, Issuer: v.face.service.Audience, Destination: o.SSO, ACS: s.ACS(v.face.service.Name), IssueInstant: v.now,
		Classes: s.classes(v.face.service), ForceAuthn: v.insists,
	}
	p.until = v.now.Add(requestLimit)
	sending := sso.Sending{
		Binding: s.config.Binding, Signer: &signer, Credential: s.config.Bench.PKI.Credential, Rand: bench.Entropy(), Now: v.now,
	}
	s.altering.request(&p.request, &sending)
	if err := s.requests.keep(p, v.now); err != nil {
		return sso.Outgoing{}, err
	}
	return p.request.Send(sending)
}

// classes are those that a service accepts, weakest first: from its minimum level on (S07).
func (s *Service) classes(service interops.Service) []string {
	least := s.config.Bench.Profile.Rank(service.MinimumLevel)
	var classes []string
	for rank, level := range s.config.Bench.Profile.Levels {
		if rank >= least && level.Class != "" {
			classes = append(classes, level.Class)
		}
	}
	return classes
}

// outage says clearly that an operator cannot be used now, and leaves a trace of it (S17).
func (s *Service) outage(v *visit, o Operator, cause error) answer {
	s.config.Log.Warn("opérateur indisponible", "requete", v.id, "operateur", o.Organism, "cause", cause.Error())
	organism, _ := s.config.Bench.Convention.Organism(o.Organism)
	v.judged.VI = interops.VI{Issuer: organism.Issuer, Audiences: [][]string{{v.face.service.Audience}}}
	v.decision = interops.Rejected
	s.note(v, "app:OperateurIndisponible")
	text := "Aucun opérateur d'authentification n'est disponible."
	if o.Organism != "" {
		text = "L'opérateur d'authentification " + organism.Title() + " ne répond pas."
	}
	return s.page(v, http.StatusServiceUnavailable, pageRefusal, map[string]string{"Text": text + " Revenez plus tard."})
}

// alterings change the messages that the receiver sends: the faults that a judge of an operator plays.
type alterings struct {
	mu     sync.Mutex
	authn  func(*sso.AuthnRequest, *sso.Sending)
	logout func(*sso.LogoutRequest, *sso.Sending)
}

func (a *alterings) request(r *sso.AuthnRequest, s *sso.Sending) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.authn != nil {
		a.authn(r, s)
	}
}

func (a *alterings) ending(r *sso.LogoutRequest, s *sso.Sending) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.logout != nil {
		a.logout(r, s)
	}
}

// AlterRequests changes each AuthnRequest before it leaves, until it is called again; nil leaves them honest.
func (s *Service) AlterRequests(change func(*sso.AuthnRequest, *sso.Sending)) {
	s.altering.mu.Lock()
	defer s.altering.mu.Unlock()
	s.altering.authn = change
}

// AlterLogouts changes each LogoutRequest before it leaves, until it is called again; nil leaves them honest.
func (s *Service) AlterLogouts(change func(*sso.LogoutRequest, *sso.Sending)) {
	s.altering.mu.Lock()
	defer s.altering.mu.Unlock()
	s.altering.logout = change
}
