package verdict

import "slices"

// Item is one line of a référentiel as its authority numbers it, with the requirements that decide it: what is handed over
// to that authority. It judges nothing by itself.
type Item struct {
	ID string `json:"id"` // "EXI FI 01"
	// Entities are those who answer for it: EntityProvider, EntityEstablishment.
	Entities []string `json:"entities"`
	Kind     string   `json:"kind"` // one of the kinds
	Title    Text     `json:"title"`
	// Requirements are the rows of the catalogue that decide it.
	Requirements []string `json:"requirements"`
	// Elsewhere tells that it is the business of an entity for which the candidate file does not answer.
	Elsewhere bool `json:"elsewhere,omitempty"`
	// Evidence lists the documents that the candidate declares for its requirements.
	Evidence []Document `json:"evidence,omitempty"`
	// Verdict rolls up its requirements; set when the run is concluded.
	Verdict Verdict `json:"verdict"`
}

// The entities of an item.
const (
	EntityProvider      = "FI" // the identity provider
	EntityEstablishment = "ES" // the establishment whose users it identifies
)

// The kinds of an item: how it is tried.
const (
	KindAutomatic = "automatic" // over the wire
	KindMixed     = "mixed"     // over the wire, and by documents
	KindDeclared  = "declared"  // by documents, which a person reads
)

// Document is a document that a candidate declares.
type Document struct {
	Requirement string `json:"requirement"` // the row for which it is declared
	File        string `json:"file"`        // its name, without folder
	// Digest is that of the whole file, "sha256:…"; "" when it could not be read.
	Digest string `json:"digest,omitempty"`
	Size   int    `json:"size"`
	Date   string `json:"date"` // of what it shows, 2026-01-31
	Note   string `json:"note,omitempty"`
}

// concludeItems gives each item the roll-up of its requirements, in whatever role: of none that is judged, inconclusive.
func (r *Run) concludeItems() {
	r.Items = slices.Clone(r.Items)
	for i := range r.Items {
		var all []Verdict
		for _, q := range r.Requirements {
			if slices.Contains(r.Items[i].Requirements, q.ID) {
				all = append(all, q.Verdict)
			}
		}
		r.Items[i].Verdict = RollUp(all...)
	}
}
