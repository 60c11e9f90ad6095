package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/journey"
)

//go:embed page/sphere.html
var spherePageSource string

// spherePageTemplate escapes everything that it is given, but for the diagram, which escapes what it draws.
var spherePageTemplate = template.Must(template.New("sphere").Parse(spherePageSource))

// spherePage is what an execution of the sphere has to tell.
type spherePage struct {
	Lang       string
	Convention *interops.Convention
	At         time.Time
	Person     string // the first one
	Told       *journey.Reconciliation
	Failed     error
	Diagram    []byte
}

// playing is an organism and what it plays.
type playing struct {
	Name  string
	Plays []string
}

// moment is a step of the first journey at one organism.
type moment struct {
	At, Step, Organism, Detail string
	when                       time.Time
}

// render makes one page that reads alone: no script, no network.
func (p spherePage) render() ([]byte, error) {
	var out bytes.Buffer
	if err := spherePageTemplate.Execute(&out, p); err != nil {
		return nil, fmt.Errorf("write page of the sphere: %w", err)
	}
	return out.Bytes(), nil
}

// T chooses a sentence of the template.
func (p spherePage) T(fr, en string) string { return p.say(fr, en) }

// Title is that of the convention.
func (p spherePage) Title() string { return p.Convention.Name }

// Day is when the sphere was played.
func (p spherePage) Day() string { return p.At.Format("2006-01-02 15:04 UTC") }

// SVG is the diagram of the first journey.
func (p spherePage) SVG() template.HTML { return template.HTML(p.Diagram) }

// First is the journey that is drawn, that of the first person; an empty one when the traces tell none.
func (p spherePage) First() *journey.Journey {
	for _, j := range p.Told.Journeys {
		if j.Person == p.Person {
			return j
		}
	}
	return &journey.Journey{Person: p.Person}
}

// Words are the reconciliation in words.
func (p spherePage) Words() []string { return p.Told.Tell(p.Lang) }

// Failures are what the sphere did not keep, a line each.
func (p spherePage) Failures() []string {
	if p.Failed == nil {
		return nil
	}
	return strings.Split(p.Failed.Error(), "\n")
}

// Organisms are the members in force, with what they play.
func (p spherePage) Organisms() (all []playing) {
	for _, m := range p.Convention.Sphere.Members {
		if !p.Convention.Sphere.InForce(m.Organism, p.At) {
			continue
		}
		one := playing{Name: m.Organism}
		if known, ok := p.Convention.Organism(m.Organism); ok && known.Title() != m.Organism {
			one.Name = known.Title() + " · " + m.Organism
		}
		if m.Plays(interops.IdentificationOperator) {
			one.Plays = append(one.Plays, p.say("identifie : ", "identifies: ")+meansOf(m.Identification))
		}
		if m.Plays(interops.AuthenticationOperator) {
			one.Plays = append(one.Plays, p.say("authentifie : ", "authenticates: ")+meansOf(m.Authentication))
		}
		for _, service := range m.Services {
			one.Plays = append(one.Plays, p.say("sert ", "serves ")+service.Name+p.say(", niveau minimum ", ", minimum level ")+service.MinimumLevel)
		}
		all = append(all, one)
	}
	return all
}

func meansOf(all []interops.Means) string {
	var names []string
	for _, m := range all {
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}

// Moments are the steps of the first journey, each at the organisms that traced it.
func (p spherePage) Moments() (all []moment) {
	for _, step := range p.First().Steps {
		if x := step.Exchange; x != nil {
			all = append(all, p.moment(step.Kind, x.Sent, p.say("émet", "emits")), p.moment(step.Kind, x.Received, p.say("reçoit", "receives")))
		}
		for _, at := range step.Logouts {
			all = append(all, p.moment(step.Kind, at, p.ends(at)))
		}
	}
	all = slices.DeleteFunc(all, func(m moment) bool { return m.At == "" })
	slices.SortStableFunc(all, func(a, b moment) int { return a.when.Compare(b.when) }) // one machine, one clock
	return all
}

// ends says what a trace of a logout tells.
func (p spherePage) ends(at *journey.Record) string {
	switch {
	case at.Direction == interops.Emission:
		to := ""
		for _, o := range p.Convention.Organisms {
			if at.Recipient != nil && *at.Recipient == o.Recipient {
				to = o.Name
			}
		}
		return p.say("opérateur : fait fermer la session de ", "operator: has the session ended at ") + to
	case at.Role == journey.AuthenticationOperator:
		return p.say("opérateur : reçoit la demande", "operator: gets the request")
	}
	return p.say("service : ferme la session", "service: ends the session")
}

// moment is one trace as a line; an empty one for a trace that is missing.
func (p spherePage) moment(kind journey.Kind, at *journey.Record, does string) moment {
	if at == nil {
		return moment{}
	}
	step := string(kind)
	switch kind {
	case journey.Authentication:
		step = p.say("authentification", step)
	case journey.Logout:
		step = p.say("déconnexion", step)
	}
	return moment{At: at.At.UTC().Format("15:04:05.000"), Step: step, Organism: at.Organisation, Detail: does, when: at.At}
}
