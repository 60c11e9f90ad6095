package ops

import (
	"net/http"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/rest"
	"etalon/internal/scenario"
)

// restNeeds are the needs of a provider of mode R.
var restNeeds = map[string]func(s *providerSide, name string) scenario.Answer{
	"ecriture-par-pagm": func(s *providerSide, name string) scenario.Answer {
		_, ok := writing(s.home.Project)
		return scenario.Agrees(ok && s.token() != "", name)
	},
	"jeton-jwt": func(s *providerSide, name string) scenario.Answer {
		return scenario.Declares(s.token() == candidate.TokenJWT, name)
	},
	"assertion": func(s *providerSide, name string) scenario.Answer {
		return scenario.Declares(s.token() != candidate.TokenJWT, name)
	},
}

// assertionVariants are the honest variants that only an assertion has, and no JWT.
var assertionVariants = []string{
	"ecdsa-sha256", "rsa-sha384", "rsa-sha512", "fractions-de-seconde", "secondes-entieres", "prefixes-inclusifs",
}

// carries tells whether the form of token that the candidate takes has a place for what a trial sends; always outside
// mode R.
func (s *providerSide) carries(t scenario.Trial) bool {
	form := string(s.token())
	if form == "" {
		return true
	}
	h := mutation.Honest{
		Now: s.run.Bench.Clock.Now(), Profile: s.run.profileInForce(), Convention: s.run.Bench.Convention,
		Project: s.home.Project, Service: s.home.Service,
	}
	for _, name := range t.Faults() {
		if m, ok := mutation.ByName(name); ok && len(m.Unmet(h)) == 0 && !m.InToken(h, form) {
			return false
		}
	}
	return form != rest.TokenJWT || !slices.ContainsFunc(t.Steps, func(sentence string) bool {
		_, variant, named := strings.Cut(sentence, "variante \"")
		return named && slices.Contains(assertionVariants, strings.TrimSuffix(variant, "\""))
	})
}

// writing finds an operation by which a PAGM of the project opens a resource to POST.
func writing(p interops.Project) (string, bool) {
	for _, g := range p.PAGM {
		for _, o := range g.Operations {
			if strings.HasPrefix(o, http.MethodPost+" ") {
				return o, true
			}
		}
	}
	return "", false
}

// foreignField tells that a field is none of a role's business: an identification operator authenticates nobody, in no
// project; and a JWT has no place for two of them.
func (r *run) foreignField(a scenario.Address, field string) bool {
	if a.Role == string(candidate.RoleIdentification) {
		return slices.Contains([]string{"project", "authnContext", "authnInstant"}, field)
	}
	return r.tokenOf(a) == candidate.TokenJWT && slices.Contains([]string{"recipient", "nameIdFormat"}, field)
}

// tokenOf is the form of token that the candidate declares for the role of an address; "" outside mode R.
func (r *run) tokenOf(a scenario.Address) candidate.Token {
	c := r.Candidate
	switch {
	case a.Mode != string(interops.ModeR):
	case a.Role == string(candidate.RoleProvider) && c.Provider != nil && c.Provider.R != nil:
		return c.Provider.R.Token
	case a.Role == string(candidate.RoleClient) && c.Client != nil && c.Client.R != nil:
		return c.Client.R.Token
	}
	return ""
}
