package lps

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/operator"
)

// linkOutcomes are what must be seen of the link and of the login (LPS-01 to LPS-23).
func linkOutcomes() []scenario.Step {
	return []scenario.Step{
		stepOf(`le logiciel s'est authentifié en (IMAP|SMTP)`, authenticated),
		step(`le logiciel n'a présenté aucun jeton`, presentedNothing),
		step(`le logiciel n'offre aucune suite faible`, offersSound),
		step(`le logiciel a suivi l'ordre TLS, capacités, XOAUTH2`, keptOrder),
		step(`la réponse XOAUTH2 du logiciel est exacte`, exactResponse),
		step(`la réponse du logiciel est sur la ligne AUTHENTICATE`, func(_ context.Context, p *part) error { return p.initial(true) }),
		step(`la réponse du logiciel suit l'invite`, func(_ context.Context, p *part) error { return p.initial(false) }),
		step(`le logiciel répond au défi d'erreur, ou y renonce`, answersChallenge),
		step(`le logiciel n'insiste pas`, triesFew),
		step(`le logiciel ne se rabat sur aucun mot de passe`, triesNoPassword),
		step(`le logiciel dit l'erreur`, tellsError),
		step(`le logiciel s'est authentifié par un nouveau jeton`, newToken),
	}
}

// proof keeps the connections of logins as evidence.
func (p *part) proof(all ...attempt) []string {
	var kept []string
	for _, a := range all {
		if e := p.Evidence(p.transcript(a.visit), transcriptMedia); !slices.Contains(kept, e) {
			kept = append(kept, e)
		}
	}
	return kept
}

// said is what the last gesture told.
func (p *part) said() string {
	if p.last == nil {
		return ""
	}
	return p.last.told
}

// authenticated wants a login to have gone through.
func authenticated(ctx context.Context, p *part, protocol string) error {
	p.Checked()
	entered := func() bool {
		return slices.ContainsFunc(p.logins(p.since, protocol), func(a attempt) bool { return a.accepted })
	}
	if p.await(ctx, entered) {
		return nil
	}
	p.Finds(p.Own("login-missing", protocol, p.said()+" "+p.troubles(), p.proof(p.logins(p.since, protocol)...)...))
	return nil
}

// troubles are why connections could not be secured.
func (p *part) troubles() string {
	var all []string
	for _, v := range p.visits(p.since) {
		if v.Handshake != "" {
			all = append(all, v.Protocol+" TLS : "+v.Handshake)
		}
	}
	return strings.Join(all, " ; ")
}

// presentedNothing wants no login, nor anything that lets in, to have come since the partners began to behave as they do.
// A program that did not come at all has shown nothing.
func presentedNothing(ctx context.Context, p *part) error {
	p.Checked()
	came := func() []operator.Visit {
		return slices.DeleteFunc(p.visits(p.since), func(v operator.Visit) bool { return p.tried != "" && v.Protocol != p.tried })
	}
	if p.owed.conduct && !p.await(ctx, func() bool { return len(came()) > 0 }) {
		return p.Cannot(verdict.ReasonNoMessage, cmp.Or(p.tried, "IMAP, SMTP")+" : "+p.said())
	}
	bench.Until(ctx, settle, func() bool {
		return !slices.ContainsFunc(came(), func(v operator.Visit) bool { return !v.Ended && len(attempts(v)) == 0 })
	})
	for _, v := range came() {
		for _, a := range attempts(v) {
			rule := "token-presented"
			if a.clear {
				rule = "token-in-clear"
			}
			p.Sees(p.Own(rule, "", v.Protocol+" "+a.mechanism, p.proof(a)...))
			return nil
		}
		if revealed(v) {
			p.Sees(p.Own("token-in-clear", "", v.Protocol, p.Evidence(p.transcript(v), transcriptMedia)))
			return nil
		}
	}
	return nil
}

