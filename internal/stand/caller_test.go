package stand_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/stand"
	"etalon/internal/store"
)

// openPartners starts the partners of the test convention, which speak to each other.
func openPartners(t *testing.T) (*stand.Partners, *benchtest.Told[store.Exchange]) {
	t.Helper()
	opened, err := stand.Open("127.0.0.1:0", "", candidate.DefaultConvention(), candidate.DefaultProfile("current"), bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	seen := &benchtest.Told[store.Exchange]{}
	p, err := stand.OpenPartners(stand.PartnersOptions{Stand: opened, Listen: candidate.Listen{Address: "127.0.0.1"}, Dir: t.TempDir(), Observe: seen.Tell})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p, seen
}

// from are the exchanges of one side, the last of them since some were seen.
func from(seen *benchtest.Told[store.Exchange], since int, role candidate.Role) []store.Exchange {
	return slices.DeleteFunc(seen.All()[since:], func(x store.Exchange) bool { return x.Role != string(role) })
}

func TestThePartnerCallsWhenAsked(t *testing.T) {
	p, seen := openPartners(t)
	for _, mode := range []interops.Mode{interops.ModeA, interops.ModeP} {
		since := len(seen.All())
		called, err := p.Call(t.Context(), mode, "")
		if err != nil || called.Error != "" || called.Status != http.StatusOK || called.Fault != "" {
			t.Fatalf("mode %s: %+v, %v", mode, called, err)
		}
		sent := from(seen, since, candidate.RoleClient)
		if len(sent) == 0 || sent[0].Fault != "" || sent[0].Twin != nil || sent[0].Outcome != store.Accepted || sent[0].From != "partner" || sent[0].Request == nil {
			t.Errorf("mode %s: seen as %+v", mode, sent)
		}
	}
	if _, err := p.Call(t.Context(), interops.ModeS, ""); !errors.Is(err, stand.ErrNotPlayed) {
		t.Errorf("mode S: %v", err)
	}
	for _, name := range []string{"no-such-fault", "answer-fault-invalid-vi", "vi-replayed"} {
		if _, err := p.Call(t.Context(), interops.ModeA, name); !errors.Is(err, stand.ErrNoSuchFault) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Each fault that can be armed for a client is committed on the wire: the honest provider of the sandbox refuses it, and the
// exchange tells of the fault and of its honest twin.
func TestEachFaultOfAClientIsCommitted(t *testing.T) {
	if testing.Short() {
		t.Skip("makes hundreds of calls")
	}
	p, seen := openPartners(t)
	counted := map[interops.Mode]int{}
	for _, f := range p.Faults() {
		if f.Role != candidate.RoleClient {
			continue
		}
		counted[f.Mode]++
		since := len(seen.All())
		called, err := p.Call(t.Context(), f.Mode, f.Name)
		if err != nil {
			t.Errorf("%s %s: %v", f.Mode, f.Name, err)
			continue
		}
		sent := from(seen, since, candidate.RoleClient)
		if len(sent) == 0 || sent[0].Fault != f.Name || sent[0].Violates != f.Violates || called.Fault != f.Name {
			t.Errorf("%s %s: seen as %+v", f.Mode, f.Name, sent)
			continue
		}
		refused := slices.ContainsFunc(sent, func(x store.Exchange) bool { return x.Outcome != store.Accepted })
		if !refused {
			t.Errorf("%s %s: accepted, %+v", f.Mode, f.Name, called)
		}
		m, _ := mutation.ByName(f.Name)
		switch twin := sent[0].Twin; {
		case twin != nil && bytes.Equal(twin.Raw, sent[0].Request.Raw):
			t.Errorf("%s %s: the twin is the message", f.Mode, f.Name)
		case twin == nil && m.Moment() != "conduct":
			t.Errorf("%s %s: a fault of %s without twin", f.Mode, f.Name, m.Moment())
		}
	}
	if counted[interops.ModeA] < 100 || counted[interops.ModeP] < 100 {
		t.Errorf("%v faults of clients can be armed", counted)
	}
	if called, err := p.Call(t.Context(), interops.ModeA, ""); err != nil || called.Status != http.StatusOK {
		t.Errorf("an honest call after all of them: %+v, %v", called, err)
	}
}

// A fault that is armed is committed in the next calls of the application, and in no other.
func TestArmedFaultOfAClient(t *testing.T) {
	p, seen := openPartners(t)
	const fault = "vi-audience-other-service"
	if err := p.Arm(candidate.RoleClient, interops.ModeA, fault, 2); err != nil {
		t.Fatal(err)
	}
	if armed := p.Armed(); len(armed) != 1 || armed[0] != (stand.Armed{Role: candidate.RoleClient, Mode: interops.ModeA, Fault: fault, Left: 2}) {
		t.Errorf("armed %+v", armed)
	}
	for n, want := range []string{fault, fault, ""} {
		since := len(seen.All())
		status, body := application(t, p.Face(candidate.RoleClient, interops.ModeA))
		sent := from(seen, since, candidate.RoleClient)
		if len(sent) != 1 || sent[0].Fault != want || (sent[0].Twin != nil) != (want != "") || (status == http.StatusOK) != (want == "") {
			t.Errorf("call %d: %d %s, seen as %+v", n, status, body, sent)
		}
		got := from(seen, since, candidate.RoleProvider)
		if len(got) != 1 || (got[0].Outcome == store.Refused) != (want != "") {
			t.Errorf("call %d: the provider saw %+v", n, got)
		}
	}
	for what, c := range map[string]struct {
		role  candidate.Role
		mode  interops.Mode
		fault string
		times int
		err   error
	}{
		"no such mode":        {candidate.RoleClient, interops.ModeR, fault, 1, stand.ErrNotPlayed},
		"no such role":        {candidate.RoleLPS, "", fault, 1, stand.ErrNotPlayed},
		"a provider's":        {candidate.RoleClient, interops.ModeA, "answer-fault-invalid-vi", 1, stand.ErrNoSuchFault},
		"a client's":          {"", interops.ModeA, fault, 1, stand.ErrNoSuchFault},
		"too often":           {candidate.RoleClient, "", fault, stand.MaxTimes + 1, stand.ErrTimes},
		"the provider's own":  {"", "", "answer-fault-invalid-vi", 1, nil},
		"disarmed, once more": {candidate.RoleClient, interops.ModeA, "", 0, nil},
	} {
		if err := p.Arm(c.role, c.mode, c.fault, c.times); !errors.Is(err, c.err) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// application calls the client's gateway as the application behind it does.
func application(t *testing.T, at string) (int, string) {
	t.Helper()
	const call = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><m:consulter xmlns:m="urn:essai"/></e:Body></e:Envelope>`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at, strings.NewReader(call))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("X-Etalon-Identity", `{"id":"agent-0001","class":"urn:oasis:names:tc:SAML:2.0:ac:classes:Password","authn_instant":"`+bench.Wall().UTC().Add(-time.Minute).Format(time.RFC3339)+`","pagm":["PAGM_CONSULTATION"]}`)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(raw)
}
