package candidate

// Token is the carrier of the VI in mode R, which is experimental.
type Token string

// The carriers; the profile's (r.token) unless the candidate file chooses.
const (
	TokenSAML Token = "saml-header" // the signed assertion, base64
	TokenJWT  Token = "jwt-bearer"
)

// BearerHeader is the header that carries the token in mode R, unless the file names another.
const BearerHeader = "Authorization"

// Bearing is how the token of mode R travels. Both are set after Load.
type Bearing struct {
	Header string `json:"header,omitempty"`
	Token  Token  `json:"token,omitempty"`
}

// Resource is a service of a provider in mode R.
type Resource struct {
	// Endpoint is a resource that the weakest user of the project may read; with MarkerPlace in it where the probe stands
	// behind.
	Endpoint string `json:"endpoint"`
	// Resources are others by the operation of the convention's PAGM that opens them, with MarkerPlace likewise (R04).
	Resources map[string]string `json:"resources,omitempty"`
}

// ProviderR is a provider in mode R.
type ProviderR struct {
	Resource
	Bearing
	Choice
	// Services are the other services that can be reached, by name.
	Services map[string]Resource `json:"services,omitempty"`
}

// At returns where a service is called.
func (r *ProviderR) At(service string) (Resource, bool) {
	if service == r.Service {
		return r.Resource, true
	}
	other, ok := r.Services[service]
	return other, ok
}

// ClientR is a client in mode R.
type ClientR struct {
	Drive Driver `json:"drive"`
	Bearing
	Choice
	// Services are the application URLs of the other services, by name.
	Services map[string]string `json:"services,omitempty"`

	callable []string // by a driver without URL
}

// At returns the application URL that makes the candidate call a service; see ClientA.At.
func (r *ClientR) At(service string) (url string, ok bool) {
	return reached(r.Drive, r.Choice, r.Services, r.callable, service)
}
