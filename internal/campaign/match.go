package campaign

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/scenario"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// match is how far one campaign is: what its run tells, and what those who follow it ask. It is a scenario.Progress and a
// scenario.Witness.
type match struct {
	suite  *Suite
	trials []scenario.Trial  // chosen
	titles map[string]string // of those, by address
	ports  []int             // fixed, that the campaign holds while it runs

	was *verdict.Run // the baseline; nil for none

	mu       sync.Mutex
	campaign store.Campaign
	stop     func()
	byPerson bool          // asked to stop
	ended    chan struct{} // closed when it runs no more; nil when it does not run
	since    time.Time     // of this part
	sofar    int           // cases judged in this part
	before   float64       // seconds of earlier parts
	expected float64       // seconds of one case, before any is judged

	verdicts map[string]verdict.Verdict
	leftOut  map[string]bool
	playing  []Playing
	gestures []*gesture
	asked    int
	said     []string

	events []Event
	seq    int64
	more   chan struct{}
	// keep takes what is to be kept of each exchange and verdict; nil when nothing runs.
	keep *keeper
}

// gesture is one that is awaited.
type gesture struct {
	Gesture
	made chan struct{}
}

// maxEvents and maxSaid bound what is remembered of a campaign.
const (
	maxEvents = 20_000
	maxSaid   = 50
)

// newMatch is a campaign of which nothing is played yet.
func newMatch(c store.Campaign, suite *Suite, trials []scenario.Trial) *match {
	m := &match{
		suite: suite, trials: trials, titles: map[string]string{}, campaign: c, before: c.Seconds,
		verdicts: map[string]verdict.Verdict{}, leftOut: map[string]bool{}, more: make(chan struct{}),
	}
	for _, t := range trials {
		m.titles[t.Address.String()] = t.Name
	}
	return m
}

// now is the campaign as it is.
func (m *match) now() store.Campaign {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.campaign
}

// start tells that it runs.
func (m *match) start() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended, m.since = make(chan struct{}), bench.Wall()
}

// running tells whether it does.
func (m *match) running() bool { return m.over() != nil }

// over is closed when it runs no more; nil when it does not run.
func (m *match) over() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended == nil {
		return nil
	}
	return m.ended
}

// stopBy stops it because a person asks.
func (m *match) stopBy() {
	m.mu.Lock()
	m.byPerson = true
	m.mu.Unlock()
	m.stop()
}

// event tells those who follow.
func (m *match) event(e Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tell(e)
}

// tell is event, once m.mu is held.
func (m *match) tell(e Event) {
	m.seq++
	if e.Seq = m.seq; e.At.IsZero() {
		e.At = bench.Wall()
	}
	if m.events = append(m.events, e); len(m.events) > maxEvents {
		m.events = slices.Delete(m.events, 0, maxEvents/4)
	}
	close(m.more)
	m.more = make(chan struct{})
}

// Start implements scenario.Progress.
func (m *match) Start(scope string, cases int) {
	m.event(Event{Kind: EventRole, Scope: scope, Cases: cases})
}

// Playing implements scenario.Progress.
func (m *match) Playing(address string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.playing = append(m.playing, Playing{Address: address, Title: m.titles[address]})
	m.tell(Event{Kind: EventPlaying, Address: address})
}

// Doing implements scenario.Witness. Steps of a case that is over are not played.
func (m *match) Doing(address, step string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := m.at(address); i >= 0 {
		m.playing[i].Step = step
		m.tell(Event{Kind: EventStep, Address: address, Text: step})
	}
}

// at is where a case is among those that are being played; -1 when it is not.
func (m *match) at(address string) int {
	return slices.IndexFunc(m.playing, func(p Playing) bool { return p.Address == address })
}

// Judged implements scenario.Progress.
func (m *match) Judged(c verdict.Case) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := m.at(c.Address); i >= 0 {
		m.playing = slices.Delete(m.playing, i, i+1)
	}
	if c.Why.Key == verdict.ReasonAborted { // it will be played again
		return
	}
	m.sofar++
	m.judged(c)
	m.tell(Event{Kind: EventJudged, Address: c.Address, Verdict: c.Verdict.String(), Text: c.Title})
	if m.keep != nil {
		m.keep.judged(c, m.campaign)
	}
}

// judged counts a verdict.
func (m *match) judged(c verdict.Case) {
	m.verdicts[c.Address] = c.Verdict
	m.campaign.Counts.Add(c.Verdict)
	m.campaign.Seconds = m.before
	if !m.since.IsZero() {
		m.campaign.Seconds += bench.Wall().Sub(m.since).Seconds()
	}
}

// Kept implements scenario.Witness.
func (m *match) Kept(address string, e verdict.Exchange) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.keep != nil {
		m.keep.exchange(address, e)
	}
}

// NotRun implements scenario.Witness.
func (m *match) NotRun(n verdict.NotRun) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.leaveOut(n.Address)
}

// leaveOut takes a case that was chosen out of what is to be played.
func (m *match) leaveOut(address string) {
	if m.titles[address] != "" && !m.leftOut[address] {
		m.leftOut[address] = true
		m.campaign.Cases--
	}
}

// Unjudged implements scenario.Witness.
func (m *match) Unjudged(c verdict.Case) { m.Judged(c) }

// Say implements scenario.Progress.
func (m *match) Say(line verdict.Text) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.say(line.In(m.campaign.Tongue))
}

// say is Say, once m.mu is held.
func (m *match) say(line string) {
	m.said = append(m.said, line)
	m.said = m.said[max(0, len(m.said)-maxSaid):]
	m.tell(Event{Kind: EventSaid, Text: line})
}

// End implements scenario.Progress.
func (m *match) End() {}

// failed are the addresses of the cases that failed, or could not be judged, in the order of the plan.
func (m *match) failed() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for _, t := range m.trials {
		address := t.Address.String()
		if v, known := m.verdicts[address]; known && (v == verdict.Fail || v == verdict.Inconclusive) {
			all = append(all, address)
		}
	}
	return all
}

// nextGesture names the next gesture.
func (m *match) nextGesture() string {
	m.asked++
	return "g" + strconv.Itoa(m.asked)
}
