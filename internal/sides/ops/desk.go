package ops

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// tokenDesk is the authentication operator before an identification operator under test: it takes context tokens,
// whatever they are worth.
type tokenDesk struct {
	side *clientSide
	ours pki.Credential
	stop func() error
}

// Arm implements partner: the desk has no conduct.
func (d *tokenDesk) Arm(int, mutation.Conduct) {}

// Close implements partner.
func (d *tokenDesk) Close() error { return d.stop() }

// prepareI readies the persons and the operator to which they go once identified.
func (s *clientSide) prepareI() error {
	s.driver = &personDriver{run: s.run, declared: s.declared}
	credential, err := s.run.Bench.PKI.Credential(s.home.Name + "/tls")
	if err != nil {
		return err
	}
	listen := s.run.Candidate.Listen
	l, err := bench.Listen(listen.At(listen.Ports.Authentication))
	if err != nil {
		return fmt.Errorf("play authentication operator: %w", err)
	}
	d := &tokenDesk{side: s, ours: credential}
	d.stop = bench.Serve(tls.NewListener(l, pki.ServerConfig(credential, bench.Wall, nil)), d)
	s.partner = d
	return nil
}

// ServeHTTP takes a token.
func (d *tokenDesk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := d.side
	x := arrival{Method: r.Method, URL: r.URL.String(), Header: r.Header, TLS: r.TLS, Ours: d.ours, Started: bench.Wall(), Status: http.StatusOK}
	in, err := sso.Read(r)
	x.Body, x.Err = in.Raw, err
	b := s.run.Bench
	now := b.Clock.Now()
	judged := sso.VerifyContext(in, saml.ContextExpectation{
		Convention: b.Convention.Settled(), Profile: b.Profile, Operator: s.home.Name, Now: now, Trust: s.signerTrust(), Emitted: true,
	})
	x.carried = strings.Contains(string(in.Raw), sso.ParameterContext+"=")
	x.claimed, x.message, x.contextToken = asVI(judged.Token), judged.Raw, &judged.Token
	x.business, x.session = x.carried && judged.Raw != nil, judged.Token.NameID.Value
	x.judge = func() judgedVI { return judgedVI{x.claimed, judged.Findings, now, b.Profile.Skew()} }
	x.Answer = []byte("<!DOCTYPE html>\n<html lang=\"fr\"><title>Opérateur de TEST</title><p>Le jeton est parvenu à l'opérateur d'authentification.</p></html>\n")
	s.observe(x)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(x.Answer)
}

// asVI tells a context token in the words of a VI, by which emissions and traces are compared.
func asVI(t interops.ContextToken) interops.VI {
	return interops.VI{
		ID: t.ID, IssueInstant: t.IssueInstant, Issuer: t.Issuer, NameID: t.NameID, NotBefore: t.NotBefore, NotOnOrAfter: t.NotOnOrAfter,
		AuthnInstant: t.Instant, Audiences: [][]string{{t.Audience}}, Confirmation: interops.Confirmation{Recipient: t.Recipient},
	}
}

// identifying is what a candidate file says of an identification operator, as of a portal: the services are the
// authentication operators of the sphere.
func identifying(c *candidate.Candidate) *emitting {
	s := &c.Identification.S
	link := func(operator string) string {
		return strings.ReplaceAll(s.Identification, candidate.OperatorPlace, url.QueryEscape(operator))
	}
	p := &candidate.ClientP{
		Login: &s.Login, Link: link(s.Operator), Services: map[string]string{}, Browser: s.Browser,
		Carriage: candidate.Carriage{Transport: candidate.BrowserPost}, Choice: candidate.Choice{Service: s.Operator},
	}
	for _, m := range c.Convention.Settled().Sphere.Members {
		if m.Plays(interops.AuthenticationOperator) && m.Organism != s.Operator {
			p.Services[m.Organism] = link(m.Organism)
		}
	}
	return &emitting{People: c.Identification.People, Access: c.Identification.Access, P: p}
}

// operatorPlace finds the authentication operator that the features call by its part in the trial.
func (s *clientSide) operatorPlace(name string) (interops.Service, bool) {
	sphere, now := s.run.Bench.Convention.Settled().Sphere, bench.Wall()
	if name == "principal" {
		return s.home, true
	}
	for _, m := range sphere.Members {
		if _, reached := s.declared.P.Services[m.Organism]; !reached || m.Organism == s.declared.Organism {
			continue
		}
		gone := m.Left.After(m.Joined.Time) && !now.Before(m.Left.Time)
		refused := len(sphere.Unaccepting(m)) > 0
		if name == "retire" && gone || name == "nouveau" && refused {
			return interops.Service{Name: m.Organism}, true
		}
	}
	return interops.Service{}, false
}

// identificationUsers are the persons whom an identification operator can identify.
func (s *clientSide) identificationUsers() []candidate.User { return s.declared.Unentitled("") }

// contextRules are the rules that each part of a context token looks at.
var contextRules = map[string][]string{
	"identite":     {"context-nameid-absent"},
	"moyen":        {"context-method-absent", "context-method-other"},
	"niveau":       {"context-level-absent", "context-level-other"},
	"instant":      {"context-instant-absent", "context-instant-future", "context-instant-too-old"},
	"destinataire": {"context-audience-absent", "context-audience-other", "context-recipient-absent", "context-recipient-other"},
	"validite":     {"context-window-absent", "context-window-too-long", "context-expired", "context-not-yet-valid"},
	"signature": {
		"context-signature-absent", "context-signature-invalid", "context-signer-untrusted", "context-signer-other", "context-wrapped",
	},
	"cle": {"context-key-weak"},
}

// tokenTells compares a token with what was established about the person (C02).
func (w *World) tokenTells(e emission) []verdict.Finding {
	t := e.exchange.contextToken
	if t == nil {
		return nil
	}
	user, profile := e.call.user, w.profile()
	var found []verdict.Finding
	differ := func(want, got string) {
		found = append(found, w.Own("context-identification-other", want, got, e.call.evidence()...))
	}
	if t.NameID.Value != "" && t.NameID.Value != user.ID {
		differ(user.ID, t.NameID.Value)
	}
	if rank := profile.RankOfClass(user.Class); rank >= 0 && t.Level != "" && profile.Rank(t.Level) != rank {
		differ(profile.Levels[rank].Name, t.Level)
	}
	if off := t.Instant.Sub(user.AuthnInstant).Abs(); !t.Instant.IsZero() && off > w.client.side.exactness() {
		differ(user.AuthnInstant.UTC().Format(time.RFC3339), t.Instant.UTC().Format(time.RFC3339))
	}
	return found
}
