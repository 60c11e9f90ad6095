package scenario

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/verdict"
)

// clientSteps are the sentences of the role client.
func clientSteps() []Step {
	return []Step{
		step(`un appel honnête parvenu au partenaire`, clientOpening),
		step(`un appel honnête parvient de nouveau au partenaire`, clientClosing),
		step(`l'application appelle le service § pour l'utilisateur §`, applicationCalls),
		step(`l'application appelle le service § pour l'utilisateur §, variante §`, applicationCallsVaried),
		step(`l'application appelle le service § sans utilisateur authentifié`, applicationCallsNobody),
		step(`l'application appelle le service § dans la session close de l'utilisateur §`, applicationCallsClosed),
		step(`l'application lance (\d+) appels, un par utilisateur`, func(ctx context.Context, n int) error { return applicationLaunches(ctx, n, 1) }),
		step(`l'application lance (\d+) appels parallèles, un par utilisateur`, func(ctx context.Context, n int) error { return applicationLaunches(ctx, n, n) }),
		step(`le partenaire répond avec la faute §`, partnerArmed),
		step(`le partenaire se présente avec la faute §`, partnerArmed),
		step(`le partenaire se présente honnêtement, variante §`, partnerVaried),
		step(`l'horloge du candidat est portée §`, clockMoved),
		step(`l'horloge du candidat est rendue`, clockReturned),
		step(`le droit de l'utilisateur § est retiré`, func(ctx context.Context, user string) error { return rightChanged(ctx, user, candidate.WithdrawRight) }),
		step(`le droit de l'utilisateur § est rétabli`, func(ctx context.Context, user string) error { return rightChanged(ctx, user, candidate.GrantRight) }),
		step(`l'utilisateur § se déconnecte`, userLeaves),

		step(`l'appel parvient au partenaire avec un VI conforme`, conformingVI),
		step(`aucun appel ne part`, nothingLeaves),
		step(`aucun octet de VI n'est parvenu au partenaire`, noByteArrived),
		step(`aucun octet de VI n'est parvenu en clair`, noByteInClear),
		step(`aucun appel n'est parvenu sans VI`, nothingWithoutVI),
		step(`le partenaire n'a pas reçu plus de (\d+) appels`, callsBounded),
		step(`un VI renouvelé n'est pas celui qui a été refusé`, renewedVI),
		step(`le VI émis comporte l'élément §`, emittedElement),
		step(`le VI émis ne porte que les attributs convenus`, emittedAttributes),
		step(`le VI émis reprend § de la session de l'utilisateur`, emittedFromSession),
		step(`le VI émis est neuf`, emittedNew),
		step(`le VI émis n'est pas expiré`, emittedAlive),
		step(`il reste au VI émis plus que la dérive admise`, emittedMargin),
		step(`les identifiants des VI émis respectent §`, emittedIDs),
		step(`la signature du VI émis respecte §`, emittedSignature),
		step(`le VI n'apparaît dans aucune adresse appelée`, emittedAddresses),
		step(`chaque appel porte le VI de son utilisateur`, eachOwnVI),
		step(`chaque VI émis vise le service appelé`, eachOwnService),
		step(`aucun VI émis ne porte plus le PAGM retiré`, withdrawnPAGM),
		step(`l'en-tête § de l'application n'est pas parvenu au partenaire`, headerStays),
		step(`l'application ne reçoit pas l'en-tête §`, headerNotReceived),
		step(`l'application reçoit la réponse inchangée`, applicationGetsAnswer),
		step(`l'application reçoit le statut HTTP du partenaire`, applicationGetsStatus),
		step(`l'application ne reçoit pas la faute technique`, applicationSpared),
		step(`le corps reçu par le partenaire est celui de l'application`, partnerGetsBody),
		step(`la trace du candidat nomme le VI émis`, traceNamesEmitted),
		step(`chaque VI parvenu au partenaire figure dans la trace du candidat`, eachTraced),
		step(`la trace du candidat ne dit pas envoyé un VI qui n'est pas parvenu`, traceInventsNothing),
		step(`la trace d'habilitation garde chaque changement`, habilitationUntraceable),
		step(`la trace d'habilitation nomme l'auteur de chaque changement`, habilitationUntraceable),
	}
}

// habilitationUntraceable is never reached: no candidate can declare its habilitation traces yet, and the need
// of these trials says so.
func habilitationUntraceable(ctx context.Context) error {
	return worldOf(ctx).cannot(verdict.ReasonNotDeclared, "traces-habilitation")
}

