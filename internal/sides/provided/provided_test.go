package provided_test

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/scenario"
	"etalon/internal/sides/provided"
	"etalon/stubs/psc"
)

var shared = benchtest.Share(func() *interops.Convention { return &interops.Convention{Organisms: psc.Organisms()} }, time.Second)

func TestMain(m *testing.M) { benchtest.Main(m, shared.Close) }

// run is one that is to be closed at the end of the test.
func run(t *testing.T) *scenario.Run {
	t.Helper()
	return scenario.NewRun(scenario.Config{Bench: shared.World(t).Bench(t), Log: slog.New(slog.DiscardHandler)})
}

// open opens the Pro Santé Connect of a run, which ends with the test.
func open(t *testing.T, r *scenario.Run, at candidate.PSC, w provided.Wants) *provided.Provider {
	t.Helper()
	p, err := provided.Open(r, at, w)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var place = candidate.PSC{Listen: "127.0.0.1:0", Client: candidate.PSCClient{ID: psc.MailClient, Secret: "autre-secret-de-test"}}

// Whoever asks in a run gets the same one, which knows the candidate by its file and others as they are.
func TestOneForARun(t *testing.T) {
	r := run(t)
	first := open(t, r, place, provided.Wants{Config: psc.Config{Clients: psc.Clients()}, Client: psc.Client{Decoupled: true}})
	t.Cleanup(func() { _ = first.Close() })
	if again := open(t, r, place, provided.Wants{}); again != first {
		t.Error("a second one was started")
	}
	known := map[string]psc.Client{}
	for _, c := range first.Settings().Clients {
		known[c.ID] = c
	}
	if own := known[psc.MailClient]; len(known) != len(psc.Clients()) || own.Secret != place.Client.Secret || !own.Decoupled {
		t.Errorf("clients %+v", known)
	}
	other := run(t)
	taken := place
	taken.Listen = strings.TrimPrefix(strings.TrimSuffix(first.Issuer(), "/auth/realms/esante-wallet"), "https://")
	if p, err := provided.Open(other, taken, provided.Wants{}); err == nil {
		_ = p.Close()
		t.Errorf("two listen at %s", taken.Listen)
	}
}

// A name that is something else's is told, and panics nobody.
func TestSharedIsOfOneKind(t *testing.T) {
	r := run(t)
	if _, err := scenario.Shared(r, "psc", func() (*strings.Builder, error) { return &strings.Builder{}, nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := provided.Open(r, place, provided.Wants{}); err == nil || !strings.Contains(err.Error(), "*strings.Builder") {
		t.Errorf("%v", err)
	}
}

// Whoever does not trust the certificate is heard.
func TestRefusedHandshakeIsHeard(t *testing.T) {
	p := open(t, run(t), place, provided.Wants{})
	t.Cleanup(func() { _ = p.Close() })
	if p.Refused() != "" {
		t.Errorf("before anybody came: %s", p.Refused())
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: nil, ServerName: "autre.test.invalid"}}}
	if answer, err := client.Get(p.Issuer()); err == nil {
		_ = answer.Body.Close()
		t.Fatal("an unknown authority was trusted")
	}
	for p.Refused() == "" && bench.Pause(t.Context()) == nil {
		continue
	}
	if !strings.Contains(p.Refused(), "certificate") {
		t.Errorf("heard %q", p.Refused())
	}
}
