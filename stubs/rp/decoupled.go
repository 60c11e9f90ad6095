package rp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"etalon/internal/bench"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// waiting is a request of decoupled authentication.
type waiting struct {
	oidc.CIBAAnswer
	person mssante.IdNat
	opened *session
}

// decoupled asks Pro Santé Connect to authenticate a professional elsewhere (CIBA §7.1), and waits for it behind the page.
func (s *Service) decoupled(r *http.Request) answer {
	if err := r.ParseForm(); err != nil {
		return s.say(http.StatusBadRequest, "Demande illisible", "Recommencez.")
	}
	person := mssante.IdNat(r.PostForm.Get(FieldPerson))
	if !person.IsPerson() {
		return s.say(http.StatusBadRequest, "Identifiant inconnu", "Donnez l'identifiant national d'un professionnel.")
	}
	message, err := s.draw()
	if err != nil {
		return s.trouble("pas de tirage", err)
	}
	message = message[:4]
	w, err := s.demand(r.Context(), person, message)
	if err != nil {
		return s.refuse(err)
	}
	w.opened = &session{person: person, waiting: true}
	s.polls.Go(func() { s.wait(w) })
	return s.seat(s.say(http.StatusAccepted, "En attente", "Approuvez la demande "+message+" sur votre application."), w.opened)
}

// demand sends the request.
func (s *Service) demand(ctx context.Context, person mssante.IdNat, message string) (*waiting, error) {
	p, err := s.provider(ctx)
	if err != nil {
		return nil, err
	}
	form := url.Values{"scope": {strings.Join(s.policy.scopes, " ")}, "login_hint": {string(person)}, "channel": {"CARD"}}
	for name, value := range s.policy.parameters {
		if name != "max_age" {
			form.Set(name, value)
		}
	}
	if !s.policy.noBinding {
		form.Set("binding_message", message)
	}
	w := &waiting{person: person}
	return w, s.post(ctx, p.told.CIBA, form, &w.CIBAAnswer)
}

// post asks a service of Pro Santé Connect something as its client. A refusal is an *oidc.Error.
func (s *Service) post(ctx context.Context, address string, form url.Values, into any) error {
	if s.byCertificate() {
		form.Set("client_id", s.config.ClientID)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if !s.byCertificate() {
		request.SetBasicAuth(url.QueryEscape(s.config.ClientID), url.QueryEscape(s.config.Secret))
	}
	answer, err := s.link.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		refused := &oidc.Error{Status: answer.StatusCode}
		_ = json.Unmarshal(raw, refused) // a refusal without words is one
		return refused
	}
	return json.Unmarshal(raw, into)
}

// slower is what slow_down adds to the interval (CIBA §11).
const slower = 5 * time.Second

// wait polls until the person has decided, or the request is over (PSC-24, PSC-25).
func (s *Service) wait(w *waiting) {
	interval := time.Duration(max(w.Interval, 1)) * time.Second
	if s.policy.hasty > 0 {
		interval = s.policy.hasty
	}
	over, cancel := context.WithTimeout(s.ctx, time.Duration(w.Expires)*time.Second)
	defer cancel()
	for bench.Sleep(over, interval) == nil {
		err := s.poll(over, w)
		var refused *oidc.Error
		switch {
		case err == nil:
			return
		case !errors.As(err, &refused):
			s.config.Log.Warn("attente abandonnée", "cause", err.Error())
			return
		case refused.Code == oidc.AuthorizationPending:
		case refused.Code == oidc.SlowDown:
			if !s.policy.deaf {
				interval += slower
			}
		case !s.policy.stubborn:
			return
		}
	}
}

// poll asks for the outcome, and opens the session when it is there (PSC-26).
func (s *Service) poll(ctx context.Context, w *waiting) error {
	p, err := s.provider(ctx)
	if err != nil {
		return err
	}
	var given oidc.TokenAnswer
	if err := s.post(ctx, p.told.Token, url.Values{"grant_type": {oidc.GrantCIBA}, "auth_req_id": {w.ID}}, &given); err != nil {
		return err
	}
	tokens := (&oauth2.Token{AccessToken: given.Access, RefreshToken: given.Refresh, ExpiresIn: int64(given.Expires), TokenType: given.Type}).
		WithExtra(map[string]any{"id_token": given.ID})
	opened, err := s.admitted(ctx, p, tokens, expected{person: w.person})
	if err == nil {
		err = s.confirmed(ctx, p, tokens, opened)
	}
	if err != nil {
		return fmt.Errorf("poll: %w", err)
	}
	w.opened.mu.Lock()
	defer w.opened.mu.Unlock()
	w.opened.subject, w.opened.name, w.opened.waiting = opened.subject, opened.name, false
	w.opened.person = opened.person
	w.opened.keep(tokens, given.ID, s.now())
	return nil
}
