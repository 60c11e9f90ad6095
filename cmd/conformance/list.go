package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"etalon/internal/campaign"
	"etalon/internal/mutation"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/stand"
)

// listCommand lists what there is.
type listCommand struct {
	What string `arg:"" enum:"requirements,cases,faults,flaws,roles,formats" help:"${what}"`
	JSON bool   `name:"json" help:"${json}"`
}

// listedFault is a fault as list faults --json writes it.
type listedFault struct {
	Name     string   `json:"name"`
	Moment   string   `json:"moment"`
	Violates string   `json:"violates"`
	SameAs   string   `json:"same_as,omitempty"`
	Title    string   `json:"title"`
	Cases    []string `json:"cases"`
}

// listedCase is a case as list cases --json writes it.
type listedCase struct {
	Address     string   `json:"address"`
	Requirement string   `json:"requirement"`
	Severity    string   `json:"severity"`
	Basis       string   `json:"basis"`
	Title       string   `json:"title"`
	Fault       string   `json:"fault,omitempty"`
	Needs       []string `json:"needs,omitempty"`
}

// listedFlaw is a flaw as list flaws --json writes it.
type listedFlaw struct {
	Role  string   `json:"role"`
	Mode  string   `json:"mode"`
	Name  string   `json:"name"`
	Title string   `json:"title"`
	Must  []string `json:"must"`
	May   []string `json:"may"`
}

// Run prints the list.
func (c *listCommand) Run(s *streams) error {
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	switch c.What {
	case "requirements":
		return c.requirements(s, suite)
	case "cases":
		return c.cases(s, suite)
	case "faults":
		return c.faults(s, suite)
	case "flaws":
		return c.flaws(s)
	case "formats":
		return c.formats(s, suite)
	}
	return c.words(s, "roles", scenario.Scopes(suite.Plan))
}

// write writes v for machines.
func write(s *streams, v any) error {
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s\n", raw)
	return err
}

func (c *listCommand) words(s *streams, key string, list []string) error {
	if c.JSON {
		return write(s, map[string]any{key: list})
	}
	for _, word := range list {
		fmt.Fprintln(s.out, word)
	}
	return nil
}

// listedFormat is a format as list formats --json writes it.
type listedFormat struct {
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Purpose   string `json:"purpose"`
}

func (c *listCommand) formats(s *streams, suite *campaign.Suite) error {
	var all []listedFormat
	for _, f := range report.Formats {
		all = append(all, listedFormat{f.Name, f.MediaType, f.Purpose(suite.Texts, s.lang)})
	}
	if c.JSON {
		return write(s, map[string]any{"formats": all})
	}
	for _, f := range all {
		fmt.Fprintf(s.out, "%-9s %s\n", f.Name, f.Purpose)
	}
	return nil
}

func (c *listCommand) requirements(s *streams, suite *campaign.Suite) error {
	if c.JSON {
		return write(s, map[string]any{"requirements": suite.Catalogue})
	}
	for _, r := range suite.Catalogue {
		fmt.Fprintf(s.out, "%s  %-11s %-8s %s\n", r.ID, r.Severity, r.Basis, r.Title.In(s.lang))
	}
	return nil
}

func (c *listCommand) cases(s *streams, suite *campaign.Suite) error {
	var all []listedCase
	for _, t := range suite.Plan {
		all = append(all, listedCase{
			Address: t.Address.String(), Requirement: t.Row.ID, Severity: t.Row.Severity.String(), Basis: string(t.Basis()),
			Title: t.Name, Fault: t.Fault, Needs: t.Needs,
		})
	}
	if c.JSON {
		return write(s, map[string]any{"cases": all})
	}
	for _, one := range all {
		fmt.Fprintf(s.out, "%-34s %-11s %s\n", one.Address, one.Severity, one.Title)
	}
	return nil
}

func (c *listCommand) faults(s *streams, suite *campaign.Suite) error {
	var all []listedFault
	for _, m := range mutation.Catalogue() {
		f := listedFault{Name: m.Name, Moment: m.Moment(), Violates: m.Violates, SameAs: m.SameAs, Title: m.Title.In(s.lang), Cases: []string{}}
		for _, t := range suite.Plan {
			if slices.Contains(t.Faults(), m.Name) {
				f.Cases = append(f.Cases, t.Address.String())
			}
		}
		all = append(all, f)
	}
	if c.JSON {
		return write(s, map[string]any{"faults": all})
	}
	for _, f := range all {
		fmt.Fprintf(s.out, "%-44s %-8s %s  %s\n", f.Name, f.Moment, f.Violates, f.Title)
	}
	return nil
}

func (c *listCommand) flaws(s *streams) error {
	var all []listedFlaw
	for _, scope := range stand.MockScopes("") {
		role, mode, _ := strings.Cut(scope, "/")
		for _, f := range stand.Flaws(scope) {
			all = append(all, listedFlaw{role, mode, f.Name, f.Title.In(s.lang), f.Must, f.May})
		}
	}
	if c.JSON {
		return write(s, map[string]any{"flaws": all})
	}
	for _, f := range all {
		fmt.Fprintf(s.out, "%-14s %-44s %-20s %s\n", f.Role+"/"+f.Mode, f.Name, strings.Join(f.Must, " "), f.Title)
	}
	return nil
}
