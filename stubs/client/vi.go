// Package client is the mock client organism of InterOPS-A: the link that sends calls with their VI, honest
// or faulty, and the gateway that an application speaks to. It is honest by default, and neglectful by name.
//
// It judges nothing that a provider answers: that is the scenarios' business. It is no product: its keys say TEST.
package client

import (
	"slices"
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// Lifetime is how long after its creation a VI of the mock client is valid, and before how long before it.
const (
	before   = 2 * time.Minute
	Lifetime = 10 * time.Minute
)

// VIFor makes the content of an honest VI for a call of a user, or of the application alone when user is zero:
// in SAML 2.0 where that is agreed. id is the VI's identifier and now the protocol time.
func VIFor(p *interops.Profile, convention *interops.Convention, project interops.Project, service interops.Service, user interops.User, id string, now time.Time) interops.VI {
	client, _ := convention.Organism(project.Client)
	provider, _ := convention.Organism(project.Provider)
	vi := interops.VI{
		Version: version(p, project), ID: id, IssueInstant: now, Issuer: client.Issuer,
		NameID: interops.NameID{Format: user.Format, Value: user.ID},
		Confirmation: interops.Confirmation{
			Method: interops.MethodBearer, Recipient: provider.Recipient, NotOnOrAfter: now.Add(Lifetime),
		},
		NotBefore: now.Add(-before), NotOnOrAfter: now.Add(Lifetime), Audiences: [][]string{{service.Audience}},
		AuthnInstant: user.AuthnInstant, SessionIndex: id, AuthnContext: user.Class, PAGM: user.PAGM,
	}
	if vi.NameID.Format == "" {
		vi.NameID.Format = interops.FormatUnspecified
	}
	if user.ID == "" {
		vi.NameID.Value, vi.AuthnInstant = p.NameID.ApplicationContextValue, now
	}
	if vi.AuthnContext == "" {
		vi.AuthnContext = interops.ClassUnspecified
	}
	if p.SubjectConfirmation.Method == "sender-vouches" {
		vi.Confirmation.Method = interops.MethodSenderVouches
	}
	return vi
}

// version is the SAML version of a project's VIs: 2.0, unless only another is agreed (V15).
func version(p *interops.Profile, project interops.Project) string {
	agreed := project.SAML
	if len(agreed) == 0 {
		agreed = p.SAML.Versions
	}
	if len(agreed) == 0 || slices.Contains(agreed, saml.Version20) {
		return saml.Version20
	}
	return agreed[0]
}
