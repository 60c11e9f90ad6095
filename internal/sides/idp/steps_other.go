package idp

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/redact"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// otherSteps are the sentences about indicators, traces and pages.
func otherSteps() []scenario.Step {
	return []scenario.Step{
		step(`Pro Santé Connect lit les indicateurs du fournisseur d'identité`, func(ctx context.Context, p *part) error { return p.indicators(ctx, true) }),
		step(`les indicateurs du fournisseur d'identité disent sessions, moyens et forces`, indicatorsWhole),
		step(`quelqu'un lit les indicateurs du fournisseur d'identité sans s'authentifier`, func(ctx context.Context, p *part) error { return p.indicators(ctx, false) }),
		step(`le fournisseur d'identité ne donne pas ses indicateurs`, indicatorsClosed),
		step(`la trace du fournisseur d'identité dit tout de cette connexion`, traceWhole),
		step(`la trace du fournisseur d'identité se lit encore`, traceKept),
		step(`les pages du fournisseur d'identité sont demandées en français`, asksFrenchPages),
		step(`les pages du fournisseur d'identité sont en français`, pagesFrench),
	}
}

// indicators reads the interface of indicators, with the agreed credentials or without.
func (p *part) indicators(ctx context.Context, known bool) error {
	i := p.side.declared.Indicators
	c := &call{method: http.MethodGet, url: i.URL, header: http.Header{}}
	r := http.Request{Header: c.header}
	switch {
	case known && i.Token != "":
		r.Header.Set("Authorization", "Bearer "+i.Token)
	case known:
		r.SetBasicAuth(i.User, i.Secret)
	}
	p.side.wire.make(ctx, c)
	p.shown = p.keep(labelIndicators, c)
	p.answered = c
	switch {
	case c.barred() != nil:
		return p.cannotFor(barredBy("indicators.url", c.barred()))
	case c.timedOut():
		return p.Cannot(verdict.ReasonTimeout, i.URL, c.told())
	}
	return nil
}

// indicatorsWhole wants an answer in JSON that has each indicator, at whatever depth (FI-51).
func indicatorsWhole(_ context.Context, p *part) error {
	p.Checked()
	c := p.answered
	var said any
	if c.err != nil || c.status != http.StatusOK || json.Unmarshal(c.body, &said) != nil {
		p.Finds(p.Own("id-indicators-missing", "HTTP 200, JSON", c.told(), proof(p.shown)...))
		return nil
	}
	for _, name := range p.side.indicatorNames() {
		if !holds(said, name) {
			p.Finds(p.Own("id-indicator-missing", name, "", proof(p.shown)...))
		}
	}
	return nil
}

// indicatorNames are the names of the members that give the indicators.
func (s *Side) indicatorNames() []string {
	var names []string
	for _, field := range []string{"session", "means", "strength"} {
		name := field
		if own := s.declared.Indicators.Map[field]; own != "" {
			name = own
		}
		names = append(names, name)
	}
	return names
}

// holds tells whether a document has a member of that name with a value, at whatever depth.
func holds(v any, name string) bool {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if key == name && value != nil && value != "" || holds(value, name) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return holds(item, name) })
	}
	return false
}

// indicatorsClosed wants nothing to be told to who does not prove who it is (FI-51), be it by 401, by a login page or as if
// nothing were there: the body tells, and not the status.
func indicatorsClosed(_ context.Context, p *part) error {
	c := p.answered
	if c.status == 0 || c.status >= http.StatusInternalServerError {
		return p.Cannot(verdict.ReasonUnreachable, "roles."+string(candidate.RoleIdentityProvider)+".indicators.url", c.url, c.told())
	}
	p.Checked()
	var said any
	if json.Unmarshal(c.body, &said) == nil && slices.ContainsFunc(p.side.indicatorNames(), func(name string) bool { return holds(said, name) }) {
		p.Sees(p.Own("id-indicators-open", "HTTP 401", c.told(), proof(p.shown)...))
	}
	return nil
}

// traceWait is how long a trace may take to be written.
const traceWait = 5 * time.Second

// findTrace reads the traces until one of the login of the trial is there: of its person, at its moment.
func (p *part) findTrace(ctx context.Context, l *signIn) (map[string]string, error) {
	until := bench.Wall().Add(traceWait)
	for {
		all, raw, err := p.side.traces(ctx, p.Run.Candidate.Path)
		if err != nil {
			return nil, p.Cannot(verdict.ReasonTracesUnreadable, "traces", err.Error())
		}
		if found := p.traceOf(l, all); found != nil || bench.Wall().After(until) {
			p.Keep(verdict.Exchange{Label: labelTraces, From: "candidate", Response: p.Evidence(lastOf(p.Veil.Bytes(raw)), "text/plain; charset=utf-8")})
			return found, nil
		}
		for range looks {
			if err := bench.Pause(ctx); err != nil {
				return nil, err
			}
		}
	}
}

