package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Filter chooses exchanges: those for which every field that is set holds.
type Filter struct {
	// Owner is who looks: what is his and what is everybody's; everything when empty.
	Owner string
	// These are equal to the field of the same name of an exchange.
	Protocol, Role, Mode, Partner, Fault, Campaign, Address, Verdict string
	Outcome                                                          Outcome
	// Requirement is that of the fault, of the case or of a finding.
	Requirement string
	// Text are words of the messages and of what is known of them, in any order, each whole or its beginning.
	Text string
	// From and Until bound when it began, the second left out.
	From, Until time.Time
	// After and Before bound its number, both left out; 0 for no bound.
	After, Before int64
	// Following asks for the first that are chosen, not the last: who follows what is kept misses none.
	Following bool
}

// Page is a part of the exchanges that a filter chooses, the last first.
type Page struct {
	Exchanges []Exchange `json:"exchanges"`
	// Total counts all that the filter chooses, After and Before apart.
	Total int `json:"total"`
}

// MaxPage bounds how many exchanges are returned at once.
const MaxPage = 1000

// Exchanges returns the last exchanges that a filter chooses, or the first when it follows, as many as limit says; the last
// first all the same.
func (s *Store) Exchanges(ctx context.Context, f Filter, limit int) (Page, error) {
	page := Page{Exchanges: []Exchange{}}
	where, args := f.where()
	if err := s.reads.QueryRowContext(ctx, "SELECT count(*) FROM exchange WHERE "+where, args...).Scan(&page.Total); err != nil {
		return page, fmt.Errorf("list exchanges: %w", told(err))
	}
	order := "DESC"
	if f.Following {
		order = "ASC"
	}
	if f.After > 0 {
		where, args = where+" AND id > ?", append(args, f.After)
	}
	if f.Before > 0 {
		where, args = where+" AND id < ?", append(args, f.Before)
	}
	rows, err := s.reads.QueryContext(ctx, "SELECT id, verdict, body FROM exchange WHERE "+where+" ORDER BY id "+order+" LIMIT ?", append(args, min(max(limit, 1), MaxPage))...)
	if err != nil {
		return page, fmt.Errorf("list exchanges: %w", told(err))
	}
	defer rows.Close()
	for rows.Next() {
		x, err := scanned(rows.Scan)
		if err != nil {
			return page, fmt.Errorf("list exchanges: %w", told(err))
		}
		page.Exchanges = append(page.Exchanges, x)
	}
	if order == "ASC" {
		slices.Reverse(page.Exchanges)
	}
	return page, told(rows.Err())
}

// where is the condition of a filter in SQL, with its values.
func (f Filter) where() (string, []any) {
	conditions, args := []string{"1"}, []any{}
	add := func(condition string, values ...any) {
		conditions, args = append(conditions, condition), append(args, values...)
	}
	for _, field := range []struct{ column, value string }{
		{"protocol", f.Protocol}, {"role", f.Role}, {"mode", f.Mode}, {"partner", f.Partner}, {"fault", f.Fault},
		{"campaign", f.Campaign}, {"address", f.Address}, {"verdict", f.Verdict}, {"outcome", string(f.Outcome)},
	} {
		if field.value != "" {
			add(field.column+" = ?", field.value)
		}
	}
	if f.Owner != "" {
		add("owner IN ('', ?)", f.Owner)
	}
	if f.Requirement != "" {
		add("id IN (SELECT exchange FROM about WHERE requirement = ?)", f.Requirement)
	}
	if words := match(f.Text); words != "" {
		add("id IN (SELECT rowid FROM words WHERE words MATCH ?)", words)
	}
	if !f.From.IsZero() {
		add("at >= ?", f.From.UnixNano())
	}
	if !f.Until.IsZero() {
		add("at < ?", f.Until.UnixNano())
	}
	return strings.Join(conditions, " AND "), args
}

// maxWords bounds how many words are looked for at once.
const maxWords = 20

// match is a text as the index of words takes it: each word a phrase of its own, the last of its pieces a beginning.
func match(text string) string {
	var phrases []string
	for _, word := range strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", " "), " ")) {
		if len(phrases) < maxWords {
			phrases = append(phrases, `"`+strings.ReplaceAll(word, `"`, `""`)+`"*`)
		}
	}
	return strings.Join(phrases, " ")
}

// Values are the words that filters may take, each list in order: what stands in the store.
type Values struct {
	Roles        []string `json:"roles"`
	Modes        []string `json:"modes"`
	Partners     []string `json:"partners"`
	Protocols    []string `json:"protocols"`
	Faults       []string `json:"faults"`
	Requirements []string `json:"requirements"`
	// Campaigns are those that left exchanges, Verdicts those of their cases.
	Campaigns []string `json:"campaigns"`
	Verdicts  []string `json:"verdicts"`
}

// Values returns what the exchanges of an owner hold, for those who choose among them.
func (s *Store) Values(ctx context.Context, owner string) (Values, error) {
	var v Values
	where, args := Filter{Owner: owner}.where()
	for list, query := range map[*[]string]string{
		&v.Roles:     "SELECT DISTINCT role FROM exchange WHERE " + where + " ORDER BY 1",
		&v.Modes:     "SELECT DISTINCT mode FROM exchange WHERE " + where + " ORDER BY 1",
		&v.Partners:  "SELECT DISTINCT partner FROM exchange WHERE " + where + " ORDER BY 1",
		&v.Protocols: "SELECT DISTINCT protocol FROM exchange WHERE " + where + " ORDER BY 1",
		&v.Faults:    "SELECT DISTINCT fault FROM exchange WHERE fault <> '' AND " + where + " ORDER BY 1",
		&v.Campaigns: "SELECT DISTINCT campaign FROM exchange WHERE campaign <> '' AND " + where + " ORDER BY 1",
		&v.Verdicts:  "SELECT DISTINCT verdict FROM exchange WHERE verdict <> '' AND " + where + " ORDER BY 1",
		&v.Requirements: "SELECT DISTINCT requirement FROM about WHERE exchange IN (SELECT id FROM exchange WHERE " + where +
			") ORDER BY 1",
	} {
		rows, err := s.reads.QueryContext(ctx, query, args...)
		if err != nil {
			return v, fmt.Errorf("list values: %w", told(err))
		}
		for *list = []string{}; rows.Next(); {
			var word string
			if err := rows.Scan(&word); err != nil {
				_ = rows.Close()
				return v, fmt.Errorf("list values: %w", told(err))
			}
			*list = append(*list, word)
		}
		if err := rows.Err(); err != nil {
			return v, fmt.Errorf("list values: %w", told(err))
		}
	}
	return v, nil
}
