package campaign

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"etalon/internal/anatomy"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/container"
	"etalon/internal/record"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// playing is a campaign that runs.
type playing struct {
	*match
	desk      *Desk
	candidate Candidate
	dir       string // of the campaign
	ctx       context.Context

	subject  *candidate.Candidate // nil until it is opened
	releases []func()
}

// mockFolder is where a mock candidate writes, in the folder of the campaign.
const mockFolder = "candidat"

// open readies the candidate.
func (p *playing) open(ctx context.Context) error {
	subject, release, err := p.desk.config.Roster.Open(ctx, p.candidate.ID, filepath.Join(p.dir, mockFolder))
	if err != nil {
		return err
	}
	p.subject, p.releases = subject, append(p.releases, release)
	return nil
}

// release gives back all that was taken, the last first.
func (p *playing) release() {
	for _, give := range slices.Backward(p.releases) {
		give()
	}
	p.releases = nil
}

// play plays the campaign to its end, and keeps how it ended.
func (p *playing) play() {
	run, err := p.judge()
	if err == nil && run.Complete {
		err = p.publish(run)
	}
	p.release()
	p.conclude(run, err)
	p.stop()
	p.desk.rest(p.campaign.ID)
}

// judge readies what the campaign needs and plays.
func (p *playing) judge() (*verdict.Run, error) {
	suite, err := p.desk.suite()
	if err != nil {
		return nil, err
	}
	if err := p.ready(); err != nil {
		return nil, err
	}
	if err := p.alike(); err != nil {
		return nil, err
	}
	var keep *keeper
	defer func() {
		p.attend(nil)
		if keep != nil {
			keep.close()
		}
	}()
	play := Play{
		World: func(k anatomy.Knowledge) error {
			err := keepWorld(p.dir, k)
			keep = newKeeper(p.desk.config.Store, newWire(p.match, p.subject, p.dir), p.trouble)
			p.attend(keep)
			return err
		},
		Suite: suite, Tree: p.desk.config.Tree, Domains: p.desk.config.Domains, Candidate: p.subject, Out: p.dir, Progress: p.match, Ask: p.ask,
		Order: record.Order{Candidate: p.subject.Path, Selectors: p.campaign.Selectors, Long: p.campaign.Long}, Moved: p.candidate.Origin == Bundled,
	}
	if !begun(p.dir) {
		_ = os.Remove(filepath.Join(p.dir, record.File)) // what is of one, where the disk was full
		if play.Waivers, err = waived(suite, p.candidate, p.campaign.Waivers); err != nil {
			return nil, err
		}
		return play.Judge(p.ctx)
	}
	if err := p.desk.mend(p.ctx, p.match, p.subject); err != nil {
		return nil, err
	}
	run, err := play.Resume(p.ctx)
	if errors.Is(err, record.ErrFinished) { // its report alone was not written
		return record.Load(p.dir)
	}
	return run, err
}

// begun tells whether a folder holds a record.
func begun(dir string) bool {
	file, err := os.Open(filepath.Join(dir, record.File))
	if err != nil {
		return false
	}
	defer file.Close()
	_, err = bufio.NewReader(file).ReadBytes('\n')
	return err == nil
}

// attend has what is seen kept from now on, or no more.
func (p *playing) attend(keep *keeper) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keep = keep
}

// trouble tells what could not be kept.
func (p *playing) trouble(err error) {
	p.Say(verdict.Text{FR: verdict.InLanguage(err, "fr"), EN: err.Error()})
}

// ready opens the candidate where it is not yet, has the partners of the sandbox let go of its ports, and starts its container.
func (p *playing) ready() error {
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return err
	}
	if p.subject == nil {
		if err := p.open(p.ctx); err != nil {
			return err
		}
	}
	give, err := p.desk.Lend(p.subject)
	if err != nil {
		return err
	}
	if give != nil {
		p.Say(verdict.Text{
			FR: "les partenaires du bac à sable se retirent : cette campagne prend leurs ports",
			EN: "the partners of the sandbox step aside: this campaign takes their ports",
		})
		p.releases = append(p.releases, func() {
			if err := give(); err != nil {
				p.trouble(err)
			}
		})
	}
	if p.candidate.Origin != OfDisk {
		if p.subject.Container != nil {
			return verdict.Tell("démarrage du conteneur : %s", "start container: %s", ErrBarred)
		}
		return nil
	}
	contained, remove, err := Contain(p.ctx, p.subject, Containment{Dir: p.dir, Tell: p.stage, Ended: p.contained})
	if err != nil {
		return err
	}
	p.subject, p.releases = contained, append(p.releases, remove)
	return nil
}

// Stages tell where a container that starts is.
var Stages = map[container.Stage]verdict.Text{
	container.Building: {FR: "conteneur : construction de l'image", EN: "container: the image is built"},
	container.Pulling:  {FR: "conteneur : téléchargement de l'image", EN: "container: the image is pulled"},
	container.Starting: {FR: "conteneur : démarrage", EN: "container: it starts"},
	container.Waiting:  {FR: "conteneur : attente qu'il soit prêt", EN: "container: it is not ready yet"},
}

func (p *playing) stage(at container.Stage) { p.Say(Stages[at]) }

// contained tells how the container went.
func (p *playing) contained(died, kept error) {
	for _, err := range []error{died, kept} {
		if err != nil {
			p.trouble(err)
		}
	}
}

// publish writes the report and its signed archive.
func (p *playing) publish(run *verdict.Run) error {
	seal, err := p.desk.publish(p.ctx, p.dir, run, p.campaign.Tongue)
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.match.campaign.Seal = &seal
	p.mu.Unlock()
	if err := p.compare(run); err != nil {
		return err
	}
	if seal.Unstamped != "" {
		p.Say(verdict.Text{FR: "archive non horodatée : " + seal.Unstamped, EN: "archive not time-stamped: " + seal.Unstamped})
	}
	return nil
}

// conclude keeps how the campaign ended, and tells it.
func (p *playing) conclude(run *verdict.Run, err error) {
	m := p.match
	m.mu.Lock()
	c := &m.campaign
	c.Finished = bench.Wall()
	c.Seconds = m.before + c.Finished.Sub(m.since).Seconds()
	switch {
	case err == nil:
		c.State, c.Counts, c.Level, c.Cases = store.Finished, run.Counts, run.Level, len(run.Cases)
	case errors.Is(err, context.Canceled) && m.byPerson:
		c.State = store.Stopped
	case errors.Is(err, context.Canceled) && p.desk.ctx.Err() != nil:
		c.State = store.Interrupted
	default:
		c.State, c.Why = store.Failed, err.Error()
	}
	m.playing, m.gestures, m.byPerson = nil, nil, false
	kept := *c
	m.mu.Unlock()
	if err := p.desk.config.Store.Save(context.WithoutCancel(p.ctx), kept); err != nil {
		p.trouble(err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tell(Event{Kind: EventState, Text: string(kept.State)})
	close(m.ended)
	m.ended = nil
}
