package candidate

import (
	"strings"

	"etalon/internal/interops"
)

// Transport is how a Response travels from the client's portal to the provider's in mode P.
type Transport string

// The transports; the profile's (p.transport) unless the candidate file chooses.
const (
	ProxyPost       Transport = "proxy-post"   // posted by the client's proxy, over mutual TLS
	BrowserPost     Transport = "browser-post" // posted by the person's browser
	HeaderTransport Transport = "header"       // in a header of the client proxy's requests, over mutual TLS
)

// TransportHeader is the header that carries the Response with HeaderTransport, unless the file names another.
const TransportHeader = "X-Interops-Response"

// Carriage is the transport agreed for mode P. Both are set after Load.
type Carriage struct {
	Transport Transport `json:"transport,omitempty"`
	// Header is the name of the header of HeaderTransport.
	Header string `json:"header,omitempty"`
}

// Face is where a receiver of Responses (modes P and S) is reached for one service.
type Face struct {
	// ACS is the URL that takes the Response.
	ACS string `json:"acs"`
	// Target is a page of the service that needs a session, and that the weakest user of the project may see; with
	// MarkerPlace in it where the probe stands behind.
	Target string `json:"target"`
	// Resources are pages of the service by the operation of the convention's PAGM that opens them, with MarkerPlace
	// likewise (P09).
	Resources map[string]string `json:"resources,omitempty"`
}

// Marked puts the marker of a call in its place in a URL.
func Marked(url, marker string) string { return strings.ReplaceAll(url, MarkerPlace, marker) }

// Sight says how the harness recognises what a receiver serves.
type Sight struct {
	// Success is a text of every page served to an entitled user; when empty, any answer below 300 is one.
	Success string `json:"success,omitempty"`
	// Identity is where the user's identifier comes out; nil when nowhere (P10).
	Identity *Shown `json:"identity,omitempty"`
}

// Shown is where a user's identifier comes out of a receiver; one of the two is set.
type Shown struct {
	// Header is the header of the request relayed to the backend whose value is the identifier.
	Header string `json:"header,omitempty"`
	// Text is a text of the target page, with UserPlace in it.
	Text string `json:"text,omitempty"`
}

// UserPlace is where a text wants the identifier of the person.
const UserPlace = "${identifiant}"

// ProviderP is a provider in mode P: a web application that a Response opens.
type ProviderP struct {
	Face
	Sight
	Carriage
	Choice
	// Services are the other services that can be reached, by name.
	Services map[string]Face `json:"services,omitempty"`
	// SecondNode is the main service on another node of a cluster; nil when there is none (L06).
	SecondNode *Face `json:"second_node,omitempty"`
}

// At returns where a service is reached.
func (p *ProviderP) At(service string) (Face, bool) {
	return faceOf(p.Face, p.Choice, p.Services, service)
}

func faceOf(main Face, choice Choice, others map[string]Face, service string) (Face, bool) {
	if service == choice.Service {
		return main, true
	}
	f, ok := others[service]
	return f, ok
}

// ClientP is a client in mode P: a home portal from which persons leave. One of Login and Headers is set.
type ClientP struct {
	// Login is how a person opens its home session.
	Login *Recipe `json:"login,omitempty"`
	// Headers take the place of a login: they are sent with each request, with UserPlace in their values.
	Headers map[string]string `json:"headers,omitempty"`
	// Link is the URL that sends the person to the main service, with MarkerPlace if it keeps it; Services are those of
	// the other services, by name.
	Link     string            `json:"link"`
	Services map[string]string `json:"services,omitempty"`
	// Logout is the URL that ends the home session; "" when there is none (P15).
	Logout string `json:"logout,omitempty"`
	// Session is how long the home session lasts without a request; zero when not told (P12-N2).
	Session interops.Duration `json:"session,omitzero"`
	Browser Browser           `json:"browser,omitempty"`
	Carriage
	Choice
}

// At returns the URL that sends a person to a service.
func (p *ClientP) At(service string) (string, bool) {
	if service == p.Service {
		return p.Link, true
	}
	url, ok := p.Services[service]
	return url, ok
}

// Browser says which browser plays the person.
type Browser string

// The browsers; http unless told otherwise.
const (
	BrowserHTTP     Browser = "http"     // ours: follows redirects and submits forms, runs no script
	BrowserChromium Browser = "chromium" // a real one, for pages that need scripts
)

// Recipe is how a person logs in: the page, the names of its fields, and the sign that the login went through.
type Recipe struct {
	URL     string  `json:"url"`
	Form    Form    `json:"form"`
	Success Success `json:"success"`
}

// Form names the fields of a login form.
type Form struct {
	User     string `json:"user,omitempty"`     // name of the field that takes the identifier
	Password string `json:"password,omitempty"` // name of the one that takes the secret; "" when the form has none
	// Extra are other fields to fill, by name; a value may hold UserPlace, ${secret} and ${classe}.
	Extra map[string]string `json:"extra,omitempty"`
}

// Success is the sign of a login that went through; exactly one is set.
type Success struct {
	Cookie string `json:"cookie,omitempty"` // name of a cookie that the login sets
	Text   string `json:"text,omitempty"`   // text of the page on which it ends
	URL    string `json:"url,omitempty"`    // beginning of that page's URL
}
