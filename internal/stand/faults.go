package stand

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/oidc"
	"etalon/internal/verdict"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// Fault is one deliberate fault, with the requirement that must catch it.
type Fault struct {
	Name, Violates string
	Title          verdict.Text
}

// Armable is a fault that a partner of the sandbox can be made to commit.
type Armable struct {
	Role candidate.Role
	Mode interops.Mode
	Fault
}

// Armed is a fault that a partner of the sandbox will commit.
type Armed struct {
	Role  candidate.Role
	Mode  interops.Mode
	Fault string
	// Left is for how many exchanges, or connections; negative for as long as it is armed.
	Left int
}

// player is a partner that can be made to misbehave.
type player struct {
	Role   candidate.Role
	Mode   interops.Mode
	faults func() []Fault
	arm    func(fault string, times int) error
	armed  func() (fault string, left int)
}

// MaxTimes is for how many exchanges a fault may be armed at once.
const MaxTimes = 1000

// Why a fault is not armed.
var (
	ErrNotPlayed   = errors.New("no partner plays that role in that mode")
	ErrNoSuchFault = errors.New("no such fault of that partner's in that mode: conformance list faults")
	ErrTimes       = fmt.Errorf("want a number of exchanges from 1 to %d", MaxTimes)
)

// Clock is the protocol clock of the partners.
func (p *Partners) Clock() *bench.Clock { return p.stand.Bench.Clock }

// armable tells whether a provider can be made to commit a fault in a mode.
func armable(m mutation.Mutation, mode interops.Mode) bool {
	return m.Tests(mutation.Client) && m.Conduct != nil && m.In(mode)
}

// Faults are those that can be armed: partner by partner, in the order of the catalogue.
func (p *Partners) Faults() []Armable {
	var all []Armable
	for _, one := range p.players {
		for _, f := range one.faults() {
			all = append(all, Armable{one.Role, one.Mode, f})
		}
	}
	return all
}

// receives makes a provider one of those that can be made to misbehave.
func (p *Partners) receives(mode interops.Mode, to receiver) {
	p.receivers[mode] = to
	p.players = append(p.players, player{
		Role: candidate.RoleProvider, Mode: mode, armed: to.armed,
		faults: func() []Fault {
			var all []Fault
			for _, m := range mutation.Catalogue() {
				if armable(m, mode) {
					all = append(all, Fault{m.Name, m.Violates, m.Title})
				}
			}
			return all
		},
		arm: func(fault string, times int) error {
			m, known := mutation.ByName(fault)
			switch {
			case fault == "":
				to.arm(0, mutation.Conduct{})
			case !known || !armable(m, mode):
				return ErrNoSuchFault
			default:
				b := p.stand.Bench
				to.arm(times, m.Behaviour(mutation.Honest{
					Now: b.Clock.Now(), Profile: b.Profile, Convention: b.Convention, Project: to.project, Service: to.project.Services[0],
				}))
			}
			return nil
		},
	})
}

// Join adds Pro Santé Connect and an MSSanté operator, which may be nil, to those that can be made to misbehave. It is to be
// called before anybody asks for faults.
func (p *Partners) Join(connect *psc.Stub, mail *operator.Operator) {
	p.players = append(p.players, player{
		Role: RolePSC, Mode: candidate.NoMode, armed: connect.Armed,
		faults: func() []Fault {
			return each(connect.Armable, func(f oidc.Fault) Fault { return Fault{f.Name, f.Violates, f.Title} })()
		},
		arm: func(fault string, times int) error { return known(connect.Arm(fault, times)) },
	})
	if mail == nil {
		return
	}
	for _, over := range []string{operator.IMAP, operator.SMTP} {
		role := candidate.RoleMSSIMAP
		if over == operator.SMTP {
			role = candidate.RoleMSSSMTP
		}
		p.players = append(p.players, player{
			Role: role, Mode: candidate.NoMode, armed: func() (string, int) { return mail.Armed(over) },
			faults: each(operator.Faults, func(f operator.Fault) Fault { return Fault{f.Name, f.Violates, f.Title} }),
			arm:    func(fault string, times int) error { return known(mail.Arm(over, fault, times)) },
		})
	}
}

// known says in our words that a partner knows no such fault.
func known(err error) error {
	if errors.Is(err, psc.ErrNotArmable) || errors.Is(err, operator.ErrNotArmable) {
		return ErrNoSuchFault
	}
	return err
}

// Armed are the faults that are armed now.
func (p *Partners) Armed() []Armed {
	var all []Armed
	for _, one := range p.players {
		if fault, left := one.armed(); left != 0 && fault != "" {
			all = append(all, Armed{one.Role, one.Mode, fault, left})
		}
	}
	return all
}

// Arm makes a partner misbehave in its next exchanges: the provider when no role is named, in the first mode in which it is
// played when that is empty. An empty fault disarms it. It returns ErrNotPlayed, ErrNoSuchFault or ErrTimes.
func (p *Partners) Arm(role candidate.Role, mode interops.Mode, fault string, times int) error {
	role = cmp.Or(role, candidate.RoleProvider)
	i := slices.IndexFunc(p.players, func(one player) bool { return one.Role == role && (mode == "" || one.Mode == mode) })
	switch {
	case i < 0:
		return ErrNotPlayed
	case fault != "" && !slices.ContainsFunc(p.players[i].faults(), func(f Fault) bool { return f.Name == fault }):
		return ErrNoSuchFault
	case fault != "" && (times < 1 || times > MaxTimes):
		return ErrTimes
	}
	return p.players[i].arm(fault, times)
}

// order arms a fault of the catalogue for a provider's next exchanges.
type order struct {
	Fault string `json:"fault"` // "" disarms
	Times *int   `json:"times"` // 1 when absent
	// Role is that of the partner, the provider when absent; Mode one in which it is played, the first when absent.
	Role candidate.Role `json:"role"`
	Mode interops.Mode  `json:"mode"`
}

// maxOrder bounds what is read of an order, in octets.
const maxOrder = 4 << 10

// arm takes an order.
func (p *Partners) arm(w http.ResponseWriter, r *http.Request) {
	var o order
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOrder))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o); err != nil {
		http.Error(w, fmt.Sprintf("want {\"fault\": NAME, \"times\": N, \"role\": ROLE, \"mode\": \"A\" or \"P\"}: %v", err), http.StatusBadRequest)
		return
	}
	one := 1
	err := p.Arm(o.Role, o.Mode, o.Fault, *cmp.Or(o.Times, &one))
	switch {
	case errors.Is(err, ErrTimes):
		http.Error(w, err.Error(), http.StatusBadRequest)
	case err != nil:
		http.Error(w, err.Error(), http.StatusNotFound)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}
