package ops

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/scenario"
	"etalon/internal/sso"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// sphereSteps are the sentences about the service operator of a sphere of trust (mode S).
func sphereSteps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`le navigateur demande la page du service § sans s'être présenté`, askUnannouncedOf),
		scenario.NewStep(`une personne authentifiée depuis (\d+) minutes arrive au service par un rebond`, arriveByRebound),
		scenario.NewStep(`aucune nouvelle authentification n'est demandée`, noLoginAgain),
		scenario.NewStep(`aucun identifiant n'est redemandé`, noIdentifierAgain),
		scenario.NewStep(`le candidat envoie un navigateur s'authentifier auprès de l'opérateur`, sendsToOperator),
		scenario.NewStep(`l'opérateur répond à cette demande par un VI honnête`, answerRequest),
		scenario.NewStep(`l'opérateur répond une seconde fois à cette demande, par un autre VI`, answerRequestAgain),
		scenario.NewStep(`l'opérateur répond à une demande que le candidat n'a pas faite`, answerInvented),
		scenario.NewStep(`un membre accepté en cours de vie de la sphère envoie un VI honnête`, sendFromNewcomer),
		scenario.NewStep(`le navigateur choisit l'opérateur listé`, chooseListed),
		scenario.NewStep(`le choix de l'opérateur est falsifié en §`, chooseTampered),
		scenario.NewStep(`l'adresse de retour du choix de l'opérateur est celle d'un autre site`, chooseWithForeignReturn),
		scenario.NewStep(`le navigateur est envoyé à l'opérateur choisi, avec une demande d'authentification`, sentToChosen),
		scenario.NewStep(`le navigateur n'est envoyé qu'au service ou à un opérateur de la sphère`, sentWithinSphere),
		scenario.NewStep(`l'opérateur d'authentification ne répond plus`, operatorDown),
		scenario.NewStep(`l'opérateur d'authentification ne répond que par des erreurs`, operatorFails),
		scenario.NewStep(`le navigateur demande la page du service pendant la panne`, askDuringOutage),
		scenario.NewStep(`la panne de l'opérateur est dite clairement`, outageTold),
		scenario.NewStep(`le navigateur n'est pas renvoyé sans fin`, noEndlessRedirect),
		scenario.NewStep(`l'opérateur d'authentification répond de nouveau`, operatorBack),
		scenario.NewStep(`chaque service du candidat annonce un niveau minimal`, levelsAnnounced),
		scenario.NewStep(`le candidat lit des métadonnées de l'opérateur, variante §, qui déplacent son adresse`, readMetadata),
		scenario.NewStep(`le candidat envoie les navigateurs à la nouvelle adresse`, movedFollowed),
		scenario.NewStep(`le candidat n'envoie aucun navigateur à la nouvelle adresse`, movedIgnored),
	}
}

func askUnannouncedOf(ctx context.Context, service string) error {
	if err := worldOf(ctx).aim(service); err != nil {
		return err
	}
	return askUnannounced(ctx)
}

// arriveByRebound presents, unasked where the candidate takes that, the VI of someone who logged in a while ago (S06).
func arriveByRebound(ctx context.Context, minutes int) error {
	w := worldOf(ctx)
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	call.VI.AuthnInstant = call.Now.Add(-time.Duration(minutes) * time.Minute)
	w.provider.unasked = w.provider.side.sphere.takes(candidate.FlowIdP)
	err = w.stimulate(ctx, call, marker)
	w.provider.unasked = false
	return err
}

// noLoginAgain looks for what asks the person to log in again: a request that forces it, or a page with a secret (S06).
func noLoginAgain(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.lastHeard()
	if err != nil {
		return err
	}
	for _, hop := range s.exchange.Hops {
		if d, leaves := hop.Departure(); leaves && d.Has(sso.ParameterRequest) {
			judged := sso.VerifyRequest(d.Incoming(), sso.RequestExpectation{Circle: w.provider.side.circle()})
			if judged.ForceAuthn {
				w.Sees(w.Own("login-asked-again", "", "ForceAuthn", evidenceOf(s)...))
				return nil
			}
		}
		if !w.isPage(s, hop) && asksFor.Match(hop.Response) && strings.Contains(strings.ToLower(string(hop.Response)), `"password"`) {
			w.Sees(w.Own("login-asked-again", "", visible(hop.Response), evidenceOf(s)...))
			return nil
		}
	}
	return nil
}

// asksFor finds a field that a person fills.
var asksFor = regexp.MustCompile(`(?i)<input(?:\s+[^>]*)?>`)

var hiddenField = regexp.MustCompile(`(?i)type\s*=\s*["']?(?:hidden|submit|button|checkbox|radio|image)`)

