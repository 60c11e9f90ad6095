package idp

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"etalon/internal/browser"
	"etalon/internal/scenario"
)

// hideWay remembers the tokens and codes with which a browser was sent back, in a query, a fragment or a form, before any of
// them is kept.
func (p *part) hideWay(page browser.Page) {
	if page.Held != nil {
		p.Veil.HideIn(page.Held.URL)
		p.Veil.HideIn("?" + page.Query().Encode())
	}
	for _, hop := range page.Hops {
		p.Veil.HideIn(hop.URL)
		p.Veil.HideIn(hop.Header.Get("Location"))
		p.Veil.HideIn("?" + string(hop.RequestBody))
	}
}

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
	return all
}
