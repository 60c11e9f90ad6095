package ops

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/scenario"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// clientSteps are the sentences of the role client.
func clientSteps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`un appel honnête parvenu au partenaire`, clientOpening),
		scenario.NewStep(`un appel honnête parvient de nouveau au partenaire`, clientClosing),
		scenario.NewStep(`l'application appelle le service § pour l'utilisateur §`, applicationCalls),
		scenario.NewStep(`l'application appelle le service § pour l'utilisateur §, variante §`, applicationCallsVaried),
		scenario.NewStep(`l'application appelle le service § sans utilisateur authentifié`, applicationCallsNobody),
		scenario.NewStep(`l'application appelle le service § dans la session close de l'utilisateur §`, applicationCallsClosed),
		scenario.NewStep(`l'application lance (\d+) appels, un par utilisateur`, func(ctx context.Context, n int) error { return applicationLaunches(ctx, n, 1) }),
		scenario.NewStep(`l'application lance (\d+) appels parallèles, un par utilisateur`, func(ctx context.Context, n int) error { return applicationLaunches(ctx, n, n) }),
		scenario.NewStep(`le partenaire répond avec la faute §`, partnerArmed),
		scenario.NewStep(`le partenaire se présente avec la faute §`, partnerArmed),
		scenario.NewStep(`le partenaire se présente honnêtement, variante §`, partnerVaried),
		scenario.NewStep(`l'horloge du candidat est portée §`, clockMoved),
		scenario.NewStep(`l'horloge du candidat est rendue`, clockReturned),
		scenario.NewStep(`le droit de l'utilisateur § est retiré`, func(ctx context.Context, user string) error { return rightChanged(ctx, user, candidate.WithdrawRight) }),
		scenario.NewStep(`le droit de l'utilisateur § est rétabli`, func(ctx context.Context, user string) error { return rightChanged(ctx, user, candidate.GrantRight) }),
		scenario.NewStep(`l'utilisateur § se déconnecte`, userLeaves),

		scenario.NewStep(`l'appel parvient au partenaire avec un VI conforme`, conformingVI),
		scenario.NewStep(`aucun appel ne part`, nothingLeaves),
		scenario.NewStep(`aucun octet de VI n'est parvenu au partenaire`, noByteArrived),
		scenario.NewStep(`aucun octet de VI n'est parvenu en clair`, noByteInClear),
		scenario.NewStep(`aucun appel n'est parvenu sans VI`, nothingWithoutVI),
		scenario.NewStep(`le partenaire n'a pas reçu plus de (\d+) appels`, callsBounded),
		scenario.NewStep(`un VI renouvelé n'est pas celui qui a été refusé`, renewedVI),
		scenario.NewStep(`le VI émis comporte l'élément §`, emittedElement),
		scenario.NewStep(`le VI émis ne porte que les attributs convenus`, emittedAttributes),
		scenario.NewStep(`le VI émis reprend § de la session de l'utilisateur`, emittedFromSession),
		scenario.NewStep(`le VI émis est neuf`, emittedNew),
		scenario.NewStep(`le VI émis n'est pas expiré`, emittedAlive),
		scenario.NewStep(`il reste au VI émis plus que la dérive admise`, emittedMargin),
		scenario.NewStep(`les identifiants des VI émis respectent §`, emittedIDs),
		scenario.NewStep(`la signature du VI émis respecte §`, emittedSignature),
		scenario.NewStep(`le VI n'apparaît dans aucune adresse appelée`, emittedAddresses),
		scenario.NewStep(`chaque appel porte le VI de son utilisateur`, eachOwnVI),
		scenario.NewStep(`chaque VI émis vise le service appelé`, eachOwnService),
		scenario.NewStep(`aucun VI émis ne porte plus le PAGM retiré`, withdrawnPAGM),
		scenario.NewStep(`l'en-tête § de l'application n'est pas parvenu au partenaire`, headerStays),
		scenario.NewStep(`l'application ne reçoit pas l'en-tête §`, headerNotReceived),
		scenario.NewStep(`l'application reçoit la réponse inchangée`, applicationGetsAnswer),
		scenario.NewStep(`l'application reçoit le statut HTTP du partenaire`, applicationGetsStatus),
		scenario.NewStep(`l'application ne reçoit pas la faute technique`, applicationSpared),
		scenario.NewStep(`le corps reçu par le partenaire est celui de l'application`, partnerGetsBody),
		scenario.NewStep(`la trace du candidat nomme le VI émis`, traceNamesEmitted),
		scenario.NewStep(`chaque VI parvenu au partenaire figure dans la trace du candidat`, eachTraced),
		scenario.NewStep(`la trace du candidat ne dit pas envoyé un VI qui n'est pas parvenu`, traceInventsNothing),
		scenario.NewStep(`la trace d'habilitation garde chaque changement`, habilitationUntraceable),
		scenario.NewStep(`la trace d'habilitation nomme l'auteur de chaque changement`, habilitationUntraceable),
	}
}

