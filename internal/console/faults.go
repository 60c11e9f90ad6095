package console

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/stand"
)

// Partners are what a sandbox plays: *stand.Partners.
type Partners interface {
	Faults() []stand.Armable
	Armed() []stand.Armed
	Arm(role candidate.Role, mode interops.Mode, fault string, times int) error
	Callables() []stand.Callable
	Call(ctx context.Context, mode interops.Mode, fault string) (stand.Called, error)
	Clock() *bench.Clock
}

// faultPages are the pages about faults and the clock, faultAPI the calls.
func (c *Console) faultPages(r chi.Router) {
	r.Get("/faults", c.faults)
	r.With(operated).Post("/faults/arm", c.arms)
	r.With(operated).Post("/faults/call", c.calls)
	r.With(operated).Post("/clock/set", c.sets)
}

func (c *Console) faultAPI(r chi.Router) {
	r.Get("/faults", c.apiFaults)
	r.With(operated).Post("/faults", c.apiArm)
	r.Get("/calls", c.apiCallables)
	r.With(operated).Post("/calls", c.apiCall)
	r.Get("/clock", c.apiClock)
	r.With(operated).Post("/clock", c.apiSet)
}

// maxForm bounds what is read of a form or of an order, in octets.
const maxForm = 64 << 10

// faultsPage is the page of faults and of the clock.
type faultsPage struct {
	sight
	Groups []faultGroup
	Armed  []stand.Armed
	// Callables are the clients that can be asked to call.
	Callables []stand.Callable
	// Sought are the words looked for, Total how many faults there are.
	Sought string
	Total  int
	Now    time.Time
	// Trouble is the key of what is wrong with the order that was given, empty when nothing is; Given is that order.
	Trouble, Given string
	Most           int
}

// faultGroup are the faults of one partner.
type faultGroup struct {
	Role   candidate.Role
	Mode   interops.Mode
	Faults []stand.Armable
	// Open shows them at once; Calls tells that the partner can be asked to commit one in a call.
	Open, Calls bool
}

// manyFaults is how many of one partner are shown without being asked for.
const manyFaults = 50

// grouped are faults partner by partner, in their order.
func (p *faultsPage) grouped(all []stand.Armable) {
	for _, f := range all {
		last := len(p.Groups) - 1
		if last < 0 || p.Groups[last].Role != f.Role || p.Groups[last].Mode != f.Mode {
			calls := f.Role == candidate.RoleClient && slices.ContainsFunc(p.Callables, func(c stand.Callable) bool { return c.Mode == f.Mode })
			p.Groups, last = append(p.Groups, faultGroup{Role: f.Role, Mode: f.Mode, Calls: calls}), last+1
		}
		p.Groups[last].Faults = append(p.Groups[last].Faults, f)
	}
	for i := range p.Groups {
		p.Groups[i].Open = p.Sought != "" || len(p.Groups[i].Faults) <= manyFaults
	}
}

// faults shows what can be armed, what is, and the clock.
func (c *Console) faults(w http.ResponseWriter, r *http.Request) {
	c.showFaults(w, r, http.StatusOK, "", "")
}

func (c *Console) showFaults(w http.ResponseWriter, r *http.Request, status int, trouble, given string) {
	p := faultsPage{sight: c.sight(r, "faults"), Armed: c.config.Partners.Armed(), Sought: r.URL.Query().Get("q"), Now: c.config.Partners.Clock().Now(), Trouble: trouble, Given: given, Most: stand.MaxTimes}
	p.Back = "/faults"
	all := c.config.Partners.Faults()
	p.Total = len(all)
	p.Callables = c.config.Partners.Callables()
	p.grouped(slices.DeleteFunc(all, func(f stand.Armable) bool { return !sought(p.Sought, f) }))
	c.show(w, "faults", status, p)
}

// sought tells whether every word is in what is known of a fault.
func sought(words string, f stand.Armable) bool {
	known := strings.ToLower(strings.Join([]string{f.Name, f.Violates, string(f.Role), string(f.Mode), f.Title.FR, f.Title.EN}, " "))
	for _, word := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(known, word) {
			return false
		}
	}
	return true
}

// form reads a form of a page; it has answered when it cannot.
func form(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		refuse(w, http.StatusBadRequest, "bad-form", err.Error())
		return nil, false
	}
	return r.PostForm, true
}

