package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"etalon/cmd/internal/cli"
	"etalon/internal/annex"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// conventionCommand holds what is done with a convention file.
type conventionCommand struct {
	Check  checkCommand  `cmd:"" help:"${conventioncheck}"`
	Annex  annexCommand  `cmd:"" help:"${conventionannex}"`
	Sample sampleCommand `cmd:"" help:"${conventionsample}"`
}

// ladder is the profile that a convention is held against.
type ladder struct {
	Profile string `placeholder:"FICHIER" help:"${ladder}"`
}

func (l ladder) load() (*interops.Profile, error) {
	if l.Profile == "" {
		return candidate.DefaultProfile("current"), nil
	}
	profile, err := candidate.LoadProfile(l.Profile)
	if err != nil {
		return nil, err
	}
	return &profile.Profile, nil
}

// checkCommand checks a convention, and tells what it opens at an instant.
type checkCommand struct {
	File string `arg:"" help:"${conventionfile}"`
	At   string `placeholder:"DATE" help:"${at}"`
	ladder
}

// Run prints what is wrong, or the summary and the notices. It returns 1 when something is wrong, 2 when there is no
// file to check.
func (c *checkCommand) Run(s *streams) error {
	at, err := instant(c.At)
	if err != nil {
		return hinted{err, "conformance convention check convention.yaml --at 2026-06-30", exitUsage}
	}
	profile, err := c.load()
	if err != nil {
		return err
	}
	convention, notices, err := candidate.CheckConvention(c.File, profile)
	var problems candidate.Problems
	if errors.As(err, &problems) {
		if !slices.ContainsFunc(problems, func(p candidate.Problem) bool { return p.Line > 0 }) {
			return problems // there is no file to check
		}
		fmt.Fprintln(s.out, problems.In(s.lang))
		s.say("convention incohérente : %d problème(s)", "incoherent convention: %d problem(s)", len(problems))
		return status(exitFailed)
	}
	if err != nil {
		return err
	}
	s.summary(convention, profile, at)
	if len(notices) > 0 {
		s.say("\nÀ regarder, sans que ce soit faux :", "\nWorth a look, without being wrong:")
		fmt.Fprintln(s.out, notices.In(s.lang))
	}
	s.say("\nconvention cohérente : %d remarque(s)", "\ncoherent convention: %d notice(s)", len(notices))
	return nil
}

// instant reads a date as conventions write it; now when there is none.
func instant(text string) (time.Time, error) {
	if text == "" {
		return time.Now(), nil
	}
	var d interops.Date
	if err := d.UnmarshalText([]byte(text)); err != nil {
		return time.Time{}, verdict.Tell("--at : attendu un jour comme 2026-01-31, ou un instant RFC 3339 ; trouvé « %[2]s »", "--at: %[1]s", err, text)
	}
	return d.Time, nil
}

// summary tells what a settled convention opens at an instant.
func (s *streams) summary(c *interops.Convention, profile *interops.Profile, at time.Time) {
	s.say("%s", "%s", annex.Visible(c.Name))
	s.life(c, at)
	if len(c.Projects) > 0 {
		s.say("projets, le %s :", "projects, on %s:", date(at))
	}
	for _, p := range c.Projects {
		services := make([]string, len(p.Services))
		for i, service := range p.Services {
			services[i] = service.Name
		}
		s.say("  %-18s %s  %s → %s (%s) : %s", "  %-18s %s  %s → %s (%s): %s", p.Name, p.Mode, p.Client, p.Provider, strings.Join(services, ", "), s.state(p, at))
	}
	if c.Sphere != nil {
		s.members(c.Sphere, at)
		s.services(c.Sphere, profile, at)
	}
}

// services tells what the members of the sphere serve, and which operators can authenticate for it.
func (s *streams) services(sphere *interops.Sphere, profile *interops.Profile, at time.Time) {
	s.say("services ouverts, le %s :", "services open, on %s:", date(at))
	for _, m := range sphere.Members {
		for _, service := range m.Services {
			operators := reaching(sphere, profile, m.Organism, service, at)
			if len(operators) == 0 {
				continue
			}
			level := service.MinimumLevel
			if level == "" {
				level = cli.In(s.lang, "non annoncé", "not announced")
			}
			s.say("  %-18s %s, niveau minimal %s, authentification par %s", "  %-18s %s, minimum level %s, authentication by %s", service.Name, m.Organism, annex.Visible(level), strings.Join(operators, ", "))
		}
	}
}

// reaching lists the authentication operators that are in force for a provider and reach the level of its service.
func reaching(sphere *interops.Sphere, profile *interops.Profile, provider string, service interops.Service, at time.Time) (operators []string) {
	for _, p := range sphere.Projects() {
		oa, _ := sphere.Member(p.Client)
		if p.Provider == provider && p.InForce(at) && slices.ContainsFunc(oa.Authentication, func(m interops.Means) bool {
			return profile.Rank(m.Level) >= profile.Rank(service.MinimumLevel)
		}) {
			operators = append(operators, p.Client)
		}
	}
	return operators
}

