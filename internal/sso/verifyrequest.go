package sso

import (
	"slices"

	"etalon/internal/interops"
)

// Registered is an address to which Responses may be sent, as the operator of a service published it (S09-N3).
type Registered struct {
	// Organism is the Organism.Name of the service operator, Service the Service.Name behind the address.
	Organism, Service, ACS string
}

// RequestExpectation is what an authentication operator knows before it reads an AuthnRequest.
type RequestExpectation struct {
	Circle
	// Destination is the operator's own address.
	Destination string
	Registered  []Registered
}

// JudgedRequest is what an AuthnRequest turned out to be.
type JudgedRequest struct {
	AuthnRequest
	Protocol
	// Return is where the Response may go, for which service: the registered address that the request names, or else
	// the first one of its service. Zero when there is none: then nothing may be sent, not even an error.
	Return Registered
	// Service is that of Return in the sphere; zero when unknown.
	Service interops.Service
}

// VerifyRequest judges an AuthnRequest by Redirect or POST (S09). It returns every departure, except that an
// unreadable message has no others. AuthnRequest.ACS is a claim: use Return.
func VerifyRequest(in Incoming, x RequestExpectation) JudgedRequest {
	m, readable := begin(in, x.Circle, kindRequest, x.Destination)
	out := JudgedRequest{Protocol: m.out}
	if !readable {
		return out
	}
	out.AuthnRequest = readRequest(m.root)
	if m.out.Organism.Name != "" {
		m.route(&out, x.Registered)
	}
	out.Findings = m.out.Findings
	return out
}

// route finds the service that the request is for, and the address of its answer (S09-N2, S09-N3).
func (m *member) route(out *JudgedRequest, registered []Registered) {
	there := slices.DeleteFunc(slices.Clone(registered), func(r Registered) bool {
		return r.Organism != m.out.Organism.Name || m.service.Name != "" && r.Service != "" && r.Service != m.service.Name
	})
	if len(there) == 0 {
		m.report("request-service-unknown", "", out.Issuer) // S09-N2
		return
	}
	at := 0
	if out.ACS != "" {
		at = slices.IndexFunc(there, func(r Registered) bool { return r.ACS == out.ACS })
	}
	if at < 0 {
		m.report("request-acs-other", there[0].ACS, out.ACS) // S09-N3
		return
	}
	out.Return = there[at]
	if out.Return.Service == "" {
		out.Return.Service = m.service.Name
	}
	operator, _ := m.Convention.Sphere.Member(m.out.Organism.Name)
	i := slices.IndexFunc(operator.Services, func(s interops.Service) bool { return s.Name == out.Return.Service })
	if i < 0 {
		m.report("request-service-unknown", "", out.Return.Service)
		return
	}
	out.Service = operator.Services[i]
}
