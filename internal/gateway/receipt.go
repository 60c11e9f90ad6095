package gateway

import (
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
)

// Receipt is what is known of a VI received, readable or not, when its record is made (X02, X03).
type Receipt struct {
	Organisation, Role string
	Mode               interops.Mode
	Convention         string
	Now                time.Time // protocol time
	Judged             saml.Judged
	Peer               *x509.Certificate // who opened the link; may be nil
	Decision           interops.Decision
	FaultCode          string
	RequestID          string
}

// Record makes the record under a new identifier, has note complete it, and keeps it unless a neglect loses it (X02,
// X03). Without a store the error is bench.ErrTraceUnavailable.
func (r Receipt) Record(ids io.Reader, note func(*interops.Trace), n *Neglect, log *bench.TraceLog, keep func(*bench.TraceLog, interops.Trace) error) error {
	id, err := bench.NewUUID(ids)
	if err != nil {
		return err
	}
	t := r.Trace(id)
	note(&t)
	if !n.Keeps(&t) {
		return nil
	}
	if log == nil {
		return fmt.Errorf("keep trace: %w", bench.ErrTraceUnavailable)
	}
	return keep(log, t)
}

// Trace makes the record; event is its identifier.
func (r Receipt) Trace(event string) interops.Trace {
	t := interops.Trace{
		EventID: event, Timestamp: r.Now.UTC().Format(interops.InstantLayout), Organisation: r.Organisation, Role: r.Role,
		Mode: r.Mode, Direction: interops.Reception, Decision: r.Decision, FaultCode: r.FaultCode, RequestID: r.RequestID,
		Verified:   r.Judged.Verified && r.Decision == interops.Accepted,
		Convention: interops.TraceText(r.Convention), Project: interops.TraceText(r.Judged.Project.Name),
	}
	t.Claim(r.Judged.VI)
	if r.Peer != nil {
		t.TLSPeer = interops.TraceText(pki.Subject(r.Peer))
	}
	if s := r.Judged.Signer; s != nil {
		t.SignerCertificate = &interops.SignerCertificate{Issuer: s.Issuer.String(), Serial: s.SerialNumber.String()}
	}
	return t
}
