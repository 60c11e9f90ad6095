package service

import (
	"etalon/internal/gateway"
	"etalon/internal/interops"
)

// trace keeps the record of a Response received, accepted or refused, readable or not (X02, X03).
func (s *Service) trace(v *visit, faultCode string) error {
	return gateway.Receipt{
		Organisation: s.organism.Name, Role: s.config.Role, Mode: s.mode(), Convention: s.config.Bench.Convention.Name, Now: v.now,
		Judged: v.judged.Judged, Peer: v.peer, Decision: v.decision, FaultCode: faultCode, RequestID: v.id,
	}.Record(s.ids, func(t *interops.Trace) { s.policy.note(t, v) }, &s.policy.Neglect, s.config.Traces, s.policy.keep)
}

// note keeps the record of a refusal, which is sound without it.
func (s *Service) note(v *visit, faultCode string) {
	if err := s.trace(v, faultCode); err != nil {
		s.config.Log.Error("trace impossible", "requete", v.id, "cause", err.Error())
	}
}
