package mss

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/pki"
)

// published is what one source says of where an interface is.
type published struct {
	domain, source string
	places         []string // host:port
	err            error
}

// serviceNames are those of SRV records (RFC 6186 §3), and the types of the description in XML.
var serviceNames = map[candidate.Role]struct{ srv, xml string }{
	candidate.RoleMSSIMAP: {"imap", "imap"}, candidate.RoleMSSSMTP: {"submission", "smtp"},
}

// readsDiscovery reads both sources that are declared, for each domain of the mailboxes (TLS-25).
func readsDiscovery(ctx context.Context, p *part) error {
	s := p.side
	bounded, cancel := context.WithTimeout(ctx, s.run.Patience)
	defer cancel()
	for _, domain := range s.domains() {
		if at := s.declared.Discovery.DNS; at != "" {
			places, err := lookSRV(bounded, at, serviceNames[s.Role].srv, domain)
			p.line.tls.found = append(p.line.tls.found, published{domain, "SRV", places, err})
		}
		if at := s.declared.Discovery.Autoconfig; at != "" {
			places, err := s.readAutoconfig(bounded, at)
			p.line.tls.found = append(p.line.tls.found, published{domain, "autoconfig", places, err})
		}
	}
	return nil
}

// domains are those of the mailboxes, each once.
func (s *Side) domains() []string {
	var all []string
	for _, b := range s.declared.Mailboxes {
		domain := strings.ToLower(b.Address[strings.LastIndex(b.Address, "@")+1:])
		if !slices.Contains(all, domain) {
			all = append(all, domain)
		}
	}
	return all
}

// discoveryNamed wants one source, for each domain, to name host and port (MSSanté profile: two are read, one is wanted).
func discoveryNamed(_ context.Context, p *part) error {
	p.Checked()
	want := p.side.publishedAs()
	for _, domain := range p.side.domains() {
		var got []string
		named, told := false, false
		for _, f := range p.line.tls.found {
			if f.domain != domain {
				continue
			}
			said := strings.Join(f.places, " ")
			if f.err != nil {
				said = f.err.Error()
			}
			got = append(got, f.source+" : "+said)
			named = named || slices.Contains(f.places, want)
			told = told || len(f.places) > 0
		}
		switch {
		case named:
		case told:
			p.Sees(p.Own("discovery-other", want, domain+" : "+strings.Join(got, " ; ")))
		default:
			p.Finds(p.Own("discovery-missing", want, domain+" : "+strings.Join(got, " ; ")))
		}
	}
	return nil
}

// publishedAs is what must be named: the published host, and the port under test.
func (s *Side) publishedAs() string {
	_, port, err := net.SplitHostPort(s.address)
	if err != nil {
		return s.declared.Host
	}
	return net.JoinHostPort(strings.ToLower(s.declared.Host), port)
}

// lookSRV asks one DNS server for the SRV records of a service.
func lookSRV(ctx context.Context, server, service, domain string) ([]string, error) {
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return candidate.Guarded(net.Dialer{})(ctx, network, server)
	}}
	_, records, err := resolver.LookupSRV(ctx, service, "tcp", domain+".")
	if err != nil {
		return nil, fmt.Errorf("look up _%s._tcp.%s: %w", service, domain, err)
	}
	var all []string
	for _, r := range records {
		all = append(all, net.JoinHostPort(strings.ToLower(strings.TrimSuffix(r.Target, ".")), fmt.Sprint(r.Port)))
	}
	return all, nil
}

// maxDescription bounds the description in XML.
const maxDescription = 1 << 20

// description is the Mozilla-style file: the servers of an e-mail provider.
type description struct {
	XMLName  xml.Name `xml:"clientConfig"`
	Incoming []server `xml:"emailProvider>incomingServer"`
	Outgoing []server `xml:"emailProvider>outgoingServer"`
}

type server struct {
	Type string `xml:"type,attr"`
	Host string `xml:"hostname"`
	Port string `xml:"port"`
}

var errDescription = errors.New("want a clientConfig document of less than 1 MiB, with status 200")

// readAutoconfig fetches the description, from a server whose certificate leads to a known root.
func (s *Side) readAutoconfig(ctx context.Context, address string) ([]string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("read autoconfig: %w", err)
	}
	trust := &pki.Trust{Roots: s.run.Bench.Roots(), FailOpen: true}
	client := &http.Client{Transport: &http.Transport{
		DialContext:       candidate.Guarded(net.Dialer{}), // what the domain publishes may lead anywhere
		DisableKeepAlives: true,
		TLSClientConfig:   pki.ClientConfig(noCredential, bench.Wall, trust.DecideServer(request.URL.Hostname(), bench.Wall)),
	}}
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("read autoconfig: %w", err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxDescription+1))
	if err != nil {
		return nil, fmt.Errorf("read autoconfig: %w", err)
	}
	var d description
	if response.StatusCode != http.StatusOK || len(raw) > maxDescription || xml.Unmarshal(raw, &d) != nil {
		return nil, fmt.Errorf("read autoconfig: %s: %w", response.Status, errDescription)
	}
	var all []string
	for _, one := range append(d.Incoming, d.Outgoing...) {
		if one.Type == serviceNames[s.Role].xml {
			all = append(all, net.JoinHostPort(strings.ToLower(strings.TrimSpace(one.Host)), strings.TrimSpace(one.Port)))
		}
	}
	return all, nil
}
