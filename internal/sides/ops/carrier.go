package ops

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/sso"
	"etalon/internal/stand"
	"etalon/stubs/client"
)

// carrier is how a VI travels to a provider in one mode. All else that is done to a provider, and seen of it, is the same.
type carrier interface {
	// services are those that the candidate declares: the one that most cases are played on, and the others.
	services() (main candidate.Choice, others []string)
	// aim says where and how the service of a target is reached.
	aim(t *target) error
	// ask makes a call ask a service for an operation; false when the candidate does not say where that is.
	ask(c *client.Call, t target, operation, marker string) bool
}

// carrierOf returns the carrier of a scope that the candidate declares.
func carrierOf(scope string, c *candidate.Candidate) (carrier, error) {
	switch {
	case scope == "fournisseur/A" && c.Provider != nil && c.Provider.A != nil:
		return soapCarrier{c.Provider.A}, nil
	case scope == "fournisseur/P" && c.Provider != nil && c.Provider.P != nil:
		p := c.Provider.P
		return webCarrier{p.Choice, slices.Collect(maps.Keys(p.Services)), p.At, p.Sight, p.Carriage}, nil
	case scope == "fournisseur/R" && c.Provider != nil && c.Provider.R != nil:
		return restCarrier{c.Provider.R}, nil
	case scope == "operateur-service/S" && c.Service != nil:
		s := &c.Service.S
		browser := candidate.Carriage{Transport: candidate.BrowserPost}
		return webCarrier{s.Choice, slices.Collect(maps.Keys(s.Services)), s.At, s.Sight, browser}, nil
	}
	return nil, fmt.Errorf("play %s: the candidate does not declare it", scope)
}

// soapCarrier is that of mode A: the VI stands in the header of a SOAP message, the operation is its Body.
type soapCarrier struct{ declared *candidate.ProviderA }

func (s soapCarrier) services() (candidate.Choice, []string) {
	return s.declared.Choice, slices.Collect(maps.Keys(s.declared.Services))
}

func (s soapCarrier) aim(t *target) (err error) {
	at, ok := s.declared.At(t.Service.Name)
	if !ok {
		return errNoPlace(t.Service.Name)
	}
	if t.Endpoint, err = url.Parse(at.Endpoint); err != nil {
		return fmt.Errorf("read endpoint of %q: %w", t.Service.Name, err)
	}
	t.Action, t.SOAP = at.SOAPAction, s.declared.SOAP
	if agreed := t.Project.SOAP; len(agreed) > 0 && !slices.Contains(agreed, t.SOAP) {
		t.SOAP = agreed[0]
	}
	return nil
}

func (s soapCarrier) ask(c *client.Call, t target, operation, marker string) bool {
	at, _ := s.declared.At(t.Service.Name)
	c.SOAPAction, c.SOAP = t.Action, t.SOAP
	c.Body = honestBody(at.Template(operation), operation, marker)
	return true
}

// restCarrier is that of mode R: the VI is a token in a header, the operation is a resource, perhaps after a verb.
type restCarrier struct{ declared *candidate.ProviderR }

func (r restCarrier) services() (candidate.Choice, []string) {
	return r.declared.Choice, slices.Collect(maps.Keys(r.declared.Services))
}

func (r restCarrier) aim(t *target) (err error) {
	at, ok := r.declared.At(t.Service.Name)
	if !ok {
		return errNoPlace(t.Service.Name)
	}
	if t.Endpoint, err = url.Parse(candidate.Marked(at.Endpoint, "")); err != nil {
		return fmt.Errorf("read endpoint of %q: %w", t.Service.Name, err)
	}
	return nil
}

// ask makes the call a request of a resource: that of the operation, or the endpoint for the operation of the weakest
// user.
func (r restCarrier) ask(c *client.Call, t target, operation, marker string) bool {
	at, _ := r.declared.At(t.Service.Name)
	verb, resource, named := strings.Cut(operation, " ")
	if !named {
		verb, resource = "", operation
	}
	address, declared := at.Resources[resource]
	if !declared {
		address = at.Endpoint
	}
	target, err := url.Parse(candidate.Marked(address, marker))
	if err != nil {
		return false
	}
	c.Resource = &client.Resource{
		At: target, Method: verb, Token: string(r.declared.Token), Header: r.declared.Header,
	}
	return declared || resource == stand.OperationOf(t.Project)
}

// token is the form of token that the candidate takes; "" outside mode R.
func (s *providerSide) token() candidate.Token {
	if r, ok := s.carrier.(restCarrier); ok {
		return r.declared.Token
	}
	return ""
}

// webCarrier is that of modes P and S: the VI travels in a Response, which opens a session; the operation is a page.
type webCarrier struct {
	main     candidate.Choice
	others   []string
	at       func(service string) (candidate.Face, bool)
	sight    candidate.Sight
	carriage candidate.Carriage
}

func (b webCarrier) services() (candidate.Choice, []string) { return b.main, b.others }

func (b webCarrier) aim(t *target) (err error) {
	face, ok := b.at(t.Service.Name)
	if !ok {
		return errNoPlace(t.Service.Name)
	}
	if t.Endpoint, err = url.Parse(face.ACS); err != nil {
		return fmt.Errorf("read acs of %q: %w", t.Service.Name, err)
	}
	return nil
}

// ask makes the call a visit of a page: that of the operation, or the target page for the operation of the weakest user.
func (b webCarrier) ask(c *client.Call, t target, operation, marker string) bool {
	face, _ := b.at(t.Service.Name)
	address, declared := face.Resources[operation]
	if !declared {
		address = face.Target
	}
	page, err := url.Parse(candidate.Marked(address, marker))
	if err != nil {
		return false
	}
	visit := client.Visit{
		Transport: string(b.carriage.Transport), Header: b.carriage.Header, RelayState: returnAddress(face.Target), Page: page,
		Success: b.sight.Success,
	}
	if c.Visit != nil {
		visit.Browser, visit.Alone, visit.Method = c.Visit.Browser, c.Visit.Alone, c.Visit.Method
		visit.InResponseTo = c.Visit.InResponseTo
	}
	c.Visit = &visit
	return declared || operation == stand.OperationOf(t.Project)
}

// returnAddress is the address of a page without what holds the marker, which would make it too long for a RelayState
// (SAML bindings §3.5.3): the whole address, its path alone when that is shorter than allowed, else nothing.
func returnAddress(page string) string {
	at, err := url.Parse(page)
	if err != nil {
		return ""
	}
	query := at.Query()
	maps.DeleteFunc(query, func(_ string, values []string) bool {
		return slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, candidate.MarkerPlace) })
	})
	at.RawQuery = query.Encode()
	for _, address := range []string{at.String(), at.RequestURI()} {
		if len(address) <= sso.MaxRelayState {
			return address
		}
	}
	return ""
}

func errNoPlace(service string) error {
	return fmt.Errorf("find service %q: the candidate file gives it no address", service)
}
