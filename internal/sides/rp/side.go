package rp

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/scenario"
	"etalon/internal/sides/provided"
	"etalon/internal/sides/side"
	"etalon/stubs/psc"
)

// Side is what the harness plays around a service: Pro Santé Connect, and professionals before their browsers.
type Side struct {
	side.Base
	run      *scenario.Run
	declared *candidate.PSCService
	provider *provided.Provider
	began    int // the last entry of its journal before this role
	waits    waits
	// habit is what the service does in an honest login, as Open saw.
	habit habit

	people []psc.Person    // the first is that of the controls
	taken  []chan struct{} // full while a scenario has the person of that rank
}

// habit is what a service does without being obliged to.
type habit struct {
	userInfo bool // reads userinfo
	maxAge   bool // asks for a greatest age of the authentication
}

// waits are how long things take, on the wall clock.
type waits struct {
	interval time.Duration // between two polls, as it is announced
	late     time.Duration // how much too early a poll may come: the clocks of two processes
	token    time.Duration // the life of an access token, and a little more
	silence  time.Duration // in which a service that has been refused would have polled again
	opening  time.Duration // a session may take to open once it may
	notice   time.Duration // our server may take to tell of a connection
}

func usualWaits() waits {
	return waits{
		interval: time.Second, late: 150 * time.Millisecond, token: 130 * time.Second, silence: 2500 * time.Millisecond, opening: 10 * time.Second, notice: time.Second,
	}
}

func newSide(r *scenario.Run) *Side {
	return &Side{Base: side.Base{Role: candidate.RolePSCService}, run: r, declared: r.Candidate.PSCService, waits: usualWaits()}
}

// synthetic is how many persons there are where the candidate file names none: enough that two scenarios at once seldom want
// the same.
const synthetic = 40

// persons are who may log in: those of the candidate file, or synthetic ones.
func (s *Side) persons() []psc.Person {
	ids := slices.Clone(s.declared.Persons)
	for i := 1; len(s.declared.Persons) == 0 && i <= synthetic; i++ {
		ids = append(ids, mssante.IdNat(fmt.Sprintf("8997000006%02d", i)))
	}
	var all []psc.Person
	for i, id := range ids {
		if !slices.Contains(ids[:i], id) {
			all = append(all, psc.Person{Professional: mssante.Professional{IdNat: id, FamilyName: "TEST", Given: "Essai"}, Secret: "secret-test-" + string(id)})
		}
	}
	return all
}

// maxJobs is how many scenarios are played at once, and maxChromium how many with real browsers.
const (
	maxJobs     = 8
	maxChromium = 2
)

// Jobs implements scenario.Side: each scenario has a person of its own, beside that of the controls.
func (s *Side) Jobs() int {
	most := maxJobs
	if s.declared.Browser == candidate.BrowserChromium {
		most = maxChromium
	}
	return max(1, min(most, len(s.persons())-1))
}

// Enter implements scenario.Side.
func (s *Side) Enter(ctx context.Context, w *scenario.World) (context.Context, error) {
	return side.Enter(ctx, &s.Standing, s.part(w), controlBefore)
}

// part is a new scenario's part.
func (s *Side) part(w *scenario.World) *part {
	w.Veil.HideTokens()
	return &part{World: w, side: s, began: s.provider.Last()}
}

// Leave implements scenario.Side: it keeps what was said, ends the browsers and undoes what the scenario did.
func (s *Side) Leave(ctx context.Context) {
	p := side.Part[*part](ctx)
	ctx = context.WithoutCancel(ctx)
	p.undo(ctx)
	p.finish()
}

// Close implements scenario.Side: Pro Santé Connect lasts as long as the run.
func (s *Side) Close() error { return nil }

// takes gives a scenario its person, the same in every run whatever is played beside it (rule 7), once no other scenario has
// that person; gives takes the person back. It tells no when there is nobody beside the person of the controls, or when the
// context is over.
func (s *Side) takes(ctx context.Context, address string) (psc.Person, bool) {
	if len(s.people) < 2 {
		return psc.Person{}, false
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(address)) // it never fails
	rank := 1 + int(h.Sum32()%uint32(len(s.people)-1))
	select {
	case s.taken[rank] <- struct{}{}:
		return s.people[rank], true
	case <-ctx.Done():
		return psc.Person{}, false
	}
}

func (s *Side) gives(p psc.Person) {
	for i, known := range s.people {
		if known.IdNat == p.IdNat {
			<-s.taken[i]
		}
	}
}

// musters readies the persons of the run.
func (s *Side) musters() {
	s.people = s.persons()
	s.taken = make([]chan struct{}, len(s.people))
	for i := range s.taken {
		s.taken[i] = make(chan struct{}, 1)
	}
}
