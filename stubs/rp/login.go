package rp

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"etalon/internal/emitter"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// Names of the cookies: of a session, and of a browser that has asked to log in.
const (
	cookieSession = "service"
	cookieBrowser = "demande"
)

// request is a login under way.
type request struct {
	browser, nonce, verifier string
	at                       time.Time
}

// requestLife bounds a login under way, and maxRequests how many there are.
const (
	requestLife = 10 * time.Minute
	maxRequests = 1 << 12
)

// draw draws a value that nobody can guess.
func (s *Service) draw() (string, error) {
	var raw [24]byte
	if _, err := io.ReadFull(s.ids, raw[:]); err != nil {
		return "", fmt.Errorf("draw secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw[:]), nil
}

// login sends the browser to Pro Santé Connect.
func (s *Service) login(r *http.Request) answer {
	p, err := s.provider(r.Context())
	if err != nil {
		return s.trouble("pas de Pro Santé Connect", err)
	}
	asked, state, err := s.ask(r)
	if err != nil {
		return s.trouble("pas de tirage", err)
	}
	a := emitter.Elsewhere(p.oauth.AuthCodeURL(state, s.options(asked)...))
	a.Header.Set("Set-Cookie", emitter.Cookie(cookieBrowser, asked.browser).String())
	return a
}

// ask remembers a login that begins in a browser.
func (s *Service) ask(r *http.Request) (asked *request, state string, err error) {
	asked = &request{verifier: oauth2.GenerateVerifier(), at: s.now()}
	for _, to := range []*string{&asked.browser, &asked.nonce, &state} {
		if *to, err = s.draw(); err != nil {
			return nil, "", err
		}
	}
	if c, err := r.Cookie(cookieBrowser); err == nil && c.Value != "" {
		asked.browser = c.Value // several tabs of one browser may log in
	}
	if s.policy.fixedState {
		state = "etat"
	}
	if s.policy.fixedNonce {
		asked.nonce = "nonce"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for old, q := range s.requests {
		if s.now().Sub(q.at) > requestLife || len(s.requests) >= maxRequests {
			delete(s.requests, old)
		}
	}
	s.requests[s.place(state, asked.browser)] = asked
	if s.policy.noState {
		return asked, "", nil
	}
	return asked, state, nil
}

// options are the parameters of the authorization request (§6).
func (s *Service) options(asked *request) []oauth2.AuthCodeOption {
	var all []oauth2.AuthCodeOption
	for name, value := range s.policy.parameters {
		all = append(all, oauth2.SetAuthURLParam(name, value))
	}
	if !s.policy.noNonce {
		all = append(all, coreos.Nonce(asked.nonce))
	}
	switch {
	case s.policy.plainProof:
		all = append(all, oauth2.SetAuthURLParam("code_challenge_method", oidc.ChallengePlain), oauth2.SetAuthURLParam("code_challenge", asked.verifier))
	case !s.policy.noProof:
		all = append(all, oauth2.S256ChallengeOption(asked.verifier))
	}
	return all
}

// The refusals of a login.
var (
	errState    = errors.New("le retour n'est pas celui d'une demande de ce navigateur")
	errProvider = errors.New("le retour n'est pas celui de Pro Santé Connect")
)

// callback takes the browser back from Pro Santé Connect.
func (s *Service) callback(r *http.Request) answer {
	q := r.URL.Query()
	asked, err := s.asked(r, q)
	if err == nil {
		err = s.answered(q)
	}
	if err != nil {
		return s.refuse(err)
	}
	if q.Has("error") {
		return s.denied(q)
	}
	opened, err := s.enter(r.Context(), asked, q.Get("code"))
	if err != nil {
		return s.refuse(err)
	}
	a := emitter.Elsewhere(s.URL(PathProtected))
	return s.seat(a, opened)
}

// asked finds the request that the browser comes back from, and forgets it (PSC-03).
func (s *Service) asked(r *http.Request, q url.Values) (*request, error) {
	browser := ""
	if c, err := r.Cookie(cookieBrowser); err == nil {
		browser = c.Value
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	place := s.place(q.Get("state"), browser)
	asked, there := s.requests[place]
	if !there && (s.policy.anyState || s.policy.noState) {
		for _, other := range s.requests {
			if other.browser == browser && (asked == nil || other.at.After(asked.at)) {
				asked, there = other, true
			}
		}
	}
	same := there && subtle.ConstantTimeCompare([]byte(asked.browser), []byte(browser)) == 1
	if !there || !same && !s.policy.anyBrowser || s.now().Sub(asked.at) > requestLife {
		return nil, errState
	}
	delete(s.requests, place)
	return asked, nil
}

// place is where a request is kept: by its state, which is nobody else's, unless all have the same.
func (s *Service) place(state, browser string) string {
	if s.policy.fixedState {
		return browser
	}
	return state
}

// answered wants the answer to be Pro Santé Connect's (RFC 9207, PSC-12).
func (s *Service) answered(q url.Values) error {
	if q.Get("iss") != s.config.Issuer && !s.policy.anyAnswerer {
		return errProvider
	}
	return nil
}

// denied tells that Pro Santé Connect let nobody in (PSC-14).
func (s *Service) denied(q url.Values) answer {
	switch {
	case s.policy.asksAgainOnDenial:
		return emitter.Elsewhere(s.URL(PathLogin))
	case s.policy.crashesOnDenial:
		return crash(errors.New("callback: " + q.Get("error")))
	case s.policy.blankOnDenial:
		return answer{Status: http.StatusOK, Header: emitter.PageHeader(emitter.PagePolicy)}
	}
	return s.say(http.StatusForbidden, "Connexion refusée", "Pro Santé Connect n'a pas ouvert de session : "+reasonOf(q.Get("error")))
}

// enter exchanges a code and checks what it gives.
func (s *Service) enter(ctx context.Context, asked *request, code string) (*session, error) {
	p, err := s.provider(ctx)
	if err != nil {
		return nil, err
	}
	var proof []oauth2.AuthCodeOption
	if !s.policy.noProof {
		proof = append(proof, oauth2.VerifierOption(asked.verifier))
	}
	tokens, err := p.oauth.Exchange(s.context(ctx), code, proof...)
	if err != nil {
		return nil, fmt.Errorf("exchange code: %w", err)
	}
	opened, err := s.admitted(ctx, p, tokens, expected{nonce: asked.nonce, age: MaxAge})
	if err != nil {
		return nil, err
	}
	return opened, s.confirmed(ctx, p, tokens, opened)
}

// confirmed wants userinfo to tell of the same person (PSC-21).
func (s *Service) confirmed(ctx context.Context, p *provider, tokens *oauth2.Token, opened *session) error {
	info, err := p.UserInfo(s.context(ctx), oauth2.StaticTokenSource(tokens))
	if err != nil {
		return fmt.Errorf("read userinfo: %w", err)
	}
	if info.Subject != opened.subject && !s.policy.anyUserInfo {
		return fmt.Errorf("read userinfo: another person than the ID token's")
	}
	var said map[string]any
	if err := info.Claims(&said); err != nil {
		return fmt.Errorf("read userinfo: %w", err)
	}
	opened.name, _ = said["family_name"].(string)
	if name, ok := said["preferred_username"].(string); ok && s.policy.anyUserInfo {
		opened.person = mssante.IdNat(name)
	}
	if s.policy.strictUserInfo {
		return strict(said)
	}
	return nil
}

// knownFields are those of userinfo that a service without foresight has seen.
var knownFields = []string{
	"sub", "SubjectNameID", "preferred_username", "family_name", "given_name", "Secteur_Activite", "SubjectOrganization", "SubjectOrganizationID",
	"SubjectRole", "Mode_Acces_Raison", "Acces_Regulation_Medicale", "UITVersion", "Palier_Authentification", "PSI_Locale", "authMode", "otherIds",
	"SubjectRefPro",
}

// strict refuses fields that it does not know.
func strict(said map[string]any) error {
	for _, name := range knownFields {
		delete(said, name)
	}
	if len(said) > 0 {
		raw, _ := json.Marshal(said)
		return fmt.Errorf("read userinfo: unknown fields %.200s", raw)
	}
	return nil
}

// seat gives the browser a session that is open.
func (s *Service) seat(a answer, opened *session) answer {
	key, err := s.sessions.Open(opened, s.now())
	if err != nil {
		return s.trouble("pas de session", err)
	}
	a.Header.Add("Set-Cookie", emitter.Cookie(cookieSession, key).String())
	return a
}

// maxAge is MaxAge as a parameter.
func maxAge() string { return strconv.Itoa(int(MaxAge / time.Second)) }