// offersSound looks at every ClientHello since the scenario began (LPS-03).
func offersSound(_ context.Context, p *part) error {
	p.Checked()
	seen := false
	for _, v := range p.visits(p.first) {
		seen = seen || len(v.Suites) > 0
		for _, suite := range v.Suites {
			if name, weak := weakness(suite); weak {
				p.Sees(p.Own("weak-suite-offered", "TLS 1.2 ECDHE AES-GCM, TLS 1.3", fmt.Sprintf("%s %#04x %s", v.Protocol, suite, tls.CipherSuiteName(suite)+name)))
				return nil
			}
		}
	}
	if !seen {
		return p.Cannot(verdict.ReasonNoMessage, "ClientHello")
	}
	return nil
}

// weakness tells a suite that must not be offered: RC4, 3DES, NULL, EXPORT or anonymous.
func weakness(suite uint16) (kind string, weak bool) {
	for _, family := range pki.WeakSuites {
		if slices.Contains(family.Suites, suite) {
			return " (" + family.Name + ")", true
		}
	}
	if slices.Contains(pki.AnonymousSuites, suite) {
		return " (anonyme)", true
	}
	name := tls.CipherSuiteName(suite)
	return "", strings.Contains(name, "RC4") || strings.Contains(name, "3DES")
}

// keptOrder wants TLS, then the capabilities, then XOAUTH2, on every connection where there was a login (LPS-18).
func keptOrder(_ context.Context, p *part) error {
	p.Checked()
	all := p.logins(p.first, "")
	if len(all) == 0 {
		return p.Cannot(verdict.ReasonNoMessage, "AUTHENTICATE, AUTH : "+p.said())
	}
	for _, a := range all {
		switch {
		case a.clear:
			p.Sees(p.Own("login-before-tls", "STARTTLS", a.visit.Protocol+" "+a.mechanism, p.proof(a)...))
		case a.mechanism != "XOAUTH2":
			p.Finds(p.Own("mechanism-other", "XOAUTH2", a.visit.Protocol+" "+a.mechanism, p.proof(a)...))
		case !a.read:
			p.Finds(p.Own("capabilities-unread", "CAPABILITY, EHLO", a.visit.Protocol+" "+a.mechanism, p.proof(a)...))
		}
	}
	return nil
}

// exactResponse wants the octets of the response to be those of XOAUTH2, with the address of the mailbox and a token of Pro
// Santé Connect (LPS-19).
func exactResponse(_ context.Context, p *part) error {
	p.Checked()
	all := p.logins(p.first, "")
	if len(all) == 0 {
		return p.Cannot(verdict.ReasonNoMessage, "AUTHENTICATE, AUTH : "+p.said())
	}
	for _, a := range all {
		if a.response == nil {
			p.Finds(p.Own("response-other", "base64", a.visit.Protocol, p.proof(a)...))
			continue
		}
		want := "user=" + p.side.declared.Mailbox + "\x01auth=Bearer " + a.token() + "\x01\x01"
		if a.token() == "" || strings.Count(a.token(), ".") != 2 || !strings.EqualFold(string(a.response), want) || !strings.Contains(string(a.response), "auth=Bearer ") {
			p.Finds(p.Own("response-other", "user="+p.side.declared.Mailbox+"^Aauth=Bearer JETON^A^A", p.shown(a.response), p.proof(a)...))
		}
	}
	return nil
}

// initial wants the response of IMAP logins on the line of the command, or behind the prompt (LPS-20).
func (p *part) initial(wanted bool) error {
	p.Checked()
	all := p.logins(p.since, operator.IMAP)
	if len(all) == 0 {
		return p.Cannot(verdict.ReasonNoMessage, "AUTHENTICATE : "+p.said())
	}
	for _, a := range all {
		if a.initial != wanted {
			rule := map[bool]string{true: "initial-response-unused", false: "initial-response-unasked"}[wanted]
			p.Finds(p.Own(rule, "SASL-IR", a.mechanism, p.proof(a)...))
		}
	}
	return nil
}

