package ops

import (
	"context"
	"fmt"
	"slices"

	"etalon/internal/interops"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// Steps is the whole table of sentences, the only place where French and Go meet.
func Steps() []scenario.Step {
	return slices.Concat(
		commonSteps(), inquirySteps(), providerSteps(), webSteps(), restSteps(), sphereSteps(), logoutSteps(), contextSteps(), clientSteps(), personSteps(),
		operatorSteps(), operatorContextSteps(), operatorLogoutSteps(), operatorOutcomes(), identificationSteps(),
	)
}

// commonSteps are the sentences of both roles.
func commonSteps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`une convention ouvrant le PAGM § au candidat`, conventionOpens),
		scenario.NewStep(`la convention nomme ses documents de référence`, documentsNamed),
		scenario.NewStep(`chaque document de référence a une version connue`, documentsVersioned),
		scenario.NewStep(`la panne § frappe le candidat`, func(ctx context.Context, what string) error { return breakdown(ctx, "break-", what) }),
		scenario.NewStep(`la panne § est levée`, func(ctx context.Context, what string) error { return breakdown(ctx, "mend-", what) }),
		scenario.NewStep(`la trace du candidat renseigne tous les champs obligatoires`, traceComplete),
		scenario.NewStep(`la trace du candidat renseigne le champ §`, traceHasField),
		scenario.NewStep(`les dates de la trace du candidat portent leur fuseau`, traceDatesZoned),
		scenario.NewStep(`la trace du candidat se rapproche de la nôtre par l'émetteur et l'identifiant du VI`, tracesReconcile),
		scenario.NewStep(`l'horodatage de la trace s'écarte du nôtre de moins que la dérive admise`, traceInTime),
		scenario.NewStep(`la chaîne des traces du candidat se vérifie`, chainHolds),
		scenario.NewStep(`une copie des traces du candidat subit l'altération §`, chainAltered),
		scenario.NewStep(`la vérification de la chaîne signale l'altération`, alterationSeen),
		scenario.NewStep(`les traces du candidat se lisent par le moyen déclaré`, tracesReadable),
		scenario.NewStep(`les traces du candidat ne contiennent ni clé, ni mot de passe, ni VI entier`, tracesDiscreet),
		scenario.NewStep(`un lecteur anonyme demande les traces du candidat`, anonymousReader),
		scenario.NewStep(`les traces sont refusées au lecteur anonyme`, anonymousRefused),
		scenario.NewStep(`aucun échange accepté n'est resté sans trace`, acceptedTraced),
		scenario.NewStep(`les journaux du candidat ne contiennent aucun VI signé entier`, logsDiscreet),
		scenario.NewStep(`la réponse ne porte pas de VI`, answerBearsNoVI),
		scenario.NewStep(`la réponse ne contient pas le VI`, answerTellsNoVI),
	}
}

// conventionOpens checks that the convention of the run opens the PAGM: a scenario of ours on another
// convention would be misdeclared, not failed. A convention with its own PAGM plays with those.
func conventionOpens(ctx context.Context, _ string) error {
	w := worldOf(ctx)
	project := w.project()
	if len(project.PAGM) == 0 && project.Mode != interops.ModeS {
		return w.Cannot(verdict.ReasonNotInConvention, fmt.Sprintf("PAGM du projet %q", project.Name))
	}
	return nil
}

// documentsNamed looks for the reference documents in the convention (K06).
func documentsNamed(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	if len(w.run.Bench.Convention.DocumentsOf(w.project())) == 0 {
		w.Sees(w.Own("document-missing", "documents", "0"))
	}
	return nil
}

// documentsVersioned looks for a version at each of them (K06).
func documentsVersioned(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	for _, d := range w.run.Bench.Convention.DocumentsOf(w.project()) {
		if !d.Versioned() {
			w.Sees(w.Own("document-version-unknown", d.Title, d.Version))
		}
	}
	return nil
}

// breakdowns are the troubles that a candidate can be put into, by their French names.
var breakdowns = map[string]string{"traces": "traces", "jetons": "tokens"}

// breakdown asks the candidate for a breakdown, or for its end.
func breakdown(ctx context.Context, gesture, what string) error {
	w := worldOf(ctx)
	name, ok := breakdowns[what]
	if !ok {
		return fmt.Errorf("breakdown %q: want one of traces, jetons", what)
	}
	return w.gesture(ctx, gesture+name, nil)
}
