package portal_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/stubs/portal"
	"etalon/stubs/service"
)

// An honest receiver takes what the portal sends, by each transport, and ends the session when the agent leaves.
func TestHonestServiceTakesThePortal(t *testing.T) {
	for _, transport := range []string{sso.TransportProxyPost, sso.TransportHeader, sso.TransportBrowserPost} {
		t.Run(transport, func(t *testing.T) {
			var mu sync.Mutex
			var seen []service.Exchange
			var partner *service.Service
			r := newRig(t, transport, nil, func(c *portal.Config) {
				traces, err := bench.OpenTraceLog(filepath.Join(t.TempDir(), "partner.jsonl"))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = traces.Close() })
				partner, err = service.Start(service.Config{
					Bench: c.Bench, Organism: providerName, Traces: traces, Revocation: c.Revocation,
					Observe: func(x service.Exchange) {
						mu.Lock()
						defer mu.Unlock()
						seen = append(seen, x)
					},
				})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = partner.Close() })
				c.Services = map[string]portal.Destination{"extranet": {
					ACS: partner.ACS("extranet"), Target: partner.Target("extranet", ""), Logout: partner.Logout("extranet"),
				}}
			})
			b := r.agent(3)
			p := b.get("/sortie/extranet/dossiers?marqueur=m-42")
			if transport == sso.TransportBrowserPost {
				p = b.ask(http.MethodPost, partner.ACS("extranet"), fields(p.body).Encode(), nil)
			}
			if p.status != http.StatusOK || !strings.Contains(p.body, agent(3)) || !strings.Contains(p.body, "m-42") {
				t.Fatalf("%d %s", p.status, p.body)
			}
			b.get("/logout")
			if p := b.get("/sortie/extranet/dossiers"); strings.Contains(p.body, "m-42") || !strings.Contains(p.url, "/login") {
				t.Errorf("after the logout: %s", p.url)
			}
			mu.Lock()
			defer mu.Unlock()
			accepted, ended := 0, false
			for _, x := range seen {
				if x.Decision == interops.Accepted {
					accepted++
				}
				ended = ended || strings.HasSuffix(x.URL, "/session/logout")
			}
			if accepted != 1 || ended != (transport != sso.TransportHeader) {
				t.Errorf("%d VIs accepted, session ended %v", accepted, ended)
			}
		})
	}
}
