package idp

import (
	"encoding/json"
	"time"
)

// Record is what is kept of an event (EXI FI 35): who, of which establishment, by which means, when, from where, for which
// client, and what came of it.
type Record struct {
	Time          string `json:"time"`
	Event         string `json:"event"`
	User          string `json:"user"`
	Establishment string `json:"establishment"`
	Means         string `json:"means"`
	Address       string `json:"address"`
	Client        string `json:"client"`
	Result        string `json:"result"`
}

// The events.
const (
	EventLogin   = "connexion" // explicit
	EventSession = "session"   // by the session that the browser had
	EventLogout  = "deconnexion"
	EventRequest = "demande" // that was refused before anybody was asked
)

// The results, beside the codes of refusals.
const (
	ResultAccepted = "accepte"
	ResultRefused  = "refuse"
	ResultFactor   = "facteur-manquant"
)

// of completes a record with the person of a session.
func (r Record) of(v *visit, one session) Record {
	if a, known := v.who(one.account); known {
		r.User, r.Establishment = a.id, a.Establishment
	}
	r.Means = one.means.Name
	return r
}

// tell keeps a record.
func (v *visit) tell(r Record) {
	r.Time, r.Address = v.now().UTC().Format(time.RFC3339Nano), v.peer()
	if v.config.Traces == nil || !v.policy.record(&r) {
		return
	}
	line, err := json.Marshal(r)
	if err == nil {
		v.traces.Lock()
		defer v.traces.Unlock()
		_, err = v.config.Traces.Write(append(line, '\n'))
	}
	if err != nil {
		v.config.Log.Error("trace perdue", "cause", err.Error())
	}
}
