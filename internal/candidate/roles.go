package candidate

import (
	"fmt"
	"regexp"
	"slices"

	"etalon/internal/interops"
)

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

// Target is a service of a provider, at an endpoint.
type Target struct {
	Endpoint string `json:"endpoint"` // https
	Request
}

// Choice is the project and service on which most cases are played. All three are set after Load.
type Choice struct {
	Project string `json:"project"`
	Service string `json:"service"`
	SOAP    string `json:"soap"` // 1.1 or 1.2
}

// Provider is a candidate in the role fournisseur: it receives and verifies VIs.
type Provider struct {
	A ProviderA `json:"A"`
	// Backend says whether the harness's probe stands behind the candidate.
	Backend Backend `json:"backend"`
	Access
}

// ProviderA is a provider in mode A.
type ProviderA struct {
	Target
	Choice
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

// Client is a candidate in the role client: it makes and sends VIs.
type Client struct {
	A ClientA `json:"A"`
	// Users are those that the candidate knows, one by one; never empty after Load.
	Users []User `json:"users"`
	// Retries is how often at most it sends again after a vi:InvalidVI; never nil after Load (A13).
	Retries *int `json:"retries"`
	Access
}

// ClientA is a client in mode A.
type ClientA struct {
	Drive Driver `json:"drive"`
	Request
	Choice
	// Services are the application URLs of the other services, by name.
	Services map[string]string `json:"services"`

	callable []string // by a driver without URL
}

// At returns the application URL that makes the candidate call a service; "" with a command or a
// person, who can call every service of the organism's projects and get its name.
func (a *ClientA) At(service string) (url string, ok bool) {
	if service == a.Service {
		if a.Drive.HTTP != nil {
			url = a.Drive.HTTP.URL
		}
		return url, true
	}
	url, ok = a.Services[service]
	return url, ok || slices.Contains(a.callable, service)
}

// User is a person known to a client candidate, with what it may do. Test persons are synthetic.
type User struct {
	ID string `json:"id"`
	// Count above 1 makes one user for each rank, the id being a format such as agent-%04d; 0 after Load.
	Count int `json:"count"`
	// Class is the authentication class reached; the service's weakest sufficient one when empty.
	Class string `json:"class"`
	// Authenticated is false for one that the application did not authenticate (A12-N2); never nil after Load.
	Authenticated *bool `json:"authenticated"`
	// Rights are the PAGM granted, by project; none is a user without right (A12-N1).
	Rights map[string][]string `json:"rights"`
}

// Entitled lists the authenticated users that hold every one of the PAGM in a project.
func (c *Client) Entitled(project string, pagm ...string) []User {
	return c.usersWho(func(u User) bool {
		h := interops.Habilitation{User: u.ID, Project: project, PAGM: u.Rights[project]}
		return *u.Authenticated && len(h.PAGM) > 0 && h.Covers(pagm)
	})
}

// Unentitled lists the authenticated users that hold no right in a project.
func (c *Client) Unentitled(project string) []User {
	return c.usersWho(func(u User) bool { return *u.Authenticated && len(u.Rights[project]) == 0 })
}

// Unauthenticated lists the users that the application did not authenticate.
func (c *Client) Unauthenticated() []User {
	return c.usersWho(func(u User) bool { return !*u.Authenticated })
}

func (c *Client) usersWho(does func(User) bool) []User {
	return slices.DeleteFunc(slices.Clone(c.Users), func(u User) bool { return !does(u) })
}

// userRank is the place of a user's rank in the id of a line that stands for several.
var userRank = regexp.MustCompile(`%0?[1-9]?d`)

// each returns the users that one line of the file stands for.
func (u User) each() []User {
	if u.Authenticated == nil {
		yes := true
		u.Authenticated = &yes
	}
	n := u.Count
	u.Count = 0
	if n <= 1 && !userRank.MatchString(u.ID) {
		return []User{u}
	}
	users := make([]User, max(1, n))
	for i := range users {
		users[i] = u
		users[i].ID = userRank.ReplaceAllStringFunc(u.ID, func(verb string) string { return fmt.Sprintf(verb, i+1) })
	}
	return users
}

// Driver is how a candidate is made to do something; exactly one of the three is set. A command runs in
// the folder of the candidate file; docs/candidate.md says what it and a URL receive.
type Driver struct {
	HTTP    *HTTPCall `json:"http"`
	Command []string  `json:"command"`
	Manual  bool      `json:"manual"` // a person is asked, and waited for
}

// HTTPCall is a request of the application to the candidate.
type HTTPCall struct {
	URL     string            `json:"url"`
	Method  string            `json:"method"` // POST when empty in the file
	Headers map[string]string `json:"headers"`
	// Identity is how the user is told; json-header when empty in the file. Verbs have none.
	Identity Identity `json:"identity"`
}

// Identity is a form in which the application tells the candidate who the user is.
type Identity string

// The forms.
const (
	IdentityJSON          Identity = "json-header"
	IdentityInteropsInfos Identity = "interops-infos" // spec of the Interops-Infos header (A15)
	IdentityNone          Identity = "none"
)
