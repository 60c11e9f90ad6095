package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"etalon/cmd/internal/cli"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/legible"
	"etalon/internal/record"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// replayCommand sends one case of a run again.
type replayCommand struct {
	Place     string `arg:"" name:"archive" help:"${runplace}"`
	Case      string `arg:"" help:"${replaycase}"`
	Frozen    bool   `help:"${frozen}"`
	Candidate string `placeholder:"FICHIER" help:"${replaycandidate}"`
	Seed      string `placeholder:"GRAINE" help:"${replayseed}"`
	Out       string `placeholder:"DIR" help:"${replayout}"`
}

// replaying is a case that is replayed, with all that is known of it.
type replaying struct {
	*streams
	*replayCommand
	suite    *campaign.Suite
	run      *verdict.Run
	evidence func(string) ([]byte, error)
	was      verdict.Case
	order    record.Order
	subject  *candidate.Candidate
}

// Run replays the case and tells what came of it. The exit status is 0 for the same verdict, or answer, and 1 for another.
func (c *replayCommand) Run(ctx context.Context, s *streams) error {
	r := &replaying{streams: s, replayCommand: c}
	var err error
	if r.suite, err = loadSuite(); err != nil {
		return err
	}
	if r.run, r.evidence, err = openRun(c.Place); err != nil {
		return hinted{err, "conformance verify " + c.Place, exitUsage}
	}
	i := slices.IndexFunc(r.run.Cases, func(one verdict.Case) bool { return one.Address == c.Case })
	if i < 0 {
		return hinted{verdict.Tell("rejeu de %s : l'exécution n'a joué aucun cas de cette adresse", "replay %s: the run played no case of that address", c.Case), "conformance report " + c.Place + " --format csv", exitUsage}
	}
	r.was = r.run.Cases[i]
	if err := r.known(); err != nil {
		return err
	}
	s.say("%s : %s", "%s: %s", r.was.Address, r.was.Title)
	s.say("  alors      : %s, %s", "  then: %s, %s", r.verdict(r.was), r.run.Started.UTC().Format("02/01/2006 15:04 UTC"))
	if c.Frozen {
		return r.frozen(ctx)
	}
	return r.fresh(ctx)
}

// known reads the candidate file: the one that is given, or that of the order which the record beside the archive keeps.
func (r *replaying) known() error {
	dir := r.Place
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	if begun, err := record.OrderOf(dir); err == nil && begun.Run.Seed == r.run.Seed && begun.Run.Started.Equal(r.run.Started) {
		r.order = begun.Order
	}
	path := cmp.Or(r.Candidate, r.order.Candidate)
	if path == "" {
		return hinted{verdict.Tell("rejeu de %s : une archive ne dit pas quel fichier de candidat lui a été donné", "replay %s: an archive does not tell which candidate file it was given", r.Case), "conformance replay " + r.Place + " " + r.Case + " --candidate candidate.yaml", exitUsage}
	}
	run := r.asRun(path)
	var err error
	if r.subject, err = run.load(candidate.Ahead); err != nil {
		return err
	}
	for _, one := range []struct {
		differs bool
		fr, en  string
	}{
		{r.subject.Name != r.run.Candidate.Name, "le fichier est d'un autre candidat", "the file is of another candidate"},
		{r.subject.Digest() != r.run.Candidate.Config, "la configuration du candidat n'est plus celle du rapport", "the candidate's configuration is not that of the report"},
		{r.subject.Profile.Digest != r.run.Profile.Digest, "le profil n'est pas celui du rapport", "the profile is not that of the report"},
		{r.suite.Identity.Catalogue != r.run.Suite.Catalogue, "le catalogue n'est pas celui du rapport", "the catalogue is not that of the report"},
	} {
		if one.differs {
			fmt.Fprintln(r.err, "conformance: "+cli.In(r.lang, "attention : "+one.fr, "warning: "+one.en))
		}
	}
	return nil
}

// asRun is the run of the case alone.
func (r *replaying) asRun(path string) *runCommand {
	return &runCommand{Candidate: path, Selector: []string{r.alone()}, Profile: r.order.Profile, Seed: cmp.Or(r.Seed, r.run.Seed), Long: true, Out: r.Out}
}

// alone selects the address that was asked, without the variants of its case.
func (r *replaying) alone() string {
	a, err := scenario.ParseAddress(r.Case)
	if err != nil { // no address of the plan: nothing is selected
		return r.Case
	}
	return a.Alone()
}

