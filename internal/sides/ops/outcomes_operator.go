package ops

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/scenario"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// operatorOutcomes are the sentences about what must follow at an authentication operator.
func operatorOutcomes() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`une réponse parvient au service §`, responseArrives),
		scenario.NewStep(`aucune réponse ne part de l'opérateur`, noResponseLeaves),
		scenario.NewStep(`aucune réponse ne part ailleurs qu'à l'adresse du service §`, responseStays),
		scenario.NewStep(`l'opérateur demande à la personne § de s'authentifier`, loginAsked),
		scenario.NewStep(`l'opérateur ne montre aucune page d'authentification à la personne §`, loginNotShown),
		scenario.NewStep(`le jeton de contexte de la personne § n'est pas retenu`, contextRefused),
		scenario.NewStep(`le service apprend qu'une authentification serait nécessaire`, passiveTold),
		scenario.NewStep(`les VI émis au fil des rebonds respectent §`, rebondsRespect),
		scenario.NewStep(`aucune session ne vaut pour le tiers`, noResponseLeaves),
		scenario.NewStep(`l'opérateur (accepte|refuse) la liaison`, linkJudged),
		scenario.NewStep(`aucune page n'est servie sans TLS`, nothingInClear),
		scenario.NewStep(`aucun VI n'est confié à une adresse sans TLS`, noVIInClear),

		scenario.NewStep(`chaque autre service visité apprend la fin de la session de la personne §`, othersTold),
		scenario.NewStep(`la session de la personne § est close chez l'opérateur`, sessionOver),
		scenario.NewStep(`la session de la personne § tient toujours`, sessionHolds),
		scenario.NewStep(`le service § apprend une déconnexion (entière|partielle)`, logoutTold),
		scenario.NewStep(`le service § n'apprend pas une déconnexion entière`, logoutNotComplete),
		scenario.NewStep(`le service § est prévenu de la fin de la session`, memberTold),

		scenario.NewStep(`les métadonnées de l'opérateur respectent §`, metadataRespect),
		scenario.NewStep(`la réponse va à l'adresse (connue|nouvelle) du service`, responseGoes),
		scenario.NewStep(`la trace du candidat raconte chaque étape de la personne §`, journeyTraced),
		scenario.NewStep(`la trace du candidat met les étapes de la personne § dans l'ordre`, journeyOrdered),
		scenario.NewStep(`la trace du candidat dit la fin de la session de la personne §`, endTraced),
	}
}

// lastCall is the last call of the scenario.
func (w *World) lastCall() (appCall, error) {
	if len(w.client.calls) == 0 {
		return appCall{}, errNothingSent
	}
	return w.client.calls[len(w.client.calls)-1], nil
}

// guestsCall is a person and the last call of the scenario; callToPlace a service and that call.
func (w *World) guestsCall(alias string) (*guest, appCall, error) {
	g, err := w.guestOf(alias)
	if err != nil {
		return nil, appCall{}, err
	}
	c, err := w.lastCall()
	return g, c, err
}

func (w *World) callToPlace(service string) (place, appCall, error) {
	at, err := w.place(service)
	if err != nil {
		return at, appCall{}, err
	}
	c, err := w.lastCall()
	return at, c, err
}

// responseArrives makes sure that the last passage brought a VI to a service. What kept it away is judged as lightly as
// any honest exchange that fails: the closing exchange tells whether the candidate still works.
func responseArrives(ctx context.Context, service string) error {
	w := worldOf(ctx)
	at, c, err := w.callToPlace(service)
	if err != nil {
		return err
	}
	w.Checked()
	for _, x := range c.seen {
		if x.member != nil && x.member.Organism == at.project.Provider && x.business {
			return nil
		}
	}
	w.Finds(w.Own("response-not-sent", at.service.Name, c.told(), c.evidence()...))
	return nil
}

// noResponseLeaves makes sure that the last passage gave the browser no VI to carry, wherever to.
func noResponseLeaves(ctx context.Context) error {
	w := worldOf(ctx)
	c, err := w.lastCall()
	if err != nil {
		return err
	}
	w.Checked()
	if c.getsVI() || carriedAway(w.lastHops(c)) {
		w.Sees(w.Own("response-left", "0", c.told(), c.evidence()...))
	}
	return nil
}

// responseStays makes sure that the last passage gave the browser no VI to carry but to the service, at the address that
// it takes Responses at (S09-N3).
func responseStays(ctx context.Context, service string) error {
	w := worldOf(ctx)
	at, c, err := w.callToPlace(service)
	if err != nil {
		return err
	}
	w.Checked()
	declared := w.client.side.members.ACS(at.project.Provider)
	for _, h := range w.lastHops(c) {
		if h.URL != declared && carriedAway([]browserHop{h}) {
			w.Sees(w.Own("response-left", declared, h.URL, c.evidence()...))
		}
	}
	return nil
}

