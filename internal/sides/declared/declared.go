// Package declared plays what no wire shows: the documents that a candidate declares for a requirement, in whatever role, and
// the role that has nothing else, the life-cycle of an MSSanté operator. It looks at the form of a document, its dates and its
// electronic signature, and leaves what it says, and who signed it, to a person.
package declared

import (
	"context"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// Domain is that of the declared documents.
func Domain() scenario.Domain {
	return scenario.Domain{Name: "declared", Steps: Steps(), Side: func(_ *scenario.Run, scope string) (scenario.Side, error) {
		if role, _ := candidate.SplitScope(scope); role == candidate.RoleMSSOrganisation {
			return side{}, nil
		}
		return nil, nil
	}}
}

// Steps are the sentences of all roles about documents.
func Steps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`le candidat déclare une pièce pour cette exigence`, evidenceDeclared),
		scenario.NewStep(`la pièce se lit et attend une relecture`, evidenceAwaitsReview),
		scenario.NewStep(`la pièce date de moins d'un an`, evidenceIsRecent),
		scenario.NewStep(`la pièce est un PDF signé électroniquement`, evidenceIsSigned),
		scenario.NewStep(`la pièce remonte à (\d+) jours au moins`, evidenceGoesBack),
		scenario.NewStep(`la pièce donne les indicateurs attendus`, evidenceHasIndicators),
		scenario.NewStep(`le rapport de l'étalon qui l'accompagne est intègre et conclut conforme`, reportConcludes),
	}
}

// side is a role that is declared alone: there is no exchange.
type side struct{}

// Open implements scenario.Side.
func (side) Open(context.Context) (*verdict.Trouble, error) { return nil, nil }

// Enter implements scenario.Side.
func (side) Enter(ctx context.Context, _ *scenario.World) (context.Context, error) { return ctx, nil }

// Leave implements scenario.Side.
func (side) Leave(context.Context) {}

// Jobs implements scenario.Side.
func (side) Jobs() int { return 4 }

// Has implements scenario.Side.
func (side) Has(need string) scenario.Answer { return scenario.UnknownNeed(need) }

// Admits implements scenario.Side.
func (side) Admits(scenario.Trial) scenario.Answer { return scenario.Met }

// Close implements scenario.Side.
func (side) Close() error { return nil }