// clientOpening makes sure that an honest call goes through before the trial.
func clientOpening(ctx context.Context) error {
	w := worldOf(ctx)
	call, ok, err := w.clientControl(ctx)
	if err != nil {
		return err
	}
	if !ok {
		return w.cannot(verdict.ReasonControlRefusedBefore, call.told())
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
	w.settle()
	if !ok {
		return w.cannot(verdict.ReasonControlRefusedAfter, call.told())
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

// alias finds the service that the features call by its place in the trial.
func (s *clientSide) alias(name string) (interops.Service, bool) {
	if name == "principal" {
		return s.home, true
	}
	now := s.run.bench.Clock.Now()
	for _, p := range s.run.bench.Convention.Projects {
		for _, service := range p.Services {
			_, declared := s.declared.A.At(service.Name)
			if !declared || p.Client != s.project.Client || service.Name == s.home.Name {
				continue
			}
			over := !p.End.IsZero() && !now.Before(p.End.Time)
			early := now.Before(p.Start.Time)
			switch {
			case name == "second" && p.Name == s.project.Name,
				name == "termine" && over, name == "futur" && early && !over:
				return service, true
			}
		}
	}
	if name == "sans-convention" {
		for declared := range s.declared.A.Services {
			if !slices.ContainsFunc(s.run.bench.Convention.Projects, func(p interops.Project) bool { _, ok := p.Service(declared); return ok }) {
				return interops.Service{Name: declared}, true
			}
		}
	}
	return interops.Service{}, false
}

// someone finds the user whom the features call by a part in the trial; nil when the candidate has none.
func (w *World) someone(alias string) *interops.User {
	s := w.client.side
	var list []candidate.User
	rank := 0
	switch alias {
	case "agent-habilite":
		list = s.declared.Entitled(s.project.Name, firstPAGM(s.project)...)
	case "autre-agent":
		list, rank = s.declared.Entitled(s.project.Name, firstPAGM(s.project)...), 1
	case "agent-sans-droit":
		list = s.declared.Unentitled(s.project.Name)
	case "agent-fort":
		if u, ok := s.strong(); ok {
			list = []candidate.User{u}
		}
	}
	if rank >= len(list) {
		return nil
	}
	u := w.session(list[rank], rank)
	return &u
}

// session is the login of a user, the same for the whole run: a client may keep a VI for as long as it lasts.
func (w *World) session(u candidate.User, rank int) interops.User {
	s := w.client.side
	out := interops.User{ID: u.ID, Class: u.Class, PAGM: firstPAGM(s.project)}
	out.AuthnInstant = s.began.Add(-time.Duration(30+7*rank) * time.Second).Truncate(time.Millisecond)
	if left, ok := s.left[u.ID]; ok { // a login made before a logout is over: this one came after
		out.AuthnInstant = left
	}
	if out.Class == "" {
		out.Class = w.run.people.class(s.home)
	}
	return out
}

// strong is an entitled user whose login is above the weakest that the service accepts.
func (s *clientSide) strong() (candidate.User, bool) {
	profile := s.run.profileInForce()
	weakest := profile.RankOfClass(s.run.people.class(s.home))
	for _, u := range s.declared.Entitled(s.project.Name, firstPAGM(s.project)...) {
		if profile.RankOfClass(u.Class) > weakest {
			return u, true
		}
	}
	return candidate.User{}, false
}

func applicationCalls(ctx context.Context, service, user string) error {
	return worldOf(ctx).applicationCall(ctx, service, user, nil)
}

// applicationCall makes the application call and remembers what happened.
func (w *World) applicationCall(ctx context.Context, service, user string, adjust func(*Action)) error {
	to, ok := w.client.side.alias(service)
	if !ok {
		return w.cannot(verdict.ReasonNotInConvention, "service "+service)
	}
	who := w.someone(user)
	if who == nil && user != "" {
		return w.cannot(verdict.ReasonNotDeclared, "users : "+user)
	}
	call, err := w.callAs(ctx, to, who, adjust)
	if err != nil {
		return err
	}
	w.client.calls = append(w.client.calls, call)
	return nil
}

// appVariants change what the application sends.
var appVariants = map[string]func(w *World, a *Action, marker string){
	"simple": func(*World, *Action, string) {},
	"corps-espaces-de-noms": func(w *World, a *Action, marker string) {
		a.Body = plainEnvelope(fmt.Appendf(nil, nestedBody, operationOf(w.project()), businessNamespace, marker))
	},
	"corps-texte": func(w *World, a *Action, marker string) {
		a.Body = plainEnvelope(fmt.Appendf(nil, textBody, operationOf(w.project()), businessNamespace, marker))
	},
	"en-tete-security": func(_ *World, a *Action, _ string) {
		const header = `<soapenv:Header><wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><wsse:UsernameToken><wsse:Username>` + plantedUser + `</wsse:Username></wsse:UsernameToken></wsse:Security></soapenv:Header>`
		a.Body = []byte(strings.Replace(string(a.Body), "<soapenv:Body>", header+"<soapenv:Body>", 1))
	},
	"interops-infos":        func(*World, *Action, string) {},
	"interops-infos-absent": func(_ *World, a *Action, _ string) { a.User = nil },
	"interops-infos-mal-forme": func(_ *World, a *Action, _ string) {
		a.User = nil
		a.Header = http.Header{InteropsInfosHeader: {`<InteropsInfos><SubjectId>` + plantedUser}}
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
	return w.applicationCall(ctx, service, user, func(a *Action) {
		vary(w, a, markerShape.FindString(string(a.Body)))
	})
}

// applicationCallsNobody calls for nobody; of a service that takes calls without a user, for one who is declared
// not authenticated.
func applicationCallsNobody(ctx context.Context, service string) error {
	w := worldOf(ctx)
	return w.applicationCall(ctx, service, "", func(a *Action) {
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
	return w.applicationCall(ctx, service, user, func(a *Action) {
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
	users := s.declared.Entitled(s.project.Name, firstPAGM(s.project)...)
	if len(users) == 0 {
		return w.cannot(verdict.ReasonNotDeclared, "users")
	}
	before := s.count()
	calls := make([]appCall, n)
	slots, errs := make(chan struct{}, together), make([]error, n)
	var wait sync.WaitGroup
	for i := range n { // where users are fewer than calls, each comes back with another login
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			calls[i], errs[i] = w.oneOfMany(ctx, w.session(users[i%len(users)], i))
		})
	}
	wait.Wait()
	if err := cmpError(errs...); err != nil {
		return err
	}
	place := make(map[string]int, n)
	for i, c := range calls {
		place[c.marker] = i
	}
	for _, x := range s.since(before) {
		for _, marker := range slices.Compact(markerShape.FindAllString(string(x.Body), 4)) {
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
		Now: w.run.bench.Clock.Now(), Profile: w.profile(), Convention: w.run.bench.Convention, Project: side.project, Service: side.home,
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

// clockMoved sets the candidate's protocol clock, and ours with it.
func clockMoved(ctx context.Context, where string) error {
	w := worldOf(ctx)
	at, err := w.moment(where)
	if err != nil {
		return err
	}
	w.owed.clock = true
	w.run.bench.Clock.Set(at)
	return w.setCandidateClock(ctx, at.UTC().Format(time.RFC3339Nano))
}

// moment is an instant named by its place in the life of the last VI, or of the candidate's keys.
func (w *World) moment(where string) (time.Time, error) {
	if where == "apres-la-bascule" {
		cut, ok := w.client.side.cutOff()
		if !ok {
			return cut, w.cannot(verdict.ReasonNotInConvention, "rotation")
		}
		return cut.Add(time.Hour), nil
	}
	all := w.allEmitted()
	if len(all) == 0 {
		return time.Time{}, w.cannot(verdict.ReasonNoMessage, "VI")
	}
	end := all[len(all)-1].judged.VI.NotOnOrAfter
	if end.IsZero() {
		return end, w.cannot(verdict.ReasonNoMessage, "NotOnOrAfter")
	}
	switch where {
	case "apres-la-fin-du-vi":
		return end.Add(w.profile().Skew() + time.Minute), nil
	case "juste-avant-la-fin-du-vi":
		return end.Add(-w.profile().Skew() / 2), nil
	}
	return end, fmt.Errorf("moment %q: not in the table", where)
}

// cutOff is the date at which a signature identity of the candidate's ends, if the convention writes one to come.
func (s *clientSide) cutOff() (time.Time, bool) {
	organism, _ := s.run.bench.Convention.Organism(s.project.Client)
	now := s.run.bench.Clock.Now()
	for _, id := range organism.Signature {
		if id.Until.After(now) {
			return id.Until.Time, true
		}
	}
	return time.Time{}, false
}

func clockReturned(ctx context.Context) error {
	w := worldOf(ctx)
	w.owed.clock = false
	w.run.bench.Clock.Follow()
	return w.setCandidateClock(ctx, "")
}

// rightChanged withdraws the right that the trials use, or gives it back.
func rightChanged(ctx context.Context, user string, verb candidate.Verb) error {
	w := worldOf(ctx)
	who := w.someone(user)
	if who == nil {
		return w.cannot(verdict.ReasonNotDeclared, "users : "+user)
	}
	return w.gesture(ctx, string(verb), who)
}

func userLeaves(ctx context.Context, user string) error {
	w := worldOf(ctx)
	who := w.someone(user)
	if who == nil {
		return w.cannot(verdict.ReasonNotDeclared, "users : "+user)
	}
	if err := w.gesture(ctx, string(candidate.Logout), who); err != nil {
		return err
	}
	w.client.side.left[who.ID] = w.run.bench.Clock.Now().Truncate(time.Millisecond).Add(time.Millisecond)
	return nil
}