// life tells whether the convention itself runs.
func (s *streams) life(c *interops.Convention, at time.Time) {
	if c.Agreement == nil {
		s.say("aucun acte signé (agreement) : rien ne borne ses projets que leurs dates", "no signed act (agreement): nothing bounds its projects but their dates")
		return
	}
	start, end := c.Life()
	until := cli.In(s.lang, "sans terme", "no term")
	if !end.IsZero() {
		until = cli.In(s.lang, "fin le ", "ends on ") + date(end.Time)
	}
	s.say("signée le %s, effet le %s, %s : %s", "signed on %s, effect on %s, %s: %s", date(c.Agreement.Signed.Time), date(start.Time), until,
		s.state(interops.Project{Start: start, End: end}, at))
	for _, a := range c.Amendments {
		s.say("  avenant n° %d, signé le %s, effet le %s : %s", "  amendment no. %d, signed on %s, effect on %s: %s", a.Number, date(a.Signed.Time), date(a.Since().Time), annex.Visible(a.Object))
	}
}

// members tells who is in the sphere, and why the others are not.
func (s *streams) members(sphere *interops.Sphere, at time.Time) {
	missing := sphere.Missing()
	s.say("sphère %s, le %s :", "sphere %s, on %s:", sphere.Name, date(at))
	for _, m := range sphere.Members {
		state := s.state(interops.Project{Start: m.Joined, End: m.Left}, at)
		if lacking := missing[m.Organism]; len(lacking) > 0 {
			state = cli.In(s.lang, "sans l'accord de ", "without the agreement of ") + strings.Join(lacking, ", ")
		}
		qualities := make([]string, len(m.Qualities))
		for i, q := range m.Qualities {
			qualities[i] = string(q)
		}
		s.say("  %-18s (%s) : %s", "  %-18s (%s): %s", m.Organism, strings.Join(qualities, ", "), state)
	}
}

// state says whether something with dates runs at an instant.
func (s *streams) state(p interops.Project, at time.Time) string {
	switch {
	case p.InForce(at):
		return cli.In(s.lang, "en vigueur", "in force")
	case !p.End.IsZero() && !p.Start.Before(p.End.Time):
		return cli.In(s.lang, "jamais en vigueur", "never in force")
	case at.Before(p.Start.Time):
		return cli.In(s.lang, "pas avant le ", "not before ") + date(p.Start.Time)
	}
	return cli.In(s.lang, "terminé le ", "ended on ") + date(p.End.Time)
}

// date writes an instant as conventions do.
func date(t time.Time) string {
	text, err := interops.Date{Time: t}.MarshalText()
	if err != nil || len(text) == 0 {
		return "—"
	}
	return string(text)
}

// annexCommand prints the annexes of a convention.
type annexCommand struct {
	File   string `arg:"" help:"${conventionfile}"`
	Format string `enum:"html,odt" default:"html" help:"${annexformat}"`
	Annex  string `default:"all" placeholder:"ANNEXE" help:"${annexname}"`
	Output string `short:"o" placeholder:"FICHIER" help:"${output}"`
	ladder
}

// Run writes the annexes of a sound convention.
func (c *annexCommand) Run(s *streams) error {
	profile, err := c.load()
	if err != nil {
		return err
	}
	convention, err := candidate.LoadConvention(c.File, profile)
	if err != nil {
		return err
	}
	annexes, err := annex.Select(annex.All(convention, profile.Levels), c.Annex)
	if err != nil {
		return hinted{err, "conformance convention annex convention.yaml --annex 1", exitUsage}
	}
	print := annex.WriteHTML
	if c.Format == "odt" {
		print = annex.WriteODT
	}
	if c.Output == "" {
		return print(s.out, convention.Name, annexes)
	}
	return campaign.WriteFile(c.Output, func(w io.Writer) error { return print(w, convention.Name, annexes) })
}

// sampleCommand writes a commented sample convention.
type sampleCommand struct {
	Name   string `arg:"" enum:"essai,sphere,bilaterale" help:"${samplename}"`
	Output string `short:"o" placeholder:"FICHIER" help:"${output}"`
}

// samples are the files of the sample conventions, by the names that people give.
var samples = map[string]string{"essai": "convention.yaml", "sphere": "sphere.yaml", "bilaterale": "bilaterale.yaml"}

// Run writes the sample.
func (c *sampleCommand) Run(s *streams) error {
	write := func(w io.Writer) error {
		_, err := w.Write(candidate.SampleText(samples[c.Name]))
		return err
	}
	if c.Output == "" {
		return write(s.out)
	}
	return campaign.WriteFile(c.Output, write)
}
