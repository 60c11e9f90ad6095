package lps

import (
	"context"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/mail"
	"etalon/internal/pki"
)

// place is where a server is.
type place struct {
	address, host string // host:port to connect to, and the name that the certificate must bear
	trusting      bool   // its certificate is not looked at
}

// The kinds of servers.
const (
	kindIMAP = "imap"
	kindSMTP = "submission"
)

var errNowhere = errors.New("aucun serveur n'est annoncé pour cette boîte")

// locate finds a server: as the person typed it, else by SRV records, else by the description in XML.
func (p *Program) locate(ctx context.Context, g Gesture, kind string) (place, error) {
	typed := g.IMAP
	if kind == kindSMTP {
		typed = g.SMTP
	}
	if typed != "" {
		host, _, err := net.SplitHostPort(typed)
		return place{address: typed, host: host, trusting: p.policy.trustsTyped}, err
	}
	_, domain, _ := strings.Cut(g.Mailbox, "@")
	if !p.policy.ignoresSRV {
		if found, err := p.bySRV(ctx, g, kind, domain); !errors.Is(err, errNowhere) {
			return found, err
		}
	}
	if p.policy.ignoresAutoconfig {
		return place{}, errNowhere
	}
	return p.byDescription(ctx, g, kind, domain)
}

// resolver asks the server of names that the harness plays.
func (p *Program) resolver(g Gesture) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, g.DNS)
	}}
}

// within tells whether a host is of a domain.
func within(host, domain string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	domain = strings.ToLower(domain)
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// bySRV asks for SRV records (RFC 6186).
func (p *Program) bySRV(ctx context.Context, g Gesture, kind, domain string) (place, error) {
	_, records, err := p.resolver(g).LookupSRV(ctx, kind, "tcp", domain+".")
	if err != nil || len(records) == 0 {
		return place{}, errNowhere
	}
	target := strings.TrimSuffix(records[0].Target, ".")
	if !within(target, domain) && !p.policy.followsSRV {
		return place{}, fmt.Errorf("le serveur annoncé, %s, n'est pas du domaine de la boîte", target)
	}
	return p.resolved(ctx, g, target, fmt.Sprint(records[0].Port), p.policy.followsSRV)
}

// resolved is a place by the address of its host.
func (p *Program) resolved(ctx context.Context, g Gesture, host, port string, trusting bool) (place, error) {
	if net.ParseIP(host) != nil {
		return place{address: net.JoinHostPort(host, port), host: host, trusting: trusting}, nil
	}
	addresses, err := p.resolver(g).LookupHost(ctx, host+".")
	if err != nil || len(addresses) == 0 {
		return place{}, fmt.Errorf("le serveur %s n'a pas d'adresse", host)
	}
	return place{address: net.JoinHostPort(addresses[0], port), host: host, trusting: trusting}, nil
}

// description is the Mozilla-style file.
type description struct {
	Servers []server `xml:"emailProvider>incomingServer"`
	Sending []server `xml:"emailProvider>outgoingServer"`
}

type server struct {
	Type   string `xml:"type,attr"`
	Host   string `xml:"hostname"`
	Port   string `xml:"port"`
	Socket string `xml:"socketType"`
}

// byDescription reads the description in XML, over https and from a server whose certificate is good.
func (p *Program) byDescription(ctx context.Context, g Gesture, kind, domain string) (place, error) {
	raw, err := p.fetchDescription(ctx, g, "autoconfig."+domain)
	if err != nil {
		return place{}, err
	}
	var d description
	if err := xml.Unmarshal(raw, &d); err != nil {
		return place{}, fmt.Errorf("lire la description : %w", err)
	}
	wanted, all := "imap", d.Servers
	if kind == kindSMTP {
		wanted, all = "smtp", d.Sending
	}
	for _, s := range all {
		if s.Type != wanted {
			continue
		}
		if !p.policy.trustsDescription && (!within(s.Host, domain) || net.ParseIP(s.Host) != nil) {
			return place{}, fmt.Errorf("le serveur décrit, %s, n'est pas du domaine de la boîte", s.Host)
		}
		return p.resolved(ctx, g, s.Host, s.Port, false)
	}
	return place{}, errNowhere
}

// fetchDescription fetches it.
func (p *Program) fetchDescription(ctx context.Context, g Gesture, host string) ([]byte, error) {
	_, port, err := net.SplitHostPort(g.Autoconfig)
	if err != nil {
		return nil, errNowhere
	}
	at, err := p.resolved(ctx, g, host, port, false)
	if err != nil {
		return nil, err
	}
	decide := p.trust.DecideServer(host, bench.Wall)
	if p.policy.describedByAnybody {
		decide = pki.AcceptAny
	}
	client := &http.Client{
		Timeout: p.config.Patience,
		Transport: &http.Transport{
			DisableKeepAlives: true, TLSClientConfig: pki.ClientConfig(pki.Credential{}, bench.Wall, decide),
			DialContext: func(ctx context.Context, network, called string) (net.Conn, error) {
				if strings.HasPrefix(called, host+":") {
					called = at.address
				}
				return new(net.Dialer).DialContext(ctx, network, called)
			},
		},
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if r.URL.Scheme != "https" && !p.policy.describedInClear {
				return errors.New("la description n'est plus servie par https")
			}
			return nil
		},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+net.JoinHostPort(host, port)+"/mail/config-v1.1.xml", nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("lire la description : %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, errNowhere
	}
	return io.ReadAll(io.LimitReader(response.Body, maxAnswer))
}

// decide judges the certificate of a mail server.
func (p *Program) decide(at place) pki.Decide {
	return func(chain []*x509.Certificate) error {
		trust := &pki.Trust{Roots: p.trust.Roots, Revocation: p.trust.Revocation}
		if p.policy.forgetsCRL {
			trust.Revocation = &pki.Checker{}
		}
		if p.policy.blind {
			trust.Revocation = nil
		}
		for _, t := range trust.VerifyServer(chain, at.host, bench.Wall()) {
			if !at.trusting && !p.policy.pardons(t.Kind) {
				return t
			}
		}
		return nil
	}
}

// target is how a server is spoken to.
func (p *Program) target(at place) mail.Target {
	return mail.Target{Address: at.address, Limits: mail.Limits{Wait: p.config.Patience, Bytes: maxReceived, Line: 1 << 20}}
}
