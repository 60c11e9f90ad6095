package console

import (
	"net/http"
	"net/url"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/stand"
)

// calls has a client call once, as the page asks, and goes to what came of it.
func (c *Console) calls(w http.ResponseWriter, r *http.Request) {
	f, ok := form(w, r)
	if !ok {
		return
	}
	mode := interops.Mode(f.Get("mode"))
	called, err := c.config.Partners.Call(r.Context(), mode, f.Get("fault"))
	if err != nil {
		c.showFaults(w, r, http.StatusBadRequest, armTrouble(err), f.Get("fault"))
		return
	}
	q := url.Values{"role": {string(candidate.RoleClient)}, "mode": {string(called.Mode)}}
	http.Redirect(w, r, "/exchanges?"+q.Encode(), http.StatusSeeOther)
}

// apiCallables tells which clients can be asked to call, and whom.
func (c *Console) apiCallables(w http.ResponseWriter, _ *http.Request) {
	told := struct {
		Calls []toldCall `json:"calls"`
	}{[]toldCall{}}
	for _, one := range c.config.Partners.Callables() {
		told.Calls = append(told.Calls, toldCall{candidate.RoleClient, one})
	}
	answer(w, http.StatusOK, told)
}

// toldCall is a call that can be asked for, as the API tells it.
type toldCall struct {
	Role candidate.Role `json:"role"`
	stand.Callable
}

// apiCall has a client call once: with the fault that is named, else with the one that is armed, else honestly.
func (c *Console) apiCall(w http.ResponseWriter, r *http.Request) {
	order := struct {
		Role  candidate.Role `json:"role"`
		Mode  interops.Mode  `json:"mode"`
		Fault string         `json:"fault"`
	}{Role: candidate.RoleClient}
	if !given(w, r, &order) {
		return
	}
	if order.Role != candidate.RoleClient {
		refuse(w, http.StatusBadRequest, "faults.mode", string(order.Role))
		return
	}
	called, err := c.config.Partners.Call(r.Context(), order.Mode, order.Fault)
	if err != nil {
		refuse(w, http.StatusBadRequest, armTrouble(err), order.Fault)
		return
	}
	answer(w, http.StatusOK, called)
}
