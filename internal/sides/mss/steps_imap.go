package mss

import (
	"bytes"
	"context"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/mail"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// imapSteps are the sentences of the group IMAP.
func imapSteps() []scenario.Step {
	return []scenario.Step{
		stepOf(`un client présente une réponse XOAUTH2 de la forme §`, presentsForm),
		step(`un client présente un jeton expiré, puis renonce`, presentsExpired(mail.Cancel, false)),
		step(`un client présente un jeton expiré, puis se tait une minute`, presentsExpired(mail.Silence, true)),
		stepOf(`un client présente un mot de passe par §`, presentsPassword),
		step(`un client demande un mécanisme inconnu`, asksUnknownMechanism),
		step(`un client présente vingt jetons faux de suite`, insists),
		step(`une session ouverte du professionnel`, opensSession),
		step(`un message témoin dans la boîte du professionnel`, plantsMarker),
		stepOf(`le client s'authentifie de nouveau pour (la même boîte|la boîte d'autrui)`, logsInSession),
		step(`le client redemande les capacités`, asksCapabilities),
		step(`un message est déposé pendant que le client attend par IDLE`, idles),
		step(`une autre session ouvre la même boîte`, opensTwice),
		step(`le client dépose un message, prend congé et revient`, depositsAndReturns),
		stepOf(`le client crée, renomme, liste et supprime un dossier au nom §`, handlesFolder),
		scenario.NewStep(`la liste des capacités porte § (et|ou) §`, func(ctx context.Context, one, how, other string) error {
			return capabilitiesHold(side.Part[*part](ctx), one, how == "et", other)
		}),
		step(`le jeton a été vérifié par le moyen déclaré`, tokenExamined),
		step(`le défi qui la précède est vide`, promptEmpty),
		step(`la boîte de réception s'ouvre`, inboxOpens),
		step(`le refus suit le défi d'erreur de XOAUTH2`, challengeShaped),
		step(`le silence n'a rien ouvert`, silenceShut),
		step(`la boîte d'autrui n'est pas ouverte`, othersShut),
		step(`rien de ce qui suit n'est exécuté`, nothingInjected),
		step(`aucun mécanisme à mot de passe n'est annoncé`, noPasswordOffered),
		step(`la nouvelle authentification est refusée`, againRefused),
		step(`la session sert toujours la première boîte`, identityKept),
		step(`les essais sont freinés`, slowedDown),
		step(`un bon jeton ouvre de nouveau la boîte après le délai déclaré`, guardEnds),
		step(`elles lui sont données`, capabilitiesGiven),
		step(`son arrivée est annoncée sans être demandée`, arrivalTold),
		step(`les deux lisent le même UIDVALIDITY`, validityStable),
		step(`le message est là, octet pour octet`, messageKept),
		step(`chaque opération est acceptée`, folderHandled),
	}
}

// capabilitiesHold looks for both, or one of the two, in the list of the link that was secured (IMAP-01, IMAP-02).
func capabilitiesHold(p *part, one string, both bool, other string) error {
	p.Checked()
	c := p.line.clear
	has, too := c.offered(one), c.offered(other)
	if both && has && too || !both && (has || too) {
		return nil
	}
	p.Sees(p.Own("capability-missing", one+" "+other, strings.Join(c.offers, " "), p.conversation(c.talk)))
	return nil
}

// tokenExamined wants Pro Santé Connect to have been asked about the token that was accepted, where the operator
// declares that it asks (IMAP-03).
func tokenExamined(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if p.side.declared.TokenCheck.Asks() && a.accepted() && len(p.side.provider.Asked(psc.EndpointIntrospection, a.token.Token)) == 0 {
		p.Sees(p.Own("token-unexamined", "introspection", "—", p.proof(a)...))
	}
	return nil
}

// promptEmpty looks at what was said before the response (IMAP-04).
func promptEmpty(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if prompt := a.result.Prompt; prompt != nil && *prompt != "" {
		p.Finds(p.Own("prompt-not-empty", "+ ", "+ "+*prompt, p.proof(a)...))
	}
	return nil
}

// inboxOpens wants a login that went through to open the inbox (IMAP-06).
func inboxOpens(_ context.Context, p *part) error {
	a, err := p.last()
	switch {
	case err != nil:
		return err
	case a.result.Outcome != mail.Accepted:
		return p.Cannot(verdict.ReasonControlRefusedBefore, a.told())
	}
	p.Checked()
	if !a.opens {
		p.Sees(p.Own("inbox-closed", "SELECT OK", a.probe, p.proof(a)...))
	}
	return nil
}

// failureStatus is what a failure may say (XOAUTH2: an HTTP status, as a string).
var failureStatus = regexp.MustCompile(`^4[0-9][0-9]$`)

// challengeShaped looks at how a refusal was made (IMAP-07).
func challengeShaped(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil || a.entered() {
		return err
	}
	p.Checked()
	r := a.result
	switch {
	case r.Challenge == nil:
		p.Finds(p.Own("challenge-missing", `+ {"status":"401","schemes":"bearer","scope":"…"}`, a.told(), p.proof(a)...))
		return nil
	case r.Failure == nil || len(r.Failure.Missing) > 0 || !failureStatus.MatchString(r.Failure.Status):
		p.Finds(p.Own("challenge-incomplete", `{"status":"401","schemes":"bearer","scope":"…"}`, decoded(*r.Challenge), p.proof(a)...))
	}
	if r.Status != "NO" {
		p.Finds(p.Own("refusal-other", "NO", a.told(), p.proof(a)...))
	}
	return nil
}

// decoded is what a challenge says, or the challenge where it is no base64.
func decoded(challenge string) string {
	raw, err := base64.StdEncoding.DecodeString(challenge)
	if err != nil {
		return challenge
	}
	return string(raw)
}

// silenceShut wants the server to have waited, refused or closed (IMAP-09).
func silenceShut(_ context.Context, p *part) error {
	a, err := p.last()
	switch {
	case err != nil:
		return err
	case a.result.Challenge == nil && !a.entered():
		return p.Cannot(verdict.ReasonNoMessage, "+ {…}")
	}
	p.Checked()
	if a.entered() {
		p.Sees(p.Own("login-accepted", wantRefused, a.told(), p.proof(a)...))
	}
	return nil
}

// nothingInjected looks for the answer to a command that was in the name of the mailbox (IMAP-19).
func nothingInjected(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	for _, said := range a.talk.Transcript().Said() {
		if !said.Client && bytes.Contains(append([]byte("\n"), said.Bytes...), []byte("\ninjected ")) {
			p.Sees(p.Own("injection-obeyed", "—", "LOGOUT", p.proof(a)...))
			return nil
		}
	}
	return nil
}

// presentsPassword presents a password that is nobody's (IMAP-22).
func presentsPassword(ctx context.Context, p *part, means string) error {
	password, err := bench.NewUUID(p.Source)
	if err != nil {
		return err
	}
	s := p.side
	box := s.habit.box.Address
	if means != "LOGIN" {
		l := mail.Plain(box, password)
		_, err = p.open(ctx, opening{label: labelTrial, box: box, login: &l})
		return err
	}
	talking, err := p.dial(ctx, labelTrial, s.Role, mail.Limits{Wait: s.run.Patience}, noCredential)
	if err != nil {
		return p.unconnected(err)
	}
	a := p.logsIn(ctx, talking, box, psc.Minted{}, func(ctx context.Context, d dialogue) mail.Result { return d.(imapTalk).Password(ctx, box, password) })
	p.attempts = append(p.attempts, a)
	_ = p.probes(ctx, a, false)
	return nil
}

// passwordMechanisms begin the names of those that rest on a password.
var passwordMechanisms = []string{"PLAIN", "LOGIN", "CRAM-", "DIGEST-", "SCRAM-", "NTLM"}

// noPasswordOffered looks at what is announced under TLS (IMAP-22).
func noPasswordOffered(_ context.Context, p *part) error {
	p.Checked()
	c := p.line.clear
	for _, name := range c.mechanisms() {
		if slices.ContainsFunc(passwordMechanisms, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
			p.Sees(p.Own("password-offered", "XOAUTH2 EXTERNAL", strings.Join(c.offers, " "), p.conversation(c.talk)))
			return nil
		}
	}
	return nil
}

// unknownMechanism is one that nobody has.
const unknownMechanism = "X-ETALON-TEST"

// asksUnknownMechanism logs in by it (IMAP-24).
func asksUnknownMechanism(ctx context.Context, p *part) error {
	l := mail.Login{Mechanism: unknownMechanism, Response: []byte("x"), TwoStep: true}
	_, err := p.open(ctx, opening{label: labelTrial, box: p.side.habit.box.Address, login: &l})
	return err
}
