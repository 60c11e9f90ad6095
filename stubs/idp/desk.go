package idp

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/oidc"
)

// indicators tells an auditor how logins are made here (RECO FI 04): how long a session lasts, by which means persons log in
// and how strong each is, and how many did.
func (v *visit) indicators() (answer, error) {
	user, secret, _ := v.r.BasicAuth()
	if (!same(v.config.Auditor.User, user) || !same(v.config.Auditor.Secret, secret)) && !v.policy.openIndicators {
		return answer{}, &oidc.Error{Status: http.StatusUnauthorized, Code: oidc.InvalidClient, Description: "want the credentials of an auditor"}
	}
	v.mu.Lock()
	counts := maps.Clone(v.counts)
	v.mu.Unlock()
	means, strength, logins := []string{}, map[string]any{}, map[string]int{}
	for _, m := range []Means{Card, Code} {
		means = append(means, m.Name)
		strength[m.Name] = map[string]any{"acr": m.ACR, "amr": m.AMR, "hameconnage": slices.Contains(m.AMR, "hwk")}
		logins[m.Name] = counts[m.Name]
	}
	told := map[string]any{"session": int(v.policy.limit.Seconds()), "means": means, "strength": strength, "logins": logins, "at": v.now()}
	v.policy.indicators(told)
	return jsonAnswer(http.StatusOK, told), nil
}

// gesture is what a gesture is told: whom it is about, and what she is called from now on.
type gesture struct {
	User       string `json:"user"`
	FamilyName string `json:"family_name"`
	Email      string `json:"email"`
}

// maxGesture bounds what a gesture is told.
const maxGesture = 4 << 10

// Desk takes the gestures of the provider's life and its clock, from this machine only: POST rename-user and recreate-user
// with {"user": login}, POST and GET clock.
func (s *Stub) Desk() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/clock", s.config.Bench.Clock)
	for verb, do := range map[string]func(gesture) error{
		"rename-user":   func(g gesture) error { return s.Rename(g.User, g.FamilyName, g.Email) },
		"recreate-user": func(g gesture) error { return s.Recreate(g.User) },
	} {
		mux.HandleFunc("POST /"+verb, func(w http.ResponseWriter, r *http.Request) {
			var g gesture
			err := json.NewDecoder(io.LimitReader(r.Body, maxGesture)).Decode(&g)
			if err == nil {
				err = do(g)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusConflict)
				return
			}
			w.WriteHeader(http.StatusNoContent)
		})
	}
	return bench.LocalOnly(mux)
}
