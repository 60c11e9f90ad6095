package candidate

import "slices"

// Request is how a call to a service is written.
type Request struct {
	SOAPAction string `json:"soap_action"`
	// Body is the file of the Body's first element, Bodies the files by operation; absolute after Load.
	Body   string            `json:"body"`
	Bodies map[string]string `json:"bodies"`

	body   []byte
	bodies map[string][]byte
}

// MarkerPlace is where a body file wants the unique marker of each call.
const MarkerPlace = "${marqueur}"

// Template returns the XML of the Body's first element for an operation, with MarkerPlace in it; nil
// when the candidate leaves it to the harness.
func (r Request) Template(operation string) []byte {
	if t, ok := r.bodies[operation]; ok {
		return t
	}
	return r.body
}

// Target is a service of a provider in mode A, at an endpoint.
type Target struct {
	Endpoint string `json:"endpoint"` // https
	Request
}

// Choice is the project and service on which most cases of a mode are played. Both are set after Load.
type Choice struct {
	Project string `json:"project,omitempty"`
	Service string `json:"service,omitempty"`
}

// Provider is a candidate in the role fournisseur: it receives and verifies VIs. At least one mode is declared.
type Provider struct {
	A *ProviderA `json:"A"` // nil when not declared
	P *ProviderP `json:"P"`
	R *ProviderR `json:"R"`
	// Backend says whether the harness's probe stands behind the candidate, in every mode.
	Backend Backend `json:"backend"`
	Access
}

// ProviderA is a provider in mode A.
type ProviderA struct {
	Target
	Choice
	SOAP string `json:"soap"` // 1.1 or 1.2; set after Load
	// Services are the other services that can be reached, by name.
	Services map[string]Target `json:"services"`
}

// At returns where and how a service is called.
func (a *ProviderA) At(service string) (Target, bool) {
	if service == a.Service {
		return a.Target, true
	}
	t, ok := a.Services[service]
	return t, ok
}

// Backend says what stands behind a provider.
type Backend string

// The backends; probe unless told otherwise.
const (
	BackendProbe Backend = "probe" // the harness: the refusal of a message is proved by its absence there
	BackendNone  Backend = "none"  // the candidate has no separate backend
)

// Client is a candidate in the role client: it makes and sends VIs. At least one mode is declared.
type Client struct {
	A *ClientA `json:"A"` // nil when not declared
	P *ClientP `json:"P"`
	R *ClientR `json:"R"`
	People
	// Retries is how often at most it sends again after a vi:InvalidVI; never nil after Load (A13).
	Retries *int `json:"retries"`
	Access
}

// ClientA is a client in mode A.
type ClientA struct {
	Drive Driver `json:"drive"`
	Request
	Choice
	SOAP string `json:"soap"` // 1.1 or 1.2; set after Load
	// Services are the application URLs of the other services, by name.
	Services map[string]string `json:"services"`

	callable []string // by a driver without URL
}

// At returns the application URL that makes the candidate call a service; "" with a command or a
// person, who can call every service of the organism's projects and get its name.
func (a *ClientA) At(service string) (url string, ok bool) {
	return reached(a.Drive, a.Choice, a.Services, a.callable, service)
}

// reached finds the application URL of a service.
func reached(drive Driver, main Choice, others map[string]string, callable []string, service string) (url string, ok bool) {
	if service == main.Service {
		if drive.HTTP != nil {
			url = drive.HTTP.URL
		}
		return url, true
	}
	url, ok = others[service]
	return url, ok || slices.Contains(callable, service)
}

// Driver is how a candidate is made to do something; exactly one of the three is set. A command runs in
// the folder of the candidate file; docs/candidate.md says what it and a URL receive.
type Driver struct {
	HTTP    *HTTPCall `json:"http,omitempty"`
	Command []string  `json:"command,omitempty"`
	Manual  bool      `json:"manual,omitempty"` // a person is asked, and waited for
}

// HTTPCall is a request of the application to the candidate.
type HTTPCall struct {
	URL     string            `json:"url"`
	Method  string            `json:"method,omitempty"` // POST when empty in the file
	Headers map[string]string `json:"headers,omitempty"`
	// Identity is how the user is told; json-header when empty in the file. Verbs have none.
	Identity Identity `json:"identity,omitempty"`
}

// Identity is a form in which the application tells the candidate who the user is.
type Identity string

// The forms.
const (
	IdentityJSON          Identity = "json-header"
	IdentityInteropsInfos Identity = "interops-infos" // spec of the Interops-Infos header (A15)
	IdentityNone          Identity = "none"
)
