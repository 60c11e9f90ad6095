package mss

import (
	"context"
	"errors"
	"fmt"
	"math"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mail"
	"etalon/internal/oidc"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// introspectionSteps are the sentences of the group INTR.
func introspectionSteps() []scenario.Step {
	return []scenario.Step{
		step(`l'introspection du jeton est demandée par un formulaire en POST`, askedByForm),
		step(`l'introspection du jeton est demandée par un opérateur qui prouve qui il est`, askedWithProof),
		step(`le jeton n'est dans aucune adresse appelée chez Pro Santé Connect`, tokenInNoAddress),
		step(`aucune demande sur le jeton n'est parvenue à Pro Santé Connect`, nothingAsked),
		step(`Pro Santé Connect redevient honnête`, func(_ context.Context, p *part) error { p.honestAgain(); return nil }),
		step(`le refus n'accuse pas le jeton`, refusalTemporary),
		step(`ni le jeton ni le secret n'ont suivi la redirection`, redirectNotFollowed),
		side.StepOf(`la réponse est venue en moins de (\d+) secondes`, answeredWithin),
		step(`le service userinfo n'a pas reçu le jeton`, userInfoNotCalled),
		step(`les clés de Pro Santé Connect ne peuvent être lues`, keysUnavailable),
		side.StepOf(`(\d+) clients ouvrent leur boîte en même temps`, crowd),
		stepOfTwo(`chacun a sa réponse, (\d+) sur 100 en moins de (\d+) secondes`, crowdAnswered),
	}
}

// questions are the introspections of the last login's token. Where there is none, the operator did not ask as it
// declares: no row of this group says that it must, and the case cannot be judged.
func (p *part) questions() (*attempt, []psc.Entry, error) {
	a, err := p.last()
	if err != nil {
		return nil, nil, err
	}
	asked := p.side.provider.Asked(psc.EndpointIntrospection, a.token.Token)
	if len(asked) == 0 {
		return a, nil, p.Cannot(verdict.ReasonNoMessage, "introspection")
	}
	return a, asked, nil
}

// askedByForm wants each introspection to be a POST of a form whose body bears the token (INTR-01).
func askedByForm(_ context.Context, p *part) error {
	_, asked, err := p.questions()
	if err != nil {
		return err
	}
	p.Checked()
	for _, e := range asked {
		kind, _, _ := mime.ParseMediaType(e.ContentType)
		if _, inBody := e.Form["token"]; e.Method != http.MethodPost || kind != "application/x-www-form-urlencoded" || !inBody {
			p.Sees(p.Own("introspection-not-a-form", "POST application/x-www-form-urlencoded token=…", e.Method+" "+e.ContentType, p.entries(asked)))
		}
	}
	return nil
}

// askedWithProof wants each introspection to prove who asks, and no secret in its address (INTR-02).
func askedWithProof(_ context.Context, p *part) error {
	_, asked, err := p.questions()
	if err != nil {
		return err
	}
	p.Checked()
	for _, e := range asked {
		switch {
		case e.Query["client_secret"] != "":
			p.Sees(p.Own("introspection-secret-in-address", oidc.AuthBasic+", "+oidc.AuthTLS, "?client_secret=…", p.entries(asked)))
		case e.Auth == "":
			p.Sees(p.Own("introspection-without-proof", oidc.AuthBasic+", "+oidc.AuthTLS, "", p.entries(asked)))
		}
	}
	return nil
}

// tokenInNoAddress wants no call with the last login's token to bear it among the parameters of its address (INTR-03).
func tokenInNoAddress(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	sum := psc.Digest(a.token.Token)
	told := p.Run.Bench.Redactor.Secret(a.token.Token)
	shown := p.side.provider.Journal(func(e psc.Entry) bool {
		for _, value := range e.Query {
			if value == told {
				return true
			}
		}
		_, inQuery := e.Query["token"]
		return inQuery && e.Token != nil && e.Token.SHA256 == sum
	})
	if len(shown) > 0 {
		p.Sees(p.Own("token-in-address", "POST token=…", shown[0].Method+" "+shown[0].Path+"?…", p.entries(shown)))
	}
	return nil
}

// nothingAsked wants Pro Santé Connect not to have received the last login's token (INTR-04).
func nothingAsked(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	sum := psc.Digest(a.token.Token)
	got := p.side.provider.Journal(func(e psc.Entry) bool { return e.Token != nil && e.Token.SHA256 == sum })
	if len(got) > 0 {
		p.Sees(p.Own("token-sent-to-bad-server", "0", strconv.Itoa(len(got)), append(p.proof(a), p.entries(got))...))
	}
	return nil
}

// outage is the requirement that says how a refusal sounds that Pro Santé Connect is the cause of.
const outage = "INTR-07"

// refusalTemporary wants the refusal of the last login not to blame its token: that is INTR-07's business, in whatever
// case it is seen.
func refusalTemporary(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if !a.entered() && a.blames() {
		p.Finds(verdict.Finding{Requirement: outage, Rule: "outage-blamed-on-token", Want: "IMAP NO [UNAVAILABLE], SMTP 454", Got: a.told(), Evidence: p.proof(a)})
	}
	return nil
}

// redirectNotFollowed wants neither the token nor a proof of the operator to have gone where introspection redirected
// (INTR-12).
func redirectNotFollowed(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	sum := psc.Digest(a.token.Token)
	brought := p.side.provider.Journal(func(e psc.Entry) bool {
		return e.Endpoint == psc.EndpointTrap && strings.HasSuffix(e.Path, "/"+sum) && (e.Token != nil || e.Auth != "" || e.Certificate != "")
	})
	if len(brought) > 0 {
		p.Sees(p.Own("redirect-followed", "0", strconv.Itoa(len(brought)), append(p.proof(a), p.entries(brought))...))
	}
	return nil
}

// answeredWithin wants the last login to have had its answer in so many seconds (INTR-13).
func answeredWithin(_ context.Context, p *part, seconds int) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if limit := time.Duration(seconds) * time.Second; a.took > limit || a.result.Outcome == mail.Unanswered {
		p.Sees(p.Own("answer-late", "≤ "+limit.String(), a.took.Round(time.Second).String(), p.proof(a)...))
	}
	return nil
}

