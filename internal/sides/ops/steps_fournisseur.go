package ops

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/scenario"
	"etalon/internal/soap"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// providerSteps are the sentences of the role fournisseur.
func providerSteps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`un VI honnête accepté par le candidat`, openingControl),
		scenario.NewStep(`un VI honnête accepté par le candidat pour le service §`, openingControlOf),
		scenario.NewStep(`un VI honnête est de nouveau accepté`, closingControl),
		scenario.NewStep(`un VI honnête est de nouveau accepté pour le service §`, func(ctx context.Context, _ string) error { return closingControl(ctx) }),
		scenario.NewStep(`l'organisme client envoie un VI honnête`, sendHonest),
		scenario.NewStep(`l'organisme client envoie un VI honnête, variante §`, sendVariant),
		scenario.NewStep(`l'organisme client envoie au service § un VI honnête`, sendHonestTo),
		scenario.NewStep(`l'organisme client envoie un (?:VI|message) avec la faute §`, sendFault),
		scenario.NewStep(`l'organisme client ouvre la liaison avec la faute §`, sendFault),
		scenario.NewStep(`l'organisme client envoie au service § un (?:VI|message) avec la faute §`, sendFaultTo),
		scenario.NewStep(`l'organisme client envoie un VI qui cumule les fautes §`, sendFaults),
		scenario.NewStep(`l'organisme client envoie tour à tour un VI avec les fautes §`, sendInTurn),
		scenario.NewStep(`l'organisme client envoie une rafale de (\d+) VI avec la faute §`, sendBurst),
		scenario.NewStep(`l'organisme client demande une opération hors de ses PAGM, avec la faute §`, sendBeyondRights),
		scenario.NewStep(`le service placé derrière le candidat répond par §`, backendAnswers),

		scenario.NewStep(`le candidat refuse le (?:VI|message)`, refusal),
		scenario.NewStep(`la liaison est refusée`, refusal),
		scenario.NewStep(`le candidat accepte le VI`, acceptance),
		scenario.NewStep(`la sonde placée derrière le candidat n'a rien reçu`, probeUntouched),
		scenario.NewStep(`la sonde placée derrière le candidat n'a rien reçu du dernier appel`, probeUntouchedAtLast),
		scenario.NewStep(`la sonde placée derrière le candidat a reçu l'appel une seule fois`, probeOnce),
		scenario.NewStep(`la sonde placée derrière le candidat a reçu le corps inchangé`, probeBody),
		scenario.NewStep(`la trace du candidat nomme le VI refusé`, traceNamesRefused),
		scenario.NewStep(`la trace du candidat nomme le VI accepté`, traceNamesAccepted),
		scenario.NewStep(`la trace du candidat garde le refus`, traceKeepsRefusal),
		scenario.NewStep(`le code de faute est (".*")`, faultCode),
		scenario.NewStep(`les codes de faute sont les mêmes`, faultCodesEqual),
		scenario.NewStep(`la faute rendue respecte §`, faultRespects),
		scenario.NewStep(`l'organisme client reçoit la réponse inchangée`, clientGetsAnswer),
		scenario.NewStep(`l'organisme client reçoit le statut HTTP du service`, clientGetsStatus),
		scenario.NewStep(`l'identité de l'utilisateur est transmise entière`, identityWhole),
		scenario.NewStep(`le candidat applique la politique de réemploi du profil`, replayPolicy),
		scenario.NewStep(`le candidat applique la règle de la convention aux PAGM inconnus`, unknownPAGMRule),
		scenario.NewStep(`aucune opération n'est ouverte sans PAGM convenu`, nothingOpened),
	}
}

// openingControl makes sure that the last exchange on the channel is an accepted honest one (rule 2).
func openingControl(ctx context.Context) error { return worldOf(ctx).open(ctx) }

func openingControlOf(ctx context.Context, service string) error {
	w := worldOf(ctx)
	if err := w.aim(service); err != nil {
		return err
	}
	return w.open(ctx)
}

// closingControl sends the honest exchange that gives the refusal before it its meaning.
func closingControl(ctx context.Context) error { return worldOf(ctx).closing(ctx) }