// lastHops is the way of the person who made a call, from the last request that the operator got on.
func (w *World) lastHops(c appCall) []browserHop {
	for _, g := range w.client.guests {
		if n := len(g.calls); n > 0 && g.calls[n-1] == len(w.client.calls)-1 {
			return g.page.Hops
		}
	}
	return nil
}

// loginAsked makes sure that the operator shows its login page, and lets nobody through (S10, D05).
func loginAsked(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	g, c, err := w.guestsCall(alias)
	if err != nil {
		return err
	}
	w.Checked()
	if c.getsVI() || carriedAway(g.page.Hops) {
		w.Sees(w.Own("login-not-asked", "", c.told(), c.evidence()...))
		return nil
	}
	if !g.page.Shown() {
		w.Finds(w.Own("login-not-shown", "", c.told(), c.evidence()...))
	}
	return nil
}

// loginNotShown makes sure that the person sees no login page (S10-N2).
func loginNotShown(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	g, c, err := w.guestsCall(alias)
	if err != nil {
		return err
	}
	w.Checked()
	if g.page.Shown() {
		w.Sees(w.Own("login-shown", "", g.page.URL, c.evidence()...))
	}
	return nil
}

// contextRefused makes sure that nothing came of a context token: no page goes on from whom it names, and the trace does
// not tell it accepted. A login page for whoever comes is no acceptance (C01 to C04).
func contextRefused(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	g, c, err := w.guestsCall(alias)
	if err != nil {
		return err
	}
	offered := g.page.Shown() && g.page.Status < http.StatusBadRequest
	switch {
	case c.getsVI(), offered && g.page.Text(g.who.ID):
		w.Checked()
		w.Sees(w.Own("context-accepted", "", c.told(), c.evidence()...))
		return nil
	case !offered:
		w.Checked()
		return nil
	}
	b, err := w.readBook() // the page alone does not say
	if err != nil {
		return err
	}
	r, found, err := b.Await(ctx, about(g.tokenID, ""), nil)
	if err != nil {
		return w.unreadable(err)
	}
	w.Checked()
	if found && r.Text("decision") == string(interops.Accepted) {
		w.Finds(w.Own("context-accepted", "reject", "accept", w.evidence(r.Raw)))
	}
	return nil
}

// passiveTold looks for the status that says so in the Response that came (S10-N2).
func passiveTold(ctx context.Context) error {
	w := worldOf(ctx)
	c, err := w.lastCall()
	if err != nil {
		return err
	}
	w.Checked()
	for _, x := range c.seen {
		if x.member != nil && x.member.Response.SubStatus == sso.StatusNoPassive {
			return nil
		}
	}
	w.Finds(w.Own("nopassive-untold", sso.StatusNoPassive, c.told(), c.evidence()...))
	return nil
}

// rebondRules are what the VIs of a scenario must respect together, by the words of the features.
var rebondRules = map[string]func(w *World, all []emission){
	"nouveaux": func(w *World, all []emission) { // S03-N1
		seen := map[string]bool{}
		for _, e := range all {
			if print := e.judged.VI.ID + " " + e.judged.VI.IssueInstant.String(); seen[print] {
				w.Sees(w.Own("vi-reissued", "", e.judged.VI.ID, e.call.evidence()...))
			} else {
				seen[print] = true
			}
		}
	},
	"identifiants": func(w *World, all []emission) { // S03-N2
		seen := map[string]bool{}
		for _, e := range all {
			if id := e.judged.VI.ID; seen[id] {
				w.Sees(w.Own("vi-id-reused", "", id, e.call.evidence()...))
			} else {
				seen[id] = true
			}
		}
	},
	"instant-initial": func(w *World, all []emission) { // S12
		for _, e := range all {
			if first := all[0].judged.VI.AuthnInstant; !e.judged.VI.AuthnInstant.Equal(first) {
				w.Sees(w.Own("authninstant-moved", first.Format(interops.InstantLayout), e.judged.VI.AuthnInstant.Format(interops.InstantLayout), e.call.evidence()...))
			}
		}
	},
	"identite": func(w *World, all []emission) { // S13
		for _, e := range all {
			if want, got := e.call.user.ID, e.judged.VI.NameID.Value; want != got {
				w.Sees(w.Own("vi-of-other-user", want, got, e.call.evidence()...))
			}
		}
	},
	"session-presente": func(w *World, all []emission) { // S19-N1
		for _, e := range all {
			if e.judged.VI.SessionIndex == "" {
				w.Sees(w.Own("sessionindex-absent", "SessionIndex", "", e.call.evidence()...))
			}
		}
	},
	"session-propre": func(w *World, all []emission) { // S19-N2, S13-N1
		owners := map[string]string{}
		for _, e := range all {
			index, name := e.judged.VI.SessionIndex, e.judged.VI.NameID.Value
			if owner, known := owners[index]; known && index != "" && owner != name {
				w.Sees(w.Own("sessionindex-shared", owner, name, e.call.evidence()...))
			}
			owners[index] = name
		}
	},
	"emetteur": func(w *World, all []emission) { // S05
		us, _ := w.run.Bench.Convention.Organism(w.client.side.declared.Organism)
		for _, e := range all {
			if got := e.judged.VI.Issuer; got != us.Issuer {
				w.Sees(w.Own("issuer-not-operator", us.Issuer, got, e.call.evidence()...))
			}
		}
	},
	"niveau": func(w *World, all []emission) { // S08, C08
		for _, e := range all {
			if want, got := e.call.user.Class, e.judged.VI.AuthnContext; want != "" && want != got {
				w.Sees(w.Own("level-not-reached", want, got, e.call.evidence()...))
			}
		}
	},
	"pagm": func(w *World, all []emission) { // S18
		for _, e := range all {
			granted := w.grantedAt(e)
			for _, p := range e.judged.VI.PAGM {
				if !slices.Contains(granted, p) {
					w.Sees(w.Own("pagm-not-granted", strings.Join(granted, " "), p, e.call.evidence()...))
				}
			}
		}
	},
}

