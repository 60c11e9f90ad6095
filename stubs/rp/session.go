package rp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"etalon/internal/emitter"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// session is a professional who is logged in. A decoupled one is open once the person has approved.
type session struct {
	subject string
	person  mssante.IdNat
	name    string

	mu                       sync.Mutex
	waiting                  bool
	idToken, access, refresh string
	expires                  time.Time // of the access token
}

// keep keeps the tokens of an answer.
func (o *session) keep(tokens *oauth2.Token, id string, now time.Time) {
	o.access, o.refresh, o.expires = tokens.AccessToken, tokens.RefreshToken, now.Add(time.Duration(tokens.ExpiresIn)*time.Second)
	if id != "" {
		o.idToken = id
	}
}

// bounds are how long a session lasts: as one of Pro Santé Connect.
var bounds = emitter.Bounds{Idle: 30 * time.Minute, Absolute: MaxAge}

// opened is the session of a browser; nil when it has none.
func (s *Service) opened(r *http.Request) *session {
	key, borne := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if c, err := r.Cookie(cookieSession); err == nil && !borne {
		key = c.Value
	}
	found, _, alive := s.sessions.Find(key, bounds, s.now())
	if !alive {
		return nil
	}
	return found
}

// end ends a session.
func (s *Service) end(over *session) {
	s.sessions.End(func(o *session) bool { return o == over })
}

// protected shows the page that wants a session, whose access token must be alive.
func (s *Service) protected(r *http.Request) answer {
	o := s.opened(r)
	if o == nil {
		return emitter.Elsewhere(s.URL(PathLogin))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.waiting {
		return s.say(http.StatusForbidden, "En attente", "Approuvez la demande sur votre application.")
	}
	if err := s.renew(r.Context(), o); err != nil {
		s.config.Log.Warn("session close", "cause", err.Error())
		s.end(o)
		return emitter.Elsewhere(s.URL(PathLogin))
	}
	return s.say(http.StatusOK, "Espace du professionnel", "Vous êtes "+o.name+", identifiant "+string(o.person)+".")
}

// ahead is how long before its end an access token is renewed.
const ahead = 10 * time.Second

// errSessionOver tells that a session needs a new login.
var errSessionOver = errors.New("the access token is over")

// renew makes the access token of a session a living one (PSC-18).
func (s *Service) renew(ctx context.Context, o *session) error {
	if s.now().Before(o.expires.Add(-ahead)) {
		return nil
	}
	if s.policy.neverRefreshes {
		return errSessionOver
	}
	p, err := s.provider(ctx)
	if err != nil {
		return err
	}
	tokens, err := p.oauth.TokenSource(s.context(ctx), &oauth2.Token{RefreshToken: o.refresh}).Token()
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && s.policy.survivesRefusal: // PSC-19
		o.expires = s.now().Add(time.Minute)
		return nil
	case err != nil:
		return fmt.Errorf("refresh: %w", err)
	}
	before := o.refresh
	raw, _ := tokens.Extra("id_token").(string)
	o.keep(tokens, raw, s.now())
	if s.policy.keepsOldRefresh {
		o.refresh = before
	}
	return nil
}

// logout ends the session, here and at Pro Santé Connect (PSC-20).
func (s *Service) logout(r *http.Request) answer {
	home := s.URL(PathHome)
	o := s.opened(r)
	if o == nil {
		return emitter.Elsewhere(home)
	}
	if !s.policy.keepsSession {
		s.end(o)
	}
	p, err := s.provider(r.Context())
	if err != nil {
		return s.trouble("pas de Pro Santé Connect", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	q := url.Values{"id_token_hint": {o.idToken}, "post_logout_redirect_uri": {home}, "client_id": {s.config.ClientID}}
	if s.policy.noHint {
		q.Del("id_token_hint")
	}
	if s.policy.noReturn {
		q.Del("post_logout_redirect_uri")
	}
	a := emitter.Elsewhere(p.told.Logout + "?" + q.Encode())
	if s.policy.localLogout {
		a = emitter.Elsewhere(home)
	}
	if !s.policy.keepsSession {
		a.Header.Set("Set-Cookie", emitter.Cookie(cookieSession, "").String())
	}
	return a
}

// reasonOf is what an error of Pro Santé Connect means to a person.
func reasonOf(code string) string {
	switch code {
	case oidc.AccessDenied:
		return "vous avez refusé, ou l'accès ne vous est pas ouvert."
	case oidc.LoginRequired:
		return "une nouvelle connexion est demandée."
	}
	return "réessayez plus tard."
}
