package rp

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/browser"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// decoupledSteps are the sentences of the decoupled authentication (CIBA).
func decoupledSteps() []scenario.Step {
	return []scenario.Step{
		step(`un professionnel demande au service une connexion découplée`, func(ctx context.Context, p *part) error { return p.decouples(ctx, "") }),
		stepOf(`un professionnel demande au service une connexion découplée, Pro Santé Connect commettant la faute §`, func(ctx context.Context, p *part, fault string) error {
			return p.decouples(ctx, fault)
		}),
		step(`la demande découplée du service est complète`, decoupledComplete),
		step(`il l'approuve sur son application`, func(ctx context.Context, p *part) error { return p.decides(ctx, psc.Approved) }),
		step(`il la refuse sur son application`, func(ctx context.Context, p *part) error { return p.decides(ctx, psc.Denied) }),
		step(`il tarde à répondre`, tarries),
		step(`Pro Santé Connect prie le service de ralentir, une fois`, slowsDown),
		step(`les demandes du service respectent l'intervalle annoncé`, intervalKept),
		step(`la demande suivante vient cinq secondes plus tard que l'intervalle`, intervalLengthened),
		step(`le service ne demande plus rien`, pollsNoMore),
		step(`la session découplée s'ouvre`, decoupledOpens),
	}
}

// decoupled is a decoupled login under way.
type decoupled struct {
	demand psc.Entry // at Pro Santé Connect
	id     string    // as the journal writes it; empty where the demand was refused
	wait   string    // by which the person decides
	done   chan struct{}
}

// is tells whether an entry is of the login.
func (d *decoupled) is(e psc.Entry) bool {
	return e.Number == d.demand.Number || d.id != "" && parameter(e, "auth_req_id") == d.id
}

// decouples posts the form of the service by which a decoupled login begins, in a new browser, and waits for the demand. A
// service may answer when the person has decided, and not before.
func (p *part) decouples(ctx context.Context, fault string) error {
	person, err := p.somebody(ctx)
	if err == nil && fault != "" {
		err = p.commits(person, fault)
	}
	if err != nil {
		return err
	}
	form := url.Values{}
	for name, value := range p.side.declared.Decoupled.Extra {
		form.Set(name, value)
	}
	form.Set(p.side.declared.Decoupled.Field, string(person.IdNat))
	v, err := p.sits(ctx, person)
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	p.trial, p.mark, p.fault = v, v.began, fault
	d := &decoupled{done: make(chan struct{})}
	p.way = d
	go func() {
		defer close(d.done)
		page, err := v.browser.Post(ctx, p.side.declared.Decoupled.URL, form)
		v.been(page, err)
	}()
	arrived := bench.Until(ctx, p.Run.Patience, func() bool { return p.demanded(d, person.IdNat) })
	if !arrived {
		p.settled()
		return p.Cannot(verdict.ReasonNoMessage, "ext/ciba/auth : "+p.told(v))
	}
	return ctx.Err()
}

// demanded looks for the demand of a decoupled login.
func (p *part) demanded(d *decoupled, id mssante.IdNat) bool {
	all := p.side.provider.Journal(func(e psc.Entry) bool {
		return e.Number > p.mark && e.Endpoint == psc.EndpointDecoupled && strings.Contains(parameter(e, "login_hint"), string(id))
	})
	if len(all) == 0 {
		return false
	}
	d.demand = all[0]
	for _, w := range p.side.provider.Waiting() {
		if w.IdNat == id {
			d.wait, d.id = w.ID, p.Run.Bench.Redactor.Secret(w.ID)
		}
	}
	return d.wait != "" || d.demand.Status != http.StatusOK
}

// decoupledComplete wants the demand to hold what Pro Santé Connect asks for, and to expect no notification (PSC-23).
func decoupledComplete(_ context.Context, p *part) error {
	e := p.way.demand
	p.Checked()
	lacks := func(want, got string) { p.Sees(p.Own("request-incomplete", want, got, p.entries([]psc.Entry{e}))) }
	if e.Status != http.StatusOK {
		p.Finds(p.Own("decoupled-request-refused", "HTTP 200", fmt.Sprintf("HTTP %d %s", e.Status, e.Answer), p.entries([]psc.Entry{e})))
	}
	scopes := strings.Fields(parameter(e, "scope"))
	if !slices.Contains(scopes, mssante.ScopeOpenID) || !slices.Contains(scopes, mssante.ScopeAll) {
		lacks("scope="+mssante.ScopeOpenID+" "+mssante.ScopeAll, "scope="+parameter(e, "scope"))
	}
	if hint := parameter(e, "login_hint"); hint != string(p.trial.person.IdNat) {
		lacks("login_hint="+string(p.trial.person.IdNat), "login_hint="+hint)
	}
	if parameter(e, "binding_message") == "" {
		lacks("binding_message", "")
	}
	if levels := parameter(e, "acr_values"); !slices.ContainsFunc(strings.Fields(levels), func(l string) bool { return slices.Contains(mssante.Levels(), l) }) {
		lacks("acr_values="+mssante.Levels()[0], "acr_values="+levels)
	}
	if parameter(e, "client_notification_token") != "" {
		p.Sees(p.Own("decoupled-not-polled", "poll", "client_notification_token", p.entries([]psc.Entry{e})))
	}
	return nil
}

// decides decides for the person.
func (p *part) decides(ctx context.Context, what psc.Decision) error {
	if p.way.wait == "" {
		return p.Cannot(verdict.ReasonNoMessage, "ext/ciba/auth : "+p.way.demand.Answer)
	}
	if err := p.side.provider.Decide(p.way.wait, what); err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	return p.answered(ctx)
}

