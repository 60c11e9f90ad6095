package stand

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/mutation"
)

// Armable is a fault that a provider of the sandbox can be made to commit, in one mode.
type Armable struct {
	Mode interops.Mode
	mutation.Mutation
}

// Armed is a fault that a provider of the sandbox will commit.
type Armed struct {
	Mode  interops.Mode
	Fault string
	// Left is for how many exchanges, or connections; negative for as long as it is armed.
	Left int
}

// MaxTimes is for how many exchanges a fault may be armed at once.
const MaxTimes = 1000

// Why a fault is not armed.
var (
	ErrNotPlayed   = errors.New("no partner plays that mode")
	ErrNoSuchFault = errors.New("no such fault of a provider's in that mode: conformance list faults")
	ErrTimes       = fmt.Errorf("want a number of exchanges from 1 to %d", MaxTimes)
)

// Clock is the protocol clock of the partners.
func (p *Partners) Clock() *bench.Clock { return p.stand.Bench.Clock }

// armable tells whether a provider can be made to commit a fault in a mode.
func armable(m mutation.Mutation, mode interops.Mode) bool {
	return m.Tests(mutation.Client) && m.Conduct != nil && m.In(mode)
}

// Faults are those that can be armed, in the order of the catalogue.
func (p *Partners) Faults() []Armable {
	var all []Armable
	for _, m := range mutation.Catalogue() {
		for _, mode := range p.modes() {
			if armable(m, mode) {
				all = append(all, Armable{mode, m})
			}
		}
	}
	return all
}

// modes are those in which a provider is played.
func (p *Partners) modes() []interops.Mode {
	var all []interops.Mode
	for mode := range p.receivers {
		all = append(all, mode)
	}
	slices.Sort(all)
	return all
}

// Armed are the faults that are armed now.
func (p *Partners) Armed() []Armed {
	var all []Armed
	for _, mode := range p.modes() {
		if fault, left := p.receivers[mode].armed(); left != 0 && fault != "" {
			all = append(all, Armed{mode, fault, left})
		}
	}
	return all
}

// Arm makes the provider of a mode, the first that is played when it is empty, misbehave for the next exchanges; an empty
// fault disarms it. It returns ErrNotPlayed, ErrNoSuchFault or ErrTimes.
func (p *Partners) Arm(mode interops.Mode, fault string, times int) error {
	mode = p.mode(mode)
	to, played := p.receivers[mode]
	m, known := mutation.ByName(fault)
	switch {
	case !played:
		return ErrNotPlayed
	case fault == "":
		to.arm(0, mutation.Conduct{})
	case !known || !armable(m, mode):
		return ErrNoSuchFault
	case times < 1 || times > MaxTimes:
		return ErrTimes
	default:
		b := p.stand.Bench
		to.arm(times, m.Behaviour(mutation.Honest{
			Now: b.Clock.Now(), Profile: b.Profile, Convention: b.Convention, Project: to.project, Service: to.project.Services[0],
		}))
	}
	return nil
}

// order arms a fault of the catalogue for a provider's next exchanges.
type order struct {
	Fault string        `json:"fault"` // "" disarms
	Times *int          `json:"times"` // 1 when absent
	Mode  interops.Mode `json:"mode"`  // that of the provider; the first played when absent
}

// maxOrder bounds what is read of an order, in octets.
const maxOrder = 4 << 10

// arm takes an order.
func (p *Partners) arm(w http.ResponseWriter, r *http.Request) {
	var o order
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOrder))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o); err != nil {
		http.Error(w, fmt.Sprintf("want {\"fault\": NAME, \"times\": N, \"mode\": \"A\" or \"P\"}: %v", err), http.StatusBadRequest)
		return
	}
	one := 1
	err := p.Arm(o.Mode, o.Fault, *cmp.Or(o.Times, &one))
	switch {
	case errors.Is(err, ErrTimes):
		http.Error(w, err.Error(), http.StatusBadRequest)
	case err != nil:
		http.Error(w, err.Error(), http.StatusNotFound)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}
