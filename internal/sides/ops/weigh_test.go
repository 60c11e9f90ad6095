package ops_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"etalon/features"
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides/ops"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

type timeout struct{ error }

func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return false }

// How an exchange looks from the wire.
func TestOutcome(t *testing.T) {
	const envelope = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>%s</s:Body></s:Envelope>`
	answer := func(status int, body string) client.Exchange {
		return client.Exchange{Method: "POST", Status: status, Response: []byte(body), ResponseHeader: http.Header{"Content-Type": {"text/xml"}}}
	}
	fails := func(err error) client.Exchange { return client.Exchange{Method: "POST", Err: err} }
	for name, x := range map[string]struct {
		exchange client.Exchange
		want     string
	}{
		"business answer":    {answer(200, fmt.Sprintf(envelope, "<a/>")), "answered"},
		"fault in a 200":     {answer(200, fmt.Sprintf(envelope, "<s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring></s:Fault>")), "refused"},
		"fault":              {answer(500, fmt.Sprintf(envelope, "<s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring></s:Fault>")), "refused"},
		"500 without fault":  {answer(500, "oops"), "refused"},
		"redirect":           {answer(307, ""), "refused"},
		"empty 200":          {answer(200, ""), "answered"},
		"204":                {answer(204, ""), "answered"},
		"no XML in a 200":    {answer(200, "ok"), "answered"},
		"timeout":            {fails(timeout{errors.New("i/o timeout")}), "unanswered"},
		"deadline":           {fails(context.DeadlineExceeded), "unanswered"},
		"aborted by us":      {fails(fmt.Errorf("post: %w", context.Canceled)), "unanswered"},
		"nobody there":       {fails(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), "unanswered"},
		"reset":              {fails(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), "refused"},
		"closed":             {fails(io.ErrUnexpectedEOF), "refused"},
		"handshake":          {fails(errors.New("remote error: tls: bad certificate")), "refused"},
		"hello taken":        {client.Exchange{Method: "ClientHello", Hello: "ServerHello", Accepted: true}, "answered"},
		"hello refused":      {client.Exchange{Method: "ClientHello", Hello: "alert 70"}, "refused"},
		"answer breaks off":  {client.Exchange{Method: "POST", Status: 200, Err: io.ErrUnexpectedEOF}, "refused"},
		"answer never comes": {client.Exchange{Method: "POST", Status: 200, Err: timeout{errors.New("x")}}, "unanswered"},
	} {
		if got := ops.Outcome(x.exchange); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// features of our own, played against a stub: what a broken scenario does.
func played(t *testing.T, role candidate.Role, text string) *verdict.Run {
	t.Helper()
	catalogue, err := features.FS.ReadFile("interops/requirements.csv")
	if err != nil {
		t.Fatal(err)
	}
	return trial{role: role, jobs: 1, change: func(c *scenario.Config, _ *stand.Stub) {
		c.Tree = fstest.MapFS{"interops/requirements.csv": {Data: catalogue}, "interops/x.feature": {Data: []byte(text)}}
	}}.judge(t)
}

// A panic in a step, a sentence without a step, a word outside its table and an outcome that nothing precedes are
// ours: never a fail, never a pass, and the scenario after them is judged as ever.
func TestBrokenScenarios(t *testing.T) {
	t.Parallel()
	run := played(t, candidate.RoleClient, `# language: fr
@L08 @role:client @mode:A @majeure
Fonctionnalité: x

  Scénario: L08-N1, panique
    Alors aucun appel ne part

  Scénario: L08-N2, phrase inconnue
    Alors le candidat danse

  Scénario: L08-N3, mot inconnu
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite", variante "inventee"
    Alors le VI n'apparaît dans aucune adresse appelée

  Scénario: L08-N4, rien n'est envoyé
    Alors le VI émis est neuf

  Scénario: L08-N5, rien n'est regardé
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"

  Scénario: L08-P, tout va bien
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors le VI n'apparaît dans aucune adresse appelée
`)
	same(t, "accusations", accusations(run), nil)
	for _, c := range run.Cases {
		want := verdict.Inconclusive
		if strings.HasSuffix(c.Address, "-P") {
			want = verdict.Pass
		}
		if c.Verdict != want || want == verdict.Inconclusive && c.Why.Key != verdict.ReasonHarnessError {
			t.Errorf("%s: %s, %v; want %s", c.Address, c.Verdict, c.Why, want)
		}
	}
	if len(run.Cases) != 6 {
		t.Errorf("%d cases, want 6", len(run.Cases))
	}
}

// A scenario that ends early gives the candidate back as it was.
func TestScenariosUndoWhatTheyDid(t *testing.T) {
	t.Parallel()
	run := played(t, candidate.RoleProvider, `# language: fr
@X06 @role:fournisseur @mode:A @majeure
Fonctionnalité: x

  Scénario: X06-N1, la panne n'est pas levée
    Quand la panne "traces" frappe le candidat
    Et l'organisme client envoie un VI avec la faute "inventee"
    Alors la panne "traces" est levée

  Scénario: X06-P, les traces sont rétablies
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI
    Et la trace du candidat nomme le VI accepté
`)
	if c := caseOf(t, run, "X06-N1"); c.Verdict != verdict.Inconclusive {
		t.Errorf("X06-N1: %s", c.Verdict)
	}
	if c := caseOf(t, run, "X06-P"); c.Verdict != verdict.Pass {
		t.Errorf("X06-P: %s (%v): the traces of the candidate were left broken", c.Verdict, c.Why)
	}

	run = played(t, candidate.RoleClient, `# language: fr
@L01 @role:client @mode:A @majeure
Fonctionnalité: x

  Scénario: L01-N1, ni l'horloge ni le droit ne sont rendus
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Et l'horloge du candidat est portée "apres-la-fin-du-vi"
    Et le droit de l'utilisateur "agent-habilite" est retiré
    Et le candidat danse

  Scénario: L01-P, un appel part
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme
`)
	if c := caseOf(t, run, "L01-P"); c.Verdict != verdict.Pass {
		t.Errorf("L01-P: %s (%v) %v", c.Verdict, c.Why, c.Findings)
	}
}
