package client

import (
	"fmt"

	"etalon/internal/bench"
	"etalon/internal/interops"
)

// role is the word of the traces for a client.
const role = "client"

// trace keeps the record of what became of a VI (X01, X03); an error means that nothing may leave (X06).
func (g *Gateway) trace(c *call, vi interops.VI, decision interops.Decision) error {
	id, err := bench.NewUUID(g.ids)
	if err != nil {
		return err
	}
	t := interops.Trace{
		EventID: id, Timestamp: g.now().UTC().Format(interops.InstantLayout), Organisation: g.organism.Name, Role: role,
		Mode: interops.ModeA, Project: interops.TraceText(c.project.Name), Convention: interops.TraceText(g.config.Bench.Convention.Name),
		Direction: interops.Emission, Decision: decision, RequestID: c.id, Verified: true, TLSPeer: g.peer(c.project),
	}
	t.Claim(vi)
	if leaf := c.signer.Leaf(); leaf != nil {
		t.SignerCertificate = &interops.SignerCertificate{Issuer: leaf.Issuer.String(), Serial: leaf.SerialNumber.String()}
	}
	g.policy.dossier(c, &t)
	if !g.policy.record(&t) {
		return nil
	}
	if g.config.Traces == nil {
		return fmt.Errorf("keep trace: %w", bench.ErrTraceUnavailable)
	}
	return g.policy.keep(g.config.Traces, t)
}

// peer is the TLS identity that the VI is meant for: the record is kept before there is a link, so the
// convention tells it.
func (g *Gateway) peer(p interops.Project) *string {
	provider, _ := g.config.Bench.Convention.Organism(p.Provider)
	if len(provider.TLS) == 0 {
		return nil
	}
	return interops.TraceText(provider.TLS[0].Subject)
}
