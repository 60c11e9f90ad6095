package provider

import (
	"net/http"

	"etalon/internal/bench"
)

// ManagementHandler lets a harness in another process drive the provider: its protocol clock and its trace store.
func (p *Provider) ManagementHandler() http.Handler {
	return bench.Management(p.config.Bench.Clock, p.config.Traces, nil)
}
