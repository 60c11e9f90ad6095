package rp

import (
	"context"
	"maps"
	"slices"
	"strings"

	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/redact"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// requestSteps are the sentences of what a service asks of Pro Santé Connect.
func requestSteps() []scenario.Step {
	return []scenario.Step{
		step(`le service lit la découverte de Pro Santé Connect sous son nom, ou ne la lit pas`, discoveryByName),
		step(`la demande de connexion du service est complète`, requestComplete),
		step(`la demande de connexion du service porte un défi PKCE S256`, requestChallenged),
		step(`le service a prouvé qui il est, par le moyen de son espace`, clientProved),
		step(`le secret du service n'est dans aucune adresse`, secretInNoAddress),
	}
}

// discoveryByName wants the discovery document to have been read under the name of Pro Santé Connect (PSC-01). A service that
// is configured by hand reads none.
func discoveryByName(_ context.Context, p *part) error {
	p.Checked()
	read := p.side.provider.Journal(func(e psc.Entry) bool { return e.Number > p.side.began && e.Endpoint == psc.EndpointDiscovery })
	named := func(e psc.Entry) bool { return strings.HasSuffix(e.Path, oidc.PathWallet) }
	if len(read) > 0 && !slices.ContainsFunc(read, named) {
		p.Finds(p.Own("discovery-other", oidc.PathWallet, read[0].Path, p.entries(read)))
	}
	return nil
}

// minSecret is the least length of a state and of a nonce that nobody guesses.
const minSecret = 8

// requestComplete wants the last authorization request to hold what Pro Santé Connect asks for, and its state and nonce not
// to be those of another (PSC-02).
func requestComplete(_ context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	q := v.asked
	lacks := func(want, got string) { p.Sees(p.Own("request-incomplete", want, got, p.proof(v)...)) }
	if q.Get("response_type") != "code" {
		lacks("response_type=code", "response_type="+q.Get("response_type"))
	}
	scopes := strings.Fields(q.Get("scope"))
	if !slices.Contains(scopes, mssante.ScopeOpenID) || !slices.Contains(scopes, mssante.ScopeAll) {
		lacks("scope="+mssante.ScopeOpenID+" "+mssante.ScopeAll, "scope="+q.Get("scope"))
	}
	if !slices.ContainsFunc(strings.Fields(q.Get("acr_values")), func(l string) bool { return slices.Contains(mssante.Levels(), l) }) {
		lacks("acr_values="+mssante.Levels()[0], "acr_values="+q.Get("acr_values"))
	}
	for _, name := range []string{"state", "nonce"} {
		switch value := q.Get(name); {
		case len(value) < minSecret:
			lacks(name, name+"="+value)
		case slices.ContainsFunc(p.controls, func(c *visitor) bool { return c.asked.Get(name) == value }):
			p.Sees(p.Own("request-repeats", name, name+"="+value, p.proof(v)...))
		}
	}
	if redirect := q.Get("redirect_uri"); !p.side.declared.Returns(redirect) {
		lacks("redirect_uri="+strings.Join(p.side.declared.Redirects, " "), "redirect_uri="+redirect)
	}
	return nil
}

// requestChallenged wants the last authorization request to commit the service by a challenge that nobody can undo (PSC-05).
func requestChallenged(_ context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if method := v.asked.Get("code_challenge_method"); v.asked.Get("code_challenge") == "" || method != oidc.ChallengeS256 {
		p.Finds(p.Own("challenge-other", "code_challenge_method=S256", "code_challenge_method="+method, p.proof(v)...))
	}
	return nil
}

// clientProved wants the last code to have been redeemed by who proves to be the service: by a secret or a certificate, and in
// the Espace de Confiance by a certificate (PSC-15).
func clientProved(_ context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	asked := p.exchanges(v)
	if len(asked) == 0 {
		return p.Cannot(verdict.ReasonNoMessage, "token")
	}
	p.Checked()
	for _, e := range asked {
		switch {
		case p.side.declared.TrustSpace && e.Certificate == "":
			p.Sees(p.Own("client-without-certificate", oidc.AuthTLS, e.Auth, p.entries(asked)))
		case e.Auth == "" && e.Certificate == "":
			p.Sees(p.Own("client-unproved", oidc.AuthBasic+", "+oidc.AuthTLS, "", p.entries(asked)))
		}
	}
	return nil
}

// inAddress are the parameters that no address may bear.
var inAddress = []string{"client_secret", "client_assertion", "code_verifier", "refresh_token", "access_token", "password"}

// secretInNoAddress wants no address, called at Pro Santé Connect or followed by a browser, to bear a secret or a token that
// lets in (PSC-16). An ID token is no such thing: a logout shows one.
func secretInNoAddress(_ context.Context, p *part) error {
	v, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	client := p.side.declared.PSC.Client
	told := p.Run.Bench.Redactor.Secret(client.Secret)
	shown := p.side.provider.Journal(func(e psc.Entry) bool {
		return e.Number > p.side.began && slices.ContainsFunc(inAddress, func(name string) bool { return e.Query[name] != "" }) ||
			client.Secret != "" && slices.Contains(slices.Collect(maps.Values(e.Query)), told)
	})
	if len(shown) > 0 {
		p.Sees(p.Own("secret-in-address", "POST", shown[0].Method+" "+shown[0].Path+"?…", p.entries(shown)))
	}
	for _, h := range v.hops {
		if what := p.lettingIn(h.URL); what != "" {
			p.Sees(p.Own("secret-in-address", "", redact.Bare(h.URL)+"?"+what+"=…", p.proof(v)...))
		}
	}
	return nil
}
