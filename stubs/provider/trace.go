package provider

import (
	"etalon/internal/gateway"
	"etalon/internal/interops"
)

// role is the word of the traces for a provider.
const role = "fournisseur"

// trace keeps the record of a VI received, accepted or refused, readable or not (X02, X03).
func (p *Provider) trace(c *call, faultCode string) error {
	return gateway.Receipt{
		Organisation: p.organism.Name, Role: role, Mode: interops.ModeA, Convention: p.config.Bench.Convention.Name, Now: c.now,
		Judged: c.judged.Judged, Peer: c.peer, Decision: c.decision, FaultCode: faultCode, RequestID: c.id,
	}.Record(p.ids, func(t *interops.Trace) { p.policy.note(t, c) }, &p.policy.Neglect, p.config.Traces, p.policy.keep)
}
