package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"etalon/features"
	"etalon/internal/scenario"
	"etalon/internal/sides"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// selftestCommand judges the judge.
type selftestCommand struct {
	Role []string `placeholder:"ROLE[/MODE]" help:"${role}"`
	Flaw []string `placeholder:"NOM" help:"${flaw}"`
	Full bool     `help:"${full}"`
	Long bool     `help:"${longtest}"`
	JSON string   `name:"json" placeholder:"FICHIER" help:"${jsonfile}"`
	Jobs int      `default:"8" help:"${stubs}"`
}

// Run plays the stubs and prints the kill table.
func (c *selftestCommand) Run(ctx context.Context, s *streams) error {
	suite, err := loadSuite()
	if err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	test := scenario.Selftest{
		Tree: features.FS, Domains: sides.Domains(), Texts: suite.Texts, Catalogue: suite.Catalogue, Plan: suite.Plan, Flaws: c.Flaw, Full: c.Full, Long: c.Long, Jobs: c.Jobs,
		Told: func(scope string, f scenario.FlawResult) {
			if s.live {
				fmt.Fprintf(s.err, "\r\033[K%s/%s", scope, f.Name)
			}
		},
	}
	for _, of := range c.Role {
		test.Scopes = append(test.Scopes, stand.MockScopes(of)...)
	}
	table, err := test.Run(ctx)
	if s.live {
		fmt.Fprint(s.err, "\r\033[K")
	}
	if err != nil {
		return err
	}
	if c.JSON != "" {
		raw, err := json.MarshalIndent(table, "", " ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.JSON, append(raw, '\n'), 0o644); err != nil {
			return hinted{err, "conformance selftest --json table.json", exitUsage}
		}
	}
	c.print(s, table)
	if !table.Sound() || ctx.Err() != nil {
		return status(exitFailed)
	}
	return nil
}

// check refuses roles and flaws that no stub has.
func (c *selftestCommand) check() error {
	for _, of := range c.Role {
		if len(stand.MockScopes(of)) == 0 {
			return hinted{verdict.Tell("--role %s : aucun candidat d'essai de ce nom", "find role %q: no such mock candidate", of), "conformance selftest --role " + stand.MockScopes("")[0], exitUsage}
		}
	}
	known := map[string]bool{}
	for _, scope := range stand.MockScopes("") {
		for _, f := range stand.Flaws(scope) {
			known[f.Name] = true
		}
	}
	for _, name := range c.Flaw {
		if !known[name] {
			return hinted{verdict.Tell("--flaw %s : aucun défaut de ce nom", "find flaw %q: no such name", name), "conformance list flaws", exitUsage}
		}
	}
	return nil
}

// print writes the table for people.
func (c *selftestCommand) print(s *streams, t scenario.KillTable) {
	for _, role := range t.Roles {
		s.say("%s/%s : %d cas joués contre la souche honnête", "%s/%s: %d cases played against the honest stub", role.Role, role.Mode, role.Cases)
		for _, f := range role.Flaws {
			word := map[bool]string{true: "✓", false: "✗"}[f.Caught]
			s.say("  %s %-44s attendu %-24s échoué %s", "  %s %-44s expected %-24s failed %s", word, f.Name, strings.Join(f.Must, " "), strings.Join(f.Failed, " "))
		}
	}
	s.say("défauts : %d, pris : %d", "flaws: %d, caught: %d", t.Flaws, t.Caught)
	for _, name := range t.Survivors {
		s.say("SURVIVANT %s", "SURVIVOR %s", name)
	}
	for _, alarm := range t.FalseAlarms {
		s.say("FAUSSE ALERTE %s", "FALSE ALARM %s", alarm)
	}
	for _, doubt := range t.Doubts {
		s.say("DOUTE %s", "DOUBT %s", doubt)
	}
}
