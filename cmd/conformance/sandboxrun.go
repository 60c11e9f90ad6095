package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"etalon/cmd/internal/cli"
	"etalon/internal/campaign"
	"etalon/internal/legible"
	"etalon/internal/remote"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/seal"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// playedThere is a campaign that a sandbox plays, followed here.
type playedThere struct {
	*streams
	to     *remote.Sandbox
	id     string
	out    string
	failOn string
	// was is the baseline, nil for none.
	baseline baseline
	was      *verdict.Run

	show scenario.Progress
	turn *turns
}

// stopping bounds how long a stop may take.
const stopping = 2 * time.Minute

// follow follows a campaign to its end, or stops it; then fetches what it left, and returns the exit status of its run.
func (p *playedThere) follow(ctx context.Context, begun remote.Campaign) error {
	texts, err := report.NewTexts()
	if err != nil {
		return err
	}
	p.id, p.show = begun.ID, scenario.NewProgress(p.err, p.live, p.lang, texts)
	fmt.Fprintln(p.err, fmt.Sprintf(cli.In(p.lang, "campagne du bac à sable : %s", "campaign of the sandbox: %s"), p.page()))
	p.turn = newTurns(ctx, p)
	over, err := p.to.Follow(ctx, begun.ID, p)
	p.show.End()
	if ctx.Err() != nil {
		return p.stop(ctx)
	}
	if err != nil {
		return hinted{refusedThere(p.to, err), p.again(), exitHarness}
	}
	return p.conclude(ctx, over)
}

// page is where people look at the campaign, again the command that goes on with it.
func (p *playedThere) page() string  { return p.to.Page("/campaigns/" + p.id) }
func (p *playedThere) again() string { return "conformance resume " + p.page() + " --out " + p.out }

// stop stops the campaign: who started it here has left.
func (p *playedThere) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopping)
	defer cancel()
	if _, err := p.to.Stop(ctx, p.id); err != nil {
		return hinted{verdict.Tell("arrêt de la campagne %s : %s", "stop campaign %s: %s", p.id, err), p.page(), exitHarness}
	}
	return hinted{verdict.Tell("la campagne %s a été arrêtée", "the campaign %s was stopped", p.id), p.again(), exitHarness}
}

// Stands implements remote.Watcher.
func (p *playedThere) Stands(c remote.Campaign) {
	if c.Standing != nil {
		for _, g := range c.Standing.Gestures {
			p.turn.ask(g)
		}
	}
}

// Happens implements remote.Watcher.
func (p *playedThere) Happens(e campaign.Event) {
	switch e.Kind {
	case campaign.EventRole:
		p.show.Start(legible.Text(e.Scope), e.Cases)
	case campaign.EventPlaying:
		p.show.Playing(legible.Text(e.Address))
	case campaign.EventJudged:
		c := verdict.Case{Address: legible.Text(e.Address), Title: legible.Text(e.Text)}
		if c.Verdict.UnmarshalText([]byte(e.Verdict)) == nil {
			p.show.Judged(c)
		}
	case campaign.EventSaid:
		p.shows(legible.Text(e.Text))
	case campaign.EventGesture:
		p.turn.ask(campaign.Gesture{ID: e.Gesture, Address: e.Address, Sentence: e.Text})
	case campaign.EventDone:
		p.turn.made(e.Gesture)
	}
}

// shows tells a line that is in the language of who reads it.
func (p *playedThere) shows(line string) { p.show.Say(verdict.Text{FR: line, EN: line}) }

// Cut implements remote.Watcher.
func (p *playedThere) Cut(err error) {
	p.shows(fmt.Sprintf(cli.In(p.lang, "lien rompu, repris dès que possible : %s", "the link broke, taken up again as soon as can be: %s"), verdict.InLanguage(err, p.lang)))
}

// conclude fetches the archive of a campaign that is over and its views, verifies it, and returns the exit status of its run.
func (p *playedThere) conclude(ctx context.Context, over remote.Campaign) error {
	if over.State != store.Finished {
		return hinted{verdict.Tell("la campagne %[1]s %[2]s : %[4]s", "the campaign %[1]s is %[3]s: %[4]s", p.id, ended(over.State), legible.Text(string(over.State)), legible.Text(over.Why)), p.again(), exitHarness}
	}
	raw, err := p.to.Report(ctx, p.id, "archive")
	if err != nil {
		return hinted{refusedThere(p.to, err), p.again(), exitHarness}
	}
	v, err := seal.Verify(raw, seal.VerifyOptions{Now: time.Now()})
	if err != nil {
		return hinted{verdict.Tell("archive du bac à sable : %s", "archive of the sandbox: %s", err), p.page(), exitHarness}
	}
	if err := os.MkdirAll(p.out, 0o755); err != nil {
		return err
	}
	if err := keepFile(p.out, campaign.ArchiveFile, raw); err != nil {
		return err
	}
	for format, file := range campaign.Views() {
		view, err := p.to.Report(ctx, p.id, format)
		if err == nil {
			err = keepFile(p.out, file, view)
		}
		if err != nil {
			return hinted{refusedThere(p.to, err), p.again(), exitHarness}
		}
		if format == "text" {
			_, _ = p.streams.out.Write(view)
		}
	}
	p.say("rapport : %s", "report: %s", absolute(filepath.Join(p.out, campaign.PageFile)))
	p.say("archive signée : %s", "signed archive: %s", filepath.Join(p.out, campaign.ArchiveFile))
	var failOn verdict.Severity
	if err := failOn.UnmarshalText([]byte(p.failOn)); err != nil {
		return err
	}
	code := v.Run.Exit(failOn)
	if p.was != nil {
		if err := p.baseline.alike(p.was, v.Run.Candidate.Name, v.Run.Candidate.Vendor, v.Run.Profile.Digest); err != nil {
			return err
		}
		suite, err := loadSuite()
		if err != nil {
			return err
		}
		if code, err = gate(p.streams, v.Run, p.was, suite, failOn); err != nil {
			return err
		}
	}
	if code != exitOK {
		return status(code)
	}
	return nil
}

// ended says in French how a campaign ended before its time.
func ended(state store.State) string {
	switch state {
	case store.Stopped:
		return "a été arrêtée"
	case store.Interrupted:
		return "a été interrompue avec le bac à sable"
	case store.Failed:
		return "n'a pu être finie"
	}
	return "en est à « " + legible.Text(string(state)) + " »"
}

// keepFile writes a file of a run.
func keepFile(dir, name string, raw []byte) error {
	return campaign.WriteFile(filepath.Join(dir, name), func(w io.Writer) error {
		_, err := w.Write(raw)
		return err
	})
}
