package mss

import (
	"context"
	"strconv"
	"strings"

	"etalon/internal/mail"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// oneSource wants the last two logins not to have both gone through: one was good by the name of the user alone, the
// other by the SubjectNameID alone.
func oneSource(_ context.Context, p *part) error {
	if len(p.attempts) < 2 {
		return p.Cannot(verdict.ReasonNoMessage, "deux connexions")
	}
	p.Checked()
	named, introspected := p.attempts[len(p.attempts)-2], p.attempts[len(p.attempts)-1]
	if named.entered() && introspected.entered() {
		p.Sees(p.Own("identities-united", "preferred_username | SubjectNameID", "preferred_username + SubjectNameID", append(p.proof(named), p.proof(introspected)...)...))
	}
	return nil
}

// refusedOrAsked wants the last login refused, or the operator to have asked introspection about its token (TOK-26).
func refusedOrAsked(ctx context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	if len(p.side.provider.Asked(psc.EndpointIntrospection, a.token.Token)) > 0 {
		p.Checked()
		return nil
	}
	return refused(ctx, p)
}

// answered wants an answer to the last login, or its connection closed.
func answered(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if a.result.Outcome == mail.Unanswered || a.result.Outcome == mail.Unknown {
		p.Sees(p.Own("login-unanswered", wantAccepted+", "+wantRefused, a.told(), p.proof(a)...))
	}
	return nil
}

// trapAvoided wants nobody to have followed the address that the token bears.
func trapAvoided(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	entries := p.side.provider.Journal(func(e psc.Entry) bool {
		return e.Endpoint == psc.EndpointTrap && strings.HasSuffix(e.Path, "/"+p.mark())
	})
	if len(entries) > 0 {
		p.Sees(p.Own("address-followed", "0", strconv.Itoa(len(entries)), append(p.proof(a), p.entries(entries))...))
	}
	return nil
}
