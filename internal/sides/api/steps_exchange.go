package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/scenario"
)

// exchangeSteps are the sentences about the exchange of tokens (API-01 to API-08).
func exchangeSteps() []scenario.Step {
	return []scenario.Step{
		step(`le proxy échange un jeton et lit la ressource de l'API`, controlBefore),
		step(`le proxy échange de nouveau un jeton et lit la ressource de l'API`, controlAfter),
		step(`le proxy demande l'échange à l'API`, func(ctx context.Context, p *part) error { return p.asks(ctx, p.side.honest(labelTrial)) }),
		stepOf(`le proxy demande l'échange à l'API sous le certificat §`, asksUnder),
		stepOf(`le proxy demande l'échange à l'API pour un jeton portant la faute §`, asksFaulty),
		stepOf(`le proxy demande l'échange à l'API avec la portée §`, asksScope),
		stepOf(`le proxy demande l'échange à l'API pour un jeton dit de type §`, asksType),
		step(`l'API rend un jeton, et dit de quelle sorte et pour combien de temps`, given),
		step(`l'API ne rend aucun jeton`, notGiven),
		step(`l'API n'accorde pas la portée interdite`, scopeNotGranted),
	}
}

// asks makes an exchange, as the trial.
func (p *part) asks(ctx context.Context, a asking) error {
	e, err := p.exchange(ctx, a)
	if err != nil {
		return err
	}
	p.made = e
	return p.lost("token", e.reply)
}

// certificates are those of the features: how each is named in the test PKI, behind the proxy's organism. That of another
// organism, and none, stand apart.
var certificates = map[string]string{
	"auto-signe": "~self-signed", "autre-autorite": "~unknown-ca", "renouvele": "~renewed", "expire": "~expired",
}

// certificate is the credential of a word; empty for none.
func (s *Side) certificate(word string) (pki.Credential, error) {
	suffix, known := certificates[word]
	switch {
	case word == "absent":
		return pki.Credential{}, nil
	case word == "autre-organisme":
		return s.run.Bench.PKI.Credential(candidate.UnlistedOrganism + "/tls")
	case !known:
		return pki.Credential{}, fmt.Errorf("certificate %q: want absent, autre-organisme or one of %v", word, slices.Sorted(maps.Keys(certificates)))
	}
	return s.run.Bench.PKI.Credential(candidate.VendorOrganism + "/tls" + suffix)
}

// asksUnder makes the exchange under a certificate of the table (API-02, API-03).
func asksUnder(ctx context.Context, p *part, word string) error {
	a := p.side.honest(labelTrial)
	var err error
	if a.credential, err = p.side.certificate(word); err != nil {
		return err
	}
	return p.asks(ctx, a)
}

// asksFaulty exchanges a token that has one fault (API-04, API-05).
func asksFaulty(ctx context.Context, p *part, fault string) error {
	a := p.side.honest(labelTrial)
	a.order.Fault = fault
	return p.asks(ctx, a)
}

// asksScope asks for no scope, or for one that the proxy does not have (API-06, API-07).
func asksScope(ctx context.Context, p *part, word string) error {
	a := p.side.honest(labelTrial)
	switch word {
	case "absente":
		a.change = map[string]string{"scope": ""}
	case "interdite":
		a.change = map[string]string{"scope": p.side.declared.ForbiddenScope}
	default:
		return fmt.Errorf("scope %q: want absente or interdite", word)
	}
	return p.asks(ctx, a)
}

// asksType tells of another type of token than the one that is shown (API-08).
func asksType(ctx context.Context, p *part, word string) error {
	if word != "saml2" {
		return fmt.Errorf("type of token %q: want saml2", word)
	}
	a := p.side.honest(labelTrial)
	a.change = map[string]string{"subject_token_type": oidc.TokenTypeSAML2}
	return p.asks(ctx, a)
}

// given wants an exchange to have gone through, with all that RFC 8693 §2.2.1 wants and the life of the token (API-01).
func given(_ context.Context, p *part) error {
	p.Checked()
	e := p.made
	if e.token == "" {
		p.Finds(p.Own("exchange-refused", "access_token", e.told(), p.proof(e.reply, "")))
		return nil
	}
	var missing []string
	for _, name := range []string{"issued_token_type", "token_type"} {
		if text, ok := e.said[name].(string); !ok || text == "" {
			missing = append(missing, name)
		}
	}
	if n, ok := e.said["expires_in"].(json.Number); !ok || strings.HasPrefix(n.String(), "-") {
		missing = append(missing, "expires_in")
	}
	if broken := (unreadable{}); errors.As(e.careless, &broken) {
		missing = append(missing, "JSON : "+e.careless.Error())
	} else if e.careless != nil {
		p.remark("careless-answer", e.careless.Error())
	}
	if len(missing) > 0 {
		p.Finds(p.Own("exchange-answer-incomplete", "access_token issued_token_type token_type expires_in", "− "+strings.Join(missing, " "), p.proof(e.reply, e.token)))
	}
	return nil
}

// notGiven wants no token of an exchange, whatever the status. What the refusal is called is told beside.
func notGiven(_ context.Context, p *part) error {
	p.Checked()
	e := p.made
	if e.token != "" {
		p.Sees(p.Own("exchange-granted", "0", e.told()+" access_token", p.proof(e.reply, e.token)))
		return nil
	}
	if code, _ := e.said["error"].(string); e.err == nil && code == "" {
		p.remark("refusal-without-code", e.told())
	}
	return nil
}

// scopeNotGranted wants the forbidden scope not to be granted: no token, or one of which the answer says that it opens
// something else (RFC 6749 §3.3).
func scopeNotGranted(ctx context.Context, p *part) error {
	e := p.made
	told, narrowed := e.said["scope"].(string)
	if e.token == "" || !narrowed || told == "" {
		return notGiven(ctx, p)
	}
	p.Checked()
	got := strings.Fields(told)
	for _, scope := range strings.Fields(p.side.declared.ForbiddenScope) {
		if slices.Contains(got, scope) {
			p.Sees(p.Own("exchange-granted", "0", e.told()+" access_token, scope "+told, p.proof(e.reply, e.token)))
			return nil
		}
	}
	p.remark("scope-narrowed", told)
	return nil
}
