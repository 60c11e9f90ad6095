package saml

import (
	"slices"
	"time"

	"etalon/internal/interops"
)

// before is how long before its creation an honest VI is valid.
const before = 2 * time.Minute

// Lifetime is how long after its creation an honest VI is valid: briefly where it serves once, in modes P and S.
func Lifetime(mode interops.Mode) time.Duration {
	if mode == interops.ModeP || mode == interops.ModeS {
		return 3 * time.Minute
	}
	return 10 * time.Minute
}

// VIFor makes the content of an honest VI for a call of a user, or of the application alone when user is zero:
// in SAML 2.0 where that is agreed. id is the VI's identifier and now the protocol time.
func VIFor(p *interops.Profile, convention *interops.Convention, project interops.Project, service interops.Service, user interops.User, id string, now time.Time) interops.VI {
	client, _ := convention.Organism(project.Client)
	provider, _ := convention.Organism(project.Provider)
	end := now.Add(Lifetime(project.Mode))
	vi := interops.VI{
		Version: agreedVersion(p, project), ID: id, IssueInstant: now, Issuer: client.Issuer,
		NameID: interops.NameID{Format: user.Format, Value: user.ID},
		Confirmation: interops.Confirmation{
			Method: interops.MethodBearer, Recipient: provider.Recipient, NotOnOrAfter: end,
		},
		NotBefore: now.Add(-before), NotOnOrAfter: end, Audiences: [][]string{{service.Audience}},
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

// agreedVersion is the SAML version of a project's VIs: 2.0, unless only another is agreed in mode A (V15).
func agreedVersion(p *interops.Profile, project interops.Project) string {
	agreed := project.SAML
	if len(agreed) == 0 {
		agreed = p.SAML.Versions
	}
	if len(agreed) == 0 || project.Mode != interops.ModeA || slices.Contains(agreed, Version20) {
		return Version20
	}
	return agreed[0]
}
