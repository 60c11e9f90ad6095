// Package scenario plays French features against a candidate and writes the record: the plan, the scenarios one by one,
// what they saw weighed into verdicts, and the self-test of the judge. It knows no message and no role: what is played
// around a candidate is the business of the sides, and it prints nothing, which reports do.
package scenario

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"strings"

	"etalon/internal/verdict"
)

// requirementsFile is the name of a catalogue's part: of a domain, or of a group of its requirements.
const requirementsFile = "requirements.csv"

// Catalogue is the list of requirements, in the file's order.
type Catalogue []verdict.Requirement

// LoadCatalogue reads every part of the catalogue in the features' tree, in the order of their paths.
func LoadCatalogue(tree fs.FS) (Catalogue, error) {
	var all Catalogue
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() != requirementsFile {
			return err
		}
		return all.load(tree, name)
	})
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("read catalogue: no %s", requirementsFile)
	}
	return all, nil
}

// load adds one part.
func (c *Catalogue) load(tree fs.FS, name string) error {
	file, err := tree.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) == 0 {
		return fmt.Errorf("%s is empty", name)
	}
	for i, row := range rows[1:] {
		r, err := requirement(rows[0], row)
		if err != nil {
			return fmt.Errorf("%s row %d: %w", name, i+2, err)
		}
		if _, twice := c.Of(r.ID); twice {
			return fmt.Errorf("%s row %d: requirement %s stands there already", name, i+2, r.ID)
		}
		*c = append(*c, r)
	}
	return nil
}

// requirement reads one row under its header.
func requirement(header, row []string) (verdict.Requirement, error) {
	cell := make(map[string]string, len(header))
	for i, name := range header {
		cell[name] = strings.TrimSpace(row[i])
	}
	r := verdict.Requirement{
		ID: cell["id"], Modes: list(cell["modes"]), Roles: list(cell["roles"]), Basis: verdict.Basis(cell["basis"]),
		Title: verdict.Text{FR: cell["title_fr"], EN: cell["title_en"]},
		Text:  verdict.Text{FR: cell["text_fr"], EN: cell["text_en"]}, Source: cell["source"],
	}
	if err := r.Severity.UnmarshalText([]byte(cell["severity"])); err != nil {
		return r, err
	}
	for _, entry := range list(cell["cases"]) {
		id, basis, _ := strings.Cut(strings.TrimSuffix(entry, "]"), "[")
		r.Cases = append(r.Cases, verdict.CaseBasis{ID: id, Basis: verdict.Basis(basis)})
	}
	for _, entry := range list(cell["untested"]) {
		id, reason, ok := strings.Cut(entry, "=")
		if !ok {
			return r, fmt.Errorf("column untested: %q: want CASE=raison / reason", entry)
		}
		fr, en, _ := strings.Cut(reason, " / ")
		if r.Untested == nil {
			r.Untested = map[string]verdict.Text{}
		}
		r.Untested[id] = verdict.Text{FR: fr, EN: en}
	}
	return r, nil
}

// list splits a cell at its semicolons.
func list(cell string) []string {
	if cell == "" {
		return nil
	}
	parts := strings.Split(cell, ";")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// Of returns the requirement with that id.
func (c Catalogue) Of(id string) (verdict.Requirement, bool) {
	for _, r := range c {
		if r.ID == id {
			return r, true
		}
	}
	return verdict.Requirement{}, false
}
