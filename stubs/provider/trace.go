package provider

import (
	"fmt"
	"time"

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
		Convention: text(p.config.Bench.Convention.Name), Project: text(c.judged.Project.Name),
	}
	claims(&t, c.judged.VI)
	if c.peer != nil {
		t.TLSPeer = text(pki.Subject(c.peer))
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

// claims puts what the VI says into the record: values of a refused VI are only claims.
func claims(t *interops.Trace, vi interops.VI) {
	t.VIID, t.Issuer, t.Recipient = text(vi.ID), text(vi.Issuer), text(vi.Confirmation.Recipient)
	t.NameID, t.NameIDFormat = text(vi.NameID.Value), text(vi.NameID.Format)
	t.AuthnContext, t.AuthnInstant = text(vi.AuthnContext), instant(vi.AuthnInstant)
	t.NotBefore, t.NotOnOrAfter = instant(vi.NotBefore), instant(vi.NotOnOrAfter)
	t.PAGM = vi.PAGM
	for _, audiences := range vi.Audiences {
		if len(audiences) > 0 {
			t.Audience = text(audiences[0])
			return
		}
	}
}

// text returns a pointer to s, nil when it is empty.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// instant returns the instant as traces write it, nil when it is absent.
func instant(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	return text(at.UTC().Format(interops.InstantLayout))
}