// isPage tells whether a hop is the page that was served in the end, whose own forms are the application's business.
func (w *World) isPage(s sent, hop client.Hop) bool {
	return w.accepted(s) && hop.URL == s.exchange.URL && hop.Status == s.exchange.Status
}

// noIdentifierAgain looks for a page that asks the person who she is (S06).
func noIdentifierAgain(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.lastHeard()
	if err != nil {
		return err
	}
	for _, hop := range s.exchange.Hops {
		if w.isPage(s, hop) {
			continue
		}
		for _, field := range asksFor.FindAll(hop.Response, 64) {
			if !hiddenField.Match(field) {
				w.Sees(w.Own("identifier-asked-again", "", string(field), evidenceOf(s)...))
				return nil
			}
		}
	}
	return nil
}

// sendsToOperator has a fresh browser ask for the page; the candidate must send it to us with a request (S11).
func sendsToOperator(ctx context.Context) error {
	w := worldOf(ctx)
	browser := client.NewBrowser()
	a, err := w.ask(ctx, browser)
	if err != nil {
		return err
	}
	if !a.found {
		return w.Cannot(verdict.ReasonNoMessage, "AuthnRequest")
	}
	at, err := w.pageAddress()
	if err != nil {
		return err
	}
	w.provider.asked, w.provider.browser = a, browser
	w.provider.before = browser.Copy(at, w.provider.to.Endpoint)
	w.provider.channel.honest = ""
	return nil
}

// reply answers a request of the candidate's in a browser.
func (w *World) reply(ctx context.Context, browser *client.Browser, request, violates string) error {
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	call.Visit.Browser, call.Visit.InResponseTo = browser, request
	if w.provider.asked.found {
		call.Visit.RelayState = w.provider.asked.relay
	}
	if err := w.stimulate(ctx, call, marker); err != nil {
		return err
	}
	w.provider.sent[len(w.provider.sent)-1].violates = violates
	return nil
}

func answerRequest(ctx context.Context) error {
	w := worldOf(ctx)
	return w.reply(ctx, w.provider.browser, w.provider.asked.request.ID, "")
}

// answerRequestAgain answers the same request by another VI, in a browser that is as it was before the first answer.
func answerRequestAgain(ctx context.Context) error {
	w := worldOf(ctx)
	first, err := w.last()
	if err != nil {
		return err
	}
	if !w.accepted(first) {
		return w.Cannot(verdict.ReasonControlRefusedBefore, told(first.exchange))
	}
	return w.reply(ctx, w.provider.before, w.provider.asked.request.ID, w.Row.ID)
}

func answerInvented(ctx context.Context) error {
	w := worldOf(ctx)
	invented, err := w.invented("Z" + strings.Repeat("x", 31))
	if err != nil {
		return err
	}
	return w.reply(ctx, client.NewBrowser(), "_"+invented, w.Row.ID)
}

// sendFromNewcomer presents the VI of an operator that came in after the founders, accepted by all (S15, K04).
func sendFromNewcomer(ctx context.Context) error {
	w := worldOf(ctx)
	organism, ok := w.provider.side.newcomer()
	if !ok {
		return w.Cannot(verdict.ReasonNotInConvention, "membre-recent")
	}
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	call.Conduct = &mutation.Conduct{Organism: organism}
	return w.stimulate(ctx, call, marker)
}

// newcomer is an authentication operator in force that joined after another member.
func (s *providerSide) newcomer() (string, bool) {
	sphere := s.run.Bench.Convention.Sphere
	if sphere == nil {
		return "", false
	}
	now := s.run.Bench.Clock.Now()
	for _, p := range s.run.Bench.Convention.Opened() {
		m, member := sphere.Member(p.Client)
		if !member || p.Provider != s.access.Organism || !p.InForce(now) {
			continue
		}
		for _, other := range sphere.Members {
			if other.Joined.Before(m.Joined.Time) {
				return m.Organism, true
			}
		}
	}
	return "", false
}

// discovery is the address by which the candidate lets a person choose an operator.
func (w *World) discovery(operator string) (*url.URL, error) {
	return url.Parse(choiceAddress(w.run.Bench.Convention, w.provider.side.sphere.declared.Discovery, operator))
}

// choiceAddress fills an address with a choice of operator. One that is no organism of the convention stands for its
// name and its Issuer alike.
func choiceAddress(c *interops.Convention, address, operator string) string {
	issuer := operator
	if organism, known := c.Organism(operator); known {
		issuer = organism.Issuer
	}
	return strings.NewReplacer(candidate.OperatorPlace, url.QueryEscape(operator), candidate.IssuerPlace, url.QueryEscape(issuer)).Replace(address)
}

