package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/door"
)

// pace is how often a page is told at most how far a campaign is.
const pace = 200 * time.Millisecond

// pieces are the parts of the page of a campaign that change, each by the name of its template.
var pieces = []string{"state", "turn", "playing", "said"}

// campaignStream tells a page how far a campaign is, as the parts of the page that have changed, until it is over (server-sent
// events, HTML §9.2). It tells all of them first: what a link that broke did not carry is no loss.
func (c *Console) campaignStream(w http.ResponseWriter, r *http.Request) {
	seen := map[string]string{}
	c.tellCampaign(w, r, func(out *bytes.Buffer) (last int64, over bool, err error) {
		p, err := c.standing(r)
		if err != nil {
			return 0, false, err
		}
		tell := func(key, name string, data any) error {
			var part bytes.Buffer
			if err := c.pages["campaign"].ExecuteTemplate(&part, name, data); err != nil || seen[key] == part.String() {
				return err
			}
			seen[key] = part.String()
			event(out, p.Seq, "piece", part.Bytes())
			return nil
		}
		for _, name := range pieces {
			if err := tell(name, name, p); err != nil {
				return 0, false, err
			}
		}
		for _, q := range p.Questions() {
			if err := tell(q.Key(), "question", q); err != nil {
				return 0, false, err
			}
		}
		if !p.Running() {
			event(out, p.Seq, "over", []byte(p.State))
		}
		return p.Seq, !p.Running(), nil
	})
}

// tellCampaign sends what is told of a campaign each time that something happens in it, until it is over, its caller leaves or
// the console ends.
func (c *Console) tellCampaign(w http.ResponseWriter, r *http.Request, told func(*bytes.Buffer) (last int64, over bool, err error)) {
	body := bytes.NewBufferString("retry: 1000\n\n")
	last, over, err := told(body)
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	link := http.NewResponseController(w)
	ticker := time.NewTicker(pace)
	defer ticker.Stop()
	for {
		if _, err := body.WriteTo(w); err != nil || link.Flush() != nil || over {
			return
		}
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		case <-c.ended:
			return
		}
		if !c.happens(w, r, last) {
			return
		}
		if last, over, err = told(body); err != nil {
			return
		}
	}
}

// happens waits for the event of a campaign that follows another, or for its end.
func (c *Console) happens(w http.ResponseWriter, r *http.Request, last int64) bool {
	events, more, err := c.config.Campaigns.Events(r.Context(), door.PersonOf(r).Owner(), chi.URLParam(r, "id"), last)
	if err != nil {
		return false
	}
	if len(events) > 0 || more == nil {
		return true
	}
	return c.waits(r.Context(), more, func() error {
		_, err := w.Write([]byte(": \n\n"))
		if err == nil {
			err = http.NewResponseController(w).Flush()
		}
		return err
	})
}

// event writes one server-sent event; without id where that is 0.
func event(out *bytes.Buffer, id int64, name string, body []byte) {
	if id != 0 {
		fmt.Fprintf(out, "id: %d\n", id)
	}
	fmt.Fprintf(out, "event: %s\ndata: %s\n\n", name, strings.Join(strings.FieldsFunc(string(body), func(r rune) bool { return r == '\n' || r == '\r' }), "\ndata: "))
}

// apiCampaignEvents tells a program what happens in a campaign: the campaign as it stands, then each event, or those after the
// last that it has seen, and the campaign as it ended.
func (c *Console) apiCampaignEvents(w http.ResponseWriter, r *http.Request) {
	last, begun := int64(0), false
	if seen := r.Header.Get("Last-Event-ID"); seen != "" {
		var err error
		if last, err = strconv.ParseInt(seen, 10, 64); err != nil || last < 0 {
			refuse(w, http.StatusBadRequest, "bad-parameter", "Last-Event-ID")
			return
		}
		begun = true
	}
	c.tellCampaign(w, r, func(out *bytes.Buffer) (int64, bool, error) {
		stands := func(name string) error {
			told, err := c.toldStanding(r)
			if err != nil {
				return err
			}
			if !begun {
				begun, last = true, told.Standing.Seq
			}
			raw, err := json.Marshal(told)
			event(out, last, name, raw)
			return err
		}
		if !begun {
			if err := stands("standing"); err != nil {
				return 0, false, err
			}
		}
		events, more, err := c.config.Campaigns.Events(r.Context(), door.PersonOf(r).Owner(), chi.URLParam(r, "id"), last)
		if err != nil {
			return 0, false, err
		}
		for _, e := range events {
			raw, err := json.Marshal(e)
			if err != nil {
				return 0, false, err
			}
			last = e.Seq
			event(out, last, string(e.Kind), raw)
		}
		if more == nil {
			err = stands("over")
		}
		return last, more == nil, err
	})
}
