package campaign

import (
	"context"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/scenario"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// Standing tells how far a campaign is, also once it is over.
func (d *Desk) Standing(ctx context.Context, owner, id string) (store.Campaign, Standing, error) {
	m, err := d.find(ctx, owner, id)
	if err != nil {
		return store.Campaign{}, Standing{}, err
	}
	c, s := m.standing()
	return c, s, nil
}

// standing is how far the campaign is.
func (m *match) standing() (store.Campaign, Standing) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := Standing{
		Seq: m.seq, Requirements: m.requirements(), Playing: append([]Playing{}, m.playing...), Gestures: []Gesture{}, Played: len(m.verdicts),
		Said: append([]string{}, m.said...),
	}
	for _, g := range m.gestures {
		s.Gestures = append(s.Gestures, g.Gesture)
	}
	if m.ended != nil {
		each := m.expected
		if m.sofar > 0 {
			each = bench.Wall().Sub(m.since).Seconds() / float64(m.sofar)
		}
		s.Left = each * float64(max(m.campaign.Cases-s.Played, 0))
	}
	return m.campaign, s
}

// requirements tells how each requirement stands, in the order of the plan; one of which nothing is played is left out.
func (m *match) requirements() []RequirementStanding {
	all := []RequirementStanding{}
	places := map[[2]string]int{}
	found := map[[2]string][]verdict.Verdict{}
	for _, t := range m.trials {
		address := t.Address.String()
		if m.leftOut[address] {
			continue
		}
		key := [2]string{t.Scope(), t.Row.ID}
		at, known := places[key]
		if !known {
			at = len(all)
			places[key] = at
			all = append(all, RequirementStanding{ID: t.Row.ID, Scope: t.Scope(), Title: t.Row.Title, Severity: t.Row.Severity})
		}
		all[at].Cases++
		if v, played := m.verdicts[address]; played {
			all[at].Played++
			found[key] = append(found[key], v)
		}
	}
	for key, at := range places {
		all[at].Verdict = verdict.RollUp(found[key]...)
	}
	return all
}

// Events are those after a number; more is closed when there are others, nil when the campaign is over. A number of another
// time, higher than any, gives them all again.
func (d *Desk) Events(ctx context.Context, owner, id string, after int64) (events []Event, more <-chan struct{}, err error) {
	m, err := d.find(ctx, owner, id)
	if err != nil {
		return nil, nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if after > m.seq {
		after = 0
	}
	first := slices.IndexFunc(m.events, func(e Event) bool { return e.Seq > after })
	if first >= 0 {
		events = slices.Clone(m.events[first:])
	}
	if m.ended != nil {
		more = m.more
	}
	return events, more, nil
}

// ask is scenario.Config.Ask: a person is awaited until the gesture is made.
func (m *match) ask(ctx context.Context, sentence string) error {
	g := &gesture{Gesture{Address: scenario.AddressOf(ctx), Sentence: sentence}, make(chan struct{})}
	m.mu.Lock()
	g.ID = m.nextGesture()
	m.gestures = append(m.gestures, g)
	m.tell(Event{Kind: EventGesture, Gesture: g.ID, Address: g.Address, Text: sentence})
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.gestures = slices.DeleteFunc(m.gestures, func(other *gesture) bool { return other == g })
		m.tell(Event{Kind: EventDone, Gesture: g.ID, Address: g.Address})
	}()
	select {
	case <-g.made:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// made tells that a gesture was made. It returns ErrNoGesture.
func (m *match) made(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, g := range m.gestures {
		if g.ID != id {
			continue
		}
		select {
		case <-g.made: // twice
		default:
			close(g.made)
		}
		return nil
	}
	return ErrNoGesture
}
