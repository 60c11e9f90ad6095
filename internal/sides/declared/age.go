package declared

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// evidenceIsRecent wants the principal document to be less than a year old, by its declaration and by its signatures.
func evidenceIsRecent(ctx context.Context) error {
	w := scenario.Of(ctx)
	w.Checked()
	d, err := principal(w)
	if err != nil {
		return err
	}
	if since, at := w.Run.Bench.Clock.Now().AddDate(-1, 0, 0), oldest(d); at.Before(since) {
		w.Sees(w.Own("document-too-old", "≥ "+day(since), day(at)))
	}
	return nil
}

// evidenceGoesBack wants one of the documents to show what is so many days old at least: by the dates that are read in an
// extract, and by its declaration where none can be read.
func evidenceGoesBack(ctx context.Context, days int) error {
	w := scenario.Of(ctx)
	w.Checked()
	all, err := documents(w)
	if err != nil {
		return err
	}
	now := w.Run.Bench.Clock.Now()
	limit, earliest := now.AddDate(0, 0, -days), now
	for _, d := range all {
		if at := shown(d, now); at.Before(earliest) {
			earliest = at
		}
	}
	if earliest.After(limit) {
		w.Sees(w.Own("document-too-recent", "≤ "+day(limit), day(earliest)))
	}
	return nil
}

// shown is the day of what a document shows.
func shown(d candidate.Evidence, now time.Time) time.Time {
	if texts[ending(d.File)] {
		if at, ok := earliestLine(d.Content, now); ok {
			return at
		}
	}
	return d.Date.Time
}

// dates are the forms of a day in an extract, with their layouts once blanks are none.
var dates = []struct {
	form   *regexp.Regexp
	layout string
}{
	{regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}`), time.DateOnly},
	{regexp.MustCompile(`\b\d{2}/\d{2}/\d{4}\b`), "02/01/2006"},
	{regexp.MustCompile(`\b\d{2}/[A-Z][a-z]{2}/\d{4}\b`), "02/Jan/2006"},
	{regexp.MustCompile(`\b\d{4}/\d{2}/\d{2}\b`), "2006/01/02"},
}

// earliestLine is the earliest day of the lines of an extract; false when no line has one. Of the days on a line the last
// counts, for what happened is later than all that it is about; what is to come is none.
func earliestLine(content []byte, now time.Time) (earliest time.Time, found bool) {
	for line := range bytes.Lines(content) {
		var latest time.Time
		for _, f := range dates {
			for _, text := range f.form.FindAll(line, -1) {
				if at, err := time.Parse(f.layout, string(text)); err == nil && at.After(latest) && !at.After(now) {
					latest = at
				}
			}
		}
		if !latest.IsZero() && (!found || latest.Before(earliest)) {
			earliest, found = latest, true
		}
	}
	return earliest, found
}

// indicators are what an extract tells of the access policy, each by the words that its fields usually have.
var indicators = []struct {
	name  string
	words []string
}{
	{"durée de session / life of sessions", []string{"session", "max_age", "ttl", "lifetime"}},
	{"moyen d'identification (MIE) / means of identification", []string{"mie", "amr", "moyen", "means", "method", "authenticator", "facteur", "factor"}},
	{"force d'authentification / authentication strength", []string{"force", "strength", "niveau", "level", "acr", "loa", "garantie", "assurance"}},
}

// evidenceHasIndicators looks in an extract that can be read by program for what it must tell; any other is left to a person.
func evidenceHasIndicators(ctx context.Context) error {
	w := scenario.Of(ctx)
	w.Checked()
	d, err := principal(w)
	if err != nil || !texts[ending(d.File)] {
		return err
	}
	content := strings.ToLower(string(d.Content))
	var missing []string
	for _, i := range indicators {
		if !containsAny(content, i.words) {
			missing = append(missing, i.name)
		}
	}
	if len(missing) > 0 {
		return again(w, d, verdict.ReasonDocumentFields, strings.Join(missing, " ; "))
	}
	return nil
}

func containsAny(text string, words []string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
