package candidate

// Flow is who begins a single sign-on in mode S.
type Flow string

// The flows; the profile's (s.flow) unless the candidate file chooses.
const (
	FlowIdP  Flow = "idp-initiated"
	FlowSP   Flow = "sp-initiated"
	FlowBoth Flow = "both"
)

// IdentificationOperator is a candidate in the role operateur-identification: it identifies persons and signs
// context tokens.
type IdentificationOperator struct {
	S IdentificationS `json:"S"`
	People
	Access
}

// IdentificationS is an identification operator in mode S.
type IdentificationS struct {
	// Identification is the URL from which an identified person leaves with a context token, with OperatorPlace where the
	// authentication operator is named.
	Identification string `json:"identification"`
	// Operator is the authentication operator to which the main trials send the person; set after Load.
	Operator string `json:"operator,omitempty"`
	// Login is how a person is identified.
	Login    Recipe  `json:"login"`
	Metadata string  `json:"metadata,omitempty"` // URL; "" when there is none
	Browser  Browser `json:"browser,omitempty"`
}

// OperatorPlace is where a URL wants the name of an operator, as the convention writes it.
const OperatorPlace = "${operateur}"

// IssuerPlace is where a URL wants the Issuer of an operator, by which products of the trade are told of a choice.
const IssuerPlace = "${emetteur}"

// AuthenticationOperator is a candidate in the role operateur-authentification: it authenticates persons, issues a
// new VI at each rebound and is the session authority.
type AuthenticationOperator struct {
	S AuthenticationS `json:"S"`
	People
	Access
}

// AuthenticationS is an authentication operator in mode S.
type AuthenticationS struct {
	// SSO takes AuthnRequests, SLO logout messages, Context context tokens; "" when it has none.
	SSO     string `json:"sso,omitempty"`
	SLO     string `json:"slo,omitempty"`
	Context string `json:"context,omitempty"`
	// SOAP takes logout messages by the back channel; "" when it has none.
	SOAP     string `json:"soap_slo,omitempty"`
	Metadata string `json:"metadata,omitempty"`
	// Login is how a person is authenticated.
	Login Recipe `json:"login"`
	// Rebound is the URL that sends the person to the main service without its asking (idp-initiated); Services are those
	// of the other services, by name.
	Rebound  string            `json:"rebond,omitempty"`
	Services map[string]string `json:"services,omitempty"`
	// Logout is the URL by which a person ends everything; "" when there is none.
	Logout  string  `json:"logout,omitempty"`
	Flow    Flow    `json:"flow,omitempty"`
	Browser Browser `json:"browser,omitempty"`
	Choice
}

// At returns the URL that sends a person to a service.
func (s *AuthenticationS) At(service string) (string, bool) {
	if service == s.Service {
		return s.Rebound, s.Rebound != ""
	}
	url, ok := s.Services[service]
	return url, ok
}

// ServiceOperator is a candidate in the role operateur-service: it serves the persons whom the sphere's
// authentication operators vouch for.
type ServiceOperator struct {
	S       ServiceS `json:"S"`
	Backend Backend  `json:"backend,omitempty"`
	Access
}

// ServiceS is a service operator in mode S.
type ServiceS struct {
	Face
	Sight
	// SLO takes logout messages through the browser, SOAP by the back channel; "" when it has none.
	SLO      string `json:"slo,omitempty"`
	SOAP     string `json:"soap_slo,omitempty"`
	Metadata string `json:"metadata,omitempty"`
	// Discovery is the URL by which a person chooses its operator, with OperatorPlace or IssuerPlace in it (S14).
	Discovery string `json:"discovery,omitempty"`
	// Logout ends the person's session here, GlobalLogout every one of the sphere (D01, D07).
	Logout       string  `json:"logout,omitempty"`
	GlobalLogout string  `json:"global_logout,omitempty"`
	Flow         Flow    `json:"flow,omitempty"`
	Browser      Browser `json:"browser,omitempty"`
	Choice
	// Services are the other services that can be reached, by name.
	Services map[string]Face `json:"services,omitempty"`
	// SecondNode is the main service on another node of a cluster; nil when there is none (L06).
	SecondNode *Face `json:"second_node,omitempty"`
}

// At returns where a service is reached.
func (s *ServiceS) At(service string) (Face, bool) {
	return faceOf(s.Face, s.Choice, s.Services, service)
}