// aim turns the scenario to another service of the candidate's, by its place in the features.
func (w *World) aim(alias string) error {
	to, ok := w.provider.side.alias(alias)
	if !ok {
		return w.Cannot(verdict.ReasonNotInConvention, alias)
	}
	w.provider.to = to
	w.provider.user = w.run.people.entitled(to.Project, to.Service)
	return nil
}

func sendHonest(ctx context.Context) error {
	w := worldOf(ctx)
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	return w.stimulate(ctx, call, marker)
}

func sendHonestTo(ctx context.Context, service string) error {
	if err := worldOf(ctx).aim(service); err != nil {
		return err
	}
	return sendHonest(ctx)
}

// sendVariant sends an honest message in one of the forms that a partner may choose.
func sendVariant(ctx context.Context, name string) error {
	w := worldOf(ctx)
	vary, ok := variants[name]
	if !ok {
		return fmt.Errorf("variant %q: not in the table", name)
	}
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	return vary(ctx, w, call, marker)
}

func sendFaultTo(ctx context.Context, service, fault string) error {
	if err := worldOf(ctx).aim(service); err != nil {
		return err
	}
	return sendFault(ctx, fault)
}

// sendFault sends a message with one deliberate fault.
func sendFault(ctx context.Context, name string) error {
	w := worldOf(ctx)
	m, err := w.fault(name)
	if err != nil {
		return err
	}
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	call.Mutation, call.TokenReference = &m, slices.Contains(m.Needs, mutation.TokenReference)
	call.SignResponse = slices.Contains(m.Needs, mutation.SignedResponse)
	w.redirect(&call, m, marker)
	if replay := m.Behaviour(w.honest(call)).Replay; replay != nil {
		return w.replay(ctx, call, marker, *replay)
	}
	return w.stimulate(ctx, call, marker)
}

// fault finds a fault by name, and makes sure that the candidate's convention lets it be one.
func (w *World) fault(name string) (mutation.Mutation, error) {
	m, ok := mutation.ByName(name)
	if !ok {
		return m, fmt.Errorf("fault %q: not in the catalogue", name)
	}
	for _, need := range w.provider.side.unmet(m, w.provider.to) {
		return m, w.Cannot(verdict.ReasonNotInConvention, string(need))
	}
	return m, nil
}

// redirect sends a fault about a project that is not in force to the address of that project's service, where the
// candidate declares one: elsewhere another check would refuse it too.
func (w *World) redirect(call *client.Call, m mutation.Mutation, marker string) {
	now := w.run.Bench.Clock.Now()
	for _, wanted := range []struct {
		need mutation.Need
		is   func(interops.Project) bool
	}{
		{mutation.EndedProject, func(p interops.Project) bool { return !p.End.IsZero() && !now.Before(p.End.Time) }},
		{mutation.FutureProject, func(p interops.Project) bool { return now.Before(p.Start.Time) }},
	} {
		for _, t := range w.provider.side.targets {
			if slices.Contains(m.Needs, wanted.need) && wanted.is(t.Project) && t.Project.Client == call.Project.Client {
				call.Endpoint = t.Endpoint
				w.provider.side.carrier.ask(call, t, stand.OperationOf(t.Project), marker)
			}
		}
	}
}

// honest is what a fault of the call departs from.
func (w *World) honest(call client.Call) mutation.Honest {
	return mutation.Honest{
		Now: call.Now, Profile: w.profile(), Convention: w.run.Bench.Convention, Project: call.Project,
		Service: call.Service, Canary: call.Canary,
	}
}

// replay presents a VI in an honest exchange, then once more in a second one.
func (w *World) replay(ctx context.Context, call client.Call, marker string, r mutation.Replay) error {
	call.Mutation, call.VI.OneTimeUse = nil, r.OneTimeUse
	w.provider.channel.honest = ""
	first, err := w.send(ctx, "honest", marker, call)
	if err != nil {
		return err
	}
	if first.outcome != answered || !w.provider.side.reached(marker) {
		return w.Cannot(verdict.ReasonControlRefusedBefore, told(first.exchange))
	}
	again, marker, err := w.message()
	if err != nil {
		return err
	}
	again.VI, again.Now = call.VI, call.Now
	again.Conduct = &mutation.Conduct{ClientCertificate: r.ClientCertificate}
	return w.stimulate(ctx, again, marker)
}

