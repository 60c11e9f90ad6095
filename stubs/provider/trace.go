package provider

import (
	"fmt"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// role is the word of the traces for a provider.
const role = "fournisseur"

// trace keeps the record of a VI received, accepted or refused, readable or not (X02, X03).
func (p *Provider) trace(c *call, faultCode string) error {
	id, err := bench.NewUUID(p.ids)
	if err != nil {
		return err
	}
	t := interops.Trace{
		EventID: id, Timestamp: c.now.UTC().Format(interops.InstantLayout), Organisation: p.organism.Name, Role: role,
		Mode: interops.ModeA, Direction: interops.Reception, Decision: c.decision, FaultCode: faultCode,
		RequestID: c.id, Verified: c.judged.Verified && c.decision == interops.Accepted,
		Convention: interops.TraceText(p.config.Bench.Convention.Name), Project: interops.TraceText(c.judged.Project.Name),
	}
	t.Claim(c.judged.VI)
	if c.peer != nil {
		t.TLSPeer = interops.TraceText(pki.Subject(c.peer))
	}
	if s := c.judged.Signer; s != nil {
		t.SignerCertificate = &interops.SignerCertificate{Issuer: s.Issuer.String(), Serial: s.SerialNumber.String()}
	}
	p.policy.note(&t, c)
	if !p.policy.record(&t) {
		return nil
	}
	if p.config.Traces == nil {
		return fmt.Errorf("keep trace: %w", bench.ErrTraceUnavailable)
	}
	return p.policy.keep(p.config.Traces, t)
}
