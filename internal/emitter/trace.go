package emitter

import (
	"fmt"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// Emission is what a record of a VI that leaves tells beside the VI.
type Emission struct {
	VI        interops.VI
	Project   interops.Project
	Decision  interops.Decision
	RequestID string
	Signer    pki.Credential
}

// Trace keeps the record of what became of a VI (X01, X03); an error means that nothing may leave (X06).
func (p *Party) Trace(e Emission) error {
	id, err := p.NewUUID()
	if err != nil {
		return err
	}
	t := interops.Trace{
		EventID: id, Timestamp: p.Now().UTC().Format(interops.InstantLayout), Organisation: p.Organism.Name, Role: p.config.Role,
		Mode: p.config.Mode, Project: interops.TraceText(e.Project.Name), Convention: interops.TraceText(p.config.Bench.Convention.Name),
		Direction: interops.Emission, Decision: e.Decision, RequestID: e.RequestID, Verified: true, TLSPeer: p.peer(e.Project),
	}
	t.Claim(e.VI)
	if leaf := e.Signer.Leaf(); leaf != nil {
		t.SignerCertificate = &interops.SignerCertificate{Issuer: leaf.Issuer.String(), Serial: leaf.SerialNumber.String()}
	}
	policy := p.config.Policy
	policy.Dossier(e.Signer, &t)
	if !policy.Record(&t) {
		return nil
	}
	if p.config.Traces == nil {
		err = fmt.Errorf("keep trace: %w", bench.ErrTraceUnavailable)
	} else {
		err = policy.Keep(p.config.Traces, t)
	}
	if policy.Untraced {
		return nil
	}
	return err
}

// peer is the TLS identity that the VI is meant for: the record is kept before there is a link, so the
// convention tells it.
func (p *Party) peer(project interops.Project) *string {
	provider, _ := p.config.Bench.Convention.Organism(project.Provider)
	if len(provider.TLS) == 0 {
		return nil
	}
	return interops.TraceText(provider.TLS[0].Subject)
}
