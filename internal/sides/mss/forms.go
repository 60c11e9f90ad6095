package mss

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/stubs/psc"
)

// form makes an XOAUTH2 response from a mailbox, a token that opens it, and another's mailbox.
type form func(user, token, other string) mail.Login

// forms are those that features name. The good ones take the way of the norm, whatever the operator is used to.
var forms = map[string]form{
	"initiale":        func(user, token, _ string) mail.Login { return mail.XOAUTH2(user, token) },
	"longueur-reelle": func(user, token, _ string) mail.Login { return mail.XOAUTH2(user, token) },
	"deux-temps":      func(user, token, _ string) mail.Login { return mail.XOAUTH2(user, token).InTwoSteps() },
	"minuscules": func(user, token, _ string) mail.Login {
		l := mail.XOAUTH2(user, token)
		l.Mechanism = strings.ToLower(l.Mechanism)
		return l
	},
	// Who skips what is no base64 lets the rest in.
	"hors-base64": func(user, token, _ string) mail.Login {
		l := mail.XOAUTH2(user, token)
		l.Encoded = "!!!" + base64.StdEncoding.EncodeToString(l.Response)
		return l
	},
	"20-ko": oversize(20 << 10), "1-mo": oversize(1 << 20),
	"vide": malformedForm("empty"), "espace": malformedForm("inner-space"), "remplissage": malformedForm("wrong-padding"),
	"sans-fin": malformedForm("no-end"), "demi-fin": malformedForm("half-end"), "sans-boite": malformedForm("no-user"), "sans-jeton": malformedForm("no-auth"),
	"schema-basic": malformedForm("scheme-basic"), "schema-mac": malformedForm("scheme-mac"),
	"deux-boites": malformedForm("two-users"), "deux-boites-inversees": malformedForm("two-users-reversed"),
	"nul": malformedForm("nul-in-user"), "fin-de-ligne": malformedForm("line-end-in-user"),
}

// malformedForm is one of mail's malformations.
func malformedForm(name string) form {
	all := mail.Malformations()
	return all[slices.IndexFunc(all, func(m mail.Malformation) bool { return m.Name == name })].Make
}

// oversize is a response of about so many octets that holds nothing.
func oversize(octets int) form {
	encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", octets*3/4)))
	return func(string, string, string) mail.Login { return mail.Login{Mechanism: "XOAUTH2", Encoded: encoded} }
}

// presentsForm presents a response of a form, as the trial.
func presentsForm(ctx context.Context, p *part, word string) error {
	made, ok := forms[word]
	if !ok {
		return fmt.Errorf("form %q of a response: no such word", word)
	}
	s := p.side
	token, err := p.mint(s.honest(s.habit.person))
	if err == nil && word == "longueur-reelle" {
		token, err = p.mint(s.lengthened(token))
	}
	if err != nil {
		return err
	}
	l := made(s.habit.box.Address, token.Token, s.another().Address)
	p.line.encoded = l.Encoded
	trial := opening{label: labelTrial, box: s.habit.box.Address, token: token, login: &l}
	if !slices.Contains(goodForms, word) {
		_, err = p.open(ctx, trial)
		return err
	}
	return p.opensAtLast(ctx, trial)
}

// goodForms are to be accepted.
var goodForms = []string{"initiale", "deux-temps", "minuscules", "longueur-reelle"}

// goodTries is how often a good response is tried: an operator may be full for a moment, and say no more than that it
// refuses.
const goodTries = 3

// opensAtLast opens a mailbox as the trial, and tries again where it is refused.
func (p *part) opensAtLast(ctx context.Context, o opening) error {
	for n := 1; ; n++ {
		a, err := p.open(ctx, o)
		if err != nil || a.accepted() || n == goodTries {
			return err
		}
		if err := bench.Sleep(ctx, pauseBetween); err != nil {
			return err
		}
	}
}

// realLength is that of an access token of the sandbox of Pro Santé Connect.
const realLength = 1223

// lengthened is the order of an honest token as long as a real one.
func (s *Side) lengthened(short psc.Minted) psc.Order {
	o := s.honest(s.habit.person)
	if missing := realLength - len(short.Token); missing > 0 {
		nonce, _ := short.Claims["nonce"].(string)
		o.Claims = maps.Clone(o.Claims)
		if o.Claims == nil {
			o.Claims = map[string]any{}
		}
		o.Claims["nonce"] = nonce + strings.Repeat("0", (missing*3+3)/4) // base64url makes four characters of three
	}
	return o
}

// another is a mailbox that the person of the controls does not open, and that a token of somebody else does; an empty
// one when none is declared.
func (s *Side) another() candidate.Mailbox {
	for _, b := range s.openable() {
		if !b.OpensTo(s.habit.person) {
			return b
		}
	}
	return candidate.Mailbox{}
}

// presentsExpired presents an expired token, and then gives up or keeps silent.
func presentsExpired(then mail.Reaction, patient bool) func(ctx context.Context, p *part) error {
	return func(ctx context.Context, p *part) error {
		s := p.side
		o := s.honest(s.habit.person)
		o.Fault = faultExpired
		token, err := p.mint(o)
		if err != nil {
			return err
		}
		l := s.login(s.habit.box.Address, token.Token)
		l.Then = then
		trial := opening{label: labelTrial, box: s.habit.box.Address, token: token, login: &l}
		if patient {
			trial.wait = s.waits.silence
		}
		_, err = p.open(ctx, trial)
		return err
	}
}

// faultExpired is an honest token that has been out of date for an hour.
const faultExpired = "psctoken-expired-1h"
