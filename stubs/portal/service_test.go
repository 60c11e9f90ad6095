package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/stubs/portal"
	"etalon/stubs/service"
)

// An honest receiver takes what the portal sends, by each transport, and ends the session when the agent leaves.
func TestHonestServiceTakesThePortal(t *testing.T) {
	for _, transport := range []string{sso.TransportProxyPost, sso.TransportHeader, sso.TransportBrowserPost} {
		t.Run(transport, func(t *testing.T) {
			var seen benchtest.Told[service.Exchange]
			var partner *service.Service
			r := newRig(t, transport, nil, func(c *portal.Config) {
				traces, _ := benchtest.TraceLog(t)
				partner = benchtest.Started(t, service.Start, service.Config{
					Bench: c.Bench, Organism: providerName, Traces: traces, Revocation: c.Revocation, Observe: seen.Tell,
				})
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
			accepted, ended := 0, false
			for _, x := range seen.All() {
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
