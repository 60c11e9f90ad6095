package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
)

// tokenSteps are the sentences about what a token of the API says (API-09, API-10, API-14).
func tokenSteps() []scenario.Step {
	return []scenario.Step{
		step(`le jeton de l'API porte l'empreinte du certificat du proxy`, bound),
		step(`le jeton de l'API écrit l'empreinte comme le veut la RFC 8705`, wellWritten),
		{Sentence: scenario.NewStep(`le jeton de l'API vit de (\d+) à (\d+) secondes`, nil).Sentence,
			Do: func(ctx context.Context, least, most int) error {
				return lives(ctx, side.Part[*part](ctx), least, most)
			}},
	}
}

// posts posts a form that holds a token of the API, under the certificate of the proxy.
func (p *part) posts(ctx context.Context, label, address, token string) (*reply, error) {
	form := url.Values{"token": {token}, "token_type_hint": {"access_token"}}
	if p.side.declared.Client != "" {
		form.Set("client_id", p.side.declared.Client)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, p.Cannot(verdict.ReasonMisdeclared, address, err.Error())
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	r := p.side.send(ctx, request, p.side.own)
	p.keep(label, "POST "+address+"\n\n"+form.Encode(), r, token)
	return r, nil
}

// claims are what the token of the last exchange says: by itself, or by introspection. Both where one of them holds no
// print.
func (p *part) claims(ctx context.Context) (map[string]any, string, error) {
	if p.made == nil || p.made.token == "" {
		return nil, "", p.Cannot(verdict.ReasonNoMessage, "access_token")
	}
	s := p.side.declared
	var claims map[string]any
	if s.Form == candidate.APIJWT {
		t, err := jws.Parse(p.made.token)
		if err != nil {
			return nil, "", p.Cannot(verdict.ReasonMisdeclared, p.side.Field("token_form"), err.Error())
		}
		claims = t.Claims
	}
	if _, printed := claims["cnf"]; printed || s.Introspection == "" {
		return claims, p.proof(p.made.reply, p.made.token), nil
	}
	r, err := p.posts(ctx, "introspection", s.Introspection, p.made.token)
	if err != nil {
		return nil, "", err
	}
	said, err := jws.Object(r.body)
	if active, _ := said["active"].(bool); err != nil || !active {
		return nil, "", p.Cannot(verdict.ReasonMisdeclared, p.side.Field("introspection"), r.told())
	}
	return said, p.proof(r, p.made.token), nil
}

// bound wants the print of the certificate under which the exchange was made, in the form of RFC 8705 (API-09). That of the
// published example binds the token to that certificate too: it is named as what it is, under API-10.
func bound(ctx context.Context, p *part) error {
	claims, proof, err := p.claims(ctx)
	if err != nil {
		return err
	}
	form, value := oidc.ReadPrint(claims, p.made.credential.Leaf())
	if form == oidc.PrintAbsent && p.side.declared.Introspection == "" { // which alone may tell of the binding (RFC 8705 §3.2)
		return p.Cannot(verdict.ReasonNotDeclared, p.side.Field("introspection"))
	}
	p.Checked()
	switch form {
	case oidc.PrintAbsent:
		p.Finds(p.Own("print-missing", `cnf "x5t#S256"`, "", proof))
	case oidc.PrintOther:
		p.Finds(p.Own("print-other", oidc.Print(p.made.credential.Leaf()), value, proof))
	case oidc.PrintExample:
		p.Finds(exampleForm(p, value, proof))
	}
	return nil
}

// printForm is the requirement on how the print is written.
const printForm = "API-10"

// exampleForm is what the form of the published example departs from.
func exampleForm(p *part, value, proof string) verdict.Finding {
	return verdict.Finding{
		Requirement: printForm, Rule: "print-as-example", Want: oidc.Print(p.made.credential.Leaf()), Got: value, Evidence: []string{proof},
	}
}

// wellWritten wants the print not to be written as the published example does (API-10). Whether there is one is API-09's
// business.
func wellWritten(ctx context.Context, p *part) error {
	claims, proof, err := p.claims(ctx)
	if err != nil {
		return err
	}
	switch form, value := oidc.ReadPrint(claims, p.made.credential.Leaf()); form {
	case oidc.PrintAbsent, oidc.PrintOther:
		return p.Cannot(verdict.ReasonNoMessage, fmt.Sprintf(`cnf "x5t#S256" (%s)`, form))
	case oidc.PrintExample:
		p.Checked()
		p.Finds(exampleForm(p, value, proof))
	default:
		p.Checked()
	}
	return nil
}

// lives wants the life of a token to be within bounds (API-14): what it says, or what the answer says of it.
func lives(ctx context.Context, p *part, least, most int) error {
	if p.made == nil || p.made.token == "" {
		return p.Cannot(verdict.ReasonNoMessage, "access_token")
	}
	life, told := number(p.made.said["expires_in"])
	s := p.side.declared
	if s.Form == candidate.APIJWT || s.Introspection != "" {
		claims, _, err := p.claims(ctx)
		if err != nil {
			return err
		}
		end, ended := number(claims["exp"])
		start, started := number(claims["iat"])
		if ended && started {
			life, told = end-start, true
		}
	}
	if !told {
		return p.Cannot(verdict.ReasonNoMessage, "exp, iat, expires_in")
	}
	p.Checked()
	if life < float64(least) || life > float64(most) {
		p.Finds(p.Own("token-life-other", fmt.Sprintf("%d … %d s", least, most), fmt.Sprintf("%.0f s", life), p.proof(p.made.reply, p.made.token)))
	}
	return nil
}

// number is a number of JSON.
func number(v any) (float64, bool) {
	n, ok := v.(json.Number)
	f, err := n.Float64()
	return f, ok && err == nil
}
