package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"etalon/cmd/internal/cli"
	"etalon/internal/bench"
	"etalon/internal/journey"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// sphereCommand plays the sample sphere of trust, with its persons, and tells their journeys.
type sphereCommand struct {
	Persons int    `default:"1" placeholder:"N" help:"${persons}"`
	Out     string `placeholder:"DIR" help:"${sphereout}"`

	flaws stand.SphereOptions // of the parties; none from the command line
}

// broken is a promise of the sphere that was not kept: exit status 1.
type broken struct{ error }

func (b broken) Unwrap() error { return b.error }

// Run starts the sphere, makes the journeys, ends the sphere and writes what its traces tell.
func (c *sphereCommand) Run(ctx context.Context, s *streams) error {
	if c.Persons < 1 || c.Persons > stand.MaxSpherePersons {
		return hinted{verdict.Tell("--persons %d : attendu de 1 à %d", "--persons %d: want 1 to %d", c.Persons, stand.MaxSpherePersons), "sandbox sphere --persons 200"}
	}
	traces, err := c.folder()
	if err != nil {
		return err
	}
	options := c.flaws
	options.Dir, options.Persons, options.Seed = traces, c.Persons, bench.NewSeed()
	sphere, err := stand.StartSphere(options)
	if err != nil {
		return err
	}
	told, failed, err := c.play(ctx, s, sphere)
	if err := errors.Join(err, sphere.Close()); err != nil {
		return errors.Join(failed, err)
	}
	page := spherePage{Lang: s.lang, Convention: sphere.Bench.Convention, At: bench.Wall(), Person: sphere.Person(0).ID, Told: told, Failed: failed}
	if err := c.write(page); err != nil {
		return err
	}
	s.say("diagramme : %s", "diagram: %s", absolute(c.Out, "parcours.svg"))
	s.say("rapport : %s", "report: %s", absolute(c.Out, "parcours.html"))
	if failed != nil {
		return broken{failed}
	}
	return nil
}

// folder readies the folder of the traces, which must be new: those of two executions tell no journey together.
func (c *sphereCommand) folder() (string, error) {
	if c.Out == "" {
		dir, err := os.MkdirTemp("", "etalon-sphere-")
		if err != nil {
			return "", err
		}
		c.Out = dir
	}
	traces := filepath.Join(c.Out, "traces")
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return "", hinted{err, "sandbox sphere --out sphere"}
	}
	if err := os.Mkdir(traces, 0o755); err != nil {
		return "", hinted{err, "sandbox sphere --out sphere-2"}
	}
	return traces, nil
}

// play makes the journeys and reads them back from the traces. failed is what the sphere did not keep; err what kept us
// from telling.
func (c *sphereCommand) play(ctx context.Context, s *streams, sphere *stand.Sphere) (told *journey.Reconciliation, failed, err error) {
	s.say("sphère d'essai, quatre organismes sur la boucle locale, %d personne(s) de synthèse", "sample sphere, four organisms on loopback, %d synthetic person(s)", c.Persons)
	failed = sphere.Travel(ctx, func(organism string, done verdict.Text) {
		fmt.Fprintf(s.out, "  %s : %s\n", organism, done.In(s.lang))
	})
	if ctx.Err() != nil {
		return nil, failed, ctx.Err()
	}
	told, lost := sphere.Told(c.Persons)
	if told == nil {
		return nil, failed, lost
	}
	if failed = errors.Join(failed, lost); failed == nil {
		s.say("%d personne(s) : aucune prise pour une autre, plus aucune session ouverte", "%d person(s): none taken for another, no session left open", c.Persons)
	}
	s.say("%d parcours rebâti(s) d'après les traces des quatre organismes", "%d journey(s) rebuilt from the traces of the four organisms", len(told.Journeys))
	return told, failed, nil
}

// write writes the diagram and the page.
func (c *sphereCommand) write(page spherePage) error {
	var drawn []*journey.Journey
	if first := page.First(); len(first.Steps) > 0 {
		drawn = append(drawn, first)
	}
	page.Diagram = journey.SVG(drawn, page.Lang)
	if err := os.WriteFile(filepath.Join(c.Out, "parcours.svg"), page.Diagram, 0o644); err != nil {
		return err
	}
	raw, err := page.render()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.Out, "parcours.html"), raw, 0o644)
}

// absolute is a path that can be opened from anywhere; as given where the working folder is unknown.
func absolute(dir, name string) string {
	path := filepath.Join(dir, name)
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// say chooses a sentence in the language of the page.
func (p spherePage) say(fr, en string) string { return cli.In(p.Lang, fr, en) }
