package idp

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/browser"
	"etalon/internal/jws"
	"etalon/internal/scenario"
)

// hide remembers a secret that the evidence of this scenario must not hold (rule 9).
func (p *part) hide(secrets ...string) {
	for _, s := range secrets {
		if len(s) >= 4 {
			p.secrets = append(p.secrets, s)
		}
	}
}

// opening are the parameters of a way back that let in who has them.
var opening = []string{"code", "access_token", "id_token", "refresh_token", "response"}

// hideWay remembers the tokens and codes with which a browser was sent back, in a query, a fragment or a form, before any of
// them is kept.
func (p *part) hideWay(page browser.Page) {
	if page.Held != nil {
		p.hideIn(page.Held.URL)
		p.hideIn("?" + page.Query().Encode())
	}
	for _, hop := range page.Hops {
		p.hideIn(hop.URL)
		p.hideIn(hop.Header.Get("Location"))
		p.hideIn("?" + string(hop.RequestBody))
	}
}

// hideIn remembers what lets in of the parameters of an address, as they are written and as they are read.
func (p *part) hideIn(address string) {
	for _, pair := range strings.FieldsFunc(address, func(r rune) bool { return r == '?' || r == '#' || r == '&' }) {
		name, written, _ := strings.Cut(pair, "=")
		if !slices.Contains(opening, name) || len(written) < minOpening {
			continue
		}
		p.hide(written)
		if value, err := url.QueryUnescape(written); err == nil && value != written {
			p.hide(value)
		}
	}
}

// minOpening is the least length of a code that nobody guesses: anything shorter stands in words.
const minOpening = 8

// veiled is a short text of a partner without what may let in: long words of letters and digits.
func veiled(text string) string {
	return scenario.Brief(longWord.ReplaceAllString(text, "…"))
}

var longWord = regexp.MustCompile(`[A-Za-z0-9_.+/=~-]{24,}`)

// gist says what a document says without what lets in: its error, or the names of its members.
func gist(body []byte, media string) string {
	var said map[string]any
	if json.Unmarshal(body, &said) != nil || said == nil {
		return fmt.Sprintf("%s, %d octets", media, len(body))
	}
	if code, ok := said["error"].(string); ok {
		description, _ := said["error_description"].(string)
		return veiled(strings.TrimSpace(code + " " + description))
	}
	return "{" + strings.Join(slices.Sorted(maps.Keys(said)), ", ") + "}"
}

// clean takes the secrets out of what is kept: of a JWT, its signature; of anything else, all of it.
func (p *part) clean(raw []byte) []byte {
	var pairs []string
	add := func(secret string) {
		shown := p.standIn(secret)
		for _, spelling := range bench.Spellings(secret) {
			pairs = append(pairs, spelling, shown)
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
