package api_test

import (
	"path/filepath"
	"slices"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/sides/sidetest"
)

// The record of a run holds no token, no secret of a client and nothing of what proves who asks, whatever the API tells back.
func TestRecordHoldsNoSecret(t *testing.T) {
	t.Parallel()
	const client, refresh = `dit+à/tous="42"`, "renouvelle-tout-de-suite"
	answer := `{"access_token":"` + unboundJWT + `","refresh_token":"` + refresh + `","echo":"` +
		sidetest.Echo(t, unboundJWT, refresh, "un-secret-d-essai-42") + `"}`
	out := filepath.Join(t.TempDir(), "run")
	file := careless(t, answer, func(d *candidate.PSCAPI) {
		d.Parameters = map[string]string{"client_secret": client, "proxy_password": "un-secret-d-essai-42"}
	})
	run := rig{selector: []string{"API-01", "API-02", "API-03"}, out: out}.run(t, file)
	if got := failed(run); !slices.Contains(got, "API-02") {
		t.Errorf("failed %v, trouble %+v", got, run.Trouble)
	}
	sidetest.NoSecret(t, out, unboundJWT, refresh, client, "un-secret-d-essai-42")
	for _, flaws := range [][]string{nil, {"skips-client-map"}} {
		out := filepath.Join(t.TempDir(), "run")
		if run := (rig{flaws: flaws, selector: []string{"API-01", "API-03", "API-11"}, out: out}).judge(t); len(run.Trouble) > 0 {
			t.Errorf("%v: trouble %+v", flaws, run.Trouble)
		}
		sidetest.NoSecret(t, out, candidate.SampleAPIClient().Secret)
	}
}
