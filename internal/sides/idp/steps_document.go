package idp

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// documentSteps are the sentences about what a provider publishes, and its link.
func documentSteps() []scenario.Step {
	return []scenario.Step{
		step(`Pro Santé Connect lit la découverte du fournisseur d'identité`, readsDiscovery),
		step(`la découverte du fournisseur d'identité est complète`, discoveryWhole),
		step(`ce que le fournisseur d'identité annonce est servi`, announcedServed),
		step(`la découverte du fournisseur d'identité n'annonce pas de jeton sans signature`, noneUnannounced),
		step(`Pro Santé Connect lit les clés du fournisseur d'identité`, readsKeys),
		step(`les clés du fournisseur d'identité conviennent`, keysSound),
		step(`les clés du fournisseur d'identité disent leur usage`, keysSayTheirUse),
		stepOf(`le fournisseur d'identité refuse une liaison en §`, oldRefused),
	}
}

// readsDiscovery reads the document anew: what Open read may have changed.
func readsDiscovery(ctx context.Context, p *part) error {
	p.door = p.side.wire.enter(ctx, p.door.of)
	p.shown = p.keep(labelDiscovery, p.door.document)
	p.unanswered("issuer", p.door.document)
	return nil
}

func discoveryWhole(_ context.Context, p *part) error {
	if p.door.document.silent() {
		return nil // told by the reading
	}
	p.Checked()
	for _, f := range p.door.wrong {
		f.Evidence = proof(p.shown)
		p.Sees(f)
	}
	return nil
}

// announcedServed asks each announced service for something, and wants an answer that is of it: neither 404 nor a failure.
func announcedServed(ctx context.Context, p *part) error {
	if p.door.said == nil {
		return p.Cannot(verdict.ReasonIDUnusable, p.door.of.Discovery, p.door.unusable)
	}
	p.Checked()
	for _, endpoint := range []struct{ name, method string }{
		{"authorization_endpoint", http.MethodGet}, {"token_endpoint", http.MethodPost}, {"jwks_uri", http.MethodGet}, {"userinfo_endpoint", http.MethodGet},
		{"end_session_endpoint", http.MethodGet},
	} {
		name, address := endpoint.name, p.door.text(endpoint.name)
		if address == "" {
			continue
		}
		c := &call{method: endpoint.method, url: address, form: url.Values{}}
		p.side.wire.make(ctx, c)
		shown := p.keep(labelEndpoint, c)
		switch {
		case p.unanswered(name, c):
		case c.err != nil || c.status == http.StatusNotFound || c.status == http.StatusMethodNotAllowed || c.status == http.StatusNotImplemented:
			p.Sees(p.Own("id-endpoint-missing", name, c.told(), proof(shown)...))
		}
	}
	return nil
}

// noneUnannounced wants the document to list no algorithm that is none (FI-47).
func noneUnannounced(_ context.Context, p *part) error {
	p.Checked()
	for _, name := range []string{"id_token_signing_alg_values_supported"} {
		if algorithms := p.door.list(name); slices.ContainsFunc(algorithms, func(a string) bool { return strings.EqualFold(a, "none") }) {
			p.Sees(p.Own("id-none-announced", name, strings.Join(algorithms, " "), proof(p.shown)...))
		}
	}
	return nil
}

func readsKeys(ctx context.Context, p *part) error {
	if err := readsDiscovery(ctx, p); err != nil || p.Troubled() {
		return err
	}
	if p.door.keys == nil {
		return p.Cannot(verdict.ReasonIDUnusable, p.door.of.Discovery, "jwks_uri")
	}
	p.shown = p.keep(labelKeys, p.door.keys)
	p.unanswered("jwks_uri", p.door.keys)
	return nil
}

// ruleUse is what a key departs from that does not say its use: by our profile alone, where no key is of another.
const ruleUse = "id-key-use-missing"

func keysSound(_ context.Context, p *part) error { return p.keysWithout(ruleUse) }

func keysSayTheirUse(_ context.Context, p *part) error {
	if p.door.keys == nil || p.door.keys.silent() {
		return nil // told by the reading
	}
	p.Checked()
	for _, f := range p.door.wrongKeys {
		if f.Rule == ruleUse {
			f.Evidence = proof(p.shown)
			p.Sees(f)
		}
	}
	return nil
}

func (p *part) keysWithout(rule string) error {
	if p.door.keys == nil || p.door.keys.silent() {
		return nil // told by the reading
	}
	p.Checked()
	for _, f := range p.door.wrongKeys {
		if f.Rule != rule {
			f.Evidence = proof(p.shown)
			p.Sees(f)
		}
	}
	return nil
}

// oldVersions are the versions of TLS that are refused.
var oldVersions = map[string]uint16{"TLS 1.0": tls.VersionTLS10, "TLS 1.1": tls.VersionTLS11}

// oldRefused offers an old version alone, with suites that any server of it takes (FI-04).
func oldRefused(ctx context.Context, p *part, name string) error {
	version, known := oldVersions[name]
	if !known {
		return fmt.Errorf("version %q: want TLS 1.0 or TLS 1.1", name)
	}
	address := p.door.text("authorization_endpoint")
	if address == "" {
		address = p.door.of.Discovery
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	host := u.Host
	if u.Port() == "" {
		host += ":443"
	}
	bounded, cancel := context.WithTimeout(ctx, p.Run.Patience)
	defer cancel()
	conn, err := candidate.Guarded(net.Dialer{})(bounded, "tcp", host)
	if barred := barredIn(err); barred != nil {
		return p.cannotFor(barredBy("authorization_endpoint", barred))
	}
	var got pki.HelloResult
	if err == nil {
		got, err = pki.Hello{Version: version, Suites: pki.OldSuites}.Exchange(bounded, conn)
	}
	if err != nil {
		return p.Cannot(verdict.ReasonUnreachable, "issuer", host, err.Error())
	}
	p.Checked()
	p.Keep(verdict.Exchange{Label: "remark-hello-answer", From: "candidate", Marker: got.String()})
	if got.Answer == pki.AnswerHello && got.Version <= version {
		p.Sees(p.Own("id-old-tls", "alerte", got.String()))
	}
	return nil
}
