package psc

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// maxOrder bounds an order.
const maxOrder = 256 << 10

// Settings is what a party must know that is to trust the stub.
type Settings struct {
	oidc.Discovery
	Clients []Client         `json:"clients"`
	Persons []SettingsPerson `json:"persons"`
	Roots   string           `json:"roots"` // where the authorities are
}

// SettingsPerson is a synthetic person with the secret of the login form.
type SettingsPerson struct {
	IdNat  mssante.IdNat `json:"idnat"`
	Secret string        `json:"secret"`
}

// Settings tells what a party must know that is to trust the stub: all of it is TEST.
func (s *Stub) Settings() Settings {
	told := Settings{Discovery: s.Discovery(), Clients: s.config.Clients, Roots: s.ManageURL("/roots.pem")}
	for _, p := range s.config.Persons {
		told.Persons = append(told.Persons, SettingsPerson{p.IdNat, p.Secret})
	}
	return told
}

// orders is the face by which a test drives the stub, for this machine alone:
//
//	GET /settings, /roots.pem, /faults, /clock, /ciba, /journal[?endpoint=][&jti=][&sha256=]
//	POST /tokens Order → Minted; /revocations {"token"}
//	POST /answers {"token" or "*", "answer", "status", "idnat"}
//	POST /conduct {"jwks", "link", "down"}; /turns {"client", …Turn}; /recovery
//	POST /keys {"algorithm"}; /ciba {"auth_req_id", "decision"}; /clock; DELETE /journal
func (s *Stub) orders() http.Handler {
	r := chi.NewRouter()
	r.Get("/settings", told(func(*http.Request) any { return s.Settings() }))
	r.Get("/faults", told(func(*http.Request) any { return listed() }))
	r.Get("/ciba", told(func(*http.Request) any { return s.Waiting() }))
	r.Get("/journal", s.tellJournal)
	r.Get("/roots.pem", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-pem-file")
		_, _ = w.Write(s.config.Bench.PKI.RootsPEM())
	})
	r.Handle("/clock", s.config.Bench.Clock)
	r.Delete("/journal", func(w http.ResponseWriter, _ *http.Request) {
		s.Forget()
		w.WriteHeader(http.StatusNoContent)
	})
	r.Post("/tokens", ordered(func(o Order) (any, error) { return s.Mint(o) }))
	r.Post("/revocations", ordered(func(o struct {
		Token string `json:"token"`
	}) (any, error) {
		s.Revoke(o.Token)
		return nil, nil
	}))
	r.Post("/answers", ordered(func(o struct {
		Token string `json:"token"`
		oidc.Answer
	}) (any, error) {
		return nil, s.Force(o.Token, o.Answer)
	}))
	r.Post("/conduct", ordered(func(o struct {
		JWKS int    `json:"jwks"`
		Link string `json:"link"`
		Down bool   `json:"down"`
	}) (any, error) {
		return nil, s.Behave(oidc.Conduct{JWKS: o.JWKS, Link: o.Link, Down: o.Down})
	}))
	r.Post("/turns", ordered(func(o struct {
		Client string `json:"client"`
		Turn
	}) (any, error) {
		return nil, s.Turn(o.Client, o.Turn)
	}))
	r.Post("/recovery", ordered(func(struct{}) (any, error) { return nil, s.Recover() }))
	r.Post("/keys", ordered(func(o struct {
		Algorithm string `json:"algorithm"`
	}) (any, error) {
		kid, err := s.Rotate(o.Algorithm)
		return map[string]string{"kid": kid}, err
	}))
	r.Post("/ciba", ordered(func(o struct {
		ID       string   `json:"auth_req_id"`
		Decision Decision `json:"decision"`
	}) (any, error) {
		return nil, s.Decide(o.ID, o.Decision)
	}))
	return bench.LocalOnly(r)
}

// tellJournal tells the journal without what shows by its form that it lets in: callers write more than parameters there.
func (s *Stub) tellJournal(w http.ResponseWriter, r *http.Request) {
	raw, err := json.Marshal(s.chosen(r))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	veil := s.secrets.Over()
	veil.Learn(string(raw))
	say(w, http.StatusOK, json.RawMessage(veil.Bytes(raw)))
}

// told answers by an object.
func told(what func(*http.Request) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { say(w, http.StatusOK, what(r)) }
}

func say(w http.ResponseWriter, status int, object any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(object) // the caller has gone, or gets it
}

// ordered reads an order, a JSON object without unknown members, has it obeyed and answers by what comes of it. No body
// is the empty order.
func ordered[T any](obey func(T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var order T
		d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOrder))
		d.DisallowUnknownFields()
		if err := d.Decode(&order); err != nil && !errors.Is(err, io.EOF) {
			say(w, http.StatusBadRequest, map[string]string{"error": "read order: " + err.Error()})
			return
		}
		done, err := obey(order)
		switch {
		case err != nil:
			say(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		case done == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			say(w, http.StatusOK, done)
		}
	}
}

// FaultTold is what the orders tell of a fault.
type FaultTold struct {
	Name     string `json:"name"`
	Violates string `json:"violates"`
	FR       string `json:"fr"`
	EN       string `json:"en"`
	// Accepted tells that the token or the flow must be accepted: it is a variant, no fault. Flow tells that it is played by
	// the turn of a client.
	Accepted bool `json:"accepted,omitempty"`
	Flow     bool `json:"flow,omitempty"`
}

func listed() []FaultTold {
	var all []FaultTold
	add := func(list []oidc.Fault, accepted bool) {
		for _, f := range list {
			all = append(all, FaultTold{f.Name, f.Violates, f.Title.FR, f.Title.EN, accepted, f.OfFlow()})
		}
	}
	add(oidc.Faults(), false)
	add(oidc.Variants(), true)
	return all
}

// chosen are the entries of the journal that a query asks for.
func (s *Stub) chosen(r *http.Request) []Entry {
	q := r.URL.Query()
	all := s.Journal(func(e Entry) bool {
		about := e.Token != nil
		return (!q.Has("endpoint") || e.Endpoint == q.Get("endpoint")) &&
			(!q.Has("jti") || about && e.Token.ID == q.Get("jti")) &&
			(!q.Has("sha256") || about && e.Token.SHA256 == q.Get("sha256"))
	})
	if all == nil {
		return []Entry{}
	}
	return all
}
