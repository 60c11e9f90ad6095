package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"etalon/internal/verdict"
)

// MediaType is that of a refusal.
const MediaType = "application/json"

// Refusal is the answer to a call that is not served: 401 for a token that is absent, invalid or expired, 403 for a level,
// a PAGM, a right or a convention that does not open the service (R05).
type Refusal struct {
	Status  int    `json:"-"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Bytes is the body of the refusal. It never repeats the token.
func (r Refusal) Bytes() []byte {
	raw, err := json.Marshal(r)
	if err != nil { // two strings
		panic(fmt.Sprintf("write refusal: %v", err))
	}
	return raw
}

// line is one of the table: which findings it refuses, and how.
type line struct {
	Refusal
	rules, requirements []string
}

// refusals is the table in order of precedence, with the codes of the standard's faults: missing token, format,
// signature, dates, audience, class, PAGM, rest.
var refusals = []line{
	{Refusal{http.StatusUnauthorized, "SecurityTokenUnavailable", "L'appel ne porte pas son jeton à la place convenue."}, nil, []string{"R01", "L08"}},
	{Refusal{http.StatusUnauthorized, "UnsupportedAlgorithm", "Un algorithme du jeton n'est pas admis."}, nil, []string{"R03", "G03"}},
	{Refusal{http.StatusUnauthorized, "InvalidSecurityToken", "Le jeton n'est pas conforme au format attendu."}, []string{
		"issuer-absent", "issuer-empty", "issuer-pattern-other", "issueinstant-absent", "issueinstant-without-zone",
		"issueinstant-malformed", "subject-absent", "subject-several", "nameid-absent", "nameid-empty",
	}, []string{"V01", "V02", "V17", "G09"}},
	{Refusal{http.StatusUnauthorized, "FailedCheck", "La vérification de la signature a échoué."}, nil, []string{
		"G01", "G02", "G04", "G05", "G06", "G07", "G08", "T05", "T06", "T08",
	}},
	{Refusal{http.StatusUnauthorized, "InvalidVI", "Le jeton n'est pas valable."}, nil, []string{"V03", "V07", "V08", "V09", "V12", "V16", "L07"}},
	{Refusal{http.StatusUnauthorized, "InvalidService", "Le jeton ne vise pas ce service."}, nil, []string{"V10"}},
	{Refusal{http.StatusForbidden, "InvalidAuthLevel", "Le niveau d'authentification ne suffit pas pour ce service."}, nil, []string{"V11"}},
	{Refusal{http.StatusForbidden, "InvalidIssuer", "L'organisme client n'est pas reconnu pour ce service."}, []string{
		"project-ended", "project-future", "project-reversed", "project-mode-other",
	}, []string{"V04"}},
	{Refusal{http.StatusForbidden, "InvalidPagm", "Aucun PAGM du jeton n'ouvre ce service."}, nil, []string{"R02"}},
	{Refusal: Refusal{http.StatusUnauthorized, "InvalidVI", "Le jeton n'est pas valable."}},
}

// RefusalFor answers findings, of which there is one at least, by the first line of the table that knows one of them.
func RefusalFor(found []verdict.Finding) Refusal {
	var named []string
	for _, l := range refusals {
		named = append(named, l.rules...)
	}
	for _, l := range refusals {
		for _, f := range found {
			if slices.Contains(l.rules, f.Rule) || slices.Contains(l.requirements, f.Requirement) && !slices.Contains(named, f.Rule) {
				return l.Refusal
			}
		}
	}
	return refusals[len(refusals)-1].Refusal
}

// Forbidden refuses a valid token whose PAGM do not open the resource or the verb (R04).
func Forbidden() Refusal {
	return Refusal{http.StatusForbidden, "DroitsInsuffisants", "Les PAGM du jeton n'ouvrent pas cette ressource."}
}

// Unavailable says that the provider cannot do its work, and no more.
func Unavailable() Refusal {
	return Refusal{http.StatusServiceUnavailable, "ServiceIndisponible", "Le service est momentanément indisponible."}
}