// grantedAt are the PAGM that the person of an emission holds at the service operator that it reached.
func (w *World) grantedAt(e emission) []string {
	for _, u := range w.client.side.declared.Users {
		if u.ID != e.call.user.ID || e.exchange.member == nil {
			continue
		}
		for _, p := range w.run.Bench.Convention.Opened() {
			if p.Mode == interops.ModeS && p.Client == w.client.side.declared.Organism && p.Provider == e.exchange.member.Organism {
				return u.Rights[p.Name]
			}
		}
	}
	return nil
}

func rebondsRespect(ctx context.Context, what string) error {
	w := worldOf(ctx)
	check, ok := rebondRules[what]
	if !ok {
		return fmt.Errorf("aspect %q of the VIs: not in the table", what)
	}
	all, err := w.needEmitted()
	if err != nil {
		return err
	}
	check(w, all)
	return nil
}

// linkJudged weighs a link that was tried without any message (T03).
func linkJudged(ctx context.Context, how string) error {
	w := worldOf(ctx)
	if !w.client.link.tried {
		return errNothingSent
	}
	w.Checked()
	switch got := w.client.link; {
	case how == "accepte" && !got.opened:
		w.Finds(w.Own("honest-refused", "TLS", got.told))
	case how == "refuse" && got.opened:
		w.Sees(w.Own("accepted-faulty", "", got.told))
	}
	return nil
}

// nothingInClear makes sure that the login page is not served without TLS (T07-N1).
func nothingInClear(ctx context.Context) error {
	w := worldOf(ctx)
	if !w.client.link.tried {
		return errNothingSent
	}
	w.Checked()
	if w.client.link.opened {
		w.Sees(w.Own("served-in-clear", "https", w.client.link.told))
	}
	return nil
}

// noVIInClear looks for a Response on a way without TLS in all that the browsers did (T07-N2).
func noVIInClear(ctx context.Context) error {
	w := worldOf(ctx)
	if len(w.client.guests) == 0 {
		return errNothingSent
	}
	w.Checked()
	for _, g := range w.client.guests {
		for _, h := range g.hops {
			if strings.HasPrefix(h.URL, "http://") && carriedAway([]browserHop{h}) {
				w.Sees(w.Own("vi-sent-in-clear", "https", h.URL))
			}
		}
	}
	return nil
}

// metadataRules are the rules of each aspect of published metadata; verification is all of them.
var metadataRules = map[string][]string{
	"signature": {"metadata-signature-absent", "metadata-signature-invalid", "metadata-altered"},
	"validite":  {"metadata-validity-absent", "metadata-expired"},
	"cle":       {"metadata-signer-other", "metadata-signer-untrusted", "metadata-key-other"},
}

// metadataRespect judges what the operator publishes about itself (S16).
func metadataRespect(ctx context.Context, aspect string) error {
	w := worldOf(ctx)
	rules, known := metadataRules[aspect]
	if !known && aspect != "verification" {
		return fmt.Errorf("aspect %q of metadata: not in the table", aspect)
	}
	s := w.client.side
	agent := s.fetcher()
	defer func() { _ = agent.Close() }()
	page, err := agent.Get(ctx, s.declared.S.Metadata)
	if err != nil {
		return w.Cannot(verdict.ReasonUnreachable, s.roleMode()+".metadata", s.declared.S.Metadata, err.Error())
	}
	w.Checked()
	digest := w.evidence(httpText(statusLine(page.Status), page.Header, page.Body))
	for _, f := range sso.VerifyMetadata(page.Body, s.declared.Organism, s.circle()).Findings {
		if !known || slices.Contains(rules, f.Rule) {
			w.Sees(w.Own(f.Rule, f.Want, f.Got, digest))
		}
	}
	return nil
}
