package mutation

import (
	"slices"
	"time"

	"etalon/internal/interops"
)

// Need is something without which a trial has no meaning. A trial whose needs are not met is not
// generated, and the need is the reason given: its value is a tag @besoin: of the features, and a row of
// their needs.csv with the reason in words.
type Need string

// The needs. The convention and the profile settle all but the first five, which the bench meets.
const (
	ClockOffset      Need = "ecart-horloge"              // the candidate's clock could be measured
	Revocation       Need = "revocation"                 // the candidate reads the CRL or OCSP of the test authorities
	TokenReference   Need = "reference-jeton"            // the honest message carries a reference to its VI
	SignedResponse   Need = "reponse-signee"             // the Response is signed too
	InteropsInfos    Need = "interops-infos"             // the candidate takes the Interops-Infos header
	SAML11           Need = "saml11"                     // the project accepts SAML 1.1, and the honest VI is one
	SAML20           Need = "saml20"                     // the VI is in SAML 2.0: 1.1 has no place for the fault
	Only20           Need = "saml20-seul"                // the project accepts SAML 2.0 alone
	Only11           Need = "soap11-seul"                // the project accepts SOAP 1.1 alone
	MessageSignature Need = "signature-message"          // the project signs Body and Timestamp
	StrictURN        Need = "urn-stricte"                // the profile has an issuer pattern
	SecondIdentity   Need = "deuxieme-identite-tls"      // the client has two TLS identities
	ThirdOrganism    Need = "tiers"                      // the convention has an organism beside the two parties
	IdleOrganism     Need = "organisme-sans-projet"      // the convention has an organism that no project names
	ReversedPair     Need = "projet-inverse"             // a partner of the provider's only serves it
	FormatList       Need = "formats-nameid"             // the project or the profile lists formats of the NameID
	MinimumLevel     Need = "niveau-minimal"             // the service has a minimum level, with a weaker one below
	UserService      Need = "service-utilisateurs"       // the service always wants a user
	PlainService     Need = "service-applicatif"         // the service wants no user
	OtherProjectPAGM Need = "autre-projet"               // another project has a PAGM that this one has not
	EndedProject     Need = "projet-termine"             // a project of the same pair is over
	FutureProject    Need = "projet-futur"               // a project of the same pair has not begun
	AgreedPAGM       Need = "pagm-convenus"              // the project has a PAGM
	OtherMember      Need = "membre-sans-role"           // a member of the sphere is no authentication operator
	FormerMember     Need = "membre-retire"              // an authentication operator has left the sphere
	PendingMember    Need = "membre-non-accepte"         // an authentication operator is not accepted by every member
	Outsider         Need = "organisme-exterieur"        // the convention knows an organism outside its sphere
	NoIdentifier     Need = "membre-sans-identification" // a member in force identifies nobody
	OtherOperator    Need = "autre-operateur"            // the sphere has another authentication operator in force
)

// Unmet returns the needs of the fault that the convention and the profile do not meet.
func (m Mutation) Unmet(h Honest) []Need {
	var unmet []Need
	for _, n := range m.Needs {
		if !h.meets(n) {
			unmet = append(unmet, n)
		}
	}
	return unmet
}

// meets tells whether the convention and the profile meet a need; what they do not settle counts as met.
func (h Honest) meets(n Need) bool {
	switch n {
	case ThirdOrganism:
		return found(h.third())
	case IdleOrganism:
		return found(h.idle())
	case ReversedPair:
		return found(h.reversed())
	case OtherProjectPAGM:
		return found(h.otherPAGM())
	case EndedProject:
		return found(h.ended())
	case FutureProject:
		return found(h.future())
	case MinimumLevel:
		return found(h.weakerClass())
	case OtherMember:
		return found(h.otherMember())
	case FormerMember:
		return found(h.formerMember())
	case PendingMember:
		return found(h.pendingMember())
	case Outsider:
		return found(h.outsider())
	case NoIdentifier:
		return found(h.without(interops.IdentificationOperator))
	case OtherOperator:
		return found(h.otherOperator())
	case SecondIdentity:
		client, _ := h.Convention.Organism(h.Project.Client)
		return len(client.TLS) > 1
	}
	return h.agrees(n)
}

// agrees tells whether a need that is a clause of the project, the service or the profile is met.
func (h Honest) agrees(n Need) bool {
	saml := either(h.Project.SAML, h.Profile.SAML.Versions)
	soap := either(h.Project.SOAP, h.Profile.SOAP.Versions)
	switch n {
	case SAML11:
		return slices.Contains(saml, "1.1")
	case SAML20:
		return slices.Contains(saml, "2.0")
	case Only20:
		return !slices.Contains(saml, "1.1")
	case Only11:
		return !slices.Contains(soap, "1.2")
	case MessageSignature:
		return h.Project.MessageSignature
	case StrictURN:
		return h.Profile.Issuer.Pattern != ""
	case FormatList:
		return len(either(h.Project.NameIDFormats, h.Profile.NameID.Formats)) > 0
	case AgreedPAGM:
		return len(h.Project.PAGM) > 0
	case UserService:
		return h.Service.User == interops.UserRequired
	case PlainService:
		return h.Service.User == interops.UserForbidden
	}
	return true
}

func found[T any](_ T, ok bool) bool { return ok }

// either returns what a project says, else what the profile says.
func either(project, profile []string) []string {
	if len(project) > 0 {
		return project
	}
	return profile
}

// shift moves every instant of the VI by the same time, as a clock that is wrong by that much would.
func shift(vi *interops.VI, by time.Duration) {
	for _, t := range []*time.Time{
		&vi.IssueInstant, &vi.NotBefore, &vi.NotOnOrAfter, &vi.AuthnInstant,
		&vi.Confirmation.NotBefore, &vi.Confirmation.NotOnOrAfter,
	} {
		if !t.IsZero() {
			*t = t.Add(by)
		}
	}
}