// userInfoNotCalled wants the userinfo service not to have been shown the last login's token (INTR-14).
func userInfoNotCalled(ctx context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if called := p.side.provider.Asked(psc.EndpointUserInfo, a.token.Token); len(called) > 0 {
		p.Sees(p.Own("userinfo-called", "0", strconv.Itoa(len(called)), p.entries(called)))
	}
	return nil
}

// keysUnavailable makes the keys of Pro Santé Connect unreadable until the scenario ends (INTR-15).
func keysUnavailable(_ context.Context, p *part) error {
	p.owed.conduct = true
	return p.side.provider.Behave(oidc.Conduct{JWKS: http.StatusServiceUnavailable})
}

// lateShare is the part of a limit by which this machine may be late and still tell that a candidate is.
const lateShare = 20

// crowd makes so many clients authenticate at once, each on a connection that is secured before.
func crowd(ctx context.Context, p *part, n int) error {
	var waiting []*attempt
	for range n {
		token, err := p.mint(p.side.honest(p.side.habit.person))
		if err != nil {
			return err
		}
		talking, err := p.dial(ctx, labelCrowd, p.side.Role, mail.Limits{Wait: p.side.run.Patience}, noCredential)
		if err != nil {
			return p.unconnected(err)
		}
		waiting = append(waiting, &attempt{box: p.own(), token: token, talk: talking})
	}
	start := make(chan struct{})
	late := bench.Lateness()
	var all sync.WaitGroup
	for i, a := range waiting {
		all.Go(func() {
			<-start
			waiting[i] = p.logsIn(ctx, a.talk, a.box, a.token, saying(p.side.login(a.box, a.token.Token)))
		})
	}
	close(start)
	all.Wait()
	for _, a := range waiting {
		_ = a.talk.Close()
	}
	p.attempts = append(p.attempts, waiting...)
	p.crowd, p.late = waiting, late()
	return ctx.Err()
}

// crowdAnswered wants an answer for each client of the crowd, and the given part of them within so many seconds. A refusal
// is an answer: how many sessions a mailbox has is another row's business.
func crowdAnswered(_ context.Context, p *part, percent, seconds int) error {
	if len(p.crowd) == 0 {
		return p.Cannot(verdict.ReasonNoMessage, "connexions")
	}
	p.Checked()
	for _, a := range p.crowd {
		if patience := p.side.run.Patience; errors.Is(a.result.Err, mail.ErrSilent) && p.late > patience/lateShare {
			return p.isLate()
		}
		if a.result.Err != nil {
			p.Finds(p.Own("login-unanswered", wantAccepted, a.told(), p.proof(a)...))
			return nil
		}
	}
	times := make([]time.Duration, len(p.crowd))
	for i, a := range p.crowd {
		times[i] = a.took
	}
	slices.Sort(times)
	at := times[int(math.Ceil(float64(len(times)*percent)/100))-1]
	switch limit := time.Duration(seconds) * time.Second; {
	case at > limit && p.late > limit/lateShare:
		return p.isLate()
	case at > limit:
		p.Finds(p.Own("answer-late", "≤ "+limit.String(), at.Round(time.Millisecond).String(), p.proof(p.crowd[0])...))
	}
	return nil
}

// isLate tells that this machine was too late itself to tell whether the candidate was.
func (p *part) isLate() error {
	return p.Cannot(verdict.ReasonHarnessError, fmt.Sprintf("measure the candidate: this machine is %s late itself", p.late.Round(time.Millisecond)))
}