// looks is how many moments traces are left alone between two readings.
const looks = 15

// traceOf finds the last record of a login: that names its person, by login or identifier, about its moment.
func (p *part) traceOf(l *signIn, all []map[string]string) map[string]string {
	_, who := p.side.of(l.one)
	from, _ := p.side.theirs(l.way.began)
	to, _ := p.side.theirs(l.way.ended)
	for _, record := range slices.Backward(all) {
		user := record["user"]
		if user == "" || !strings.EqualFold(user, who.ID) && user != l.token.Subject && user != p.identifier(l) {
			continue
		}
		at, zoned, err := instant(record["time"])
		if !zoned {
			at = inSomeZone(at, from)
		}
		if record["time"] == "" || err != nil || !at.Before(from.Add(-tolerance)) && !at.After(to.Add(tolerance)) {
			return record
		}
	}
	return nil
}

// instant reads the moment of a trace: an instant of RFC 3339, or seconds; or an hour of which nothing says the zone.
func instant(text string) (at time.Time, zoned bool, err error) {
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at, true, nil
	}
	var seconds json.Number
	if err := json.Unmarshal([]byte(text), &seconds); err == nil {
		if n, err := seconds.Float64(); err == nil && n > 1e12 {
			return time.UnixMilli(int64(n)), true, nil
		} else if err == nil {
			return time.Unix(int64(n), 0), true, nil
		}
	}
	at, err = time.Parse("2006-01-02 15:04:05", strings.Replace(text, "T", " ", 1))
	return at, false, err
}

// Offsets of zones are quarters of an hour, from -12 h to +14 h.
const (
	zoneStep = 15 * time.Minute
	mostEast = 14 * time.Hour
	mostWest = -12 * time.Hour
)

// inSomeZone is the instant of an hour, which was read as UTC, in the zone where it is nearest to another instant.
func inSomeZone(at, near time.Time) time.Time {
	offset := at.Sub(near).Round(zoneStep)
	return at.Add(-min(max(offset, mostWest), mostEast))
}

// traceWhole wants a trace of the login with each field (FI-54).
func traceWhole(ctx context.Context, p *part) error {
	l, ok := p.wentThrough()
	if !ok {
		return nil
	}
	record, err := p.findTrace(ctx, l)
	if err != nil {
		return err
	}
	p.Checked()
	if record == nil {
		_, who := p.side.of(l.one)
		p.Finds(p.Own("id-trace-missing", who.ID+", "+stampOf(l.way.ended), ""))
		return nil
	}
	for _, field := range fields() {
		if strings.TrimSpace(record[field]) == "" {
			p.Finds(p.Own("id-trace-incomplete", field, ""))
		}
	}
	return nil
}

// traceKept wants the trace of the first login of the trial to be there still (FI-55).
func traceKept(ctx context.Context, p *part) error {
	l, ok := p.wentThrough()
	if !ok {
		return nil
	}
	record, err := p.findTrace(ctx, l)
	if err != nil {
		return err
	}
	p.Checked()
	if record == nil {
		_, who := p.side.of(l.one)
		p.Finds(p.Own("id-trace-lost", who.ID+", "+stampOf(l.way.ended), ""))
	}
	return nil
}

// asksFrenchPages asks for the login page, and for that of an error, in French.
func asksFrenchPages(ctx context.Context, p *part) error {
	for _, alter := range []func(*asking){
		func(a *asking) { a.neverFills = true },
		func(a *asking) { askings["client-inconnu"](p, a) },
	} {
		l, _, err := p.newcomer(ctx, p.who, labelTrial, func(a *asking) {
			a.params.Set("ui_locales", "fr")
			alter(a)
		})
		if err != nil {
			return err
		}
		p.all = append(p.all, l)
	}
	return nil
}

// language is that which a page says of itself.
var language = regexp.MustCompile(`(?is)<html[^>]*\slang\s*=\s*["']?([A-Za-z-]+)`)

// pagesFrench wants the pages to say that they are in French; of one that says nothing a person judges (EXI FI 11).
func pagesFrench(_ context.Context, p *part) error {
	p.Checked()
	for _, l := range p.all {
		if err := p.undecided(l); err != nil {
			return err
		}
		if l.way.page.Held != nil {
			continue
		}
		said := language.FindSubmatch(l.way.page.Body)
		switch {
		case said == nil: // a page that does not say may be in French
			p.AwaitReview("<html> sans lang : " + redact.Bare(l.way.page.URL))
		case !strings.HasPrefix(strings.ToLower(string(said[1])), "fr"):
			p.Finds(p.Own("id-page-not-french", "lang=fr", string(said[1])+", "+redact.Bare(l.way.page.URL)))
		}
	}
	return nil
}

// lastOf is what is kept of traces: the end.
func lastOf(raw []byte) []byte { return raw[max(0, len(raw)-maxShownPage):] }
