package lps

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/oidc"
)

// session is what Pro Santé Connect gave for a person.
type session struct {
	endpoints              oidc.Discovery
	access, refresh, id    string
	expires, began, lately time.Time
}

// The times of a session (seed 002), and how long before its end a token is changed for another.
const (
	idleLimit  = 15 * time.Minute
	totalLimit = 4 * time.Hour
	early      = 10 * time.Second
)

// errSignIn tells that the person must sign in.
var errSignIn = errors.New("la session est terminée : identifiez-vous de nouveau")

func (p *Program) now() time.Time { return p.config.Bench.Clock.Now() }

// tick ends a session that has lasted long enough.
func (p *Program) tick(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire(ctx)
}

func (p *Program) expire(ctx context.Context) {
	s := p.session
	if s == nil {
		return
	}
	idle := p.now().Sub(s.lately) >= idleLimit && !p.policy.neverIdle
	over := p.now().Sub(s.began) >= totalLimit && !p.policy.neverOver
	if idle || over {
		p.endSession(ctx)
	}
}

// endSession takes leave of Pro Santé Connect and of the mailbox.
func (p *Program) endSession(ctx context.Context) {
	s := p.session
	p.session = nil
	p.hangUp()
	if s == nil {
		return
	}
	if _, err := p.post(ctx, s.endpoints.Logout, url.Values{"id_token_hint": {s.id}, "client_id": {p.config.Client}}); err != nil {
		p.log("fin de session : " + err.Error())
	}
}

// client speaks to Pro Santé Connect, and follows nothing.
func (p *Program) client() *http.Client {
	return bench.Link{Roots: p.config.Bench.RootPool(), Patience: p.config.Patience, Stays: true}.Client()
}

// maxAnswer bounds what Pro Santé Connect says.
const maxAnswer = 1 << 20

// said is an answer of Pro Santé Connect.
type said struct {
	status   int
	location string
	body     []byte
}

// post posts a form.
func (p *Program) post(ctx context.Context, to string, form url.Values) (said, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return said{}, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasSuffix(to, oidc.PathToken) {
		request.SetBasicAuth(url.QueryEscape(p.config.Client), url.QueryEscape(p.config.Secret))
	}
	response, err := p.client().Do(request)
	if err != nil {
		return said{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return said{response.StatusCode, response.Header.Get("Location"), body}, err
}

// The fields of the form of Pro Santé Connect.
const (
	fieldName   = "identifiant"
	fieldSecret = "secret"
)

// redirect is where the browser comes back.
const redirect = "http://127.0.0.1/callback"

// signIn has the person sign in: the page of Pro Santé Connect in a browser, whose form is filled in.
func (p *Program) signIn(ctx context.Context, g Gesture) error {
	if g.Identity == "" {
		return errSignIn
	}
	endpoints := oidc.NewDiscovery(strings.TrimSuffix(g.Issuer, oidc.PathRealm))
	page, err := p.post(ctx, endpoints.Authorization, url.Values{
		"response_type": {"code"}, "client_id": {p.config.Client}, "redirect_uri": {redirect}, "scope": {"openid scope_all"}, "acr_values": {"eidas1"},
		"state": {"etat"}, "nonce": {"une-fois"}, fieldName: {g.Identity}, fieldSecret: {g.Secret},
	})
	if err != nil {
		return fmt.Errorf("s'identifier : %w", err)
	}
	back, err := url.Parse(page.location)
	if err != nil || back.Query().Get("code") == "" {
		return fmt.Errorf("s'identifier : Pro Santé Connect répond %d", page.status)
	}
	p.session = &session{endpoints: endpoints, began: p.now()}
	err = p.obtain(ctx, url.Values{"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {redirect}})
	if err != nil {
		p.session = nil
	}
	return err
}

// obtain asks for tokens.
func (p *Program) obtain(ctx context.Context, form url.Values) error {
	s := p.session
	a, err := p.post(ctx, s.endpoints.Token, form)
	if err != nil {
		return fmt.Errorf("demander un jeton : %w", err)
	}
	var given oidc.TokenAnswer
	if a.status != http.StatusOK || json.Unmarshal(a.body, &given) != nil || given.Access == "" {
		return fmt.Errorf("demander un jeton : Pro Santé Connect répond %d", a.status)
	}
	s.refresh, s.id = given.Refresh, given.ID
	s.access, s.expires = given.Access, p.now().Add(time.Duration(given.Expires)*time.Second)
	if p.policy.storesToken {
		p.log("jeton " + given.Access)
	}
	if p.policy.logsDigest {
		head, _, _ := strings.Cut(given.Access, ".")
		p.log(fmt.Sprintf("jeton %s.… %x", head, sha256.Sum256([]byte(given.Access))))
	}
	return nil
}

// renew changes the tokens for others. A refusal ends the session (ECO.1.2.6).
func (p *Program) renew(ctx context.Context, g Gesture) error {
	s := p.session
	before := s.access
	if p.policy.asksAgain {
		p.session = nil
		return p.signIn(ctx, g)
	}
	err := p.obtain(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {s.refresh}})
	if p.policy.keepsOldToken {
		s.access = before
	}
	if err == nil {
		return nil
	}
	if !p.policy.keepsSession {
		p.session = nil
		p.hangUp()
	}
	return p.signIn(ctx, g)
}

// token is an access token that lives, of a session that may be begun.
func (p *Program) token(ctx context.Context, g Gesture) (string, error) {
	p.expire(ctx)
	if p.session == nil {
		if err := p.signIn(ctx, g); err != nil {
			return "", err
		}
	}
	p.session.lately = p.now()
	if !p.now().Before(p.session.expires.Add(-early)) && !p.policy.neverRenews {
		if err := p.renew(ctx, g); err != nil {
			return "", err
		}
	}
	return p.session.access, nil
}
