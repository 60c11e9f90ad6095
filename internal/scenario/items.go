package scenario

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/record"
	"etalon/internal/verdict"
)

// itemsFile is the name of a list of the items of a référentiel, in its order.
const itemsFile = "items.csv"

// itemColumns are those of such a list; entity and rows are lists separated by semicolons.
var itemColumns = []string{"item", "entity", "kind", "title_fr", "title_en", "rows"}

// LoadItems reads every list of items in the features' tree.
func LoadItems(tree fs.FS) ([]verdict.Item, error) {
	var all []verdict.Item
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() != itemsFile {
			return err
		}
		raw, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
		if err == nil && (len(rows) == 0 || !slices.Equal(rows[0], itemColumns)) {
			err = fmt.Errorf("want the columns %v", itemColumns)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, r := range rows[1:] {
			all = append(all, verdict.Item{
				ID: r[0], Entities: list(r[1]), Kind: r[2], Title: verdict.Text{FR: r[3], EN: r[4]}, Requirements: list(r[5]),
			})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read items: %w", err)
	}
	return all, nil
}

// entities are the entities of an item, as a candidate file names them.
var entities = map[string]candidate.Entity{
	verdict.EntityProvider: candidate.EntityProvider, verdict.EntityEstablishment: candidate.EntityEstablishment,
}

// items are the lines of a référentiel, all of them, when one binds the candidate in a role that is judged; with its documents.
func items(tree fs.FS, c *candidate.Candidate, catalogue Catalogue, scope []string) ([]verdict.Item, error) {
	all, err := LoadItems(tree)
	if err != nil {
		return nil, err
	}
	binds := false
	for i, x := range all {
		for _, id := range x.Requirements {
			row, _ := catalogue.Of(id)
			for _, s := range scope {
				if row.Concerns(s) {
					binds = true
					role, _ := candidate.SplitScope(s)
					all[i].Evidence = append(all[i].Evidence, documents(c, role, id)...)
				}
			}
		}
		all[i].Elsewhere = !slices.ContainsFunc(x.Entities, func(e string) bool { return c.Entity().Answers(entities[e]) })
	}
	if !binds {
		return nil, nil
	}
	return all, nil
}

// documents are what the candidate declares for a requirement, as a report names them.
func documents(c *candidate.Candidate, role candidate.Role, id string) []verdict.Document {
	declared, ok := c.Evidence(role, id)
	if !ok {
		return nil
	}
	var all []verdict.Document
	for _, e := range declared.Documents() {
		d := verdict.Document{Requirement: id, File: filepath.Base(e.File), Size: len(e.Content), Note: e.Note}
		if e.Trouble == nil {
			d.Digest = record.Digest(e.Content)
		}
		if !e.Date.IsZero() {
			d.Date = e.Date.Format(time.DateOnly)
		}
		all = append(all, d)
	}
	return all
}

// needEntity are the needs of a trial of which one entity alone answers, with what is told of those that do not.
var needEntity = map[string]struct {
	entity candidate.Entity
	reason string
}{
	"entite-fournisseur":   {candidate.EntityProvider, verdict.ReasonForProvider},
	"entite-etablissement": {candidate.EntityEstablishment, verdict.ReasonForEstablishment},
}

// needNoIndicators is the need of an extract of indicators, which the interface that gives them makes needless.
const needNoIndicators = "sans-indicateurs"

// needNoTraces are the needs of an extract of traces, which traces that a run reads make needless; those of months, with a clock that can be
// set. An extract that is declared all the same is looked at.
var needNoTraces = map[string]func(*candidate.IdentityProvider) bool{
	"sans-traces-identite":   func(p *candidate.IdentityProvider) bool { return p.Traces != nil },
	"sans-traces-et-horloge": func(p *candidate.IdentityProvider) bool { return p.Traces != nil && p.Clock != nil },
}

// ofAnyRole answers for the needs that the candidate file settles alone; false for any other.
func (r *Run) ofAnyRole(t Trial, need string) (Answer, bool) {
	if need == needEvidence {
		_, ok := r.Candidate.Evidence(candidate.Role(t.Role), t.Row.ID)
		return Answer{Why: verdict.Reason{Key: verdict.ReasonNoEvidence, Args: []string{t.Row.ID}}, Met: ok}, true
	}
	if need == needNoIndicators {
		p := r.Candidate.IdentityProvider
		return Answer{Why: verdict.Reason{Key: verdict.ReasonIndicatorsRead}, Declared: true, Met: p == nil || p.Indicators == nil}, true
	}
	if read, ok := needNoTraces[need]; ok {
		_, handed := r.Candidate.Evidence(candidate.Role(t.Role), t.Row.ID)
		p := r.Candidate.IdentityProvider
		return Answer{Why: verdict.Reason{Key: verdict.ReasonTracesRead, Args: []string{t.Row.ID}}, Declared: true, Met: handed || p == nil || !read(p)}, true
	}
	if n, ok := needEntity[need]; ok {
		return Answer{Why: verdict.Reason{Key: n.reason}, Declared: true, Met: r.Candidate.Entity().Answers(n.entity)}, true
	}
	return Answer{}, false
}
