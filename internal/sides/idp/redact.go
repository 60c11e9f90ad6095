package idp

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"etalon/internal/jws"
)

// hide remembers a secret that the evidence of this scenario must not hold (rule 9).
func (p *part) hide(secrets ...string) {
	for _, s := range secrets {
		if len(s) >= 4 {
			p.secrets = append(p.secrets, s)
		}
	}
}

// clean takes the secrets out of what is kept: of a JWT, its signature; of anything else, all of it.
func (p *part) clean(raw []byte) []byte {
	var pairs []string
	add := func(secret string) {
		shown := p.standIn(secret)
		pairs = append(pairs, secret, shown)
		if escaped := url.QueryEscape(secret); escaped != secret {
			pairs = append(pairs, escaped, shown)
		}
	}
	for _, s := range p.side.secrets() {
		add(s)
	}
	for _, s := range p.secrets {
		add(s)
	}
	return []byte(strings.NewReplacer(pairs...).Replace(string(raw)))
}

// standIn is what stands for a secret: of a token, what it says and its digest.
func (p *part) standIn(secret string) string {
	t, err := jws.Parse(secret)
	if err != nil {
		return p.Run.Bench.Redactor.Secret(secret)
	}
	header, failed := json.Marshal(t.Header)
	if failed != nil {
		return p.Run.Bench.Redactor.Secret(secret)
	}
	return fmt.Sprintf("jeton(%s.%s, sha256:%x)", header, t.Payload, sha256.Sum256([]byte(secret)))
}

// secrets are those of the candidate file: of clients, of persons and of the interface of indicators.
func (s *Side) secrets() []string {
	d := s.declared
	all := []string{d.Client.Secret}
	if d.SecondClient != nil {
		all = append(all, d.SecondClient.Secret)
	}
	for _, e := range d.Establishments {
		all = append(all, e.Client.Secret)
		for _, who := range e.Persons {
			all = append(all, who.Secret)
		}
	}
	if d.Indicators != nil {
		all = append(all, d.Indicators.Secret, d.Indicators.Token)
	}
	var kept []string
	for _, one := range all {
		if len(one) >= 4 {
			kept = append(kept, one)
		}
	}
	return kept
}