// names splits a list at its commas.
func names(list string) []string {
	parts := strings.Split(list, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// sendFaults sends one message with several faults at once.
func sendFaults(ctx context.Context, list string) error {
	w := worldOf(ctx)
	var all []mutation.Mutation
	for _, name := range names(list) {
		m, err := w.fault(name)
		if err != nil {
			return err
		}
		all = append(all, m)
	}
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	joined := cumulate(all)
	call.Mutation = &joined
	return w.stimulate(ctx, call, marker)
}

// cumulate joins faults that change bytes into one.
func cumulate(all []mutation.Mutation) mutation.Mutation {
	joined := mutation.Mutation{Name: "cumul", Violates: all[0].Violates}
	for _, m := range all {
		if content := m.Content; content != nil {
			before := joined.Content
			joined.Content = func(h mutation.Honest, vi *interops.VI) {
				if before != nil {
					before(h, vi)
				}
				content(h, vi)
			}
		}
		if m.Form != nil {
			joined.Form = m.Form
		}
		if m.Wire != nil {
			joined.Wire = m.Wire
		}
	}
	return joined
}

// sendInTurn sends one message per fault.
func sendInTurn(ctx context.Context, list string) error {
	for _, name := range names(list) {
		if err := sendFault(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// sendBurst sends the same fault many times on the channel, as fast as it is refused. The first and the last
// are kept as evidence.
func sendBurst(ctx context.Context, n int, name string) error {
	w := worldOf(ctx)
	m, err := w.fault(name)
	if err != nil {
		return err
	}
	w.provider.channel.honest = ""
	for i := range n {
		call, marker, err := w.message()
		if err != nil {
			return err
		}
		call.Mutation = &m
		if i == 0 || i == n-1 {
			s, err := w.send(ctx, "burst", marker, call)
			switch {
			case err != nil:
				return err
			case w.accepted(s):
				return w.Cannot(verdict.ReasonNotRefused)
			}
			continue
		}
		if _, err := w.provider.channel.link.Send(ctx, call); err != nil {
			return err
		}
	}
	return nil
}

// sendBeyondRights asks for an operation that no PAGM of the VI opens.
func sendBeyondRights(ctx context.Context, fault string) error {
	w := worldOf(ctx)
	m, err := w.fault(fault)
	if err != nil {
		return err
	}
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	operation, ok := beyond(call.Project)
	if !ok || !w.provider.side.carrier.ask(&call, w.provider.to, operation, marker) {
		return w.Cannot(verdict.ReasonNotInConvention, "opérations par PAGM")
	}
	call.Mutation = &m
	return w.stimulate(ctx, call, marker)
}

// backendAnswers prepares what the application behind the candidate will answer to the next call.
func backendAnswers(ctx context.Context, what string) error {
	w := worldOf(ctx)
	if w.provider.side.probe == nil {
		return w.Cannot(verdict.ReasonNoProbe)
	}
	space := soap.Namespace11
	if w.provider.to.SOAP == soap.V12 {
		space = soap.Namespace12
	}
	prepare, ok := map[string]func(marker string) ProbeAnswer{
		"reponse-metier": func(marker string) ProbeAnswer { return ProbeAnswer{Status: 200, Body: honestAnswer(marker, space)} },
		"faute-metier":   func(marker string) ProbeAnswer { return ProbeAnswer{Status: 500, Body: businessFault(marker, space)} },
		"statut-http":    func(marker string) ProbeAnswer { return ProbeAnswer{Status: 503, Body: honestAnswer(marker, space)} },
	}[what]
	if !ok {
		return fmt.Errorf("answer %q: want reponse-metier, faute-metier or statut-http", what)
	}
	w.provider.answer = prepare
	return nil
}

// errNothingSent tells that an outcome step has nothing to look at.
var errNothingSent = errors.New("nothing was sent in this scenario")

// last is the stimulus that outcome steps look at.
func (w *World) last() (sent, error) {
	if len(w.provider.sent) == 0 {
		return sent{}, errNothingSent
	}
	return w.provider.sent[len(w.provider.sent)-1], nil
}

// lastHeard is the stimulus that an outcome step looks at, once it was answered: a silence is no proof (rule 2).
func (w *World) lastHeard() (sent, error) {
	s, err := w.last()
	if err != nil {
		return s, err
	}
	if s.outcome == unanswered {
		return s, w.unheard(s)
	}
	w.Checked()
	return s, nil
}
