package scenario

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// step makes a line of the table; the pattern matches the whole sentence, and "§" stands for a quoted value.
func step(pattern string, do any) Step {
	return Step{Sentence: regexp.MustCompile("^" + strings.ReplaceAll(pattern, "§", `"([^"]*)"`) + "$"), Do: do}
}

// Steps is the whole table of sentences, the only place where French and Go meet.
func Steps() []Step {
	return slices.Concat(
		commonSteps(), inquirySteps(), providerSteps(), webSteps(), restSteps(), sphereSteps(), logoutSteps(), contextSteps(), clientSteps(), personSteps(),
		operatorSteps(), operatorContextSteps(), operatorLogoutSteps(), operatorOutcomes(), identificationSteps(),
	)
}

// commonSteps are the sentences of both roles.
func commonSteps() []Step {
	return []Step{
		step(`une convention ouvrant le PAGM § au candidat`, conventionOpens),
		step(`la convention nomme ses documents de référence`, documentsNamed),
		step(`chaque document de référence a une version connue`, documentsVersioned),
		step(`la panne § frappe le candidat`, func(ctx context.Context, what string) error { return breakdown(ctx, "break-", what) }),
		step(`la panne § est levée`, func(ctx context.Context, what string) error { return breakdown(ctx, "mend-", what) }),
		step(`la trace du candidat renseigne tous les champs obligatoires`, traceComplete),
		step(`la trace du candidat renseigne le champ §`, traceHasField),
		step(`les dates de la trace du candidat portent leur fuseau`, traceDatesZoned),
		step(`la trace du candidat se rapproche de la nôtre par l'émetteur et l'identifiant du VI`, tracesReconcile),
		step(`l'horodatage de la trace s'écarte du nôtre de moins que la dérive admise`, traceInTime),
		step(`la chaîne des traces du candidat se vérifie`, chainHolds),
		step(`une copie des traces du candidat subit l'altération §`, chainAltered),
		step(`la vérification de la chaîne signale l'altération`, alterationSeen),
		step(`les traces du candidat se lisent par le moyen déclaré`, tracesReadable),
		step(`les traces du candidat ne contiennent ni clé, ni mot de passe, ni VI entier`, tracesDiscreet),
		step(`un lecteur anonyme demande les traces du candidat`, anonymousReader),
		step(`les traces sont refusées au lecteur anonyme`, anonymousRefused),
		step(`aucun échange accepté n'est resté sans trace`, acceptedTraced),
		step(`les journaux du candidat ne contiennent aucun VI signé entier`, logsDiscreet),
		step(`la réponse ne porte pas de VI`, answerBearsNoVI),
		step(`la réponse ne contient pas le VI`, answerTellsNoVI),
	}
}

// conventionOpens checks that the convention of the run opens the PAGM: a scenario of ours on another
// convention would be misdeclared, not failed. A convention with its own PAGM plays with those.
func conventionOpens(ctx context.Context, _ string) error {
	w := worldOf(ctx)
	project := w.project()
	if len(project.PAGM) == 0 && project.Mode != interops.ModeS {
		return w.cannot(verdict.ReasonNotInConvention, fmt.Sprintf("PAGM du projet %q", project.Name))
	}
	return nil
}

// documentsNamed looks for the reference documents in the convention (K06).
func documentsNamed(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	if len(w.run.bench.Convention.DocumentsOf(w.project())) == 0 {
		w.sees(w.own("document-missing", "documents", "0"))
	}
	return nil
}

// documentsVersioned looks for a version at each of them (K06).
func documentsVersioned(ctx context.Context) error {
	w := worldOf(ctx)
	w.checked()
	for _, d := range w.run.bench.Convention.DocumentsOf(w.project()) {
		if !d.Versioned() {
			w.sees(w.own("document-version-unknown", d.Title, d.Version))
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
