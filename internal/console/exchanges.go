package console

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/door"
	"etalon/internal/store"
)

// exchangePages are the pages about exchanges.
func (c *Console) exchangePages(r chi.Router) {
	r.Get("/exchanges", c.exchanges)
	r.Get("/exchanges/stream", c.stream)
	r.Get("/exchanges/{id}", c.exchange)
}

// maxWord bounds what is looked for, in octets.
const maxWord = 1000

// listed is how many exchanges a page shows at first, streamed how many are sent at once to who follows.
const (
	listed   = 200
	streamed = 200
)

// filterOf reads what is looked for in the query of an address, among what the person may see: the fields of a filter, by
// their names, q for words. It says which parameter cannot be read.
func filterOf(r *http.Request) (f store.Filter, limit int, trouble string) {
	q := r.URL.Query()
	f = store.Filter{
		Owner:    door.PersonOf(r).Owner(),
		Protocol: q.Get("protocol"), Role: q.Get("role"), Mode: q.Get("mode"), Partner: q.Get("partner"), Fault: q.Get("fault"),
		Campaign: q.Get("campaign"), Address: q.Get("address"), Verdict: q.Get("verdict"), Outcome: store.Outcome(q.Get("outcome")),
		Requirement: strings.ToUpper(strings.TrimSpace(q.Get("requirement"))), Text: q.Get("q"),
	}
	for name, values := range q {
		if len(values[0]) > maxWord {
			return f, 0, name
		}
	}
	for name, to := range map[string]*int64{"after": &f.After, "before": &f.Before} {
		if text := q.Get(name); text != "" {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil || n < 0 {
				return f, 0, name
			}
			*to = n
		}
	}
	for name, to := range map[string]*time.Time{"from": &f.From, "until": &f.Until} {
		if text := q.Get(name); text != "" {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				return f, 0, name
			}
			*to = at
		}
	}
	limit = listed
	if text := q.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > store.MaxPage {
			return f, 0, "limit"
		}
		limit = n
	}
	return f, limit, ""
}

// list is the page of exchanges.
type list struct {
	sight
	Filter store.Filter
	Values store.Values
	Page   store.Page
	Pruned store.Pruned
	Faces  []Face
	// Stream is where what comes next is told; Older the address of the exchanges before these, empty when there are none.
	Stream, Older string
}

// row is one exchange in the list.
type row struct {
	sight
	store.Exchange
}

// Rows are the exchanges of the page.
func (l list) Rows() []row {
	rows := make([]row, len(l.Page.Exchanges))
	for i, x := range l.Page.Exchanges {
		rows[i] = row{l.sight, x}
	}
	return rows
}

// choice is one field of the filter, of which one word is chosen among those that there are.
type choice struct {
	// Name is that of the parameter, and the key of what it is called.
	Name, Chosen string
	Words        []string
}

// Choices are the fields of the filter that have something to choose, or in which something is chosen.
func (l list) Choices() []choice {
	f, v := l.Filter, l.Values
	all := []choice{
		{"role", f.Role, v.Roles}, {"mode", f.Mode, v.Modes}, {"partner", f.Partner, v.Partners}, {"protocol", f.Protocol, v.Protocols},
		{"outcome", string(f.Outcome), []string{string(store.Accepted), string(store.Refused), string(store.Broken)}},
		{"fault", f.Fault, v.Faults}, {"verdict", f.Verdict, v.Verdicts}, {"campaign", f.Campaign, v.Campaigns},
	}
	for i, one := range all {
		if one.Chosen != "" && !slices.Contains(one.Words, one.Chosen) {
			all[i].Words = append([]string{one.Chosen}, one.Words...)
		}
	}
	return slices.DeleteFunc(all, func(one choice) bool { return len(one.Words) == 0 })
}

// Word is what a word of a field is called: outcomes have a sentence, verdicts that of reports.
func (l list) Word(field, word string) string {
	switch field {
	case "outcome":
		return l.words["outcome."+word].In(l.Lang)
	case "verdict":
		return l.Told("verdict." + word)
	}
	return l.Shown(word)
}

// Only is the address of the exchanges that have one word in one field.
func (row) Only(field, word string) string {
	return "/exchanges?" + url.Values{field: {word}}.Encode()
}

// Requirements are what the exchange is about, each once: that of its fault first.
func (r row) Requirements() []string {
	var all []string
	seen := map[string]bool{"": true}
	add := func(id string) {
		if !seen[id] {
			seen[id], all = true, append(all, id)
		}
	}
	add(r.Violates)
	for _, f := range r.Findings {
		add(f.Requirement)
	}
	return all
}

// maxBrief bounds what of a field stands in the list, in characters; the page of the exchange shows more.
const maxBrief = 200

// Brief is the beginning of a text of a peer's, that changes nothing around it.
func (r row) Brief(text string) string {
	shown := []rune(r.Shown(text))
	if len(shown) > maxBrief {
		return string(shown[:maxBrief]) + "…"
	}
	return string(shown)
}

// Took is how long it took, in words; a dash where that is not known.
func (r row) Took() string {
	if r.MS == 0 {
		return "—"
	}
	return fmt.Sprintf("%.0f ms", r.MS)
}