// choose has a fresh browser follow a choice of operator.
func (w *World) choose(ctx context.Context, at *url.URL) error {
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	w.provider.browser = client.NewBrowser()
	w.provider.asked, err = w.askAt(ctx, marker, client.Errand{URL: at, Browser: w.provider.browser, RequestID: call.RequestID})
	return err
}

func chooseListed(ctx context.Context) error {
	w := worldOf(ctx)
	at, err := w.discovery(w.provider.side.home.Project.Client)
	if err != nil {
		return err
	}
	return w.choose(ctx, at)
}

// tampered are choices that nobody may make: an organism that is no operator in force, or an address.
func (w *World) tampered(what string) (string, bool) {
	h := mutation.Honest{
		Now: w.run.Bench.Clock.Now(), Profile: w.profile(), Convention: w.run.Bench.Convention,
		Project: w.provider.to.Project, Service: w.provider.to.Service,
	}
	by := map[string]string{"membre-sans-role": "vi-issuer-member-without-role", "ancien-membre": "vi-issuer-former-member"}
	if name, ok := by[what]; ok {
		m, found := mutation.ByName(name)
		return m.Behaviour(h).Organism, found && len(m.Unmet(h)) == 0
	}
	return map[string]string{"adresse": mutation.ForeignAddress + "sso", "script": "javascript:document.title='piege'"}[what], true
}

func chooseTampered(ctx context.Context, what string) error {
	w := worldOf(ctx)
	choice, ok := w.tampered(what)
	if !ok || choice == "" {
		return w.Cannot(verdict.ReasonNotInConvention, what)
	}
	at, err := w.discovery(choice)
	if err != nil {
		return err
	}
	return w.choose(ctx, at)
}

// returnNames are parameters by which receivers are told where to go after a choice.
var returnNames = []string{"return", "returnTo", "RelayState", "target", "retour", "redirect", "next", "url"}

// chooseWithForeignReturn gives every parameter that may bear a return address one of another site (S14).
func chooseWithForeignReturn(ctx context.Context) error {
	w := worldOf(ctx)
	at, err := w.discovery(w.provider.side.home.Project.Client)
	if err != nil {
		return err
	}
	query := at.Query()
	for name, values := range query {
		if len(values) > 0 && (strings.HasPrefix(values[0], "/") || strings.HasPrefix(values[0], "http")) {
			query.Set(name, mutation.ForeignAddress)
		}
	}
	for _, name := range returnNames {
		query.Set(name, mutation.ForeignAddress)
	}
	at.RawQuery = query.Encode()
	return w.choose(ctx, at)
}

// sentToChosen wants the browser before our operator, with a request (S14).
func sentToChosen(ctx context.Context) error {
	w := worldOf(ctx)
	a := w.provider.asked
	w.Checked()
	if !a.found || a.to.Host != w.provider.side.sphere.operator.address {
		got := "HTTP " + lastStatus(a.hops)
		if a.to != nil {
			got = a.to.String()
		}
		w.Sees(w.Own("operator-not-asked", w.provider.side.operatorURL(stand.OperatorSSO), got, a.evidence()...))
	}
	return nil
}

// sentWithinSphere makes sure that no address leads elsewhere than to the service or to an operator that we play (S14).
func sentWithinSphere(ctx context.Context) error {
	w := worldOf(ctx)
	a := w.provider.asked
	if len(a.hops) == 0 {
		return errNothingSent
	}
	w.Checked()
	for _, hop := range a.hops {
		if hop.Err != nil {
			return w.Cannot(verdict.ReasonNoMessage, hop.Err.Error())
		}
		for _, address := range leads(hop) {
			if astray(hop.URL, address, mutation.ForeignAddress) {
				w.Sees(w.Own("browser-led-astray", "", address, a.evidence()...))
				return nil
			}
		}
		if d, leaves := hop.Departure(); leaves && d.URL.Host != w.provider.side.sphere.operator.address && d.URL.Host != hop.Host() {
			w.Sees(w.Own("browser-led-astray", "", d.URL.String(), a.evidence()...))
			return nil
		}
	}
	return nil
}

// evidence lists the digests of a request.
func (a asked) evidence() []string { return evidenceOf(sent{kept: a.kept}) }

func lastStatus(hops []client.Hop) string {
	if len(hops) == 0 {
		return "0"
	}
	return http.StatusText(hops[len(hops)-1].Status)
}

// levelsAnnounced looks for the minimum level of each service that the candidate exposes (K05).
func levelsAnnounced(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	for _, t := range w.provider.side.targets {
		if w.profile().Rank(t.Service.MinimumLevel) < 0 {
			w.Sees(w.Own("service-level-missing", t.Service.Name, t.Service.MinimumLevel))
		}
	}
	return nil
}