// answersChallenge wants the error challenge to be answered, cancelled or left: who waits behind it hangs (LPS-22).
func answersChallenge(ctx context.Context, p *part) error {
	p.Checked()
	challenged := func() []attempt {
		return slices.DeleteFunc(p.logins(p.since, p.tried), func(a attempt) bool { return !a.challenged })
	}
	if !p.await(ctx, func() bool { return len(challenged()) > 0 }) {
		return p.Cannot(verdict.ReasonNoMessage, "AUTHENTICATE, AUTH : "+p.said())
	}
	bench.Until(ctx, p.Run.Patience, func() bool {
		return !slices.ContainsFunc(challenged(), func(a attempt) bool { return a.answer == nil && !a.visit.Ended })
	})
	for _, a := range challenged() {
		if a.left() {
			continue
		}
		got := a.visit.Protocol + " : -"
		if a.answer != nil {
			got = a.visit.Protocol + " : " + secretWords(*a.answer, p.Run.Bench.Redactor)
		}
		p.Finds(p.Own("challenge-unanswered", "ligne vide, *, fin de la liaison", got, p.proof(a)...))
	}
	return nil
}

// How often a login may be tried for one gesture, over each protocol (LPS-22): each token no more than twice, and no more
// tokens than there are ways to get one, from the session, by a refresh and by the person.
const (
	mostTries  = 2
	mostTokens = 3
)

// triesFew counts them. A program that goes on in the background has a while to show it.
func triesFew(ctx context.Context, p *part) error {
	p.Checked()
	for _, protocol := range []string{operator.IMAP, operator.SMTP} {
		count := func() (tries, tokens int) {
			for _, n := range rounds(p.logins(p.since, protocol)) {
				tries, tokens = max(tries, n), tokens+1
			}
			return tries, tokens
		}
		insists := func() bool {
			tries, tokens := count()
			return tries > mostTries || tokens > mostTokens
		}
		if (p.tried == "" || p.tried == protocol) && bench.Until(ctx, settle, insists) {
			tries, tokens := count()
			p.Sees(p.Own("login-repeated", fmt.Sprintf("%d × %d", mostTries, mostTokens), fmt.Sprintf("%s : %d × %d", protocol, tries, tokens), p.proof(p.logins(p.since, protocol)...)...))
		}
	}
	return nil
}

// triesNoPassword wants no login by a password behind the refusal of the tokens (LPS-22).
func triesNoPassword(_ context.Context, p *part) error {
	p.Checked()
	for _, a := range p.logins(p.since, "") {
		if !slices.Contains(passwordless, a.mechanism) {
			p.Sees(p.Own("password-tried", "XOAUTH2", a.visit.Protocol+" "+a.mechanism, p.proof(a)...))
		}
	}
	return nil
}

// tellsError wants the program to tell the person; where a person drives it, a person judges.
func tellsError(_ context.Context, p *part) error {
	p.Checked()
	switch {
	case p.last == nil:
		return p.Cannot(verdict.ReasonNoMessage, "geste")
	case p.last.manual:
		p.AwaitReview("erreur affichée")
	case !p.last.failed():
		p.Finds(p.Own("error-untold", "409", fmt.Sprintf("%d %s", p.last.status, p.last.told)))
	}
	return nil
}

// newToken wants the last login to have gone through by a token that was not refused, got by a refresh, without the person
// (LPS-23).
func newToken(ctx context.Context, p *part) error {
	p.Checked()
	fresh := func() bool {
		return slices.ContainsFunc(p.logins(p.since, p.tried), func(a attempt) bool { return a.accepted && !p.stale[a.token()] })
	}
	if !p.await(ctx, fresh) {
		p.Finds(p.Own("new-token-missing", "", p.said(), p.proof(p.logins(p.since, "")...)...))
		return nil
	}
	refreshes, persons := p.asks(p.since)
	if persons > 0 {
		p.Finds(p.Own("person-asked-again", "grant_type=refresh_token", fmt.Sprint(persons)))
	}
	if refreshes > mostTries {
		p.Finds(p.Own("refresh-repeated", "1", fmt.Sprint(refreshes)))
	}
	return nil
}