// exchanges shows the list.
func (c *Console) exchanges(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	f, limit, trouble := filterOf(r)
	if trouble != "" {
		refuse(w, http.StatusBadRequest, "bad-parameter", trouble)
		return
	}
	l := list{sight: c.sight(r, "exchanges"), Filter: f, Faces: c.config.Faces}
	judged := c.config.Store.LastJudged() // before the list is read: a verdict is told twice rather than never
	var err error
	if l.Page, err = c.config.Store.Exchanges(r.Context(), f, limit); err == nil {
		l.Values, err = c.config.Store.Values(r.Context(), f.Owner)
	}
	if err == nil {
		l.Pruned, err = c.config.Store.LastPruned(r.Context())
	}
	if err != nil {
		fail(w, err)
		return
	}
	newest, oldest := int64(0), int64(0)
	if n := len(l.Page.Exchanges); n > 0 {
		newest, oldest = l.Page.Exchanges[0].ID, l.Page.Exchanges[n-1].ID
	}
	if f.Before == 0 {
		l.Stream = "/exchanges/stream?" + with(with(q, "judged", judged), "after", newest).Encode()
	}
	if len(l.Page.Exchanges) == limit {
		l.Older = "/exchanges?" + with(q, "before", oldest).Encode()
	}
	c.show(w, "exchanges", http.StatusOK, l)
}

// with is a query with a number in it.
func with(q url.Values, name string, n int64) url.Values {
	out := url.Values{}
	for key, values := range q {
		if key != "after" && key != "before" {
			out[key] = values
		}
	}
	out.Set(name, strconv.FormatInt(n, 10))
	return out
}

// stream tells a page what comes next, each exchange as a row of its table.
func (c *Console) stream(w http.ResponseWriter, r *http.Request) {
	s := c.sight(r, "exchanges")
	c.follow(w, r, func(x store.Exchange) ([]byte, error) {
		var out bytes.Buffer
		err := c.pages["exchanges"].ExecuteTemplate(&out, "row", row{s, x})
		return out.Bytes(), err
	})
}

// follow sends the exchanges that the query chooses as they are kept, each as one event whose id is its number, until the
// caller leaves (server-sent events, HTML §9.2). It begins after the last that a caller has seen, and misses none. One that has
// its verdict later is sent again, as an event "judged" without id: each that came after the parameter of that name, or else
// after the link was opened.
func (c *Console) follow(w http.ResponseWriter, r *http.Request, told func(store.Exchange) ([]byte, error)) {
	f, _, trouble := filterOf(r)
	if seen := r.Header.Get("Last-Event-ID"); seen != "" {
		n, err := strconv.ParseInt(seen, 10, 64)
		if err != nil || n < 0 {
			trouble = "Last-Event-ID"
		}
		f.After = n
	}
	judged := c.config.Store.LastJudged()
	if text := r.URL.Query().Get("judged"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			trouble = "judged"
		}
		judged = n
	}
	if trouble != "" || f.Before > 0 {
		refuse(w, http.StatusBadRequest, "bad-parameter", trouble)
		return
	}
	f.Following = true
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if _, err := w.Write([]byte("retry: 1000\n\n")); err != nil || out.Flush() != nil {
		return
	}
	for {
		changed := c.config.Store.Changed()
		full, err := c.tell(r.Context(), w, &f, told)
		if err == nil {
			judged, err = c.tellJudged(r.Context(), w, f, judged, told)
		}
		if err != nil || out.Flush() != nil {
			return
		}
		if full {
			continue
		}
		if !c.waits(r.Context(), changed, func() error {
			_, err := w.Write([]byte(": \n\n"))
			if err == nil {
				err = out.Flush()
			}
			return err
		}) {
			return
		}
	}
}

// silence is how long a link may be silent before it is shown to live.
const silence = 15 * time.Second

// waits waits until the store changes; false when the caller has left, or the console ends.
func (c *Console) waits(ctx context.Context, changed <-chan struct{}, alive func() error) bool {
	ticker := time.NewTicker(silence)
	defer ticker.Stop()
	for {
		select {
		case <-changed:
			return true
		case <-ctx.Done():
			return false
		case <-c.ended:
			return false
		case <-ticker.C:
			if alive() != nil {
				return false
			}
		}
	}
}

// tell sends what was kept since; full when there may be more.
func (c *Console) tell(ctx context.Context, w http.ResponseWriter, f *store.Filter, told func(store.Exchange) ([]byte, error)) (full bool, err error) {
	page, err := c.config.Store.Exchanges(ctx, *f, streamed)
	if err != nil {
		return false, err
	}
	for i := len(page.Exchanges) - 1; i >= 0; i-- {
		x := page.Exchanges[i]
		body, err := told(x)
		if err != nil {
			return false, err
		}
		var out bytes.Buffer
		event(&out, x.ID, "exchange", body)
		if _, err := out.WriteTo(w); err != nil {
			return false, err
		}
		f.After = x.ID
	}
	return len(page.Exchanges) == streamed, nil
}

// tellJudged sends again what was sent and had its verdict since so many had theirs, and returns how many have it now.
func (c *Console) tellJudged(ctx context.Context, w http.ResponseWriter, f store.Filter, since int64, told func(store.Exchange) ([]byte, error)) (int64, error) {
	all, now, err := c.config.Store.JudgedSince(ctx, f, since)
	if err != nil {
		return since, err
	}
	for _, x := range all {
		if x.ID > f.After { // it will be sent with its verdict
			continue
		}
		body, err := told(x)
		if err != nil {
			return since, err
		}
		var out bytes.Buffer
		event(&out, 0, "judged", body)
		if _, err := out.WriteTo(w); err != nil {
			return since, err
		}
	}
	return now, nil
}
