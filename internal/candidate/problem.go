package candidate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"etalon/internal/verdict"
)

// Problem is one thing wrong in a file that a person wrote.
type Problem struct {
	File string
	// Line and Column count from 1; 0 when the file could not be read at all.
	Line, Column int
	// Key is the path of the key, such as projects[2].services[0].audience; "" for the whole file.
	Key string
	// Got is the value found, shortened and made printable; "" when there is none.
	Got string
	// Want says what was expected, Remedy what to do.
	Want, Remedy verdict.Text
	// Barrier tells that it is no mistake: a page may not ask for that.
	Barrier Barrier
}

// In returns the problem on one line in a language, "en" or anything else for French.
func (p Problem) In(lang string) string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	expected, found, colon := "attendu ", " ; trouvé ", " : "
	if lang == "en" {
		expected, found, colon = "expected ", "; found ", ": "
	}
	b.WriteString(": ")
	if p.Key != "" {
		b.WriteString(p.Key + colon)
	}
	b.WriteString(expected + p.Want.In(lang))
	if p.Got != "" {
		b.WriteString(found + p.Got)
	}
	return printable(b.String() + ". " + p.Remedy.In(lang))
}

// printable puts a dot in place of what would move a terminal's cursor, so that no file writes on it.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) && r != '\u00a0' {
			return '·'
		}
		return r
	}, s)
}

// Problems is everything wrong in the files of a candidate, in the order of reading. It is the error
// that Load, LoadConvention and LoadProfile return for what their user can mend.
type Problems []Problem

// Error returns the problems in French, one a line.
func (ps Problems) Error() string { return ps.In("fr") }

// In returns the problems in a language, one a line.
func (ps Problems) In(lang string) string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.In(lang)
	}
	return strings.Join(lines, "\n")
}

// orNil returns the problems sorted within each file, as an error that is nil when there are none.
func (ps Problems) orNil() error {
	if len(ps) == 0 {
		return nil
	}
	ps.sort()
	return ps
}

// sort puts the problems of each file in the order of its lines.
func (ps Problems) sort() {
	order := map[string]int{}
	for _, p := range ps {
		if _, known := order[p.File]; !known {
			order[p.File] = len(order)
		}
	}
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// trouble is what is wrong with a value, wherever it stands.
type trouble struct{ want, remedy verdict.Text }

// Error lets a trouble pass through the schema validator.
func (t *trouble) Error() string { return t.want.EN }

// say makes a sentence in both languages from two formats over the same values.
func say(fr, en string, values ...any) verdict.Text {
	if len(values) == 0 {
		return verdict.Text{FR: fr, EN: en}
	}
	return verdict.Text{FR: fmt.Sprintf(fr, values...), EN: fmt.Sprintf(en, values...)}
}

const longestShown = 60

// shown quotes a value of a file, shortened.
func shown(s string) string {
	if runes := []rune(s); len(runes) > longestShown {
		s = string(runes[:longestShown]) + "…"
	}
	return "« " + s + " »"
}

// nearest returns the name most like the one given, "" when none is alike.
func nearest(name string, names []string) string {
	best, least := "", 1+(len(name)+1)/3
	for _, n := range names {
		if len(name) > 2 && strings.HasPrefix(n, name) {
			return n
		}
		if d := distance(strings.ToLower(name), strings.ToLower(n)); d < least {
			best, least = n, d
		}
	}
	return best
}

// distance is the number of letters to add, drop or change to go from a to b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
