package authentication

import (
	"fmt"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/saml"
)

// role is the word of the traces for an authentication operator.
const role = "operateur-authentification"

// traceReceived keeps the record of a message that came (X10): a context token, or the wish of a logout. What it says
// stands in the fields of a VI.
func (o *Operator) traceReceived(c *call, judged saml.Judged, decision interops.Decision, fault string) error {
	event, err := o.party.NewUUID()
	if err != nil {
		return err
	}
	receipt := gateway.Receipt{
		Organisation: o.config.Organism, Role: role, Mode: interops.ModeS, Convention: o.config.Bench.Convention.Name,
		Now: c.now, Judged: judged, Decision: decision, FaultCode: fault, RequestID: c.id,
	}
	if c.r.TLS != nil && len(c.r.TLS.PeerCertificates) > 0 {
		receipt.Peer = c.r.TLS.PeerCertificates[0]
	}
	t := receipt.Trace(event)
	if decision == interops.LoggedOut {
		t.Verified = judged.Verified
	}
	if !o.policy.Record(&t) {
		return nil
	}
	if o.config.Traces == nil {
		err = fmt.Errorf("keep trace: %w", bench.ErrTraceUnavailable)
	} else {
		err = o.policy.Keep(o.config.Traces, t)
	}
	if o.policy.Untraced {
		return nil
	}
	return err
}

// traceEnd keeps the record of a session's end as it is told to a service, or as this operator decides it where there
// is none to tell (X11). A logout goes on when it cannot be kept: a session that stays open is worse.
func (o *Operator) traceEnd(c *call, v visit) {
	if o.policy.mute {
		return
	}
	signer, err := o.party.Signature()
	if err == nil {
		err = o.party.Trace(emitter.Emission{
			VI: v.vi, Project: v.project, Decision: interops.LoggedOut, RequestID: c.id, Signer: signer,
		})
	}
	o.untraced(c, err)
}

// untraced tells the log of a record that is missing.
func (o *Operator) untraced(c *call, err error) {
	if err != nil {
		o.config.Log.Error("trace impossible", "requete", c.id, "cause", err.Error())
	}
}
