package verdict

import (
	"slices"
	"strings"
)

// Waiver accepts a failure that is known, for a while: of one case, or of a requirement in a role and a mode. It covers the
// failure that it names and nothing else: what has no conclusion keeps none, and a finding that names another requirement counts.
type Waiver struct {
	// Requirement is what is waived, in every role and mode unless Role and Mode say; empty where Case is given.
	Requirement string `json:"requirement,omitempty"`
	Role        string `json:"role,omitempty"`
	Mode        string `json:"mode,omitempty"`
	// Case is the address of what is waived; empty where Requirement is given.
	Case    string `json:"case,omitempty"`
	Reason  string `json:"reason"`
	Owner   string `json:"owner"`
	Expires string `json:"expires"` // its last day, 2036-06-30
	// State says what became of it, Covers the cases that it waived; set when the run is concluded.
	State  WaiverState `json:"state"`
	Covers []string    `json:"covers,omitempty"`
}

// WaiverState is what became of a waiver in a run.
type WaiverState string

// The states. WaiverPassing and WaiverUnused are red: the waiver must go.
const (
	WaiverUsed WaiverState = "used" // something failed, and it accepted it
	// WaiverUndecided: nothing tells whether it is still needed, for a case that it names has no conclusion, or was not selected.
	WaiverUndecided WaiverState = "undecided"
	WaiverPassing   WaiverState = "passing" // all that it names passed
	WaiverUnused    WaiverState = "unused"  // nothing that it names is played
)

// Red tells that the waiver must go: what it accepts does not happen.
func (w Waiver) Red() bool { return w.State == WaiverPassing || w.State == WaiverUnused }

// Names tells whether the waiver is of the case at an address.
func (w Waiver) Names(address string) bool {
	if w.Case != "" {
		return w.Case == address
	}
	scope, _ := splitAddress(address)
	return w.Requirement == RequirementOf(address) && w.in(scope)
}

// in tells whether a waiver of a requirement holds in a role and mode.
func (w Waiver) in(scope string) bool {
	role, mode, _ := strings.Cut(scope, "/")
	return (w.Role == "" || w.Role == role) && (w.Mode == "" || w.Mode == mode)
}

// Subject is what the waiver names, as a person writes it: an address, or a requirement with its role and mode.
func (w Waiver) Subject() string {
	if w.Case != "" {
		return w.Case
	}
	if w.Role == "" && w.Mode == "" {
		return w.Requirement
	}
	part := func(s string) string {
		if s == "" {
			return "*"
		}
		return s
	}
	return part(w.Role) + "/" + part(w.Mode) + "/" + w.Requirement
}

// Waive gives a case that failed the verdict Waived where a waiver names it, with who accepts it, until when and why; its
// findings stay. Any other verdict is left as it is.
func Waive(c *Case, waivers []Waiver) {
	if c.Verdict != Fail {
		return
	}
	if i := slices.IndexFunc(waivers, func(w Waiver) bool { return w.Names(c.Address) }); i >= 0 {
		w := waivers[i]
		c.Verdict, c.Why = Waived, Reason{Key: ReasonWaived, Args: []string{w.Owner, w.Expires, w.Reason}}
	}
}

// RedWaivers are those that must go.
func (r *Run) RedWaivers() []Waiver {
	return slices.DeleteFunc(slices.Clone(r.Waivers), func(w Waiver) bool { return !w.Red() })
}

// waives tells whether a waiver of a requirement holds in a role and mode: it accepts whatever case makes a finding that names it.
func (r *Run) waives(scope, requirement string) bool {
	return slices.ContainsFunc(r.Waivers, func(w Waiver) bool { return w.Requirement == requirement && w.in(scope) })
}

// concludeWaivers says what became of each.
func (r *Run) concludeWaivers() {
	r.Waivers = slices.Clone(r.Waivers)
	for i := range r.Waivers {
		r.concludeWaiver(&r.Waivers[i])
	}
}

func (r *Run) concludeWaiver(w *Waiver) {
	w.Covers = nil
	played, open := false, !r.Complete
	for _, c := range r.Cases {
		scope, _ := splitAddress(c.Address)
		named := func(f Finding) bool {
			return f.Requirement == w.Requirement && f.Requirement != c.Requirement && w.in(scope)
		}
		if w.Names(c.Address) {
			played = played || c.Verdict != NotApplicable
			open = open || c.Verdict == Inconclusive || c.Verdict == Review
			if c.Verdict == Waived {
				w.Covers = append(w.Covers, c.Address)
			}
		} else if slices.ContainsFunc(c.Findings, named) {
			w.Covers = append(w.Covers, c.Address)
		}
	}
	for _, n := range r.NotRun {
		open = open || w.Names(n.Address) && (n.Why.Key == ReasonNotSelected || n.Why.Key == ReasonLongNotAsked)
	}
	switch {
	case len(w.Covers) > 0:
		w.State = WaiverUsed
	case open:
		w.State = WaiverUndecided
	case played:
		w.State = WaiverPassing
	default:
		w.State = WaiverUnused
	}
}
