package resource

import (
	"fmt"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
)

// role is the word of the traces for a provider.
const role = "fournisseur"

// trace keeps the record of a token received, accepted or refused, readable or not (X02, X03).
func (p *Provider) trace(c *call, code string) error {
	id, err := bench.NewUUID(p.ids)
	if err != nil {
		return err
	}
	t := gateway.Receipt{
		Organisation: p.organism.Name, Role: role, Mode: interops.ModeR, Convention: p.config.Bench.Convention.Name, Now: c.now,
		Judged: c.judged.Judged, Peer: c.peer, Decision: c.decision, FaultCode: code, RequestID: c.id,
	}.Trace(id)
	p.policy.note(&t, c)
	if !p.policy.Keeps(&t) {
		return nil
	}
	if p.config.Traces == nil {
		return fmt.Errorf("keep trace: %w", bench.ErrTraceUnavailable)
	}
	return p.policy.keep(p.config.Traces, t)
}
