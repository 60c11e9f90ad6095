package mss

import (
	"context"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// tokenless are the requirements whose cases need no token, not even for a control.
var tokenless = []string{
	"TLS-01", "TLS-02", "TLS-07", "TLS-08", "TLS-18", "TLS-19", "TLS-20", "TLS-21", "TLS-25", "TLS-26",
	"CLI-01", "CLI-02", "CLI-03", "CLI-04", "CLI-05", "CLI-06", "CLI-07", "CLI-08", "CLI-09", "CLI-10", "CLI-11", "CLI-12", "CLI-13", "CLI-14",
	"CLI-15", "CLI-16", "CLI-17", "CLI-20", "CLI-21", "CLI-22",
}

// openByCertificate is Open for an operator that declares no mailbox that a token opens: the honest exchange is then the
// certificate of an application, and what needs a token is not tried.
func (s *Side) openByCertificate(ctx context.Context, p *part) *verdict.Trouble {
	box := s.application()
	if box.Address == "" || s.declared.SecondMeans == candidate.MeansNone {
		return s.Trouble(true, verdict.ReasonMisdeclared, "mssante.mailboxes", "aucune boîte PER ou ORG qu'un jeton ouvre, ni boîte APP qu'un certificat ouvre")
	}
	if trouble := s.reach(ctx, p, box); trouble != nil || s.Barred() {
		return trouble
	}
	credential, err := s.ownCertificate(box)
	if err != nil {
		return s.Trouble(true, verdict.ReasonMisdeclared, "mssante.mailboxes", err.Error())
	}
	a, err := p.byAnyWay(ctx, labelBefore, credential)
	switch {
	case err != nil:
		return s.Trouble(true, verdict.ReasonUnreachable, s.Field("address"), s.address, err.Error())
	case !a.accepted():
		return s.Trouble(false, verdict.ReasonRoleHonestRefused, s.Scope(), a.told())
	}
	s.Standing.Note(true)
	s.Bar(scenario.Declares(false, "boîte PER ou ORG").Why, tokenless...)
	return nil
}