// habilitationUntraceable is never reached: no candidate can declare its habilitation traces yet, and the need
// of these trials says so.
func habilitationUntraceable(ctx context.Context) error {
	return worldOf(ctx).Cannot(verdict.ReasonNotDeclared, "traces-habilitation")
}

// clientOpening makes sure that an honest call goes through before the trial.
func clientOpening(ctx context.Context) error {
	w := worldOf(ctx)
	call, ok, err := w.clientControl(ctx)
	if err != nil {
		return err
	}
	if !ok {
		return w.Cannot(verdict.ReasonControlRefusedBefore, call.told())
	}
	return nil
}

// clientClosing disarms the partner and makes sure that an honest call still goes through.
func clientClosing(ctx context.Context) error {
	w := worldOf(ctx)
	w.client.side.partner.Arm(0, mutation.Conduct{})
	call, ok, err := w.clientControl(ctx)
	if err != nil {
		return err
	}
	w.Settle()
	if !ok {
		return w.Cannot(verdict.ReasonControlRefusedAfter, call.told())
	}
	return nil
}

// told says in short how a call of the application ended.
func (c appCall) told() string {
	if c.err != nil {
		return c.err.Error()
	}
	return fmt.Sprintf("HTTP %d", c.answer.Status)
}

// evidence lists the digests of a call and of what it made the candidate send.
func (c appCall) evidence() []string {
	var all []string
	for _, e := range c.kept {
		for _, digest := range []string{e.Request, e.Response} {
			if digest != "" {
				all = append(all, digest)
			}
		}
	}
	return all
}

func applicationCalls(ctx context.Context, service, user string) error {
	return worldOf(ctx).applicationCall(ctx, service, user, nil)
}

// applicationCall makes the application call and remembers what happened.
func (w *World) applicationCall(ctx context.Context, service, user string, adjust func(*access.Action)) error {
	to, ok := w.client.side.alias(service)
	if !ok {
		return w.Cannot(verdict.ReasonNotInConvention, "service "+service)
	}
	who := w.someone(user)
	if who == nil && user != "" {
		return w.Cannot(verdict.ReasonNotDeclared, "users : "+user)
	}
	call, err := w.callAs(ctx, to, who, adjust)
	if err != nil {
		return err
	}
	w.client.calls = append(w.client.calls, call)
	return nil
}

// appVariants change what the application sends.
var appVariants = map[string]func(w *World, a *access.Action, marker string){
	"simple": func(*World, *access.Action, string) {},
	"corps-espaces-de-noms": func(w *World, a *access.Action, marker string) {
		a.Body = plainEnvelope(fmt.Appendf(nil, nestedBody, stand.OperationOf(w.project()), businessNamespace, marker))
	},
	"corps-texte": func(w *World, a *access.Action, marker string) {
		a.Body = plainEnvelope(fmt.Appendf(nil, textBody, stand.OperationOf(w.project()), businessNamespace, marker))
	},
	"en-tete-security": func(_ *World, a *access.Action, _ string) {
		const header = `<soapenv:Header><wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><wsse:UsernameToken><wsse:Username>` + plantedUser + `</wsse:Username></wsse:UsernameToken></wsse:Security></soapenv:Header>`
		a.Body = []byte(strings.Replace(string(a.Body), "<soapenv:Body>", header+"<soapenv:Body>", 1))
	},
	"interops-infos":        func(*World, *access.Action, string) {},
	"interops-infos-absent": func(_ *World, a *access.Action, _ string) { a.User = nil },
	"interops-infos-mal-forme": func(_ *World, a *access.Action, _ string) {
		a.User = nil
		a.Header = http.Header{client.InteropsInfosHeader: {`<InteropsInfos><SubjectId>` + plantedUser}}
	},
}

// plantedUser is a user that the application plants where it should not be believed.
const plantedUser = "utilisateur-glisse-par-l-application"

func applicationCallsVaried(ctx context.Context, service, user, name string) error {
	vary, ok := appVariants[name]
	if !ok {
		return fmt.Errorf("variant %q: not in the table", name)
	}
	w := worldOf(ctx)
	return w.applicationCall(ctx, service, user, func(a *access.Action) {
		vary(w, a, markerShape.FindString(string(a.Body)))
	})
}

