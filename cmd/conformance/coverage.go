package main

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"etalon/cmd/internal/cli"
	"etalon/internal/scenario"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// coverageCommand tells what is tested, by which flaw it is proved, and what is not and why.
type coverageCommand struct {
	CSV  bool `name:"csv" help:"${csv}"`
	JSON bool `name:"json" help:"${json}"`
}

// Run prints the matrix; its status is 1 when something is unaccounted for.
func (c *coverageCommand) Run(s *streams) error {
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	rows := scenario.Coverage(suite.Catalogue, suite.Plan)
	switch {
	case c.JSON:
		err = write(s, map[string]any{"coverage": rows})
	case c.CSV:
		err = coverageCSV(s, rows)
	default:
		coverageText(s, rows)
	}
	if err != nil {
		return err
	}
	if slices.ContainsFunc(rows, func(r scenario.Covered) bool { return !r.Accounted() }) {
		return status(exitFailed)
	}
	return nil
}

func coverageCSV(s *streams, rows []scenario.Covered) error {
	w := csv.NewWriter(s.out)
	_ = w.Write([]string{"requirement", "role", "mode", "severity", "basis", "cases", "flaws", "untested", "missing"})
	for _, r := range rows {
		_ = w.Write([]string{
			r.Requirement, r.Role, r.Mode, r.Severity.String(), string(r.Basis), strings.Join(r.Cases, " "), strings.Join(r.Flaws, " "),
			untested(r, s.lang), strings.Join(r.Missing, " "),
		})
	}
	w.Flush()
	return w.Error()
}

func untested(r scenario.Covered, lang string) string {
	var all []string
	for _, id := range r.UntestedIDs() {
		all = append(all, id+": "+r.Untested[id].In(lang))
	}
	return strings.Join(all, " ; ")
}

func coverageText(s *streams, rows []scenario.Covered) {
	counts := map[string]int{}
	for _, r := range rows {
		counts["rows"]++
		counts["cases"] += len(r.Cases)
		mark := " "
		switch {
		case !r.Accounted():
			mark = "!"
		case len(r.Flaws) == 0 && r.Severity <= verdict.Majeure && len(r.Cases) > 0:
			mark = "·"
			counts["unproved"]++
		}
		fmt.Fprintf(s.out, "%s %-4s %-14s %-11s %3d cas  %3d défauts  %s\n", mark, r.Requirement, r.Role+"/"+r.Mode, r.Severity, len(r.Cases), len(r.Flaws), strings.Join(r.Missing, " "))
		if text := untested(r, s.lang); text != "" {
			fmt.Fprintf(s.out, "      %s %s\n", cli.In(s.lang, "non testé :", "not tested:"), text)
		}
	}
	flaws := 0
	for _, scope := range stand.MockScopes("") {
		flaws += len(stand.Flaws(scope))
	}
	s.say("%d exigences × rôles × modes, %d cas, %d défauts ; %d exigences bloquantes ou majeures sans défaut qui les éprouve (·)",
		"%d requirements × roles × modes, %d cases, %d flaws; %d blocking or major requirements without a flaw that proves them (·)",
		counts["rows"], counts["cases"], flaws, counts["unproved"])
}
