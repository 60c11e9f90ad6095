package service

import (
	"fmt"

	"etalon/internal/bench"
	"etalon/internal/gateway"
)

// trace keeps the record of a Response received, accepted or refused, readable or not (X02, X03).
func (s *Service) trace(v *visit, faultCode string) error {
	id, err := bench.NewUUID(s.ids)
	if err != nil {
		return err
	}
	t := gateway.Receipt{
		Organisation: s.organism.Name, Role: s.config.Role, Mode: s.mode(), Convention: s.config.Bench.Convention.Name, Now: v.now,
		Judged: v.judged.Judged, Peer: v.peer, Decision: v.decision, FaultCode: faultCode, RequestID: v.id,
	}.Trace(id)
	s.policy.note(&t, v)
	if !s.policy.Keeps(&t) {
		return nil
	}
	if s.config.Traces == nil {
		return fmt.Errorf("keep trace: %w", bench.ErrTraceUnavailable)
	}
	return s.policy.keep(s.config.Traces, t)
}

// note keeps the record of a refusal, which is sound without it.
func (s *Service) note(v *visit, faultCode string) {
	if err := s.trace(v, faultCode); err != nil {
		s.config.Log.Error("trace impossible", "requete", v.id, "cause", err.Error())
	}
}
