package mss

import "etalon/internal/verdict"

// barrier is a departure that leaves nothing to be tried but itself: an operator that offers no STARTTLS fails for that,
// and all else is not played for that reason.
type barrier struct {
	reason verdict.Reason
	but    []string // the requirements that say so
}

// bars keeps all but a few requirements from being tried. There is no trouble then: those few are judged.
func (s *Side) bars(reason verdict.Reason, but ...string) *verdict.Trouble {
	s.barred = &barrier{reason, but}
	return nil
}
