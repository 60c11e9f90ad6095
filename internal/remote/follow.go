package remote

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"etalon/internal/campaign"
	"etalon/internal/verdict"
)

// How a link that broke is made again: after a while, so many times in a row at most. One that is silent for long is broken: a
// sandbox says every fifteen seconds that it lives.
const (
	pause    = time.Second
	attempts = 60
	silent   = time.Minute
)

// errCut tells a link that ended before the campaign.
var errCut = verdict.Tell("le lien a été coupé", "the link was cut")

// Watcher is told what happens in a campaign.
type Watcher interface {
	// Stands tells how far the campaign is: when the link is made, and at its end.
	Stands(Campaign)
	// Happens tells one event, each once, in their order.
	Happens(campaign.Event)
	// Cut tells that the link broke and is being made again.
	Cut(error)
}

// Follow tells what happens in a campaign until it is over, and returns it as it ended. A link that breaks is made again where
// it was. It returns ErrNobody when that does not succeed, a *Refusal, ErrOther, or that of the context.
func (s *Sandbox) Follow(ctx context.Context, id string, w Watcher) (Campaign, error) {
	f := following{s: s, w: w, id: id}
	for failed := 0; ; failed++ {
		before := f.last
		over, err := f.once(ctx)
		switch {
		case over != nil:
			return *over, nil
		case ctx.Err() != nil:
			return Campaign{}, ctx.Err()
		case !errors.Is(err, ErrNobody) && !errors.Is(err, errCut):
			return Campaign{}, err
		}
		if f.last != before {
			failed = 0
		}
		if failed == 0 {
			w.Cut(err)
		}
		if failed >= attempts {
			return Campaign{}, err
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return Campaign{}, ctx.Err()
		case <-timer.C:
		}
	}
}

// following is a campaign that is followed; last is the last event that was told, empty before the first.
type following struct {
	s    *Sandbox
	w    Watcher
	id   string
	last string
}

// once follows as long as a link holds; over is the campaign when it ended.
func (f *following) once(ctx context.Context) (over *Campaign, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	headers := []string{"Accept", "text/event-stream"}
	if f.last != "" {
		headers = append(headers, "Last-Event-ID", f.last)
	}
	answer, err := f.s.ask(ctx, http.MethodGet, at(f.id)+"/events", nil, "", headers...)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	watch := time.AfterFunc(silent, cancel)
	defer watch.Stop()
	lines := bufio.NewScanner(io.TeeReader(answer.Body, beats{func() { watch.Reset(silent) }}))
	lines.Buffer(nil, maxAnswer)
	var one event
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "id":
			one.id = value
		case "event":
			one.name = value
		case "data":
			one.data += value + "\n"
		case "":
			if one.name == "" {
				continue
			}
			if over, err = f.told(one); over != nil || err != nil {
				return over, err
			}
			one = event{}
		}
	}
	return nil, verdict.Tell("bac à sable %s : %s : %s", "sandbox %s: %s: %s", f.s.base, errCut, errors.Join(lines.Err(), ctx.Err()))
}

// beats does something at each piece that is written.
type beats struct{ do func() }

// Write implements io.Writer.
func (b beats) Write(p []byte) (int, error) {
	b.do()
	return len(p), nil
}

// event is one server-sent event (HTML §9.2).
type event struct{ id, name, data string }

// told tells one event; over is the campaign when it was the last.
func (f *following) told(one event) (over *Campaign, err error) {
	var c Campaign
	var e campaign.Event
	var into any = &e
	if one.name == "standing" || one.name == "over" {
		into = &c
	}
	if err := json.Unmarshal([]byte(one.data), into); err != nil {
		return nil, verdict.Tell("bac à sable %s : %s : événement %.40q : %s", "sandbox %s: %s: event %.40q: %s", f.s.base, ErrOther, one.name, err)
	}
	if one.id != "" {
		f.last = one.id
	}
	if into == any(&e) {
		f.w.Happens(e)
		return nil, nil
	}
	f.w.Stands(c)
	if one.name == "over" {
		return &c, nil
	}
	return nil, nil
}