// polls are the demands for the outcome of the decoupled login.
func (p *part) polls() []psc.Entry {
	return p.side.provider.Journal(func(e psc.Entry) bool {
		return e.Number > p.mark && e.Endpoint == psc.EndpointToken && p.way.id != "" && parameter(e, "auth_req_id") == p.way.id
	})
}

// final tells whether a poll had its last answer.
func final(e psc.Entry) bool {
	return e.Answer != oidc.AuthorizationPending && e.Answer != oidc.SlowDown
}

// answered waits until the service has got the last answer.
func (p *part) answered(ctx context.Context) error {
	if !bench.Until(ctx, p.Run.Patience, func() bool { return slices.ContainsFunc(p.polls(), final) }) {
		return p.Cannot(verdict.ReasonTimeout, "grant_type="+oidc.GrantCIBA, p.Run.Patience.String())
	}
	return ctx.Err()
}

// decoupledOpens wants the session to open to the person who approved.
func decoupledOpens(ctx context.Context, p *part) error {
	p.Checked()
	p.settled()
	if !watches(ctx, p.side.waits.opening, func() bool { return p.entered(ctx, p.trial) }) {
		if lost(p.trial.err) != nil {
			return p.without(p.trial.err)
		}
		p.Finds(p.Own("session-refused", p.side.declared.Protected, p.told(p.trial), append(p.proof(p.trial), p.entries(p.polls()))...))
	}
	return nil
}

// watched is how many polls are looked at.
const watched = 3

// tarries lets some polls come before the person decides.
func tarries(ctx context.Context, p *part) error {
	bench.Until(ctx, p.Run.Patience, func() bool { return len(p.polls()) >= watched })
	if n := len(p.polls()); n < 2 {
		return p.Cannot(verdict.ReasonNoMessage, fmt.Sprintf("grant_type=%s : %d", oidc.GrantCIBA, n))
	}
	return ctx.Err()
}

// slowsDown lets one poll be told to slow down, and the next come.
func slowsDown(ctx context.Context, p *part) error {
	slowed := func() int {
		return slices.IndexFunc(p.polls(), func(e psc.Entry) bool { return e.Answer == oidc.SlowDown })
	}
	if !bench.Until(ctx, p.Run.Patience, func() bool { return slowed() >= 0 }) {
		return p.Cannot(verdict.ReasonTimeout, oidc.SlowDown, p.Run.Patience.String())
	}
	p.honestly()
	bench.Until(ctx, slower+p.Run.Patience, func() bool { return len(p.polls()) > slowed()+1 })
	return ctx.Err()
}

// slower is what slow_down adds to the interval (CIBA §11).
const slower = 5 * time.Second

// intervalKept wants no poll sooner after the one before than was announced (PSC-24).
func intervalKept(_ context.Context, p *part) error {
	all := p.polls()
	least := time.Duration(-1)
	for i := 1; i < len(all); i++ {
		if gap := all[i].Heard.Sub(all[i-1].Heard); least < 0 || gap < least {
			least = gap
		}
	}
	return p.soon("poll-early", least, p.side.waits.interval, all)
}

// intervalLengthened wants the poll behind the first slow_down to come five seconds later than before (PSC-24). A service that
// asks no more is no nuisance.
func intervalLengthened(_ context.Context, p *part) error {
	all := p.polls()
	gap := time.Duration(-1)
	if i := slices.IndexFunc(all, func(e psc.Entry) bool { return e.Answer == oidc.SlowDown }); i >= 0 && i+1 < len(all) {
		gap = all[i+1].Heard.Sub(all[i].Heard)
	}
	return p.soon("poll-not-slowed", gap, p.side.waits.interval+slower, all)
}

// dimness is how many times the usual delay of a poll a measure may be off.
const dimness = 3

// shortened tells that a gap between two polls is less than was wanted, late being the usual delay of a poll; dim where it is
// short by no more than a few of these. One that is negative was not measured.
func shortened(gap, want, late time.Duration) (early, dim bool) {
	short := want - gap
	if gap < 0 || short <= late {
		return false, false
	}
	return short > dimness*late, short <= dimness*late
}

// soon finds a gap between two polls that is less than was asked for. Two processes measure it: a dim one shows nothing.
func (p *part) soon(rule string, gap, want time.Duration, polls []psc.Entry) error {
	early, dim := shortened(gap, want, p.side.waits.late)
	if dim {
		return p.Cannot(verdict.ReasonTooClose, gap.Round(time.Millisecond).String(), "≥ "+want.String())
	}
	p.Checked()
	if early {
		p.Finds(p.Own(rule, "≥ "+want.String(), gap.Round(time.Millisecond).String(), p.entries(polls)))
	}
	return nil
}

// pollsNoMore wants no poll behind the last answer (PSC-25).
func pollsNoMore(ctx context.Context, p *part) error {
	if err := p.answered(ctx); err != nil {
		return err
	}
	p.Checked()
	more := func() bool { return len(p.polls()) > slices.IndexFunc(p.polls(), final)+1 }
	if bench.Until(ctx, p.side.waits.silence, more) {
		all := p.polls()
		p.Finds(p.Own("polls-on", "0", fmt.Sprint(len(all)-slices.IndexFunc(all, final)-1), p.entries(all)))
	}
	return ctx.Err()
}

// ofLogout tells whether a hop went to the end of session of Pro Santé Connect.
func (p *part) ofLogout(h browser.Hop) bool {
	return strings.HasPrefix(h.URL, p.side.provider.Discovery().Logout)
}
