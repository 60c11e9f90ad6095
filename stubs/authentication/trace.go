package authentication

import (
	"fmt"

	"etalon/internal/bench"
	"etalon/internal/interops"
)

// role is the word of the traces for an authentication operator.
const role = "operateur-authentification"

// note is what a record of ours says beside what every record says.
type note struct {
	vi        interops.VI
	project   string
	decision  interops.Decision
	direction interops.Direction
	fault     string
	claims    bool // the values are only those of a refused message
	signed    bool // by us
	peer      string
}

// trace keeps a record (X01, X03); an error means that nothing may leave (X06).
func (o *Operator) trace(c *call, n note) error {
	id, err := bench.NewUUID(o.ids)
	if err != nil {
		return err
	}
	t := interops.Trace{
		EventID: id, Timestamp: c.now.UTC().Format(interops.InstantLayout), Organisation: o.organism.Name, Role: role,
		Mode: interops.ModeS, Project: interops.TraceText(n.project), Convention: interops.TraceText(o.config.Bench.Convention.Name),
		Direction: n.direction, Decision: n.decision, FaultCode: n.fault, RequestID: c.id, Verified: !n.claims,
		TLSPeer: interops.TraceText(n.peer),
	}
	t.Claim(n.vi)
	if leaf := o.signer.Leaf(); leaf != nil && n.signed {
		t.SignerCertificate = &interops.SignerCertificate{Issuer: leaf.Issuer.String(), Serial: leaf.SerialNumber.String()}
	}
	o.policy.dossier(o, &t)
	if !o.policy.record(&t) {
		return nil
	}
	if o.config.Traces == nil {
		err = fmt.Errorf("keep trace: %w", bench.ErrTraceUnavailable)
	} else {
		err = o.policy.keep(o.config.Traces, t)
	}
	if o.policy.untraced {
		return nil
	}
	return err
}

// traceVI keeps the record of what became of a VI that we made.
func (o *Operator) traceVI(c *call, p passage, vi interops.VI, decision interops.Decision) error {
	return o.trace(c, note{vi: vi, project: p.target.project.Name, decision: decision, direction: interops.Emission, signed: true})
}

// ofContext tells a context token in the words of a record.
func ofContext(t interops.ContextToken) interops.VI {
	vi := interops.VI{
		ID: t.ID, Issuer: t.Issuer, NameID: t.NameID, NotBefore: t.NotBefore, NotOnOrAfter: t.NotOnOrAfter,
		Confirmation: interops.Confirmation{Recipient: t.Recipient},
	}
	if t.Audience != "" {
		vi.Audiences = [][]string{{t.Audience}}
	}
	return vi
}

// reject keeps the record of a context token that leads nowhere.
func (o *Operator) reject(c *call, t *interops.ContextToken, fault string) {
	err := o.trace(c, note{vi: ofContext(*t), decision: interops.Rejected, direction: interops.Reception, fault: fault, claims: true})
	if err != nil {
		o.config.Log.Error("trace impossible", "requete", c.id, "cause", err.Error())
	}
}
