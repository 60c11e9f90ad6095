package api

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
)

// resourceSteps are the sentences about the resource and the link (API-11 to API-17).
func resourceSteps() []scenario.Step {
	return []scenario.Step{
		stepOf(`le proxy appelle la ressource de l'API sous le certificat §`, callsUnder),
		step(`le proxy appelle la ressource de l'API sans chiffrement`, callsInClear),
		stepOf(`le serveur § de l'API ne se voit offrir que TLS 1\.1`, offersOldTLS),
		step(`le jeton de l'API est révoqué`, revoke),
		side.StepOf(`(\d+) minutes passent pour l'API`, func(ctx context.Context, p *part, n int) error { return p.passes(ctx, time.Duration(n)*time.Minute) }),
		step(`l'API rend la ressource`, delivered),
		step(`l'API ne rend pas la ressource`, notDelivered),
		step(`l'API refuse cette offre`, offerRefused),
	}
}

// bearer is the token of the last exchange or control of the scenario; without one, an honest exchange gives it.
func (p *part) bearer(ctx context.Context) (string, error) {
	if p.token != "" {
		return p.token, nil
	}
	e, err := p.exchange(ctx, p.side.honest(labelTrial))
	if err != nil {
		return "", err
	}
	if p.token = e.token; p.token == "" {
		return "", p.Cannot(verdict.ReasonControlRefusedBefore, e.told())
	}
	return p.token, nil
}

// callsUnder shows the token of the scenario under a certificate of the table, or under that of the proxy (API-11 to API-13).
func callsUnder(ctx context.Context, p *part, word string) error {
	token, err := p.bearer(ctx)
	if err != nil {
		return err
	}
	v := p.side.visit(labelCall, token)
	if word != "du-proxy" {
		if v.credential, err = p.side.certificate(word); err != nil {
			return err
		}
	}
	p.seen = p.call(ctx, v)
	return p.lost("resource", p.seen.reply)
}

// callsInClear asks for the resource without TLS, at the declared address or where the resource is (API-17). Nobody who
// listens there is as good as a refusal; no answer in time is none.
func callsInClear(ctx context.Context, p *part) error {
	token, err := p.bearer(ctx)
	if err != nil {
		return err
	}
	v := p.side.visit(labelCall, token)
	v.credential = pki.Credential{}
	if v.address = p.side.declared.Plain; v.address == "" {
		v.address = "http" + strings.TrimPrefix(p.side.declared.Resource, "https")
	}
	p.seen = p.call(ctx, v)
	if out := (*unreachable)(nil); errors.As(p.seen.err, &out) && out.nobody {
		return nil
	}
	return p.lost("resource", p.seen.reply)
}

// delivered wants the resource to have been given to its own proxy (API-11).
func delivered(_ context.Context, p *part) error {
	p.Checked()
	if c := p.seen; !c.delivered {
		p.Finds(p.Own("resource-refused", "HTTP 200", c.told(), p.proof(c.reply, c.token)))
	}
	return nil
}

// notDelivered wants nothing of the resource to have been given.
func notDelivered(_ context.Context, p *part) error {
	p.Checked()
	c := p.seen
	if c.delivered {
		p.Sees(p.Own("resource-given", "HTTP 401", c.told(), p.proof(c.reply, c.token)))
		return nil
	}
	if c.err == nil && c.status/100 == 2 {
		p.remark("refusal-by-200", c.told())
	}
	return nil
}

// offersOldTLS makes a ClientHello of TLS 1.1 alone (API-16).
func offersOldTLS(ctx context.Context, p *part, word string) error {
	address, known := map[string]string{"des jetons": p.side.declared.Token, "de la ressource": p.side.declared.Resource}[word]
	if !known {
		return fmt.Errorf("server %q: want des jetons or de la ressource", word)
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), "443")
	}
	ctx, cancel := context.WithTimeout(ctx, p.side.run.Patience)
	defer cancel()
	result, err := pki.ProbeHello(ctx, candidate.Guarded(net.Dialer{}), host, tls.VersionTLS11, pki.OldSuites)
	if err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "ServerHello : "+err.Error())
	}
	p.hello = &result
	p.remark("hello-answer", result.String())
	return nil
}

// offerRefused wants an alert or the end of the connection.
func offerRefused(_ context.Context, p *part) error {
	p.Checked()
	if p.hello.Answer == pki.AnswerHello {
		p.Sees(p.Own("tls-weak-accepted", "alert", p.hello.String()))
	}
	return nil
}
