// Package scenario plays French features against a candidate and writes the record: the plan, the controls
// that give a refusal its meaning, the steps, and the drivers of the candidate's two faces. It decides
// nothing about messages, which the wires judge, and prints nothing, which reports do.
package scenario

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"strings"

	"etalon/internal/verdict"
)

// requirementsFile is the catalogue of one domain.
const requirementsFile = "interops/requirements.csv"

// Catalogue is the list of requirements, in the file's order.
type Catalogue []verdict.Requirement

// LoadCatalogue reads the catalogue from the features' tree.
func LoadCatalogue(tree fs.FS) (Catalogue, error) {
	file, err := tree.Open(requirementsFile)
	if err != nil {
		return nil, fmt.Errorf("open catalogue: %w", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("read catalogue: %s is empty", requirementsFile)
	}
	var list Catalogue
	for i, row := range rows[1:] {
		r, err := requirement(rows[0], row)
		if err != nil {
			return nil, fmt.Errorf("read catalogue: %s row %d: %w", requirementsFile, i+2, err)
		}
		if _, twice := list.Of(r.ID); twice {
			return nil, fmt.Errorf("read catalogue: %s row %d: requirement %s stands there already", requirementsFile, i+2, r.ID)
		}
		list = append(list, r)
	}
	return list, nil
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
