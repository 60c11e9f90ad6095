package scenario

import (
	"context"
	"fmt"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/record"
	"etalon/internal/verdict"
)

// ErrOther tells that a run cannot be finished, as it was begun otherwise.
var ErrOther = verdict.Tell("l'exécution a été commencée autrement", "the run was begun otherwise")

// SeedAfter is the seed of the part of a run that goes on with a record: of each part another, so that no message is sent twice
// to a candidate which remembers those of before.
func SeedAfter(begun *verdict.Run) bench.Seed {
	return bench.Seed(fmt.Sprintf("%s\x00part %d", begun.Seed, len(begun.Resumed)+1))
}

// Resume plays what the record of a run that was stopped, or killed, does not tell yet, and returns it concluded, as Judge
// does. The bench is that of SeedAfter. It returns report.ErrFinished, report.ErrPlaying, or ErrOther where the
// candidate, the program or what it was asked for are not those of the record.
func (j Judgement) Resume(ctx context.Context) (*verdict.Run, error) {
	begun, err := record.Glance(j.Out)
	if err != nil {
		return nil, err
	}
	j.Waivers = begun.Run.Waivers
	if now := bench.Wall(); slices.ContainsFunc(j.Waivers, func(w verdict.Waiver) bool { return candidate.Expired(w, now) }) {
		return nil, verdict.Tell("reprise de %s : %s : une dérogation a expiré depuis : commencez-en une autre", "resume run %s: %s: a waiver has expired since: begin a new one", j.Out, ErrOther)
	}
	plan, header, err := j.ready()
	if err != nil {
		return nil, err
	}
	if err := j.same(begun.Run, header); err != nil {
		return nil, verdict.Tell("reprise de %s : %s", "resume run %s: %s", j.Out, err)
	}
	journal, err := record.Reopen(j.Out, bench.Wall())
	if err != nil {
		return nil, err
	}
	return j.finish(ctx, journal, plan)
}

// same tells why a run is not the one of a record.
func (j Judgement) same(begun, now *verdict.Run) error {
	for _, part := range []struct {
		what      verdict.Text
		want, got string
		allowed   bool
	}{
		{verdict.Text{FR: "le fichier du candidat, ou un fichier qu'il nomme, a changé", EN: "the candidate file, or a file that it names, has changed"}, begun.Candidate.Config, now.Candidate.Config, j.Moved},
		{verdict.Text{FR: "le candidat est un autre", EN: "the candidate is another"}, begun.Candidate.Name, now.Candidate.Name, false},
		{verdict.Text{FR: "le profil a changé", EN: "the profile has changed"}, begun.Profile.Digest, now.Profile.Digest, false},
		{verdict.Text{FR: "le catalogue est celui d'une autre version du programme", EN: "the catalogue is that of another version of the program"}, begun.Suite.Catalogue, now.Suite.Catalogue, false},
		{verdict.Text{FR: "le programme est un autre", EN: "the program is another"}, begun.Suite.Binary, now.Suite.Binary, false},
		{verdict.Text{FR: "la graine est une autre", EN: "the seed is another"}, string(SeedAfter(begun)), now.Seed, false},
	} {
		if part.want != part.got && !part.allowed {
			return verdict.Tell("%s : %s : commencez-en une autre", "%s: %s: begin a new one", ErrOther, part.what)
		}
	}
	if !slices.Equal(begun.Scope, now.Scope) {
		return verdict.Tell("%s : les rôles ont changé : commencez-en une autre", "%s: the roles have changed: begin a new one", ErrOther)
	}
	return nil
}