// fresh plays the case alone, with messages made now.
func (r *replaying) fresh(ctx context.Context) error {
	run := r.asRun(cmp.Or(r.Candidate, r.order.Candidate))
	if run.Out == "" {
		folder, err := os.MkdirTemp("", "etalon-replay-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		run.Out = folder
	} else if err := unwritten(run.Out, "conformance replay"); err != nil {
		return err
	}
	played, err := run.judge(ctx, r.streams, r.suite, r.subject)
	if err != nil {
		return run.broken(r.streams, err)
	}
	i := slices.IndexFunc(played.Cases, func(one verdict.Case) bool { return one.Address == r.Case })
	if i < 0 || len(played.Trouble) > 0 {
		return hinted{verdict.Tell("rejeu de %s : %s", "replay %s: %s", r.Case, r.unplayed(played)), "conformance doctor " + run.Candidate, exitUsage}
	}
	now := played.Cases[i]
	r.say("  joué       : %s", "  played: %s", r.beside(now))
	r.say("  maintenant : %s", "  now: %s", r.verdict(now))
	r.findings(r.was, "écart d'alors", "finding then")
	r.findings(now, "écart de maintenant", "finding now")
	evidence := record.EvidenceOf(run.Out)
	was, is := trialOf(r.was), trialOf(now)
	r.answers(was, is, r.evidence, evidence)
	r.line(now, is, evidence)
	return r.same(now.Verdict == r.was.Verdict, "même verdict", "autre verdict", "same verdict", "another verdict")
}

// beside tells what was played for a case: the honest exchange of its role, and each of its own exchanges by its label.
func (r *replaying) beside(c verdict.Case) string {
	all := []string{cli.In(r.lang, "l'échange honnête du rôle", "the honest exchange of the role")}
	for _, e := range c.Exchanges {
		if strings.HasPrefix(e.Label, "remark-") || e.From != "harness" {
			continue
		}
		if word := r.suite.Texts.Word(r.lang, "label."+e.Label); !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	return strings.Join(all, " ; ") + " (" + c.Address + ")"
}

// same tells whether things are as they were, and returns the exit status.
func (r *replaying) same(same bool, fr, frElse, en, enElse string) error {
	if same {
		r.say("%s", "%s", cli.In(r.lang, fr, en))
		return nil
	}
	r.say("%s", "%s", cli.In(r.lang, frElse, enElse))
	return status(exitFailed)
}

// unplayed is why a run did not play the case.
func (r *replaying) unplayed(played *verdict.Run) string {
	for _, t := range played.Trouble {
		return r.suite.Texts.Reason(r.lang, t.Reason)
	}
	for _, n := range played.NotRun {
		if n.Address == r.Case {
			return r.suite.Texts.Reason(r.lang, n.Why)
		}
	}
	return cli.In(r.lang, "il n'est pas dans le plan", "it is not in the plan")
}

// verdict is a verdict in words, with why.
func (r *replaying) verdict(c verdict.Case) string {
	return r.suite.Texts.Verdict(r.lang, c.Verdict) + ", " + legible.Text(cmp.Or(r.suite.Texts.Reason(r.lang, c.Why), c.Reason))
}

// findings are told by their rule.
func (r *replaying) findings(c verdict.Case, fr, en string) {
	for _, f := range c.Findings {
		r.say("  %s : %s, %s (attendu %s ; obtenu %s)", "  %s: %s, %s (wanted %s; got %s)",
			cli.In(r.lang, fr, en), f.Requirement, r.suite.Texts.Rule(f).Title.In(r.lang), legible.Text(f.Want), legible.Text(f.Got))
	}
}

// trialOf is the message of the case that is on trial: the faulty one, or else the last that the harness sent but for the controls
// around it.
func trialOf(c verdict.Case) (found *verdict.Exchange) {
	for i, e := range c.Exchanges {
		switch {
		case e.From != "harness" || e.Request == "":
		case e.Label == "faulty":
			return &c.Exchanges[i]
		case found == nil || e.Label != "closing" && e.Label != "after":
			found = &c.Exchanges[i]
		}
	}
	return found
}

// answers tells what was answered then and now, and the difference.
func (r *replaying) answers(was, is *verdict.Exchange, then, now func(string) ([]byte, error)) {
	read := func(e *verdict.Exchange, from func(string) ([]byte, error)) []byte {
		if e == nil || e.Response == "" || from == nil {
			return nil
		}
		raw, err := from(e.Response)
		if err != nil {
			return nil
		}
		return raw
	}
	if was != nil && is != nil && max(was.Status, is.Status) > 0 {
		r.answer("réponse d'alors", "answer then", was.Status, was.Error)
		r.answer("réponse de maintenant", "answer now", is.Status, is.Error)
		r.differences(read(was, then), read(is, now))
	}
}

func (r *replaying) answer(fr, en string, code int, failed string) {
	told := fmt.Sprintf("HTTP %d", code)
	if code == 0 {
		told = cmp.Or(legible.Text(failed), cli.In(r.lang, "aucune", "none"))
	}
	r.say("  %s : %s", "  %s: %s", cli.In(r.lang, fr, en), told)
}

// differences of two answers, line by line.
func (r *replaying) differences(then, now []byte) {
	changes, _ := legible.Differences(then, now)
	for _, d := range changes {
		if d.Differs() {
			r.say("  %s %s%s%s", "  %s %s%s%s", d.Sign, d.Before, d.Changed, d.After)
		}
	}
}