// arms arms or disarms a fault, as the page asks, and goes back to it.
func (c *Console) arms(w http.ResponseWriter, r *http.Request) {
	f, ok := form(w, r)
	if !ok {
		return
	}
	times, err := strconv.Atoi(f.Get("times"))
	if err != nil && f.Get("fault") != "" {
		c.showFaults(w, r, http.StatusBadRequest, "faults.times", f.Get("times"))
		return
	}
	if err := c.config.Partners.Arm(candidate.Role(f.Get("role")), interops.Mode(f.Get("mode")), f.Get("fault"), times); err != nil {
		c.showFaults(w, r, http.StatusBadRequest, armTrouble(err), f.Get("fault"))
		return
	}
	http.Redirect(w, r, "/faults", http.StatusSeeOther)
}

// armTrouble is the key of why a fault is not armed.
func armTrouble(err error) string {
	switch {
	case errors.Is(err, stand.ErrTimes):
		return "faults.times"
	case errors.Is(err, stand.ErrNotPlayed):
		return "faults.mode"
	}
	return "faults.unknown"
}

// sets sets the clock, as the page asks, and goes back to it.
func (c *Console) sets(w http.ResponseWriter, r *http.Request) {
	f, ok := form(w, r)
	if !ok {
		return
	}
	order := strings.TrimSpace(f.Get("order"))
	switch f.Get("how") {
	case "follow":
		order = ""
	case "freeze":
		if order == "" {
			order = c.config.Partners.Clock().Now().Format(time.RFC3339Nano)
		}
		order = "freeze " + order
	}
	silent := order == "" && f.Get("how") != "follow" // which would have it follow real time
	if silent || c.config.Partners.Clock().Tell(order) != nil {
		c.showFaults(w, r, http.StatusBadRequest, "clock.unread", order)
		return
	}
	http.Redirect(w, r, "/faults", http.StatusSeeOther)
}

// told is a fault as the API tells it.
type toldFault struct {
	Name     string `json:"name"`
	Role     string `json:"role"`
	Mode     string `json:"mode"`
	Violates string `json:"violates"`
	FR       string `json:"fr"`
	EN       string `json:"en"`
}

// toldArmed is what is armed as the API tells it.
type toldArmed struct {
	Fault string `json:"fault"`
	Role  string `json:"role"`
	Mode  string `json:"mode"`
	Left  int    `json:"left"`
}

// apiFaults tells what can be armed, and what is.
func (c *Console) apiFaults(w http.ResponseWriter, _ *http.Request) {
	told := struct {
		Faults []toldFault `json:"faults"`
		Armed  []toldArmed `json:"armed"`
	}{[]toldFault{}, []toldArmed{}}
	for _, f := range c.config.Partners.Faults() {
		told.Faults = append(told.Faults, toldFault{f.Name, string(f.Role), string(f.Mode), f.Violates, f.Title.FR, f.Title.EN})
	}
	for _, a := range c.config.Partners.Armed() {
		told.Armed = append(told.Armed, toldArmed{a.Fault, string(a.Role), string(a.Mode), a.Left})
	}
	answer(w, http.StatusOK, told)
}

// apiArm arms a fault for the next exchanges; an empty one disarms.
func (c *Console) apiArm(w http.ResponseWriter, r *http.Request) {
	order := struct {
		Fault string         `json:"fault"`
		Times int            `json:"times"`
		Role  candidate.Role `json:"role"`
		Mode  interops.Mode  `json:"mode"`
	}{Times: 1}
	if !given(w, r, &order) {
		return
	}
	if err := c.config.Partners.Arm(order.Role, order.Mode, order.Fault, order.Times); err != nil {
		refuse(w, http.StatusBadRequest, armTrouble(err), order.Fault)
		return
	}
	c.apiFaults(w, r)
}

// given reads an order in JSON; it has answered when it cannot.
func given(w http.ResponseWriter, r *http.Request, order any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxForm))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(order); err != nil {
		refuse(w, http.StatusBadRequest, "bad-json", err.Error())
		return false
	}
	return true
}

// toldClock is the clock as the API tells it.
type toldClock struct {
	Now time.Time `json:"now"`
}

// apiClock tells the protocol time.
func (c *Console) apiClock(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, toldClock{c.config.Partners.Clock().Now()})
}

// apiSet obeys an order to the clock, in the words of bench.Clock.Tell.
func (c *Console) apiSet(w http.ResponseWriter, r *http.Request) {
	var order struct {
		Order string `json:"order"`
	}
	if !given(w, r, &order) {
		return
	}
	if err := c.config.Partners.Clock().Tell(order.Order); err != nil {
		refuse(w, http.StatusBadRequest, "clock.unread", order.Order)
		return
	}
	c.apiClock(w, r)
}