// applicationCallsNobody calls for nobody; of a service that takes calls without a user, for one who is declared
// not authenticated.
func applicationCallsNobody(ctx context.Context, service string) error {
	w := worldOf(ctx)
	return w.applicationCall(ctx, service, "", func(a *access.Action) {
		strangers := w.client.side.declared.Unauthenticated()
		if w.client.side.home.User != interops.UserRequired && len(strangers) > 0 {
			u := w.session(strangers[0], 0)
			u.AuthnInstant = time.Time{}
			a.User = &u
		}
	})
}

// applicationCallsClosed calls again in a session that was closed: the same login, not a new one.
func applicationCallsClosed(ctx context.Context, service, user string) error {
	w := worldOf(ctx)
	return w.applicationCall(ctx, service, user, func(a *access.Action) {
		for _, c := range w.client.calls {
			if c.known && a.User != nil && c.user.ID == a.User.ID {
				a.User.AuthnInstant = c.user.AuthnInstant
			}
		}
	})
}

// applicationLaunches makes n calls of distinct users, at most together at once.
func applicationLaunches(ctx context.Context, n, together int) error {
	w := worldOf(ctx)
	s := w.client.side
	users := s.entitled()
	if len(users) == 0 {
		return w.Cannot(verdict.ReasonNotDeclared, "users")
	}
	before := s.count()
	calls := make([]appCall, n)
	slots := make(chan struct{}, together)
	var wait sync.WaitGroup
	defer wait.Wait()
	for i := range n { // where users are fewer than calls, each comes back with another login
		marker, err := NewMarker(w.Source) // here, in order: the seed says which call bears which
		if err != nil {
			return err
		}
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			calls[i] = w.oneOfMany(ctx, w.session(users[i%len(users)], i), marker)
		})
	}
	wait.Wait()
	place := make(map[string]int, n)
	for i, c := range calls {
		place[c.marker] = i
	}
	for _, x := range s.since(before) {
		for _, marker := range slices.Compact(markerShape.FindAllString(x.text(), 8)) {
			if i, ours := place[marker]; ours {
				calls[i].seen = append(calls[i].seen, x)
			}
		}
	}
	w.keepSome(calls)
	w.client.calls = append(w.client.calls, calls...)
	return nil
}

// keepSome records the evidence of the first calls of many; the rest is in the findings, if any.
func (w *World) keepSome(calls []appCall) {
	for i := range calls[:min(2, len(calls))] {
		for _, x := range calls[i].seen {
			calls[i].kept = append(calls[i].kept, w.keepEmitted(calls[i].marker, x))
		}
	}
}

// partnerArmed makes the partner misbehave until the closing call.
func partnerArmed(ctx context.Context, fault string) error {
	w := worldOf(ctx)
	m, ok := mutation.ByName(fault)
	if !ok {
		return fmt.Errorf("fault %q: not in the catalogue", fault)
	}
	side := w.client.side
	conduct := m.Behaviour(mutation.Honest{
		Now: w.run.Bench.Clock.Now(), Profile: w.profile(), Convention: w.run.Bench.Convention, Project: side.project, Service: side.home,
	})
	times := conduct.Times
	if times == 0 {
		times = -1
	}
	side.partner.Arm(times, conduct)
	return nil
}

// partnerVaried makes the partner choose among honest ways.
func partnerVaried(ctx context.Context, name string) error {
	versions := map[string]uint16{"tls12": 0x0303, "tls13": 0x0304}
	version, ok := versions[name]
	if !ok {
		return fmt.Errorf("variant %q: want tls12 or tls13", name)
	}
	worldOf(ctx).client.side.partner.Arm(-1, mutation.Conduct{MinTLS: version, MaxTLS: version})
	return nil
}

// rightChanged withdraws the right that the trials use, or gives it back.
func rightChanged(ctx context.Context, user string, verb candidate.Verb) error {
	w := worldOf(ctx)
	who := w.someone(user)
	if who == nil {
		return w.Cannot(verdict.ReasonNotDeclared, "users : "+user)
	}
	return w.gesture(ctx, string(verb), who)
}

func userLeaves(ctx context.Context, user string) error {
	w := worldOf(ctx)
	who := w.someone(user)
	if who == nil {
		return w.Cannot(verdict.ReasonNotDeclared, "users : "+user)
	}
	if err := w.gesture(ctx, string(candidate.Logout), who); err != nil {
		return err
	}
	w.client.side.left[who.ID] = w.run.Bench.Clock.Now().Truncate(time.Millisecond).Add(time.Millisecond)
	return nil
}
