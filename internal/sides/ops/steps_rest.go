package ops

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"etalon/internal/mutation"
	"etalon/internal/scenario"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// restSteps are the sentences about a provider whose resources are called with a token (mode R, experimental).
func restSteps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`l'organisme client demande une ressource qu'un autre PAGM ouvre`, askOtherResource),
		scenario.NewStep(`l'organisme client demande la ressource par le verbe §`, askByOtherVerb),
		scenario.NewStep(`l'organisme client écrit dans la ressource que son PAGM ouvre`, func(ctx context.Context) error { return write(ctx, "") }),
		scenario.NewStep(`l'organisme client écrit dans la ressource que son PAGM ouvre, avec la faute §`, write),
		scenario.NewStep(`un autre organisme demande la même ressource`, askFromOtherOrganism),

		scenario.NewStep(`le refus rendu respecte §`, refusalRespects),
		scenario.NewStep(`la réponse interdit d'être gardée par un cache commun`, answerNotShared),
		scenario.NewStep(`la réponse faite au premier ne lui est pas servie`, answerNotServedToOther),
	}
}

// askOtherResource asks for a resource that the token's PAGM do not open, and another does (R04).
func askOtherResource(ctx context.Context) error {
	w := worldOf(ctx)
	operation, ok := beyond(w.provider.to.Project)
	if !ok {
		return w.Cannot(verdict.ReasonNotInConvention, "opérations par PAGM")
	}
	return w.askResource(ctx, operation)
}

// askByOtherVerb asks for the resource of the token's PAGM by a verb that it does not open (R04).
func askByOtherVerb(ctx context.Context, verb string) error {
	w := worldOf(ctx)
	return w.askResource(ctx, verb+" "+stand.OperationOf(w.provider.to.Project))
}

// askResource makes an honest call of an operation that the convention does not grant to its token.
func (w *World) askResource(ctx context.Context, operation string) error {
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	if !w.provider.side.carrier.ask(&call, w.provider.to, operation, marker) || call.Resource == nil {
		return w.Cannot(verdict.ReasonNotInConvention, "opérations par PAGM")
	}
	if verb := call.Resource.Method; verb == http.MethodPost || verb == http.MethodPut {
		call.Resource.Body = fmt.Appendf(nil, `{"marqueur":%q}`, marker)
	}
	return w.stimulate(ctx, call, marker)
}

// write makes a call that writes, by a token whose PAGM opens that, honest or with a fault.
func write(ctx context.Context, fault string) error {
	w := worldOf(ctx)
	operation, ok := writing(w.provider.to.Project)
	if !ok {
		return w.Cannot(verdict.ReasonNotInConvention, "ecriture-par-pagm")
	}
	call, marker, err := w.message()
	if err != nil {
		return err
	}
	call.VI.PAGM = []string{opener(call.Project, operation)}
	if !w.provider.side.carrier.ask(&call, w.provider.to, operation, marker) || call.Resource == nil {
		return w.Cannot(verdict.ReasonNotInConvention, "ecriture-par-pagm")
	}
	call.Resource.Body = fmt.Appendf(nil, `{"marqueur":%q}`, marker)
	if fault != "" {
		m, err := w.fault(fault)
		if err != nil {
			return err
		}
		call.Mutation = &m
	}
	return w.stimulate(ctx, call, marker)
}

// askFromOtherOrganism asks, as another organism of the convention with a good token of its own, for the very address of
// the last call (R06).
func askFromOtherOrganism(ctx context.Context) error {
	w := worldOf(ctx)
	first, err := w.last()
	if err != nil {
		return err
	}
	if !w.accepted(first) {
		return w.Cannot(verdict.ReasonControlRefusedBefore, told(first.exchange))
	}
	m, err := w.fault("tls-identity-of-other-organism")
	if err != nil {
		return err
	}
	call, _, err := w.message()
	if err != nil {
		return err
	}
	w.provider.side.carrier.ask(&call, w.provider.to, stand.OperationOf(w.provider.to.Project), first.marker)
	call.Conduct = &mutation.Conduct{Organism: m.Behaviour(w.honest(call)).LinkOrganism}
	return w.stimulate(ctx, call, first.marker)
}

// answerNotServedToOther makes sure that an answer which the application gave once was not served twice (R06): what the
// application was asked again is another defect.
func answerNotServedToOther(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.lastHeard()
	if err != nil {
		return err
	}
	arrivals := w.provider.side.probe.Seen(s.marker)
	if s.outcome == answered && len(arrivals) == 1 && bytes.Contains(s.exchange.Response, []byte(s.marker)) {
		w.Sees(w.Own("answer-shared", w.wantRefused(), told(s.exchange), evidenceOf(s)...))
	}
	return nil
}

// answerNotShared looks for what keeps an answer out of a shared cache (RFC 9111 §5.2.2).
func answerNotShared(ctx context.Context) error {
	w := worldOf(ctx)
	return w.cached([]string{"no-store", "private"}, func(s sent, control string) {
		w.Finds(w.Own("answer-cacheable", "Cache-Control: private, no-store", control, evidenceOf(s)...))
	})
}

// refusalAspects are what a refusal is looked at for; each returns the rule that it departs from, or none.
var refusalAspects = map[string]func(client.Exchange) (rule, want, got string){
	"statut": refusalStatus, "json": refusalForm, "discretion": refusalSecrets,
}

// refusalRespects looks at one aspect of how a call was refused (R05).
func refusalRespects(ctx context.Context, aspect string) error {
	w := worldOf(ctx)
	s, err := w.last()
	if err != nil {
		return err
	}
	look, ok := refusalAspects[aspect]
	switch {
	case !ok:
		return fmt.Errorf("aspect %q of a refusal: not in the table", aspect)
	case s.exchange.Err != nil:
		return w.unheard(s)
	case w.accepted(s):
		return w.Cannot(verdict.ReasonNotRefused)
	}
	w.Checked()
	if rule, want, got := look(s.exchange); rule != "" {
		w.Finds(w.Own(rule, want, got, evidenceOf(s)...))
	}
	return nil
}

// refusalStatus wants a status that says who is refused, or what.
func refusalStatus(x client.Exchange) (rule, want, got string) {
	if x.Status == http.StatusUnauthorized || x.Status == http.StatusForbidden {
		return "", "", ""
	}
	return "refusal-status-other", "HTTP 401, 403", told(x)
}

// refusalForm wants an object of JSON with a code.
func refusalForm(x client.Exchange) (rule, want, got string) {
	header := x.ResponseHeader.Get("Content-Type")
	media, _, err := mime.ParseMediaType(header)
	if err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
		return "refusal-not-json", "application/json", header
	}
	var told map[string]any
	if err := json.Unmarshal(x.Response, &told); err != nil {
		return "refusal-not-json", "{code, message}", err.Error()
	}
	if code, ok := told["code"].(string); !ok || strings.TrimSpace(code) == "" {
		return "refusal-without-code", "code", strings.Join(strings.Fields(string(x.Response)), " ")
	}
	return "", "", ""
}

// refusalSecrets looks for the token, and for the inside of a program.
func refusalSecrets(x client.Exchange) (rule, want, got string) {
	for _, inside := range slices.Concat(prints(tokenPrints(x.Token)), prints(fingerprints(x.Message)), stackTraces) {
		if bytes.Contains(x.Response, inside) {
			return "refusal-indiscreet", "", string(inside)
		}
	}
	return "", "", ""
}
