package console

import (
	"html/template"
	"net/http"
	"strings"
	"time"

	drawing "etalon/internal/journey"
	"etalon/internal/stand"
)

// spherePage is the page of who trusts whom.
type spherePage struct {
	reference
	stand.Relations
}

// Label says what a bond is about.
func (p spherePage) Label(b stand.Bond) (string, error) {
	switch b.Kind {
	case stand.BondTokens:
		return p.T("bond.tokens")
	case stand.BondList:
		return p.T("bond.list")
	}
	var services []string
	for _, s := range b.Project.Services {
		services = append(services, s.Name)
	}
	label := b.Project.Name + " · " + string(b.Project.Mode)
	if len(services) > 0 {
		label += " · " + strings.Join(services, ", ")
	}
	return label, nil
}

// draw draws the relations. Who takes no part in any is in the table alone.
func (p spherePage) draw(narrow, inline bool) ([]byte, error) {
	var bonds []drawing.Bond
	part := map[string]bool{}
	for _, b := range p.Bonds {
		label, err := p.Label(b)
		if err != nil {
			return nil, err
		}
		bonds = append(bonds, drawing.Bond{From: b.From, To: b.To, Label: label, Idle: !b.InForce})
		part[b.From], part[b.To] = true, true
	}
	var parties []drawing.Party
	for _, m := range p.Members {
		if part[m.Name] {
			parties = append(parties, drawing.Party{Name: m.Name, Played: len(m.Faces) > 0, Faults: faultsOf(m)})
		}
	}
	return drawing.Trust(parties, bonds, drawing.Form{Lang: p.Lang, Narrow: narrow, Inline: inline}), nil
}

// faultsOf are the names of the faults that an organism is armed with.
func faultsOf(m stand.Playing) []string {
	all := []string{}
	for _, a := range m.Faults {
		all = append(all, a.Fault)
	}
	return all
}

// Wide and Narrow are the picture, for large and for small screens; every text in it is escaped by who draws.
func (p spherePage) Wide() (template.HTML, error)   { return p.inline(false) }
func (p spherePage) Narrow() (template.HTML, error) { return p.inline(true) }

func (p spherePage) inline(narrow bool) (template.HTML, error) {
	raw, err := p.draw(narrow, true)
	return template.HTML(raw), err
}

// sphere shows who trusts whom.
func (c *Console) sphere(w http.ResponseWriter, r *http.Request) {
	c.show(w, "sphere", http.StatusOK, spherePage{c.reference(r, "sphere"), c.config.Reference.Relations()})
}

// picture gives the picture alone.
func (c *Console) picture(w http.ResponseWriter, r *http.Request) {
	raw, err := spherePage{c.reference(r, "sphere"), c.config.Reference.Relations()}.draw(false, false)
	if err != nil {
		misfit(w, err)
		return
	}
	hand(w, "sphere.svg", "image/svg+xml", raw)
}

// toldMember and toldBond are an organism and who trusts whom, as the API tells them.
type toldMember struct {
	Name      string     `json:"name"`
	Title     string     `json:"title"`
	Issuer    string     `json:"issuer,omitempty"`
	Recipient string     `json:"recipient,omitempty"`
	Qualities []string   `json:"qualities,omitempty"`
	Faces     []toldFace `json:"faces"`
	Faults    []string   `json:"faults"`
}

type toldFace struct {
	Role string `json:"role"`
	Mode string `json:"mode"`
	URL  string `json:"url"`
}

type toldBond struct {
	Kind    string     `json:"kind"` // project, tokens or list
	From    string     `json:"from"`
	To      string     `json:"to"`
	Project string     `json:"project,omitempty"`
	Mode    string     `json:"mode,omitempty"`
	Start   *time.Time `json:"start,omitempty"`
	End     *time.Time `json:"end,omitempty"`
	InForce bool       `json:"in_force"`
}

// apiSphere tells who trusts whom.
func (c *Console) apiSphere(w http.ResponseWriter, _ *http.Request) {
	told := struct {
		Members []toldMember `json:"members"`
		Bonds   []toldBond   `json:"bonds"`
	}{[]toldMember{}, []toldBond{}}
	s := c.config.Reference.Relations()
	for _, m := range s.Members {
		one := toldMember{Name: m.Name, Title: m.Title, Issuer: m.Issuer, Recipient: m.Recipient, Faces: []toldFace{}, Faults: faultsOf(m)}
		for _, q := range m.Qualities {
			one.Qualities = append(one.Qualities, string(q))
		}
		for _, f := range m.Faces {
			one.Faces = append(one.Faces, toldFace{string(f.Role), string(f.Mode), f.URL})
		}
		told.Members = append(told.Members, one)
	}
	for _, b := range s.Bonds {
		one := toldBond{Kind: b.Kind, From: b.From, To: b.To, Project: b.Project.Name, Mode: string(b.Project.Mode), InForce: b.InForce}
		if !b.Project.Start.IsZero() {
			one.Start = &b.Project.Start.Time
		}
		if !b.Project.End.IsZero() {
			one.End = &b.Project.End.Time
		}
		told.Bonds = append(told.Bonds, one)
	}
	answer(w, http.StatusOK, told)
}
