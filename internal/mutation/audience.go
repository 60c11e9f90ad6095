package mutation

import (
	"strings"
	"unicode"

	"etalon/internal/interops"
)

// audienceFaults hurt the audience (V10).
func audienceFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-audience-absent", Violates: "V10",
			Title:   says("le VI ne désigne aucun service", "the VI designates no service"),
			Content: func(_ Honest, vi *interops.VI) { vi.Audiences = nil },
		},
		{
			Name: "vi-audience-other-service", Violates: "V10",
			Title:   says("le VI désigne un autre service", "the VI designates another service"),
			Content: func(h Honest, vi *interops.VI) { vi.Audiences = [][]string{{otherAudience(h)}} },
		},
		{
			Name: "vi-audience-case", Violates: "V10",
			Title:   says("l'audience du VI ne diffère du service que par une majuscule", "the audience of the VI differs from the service by one capital letter alone"),
			Content: func(h Honest, vi *interops.VI) { vi.Audiences = [][]string{{flipCase(h.Service.Audience)}} },
		},
		{
			Name: "vi-audience-trailing-slash", Violates: "V10",
			Title:   says("l'audience du VI ne diffère du service que par la barre oblique finale", "the audience of the VI differs from the service by the final slash alone"),
			Content: func(h Honest, vi *interops.VI) { vi.Audiences = [][]string{{flipSlash(h.Service.Audience)}} },
		},
		{
			Name: "vi-audience-second-restriction", Violates: "V10",
			Title:   says("le VI porte deux restrictions d'audience, dont une seule désigne le service", "the VI bears two audience restrictions, of which one alone designates the service"),
			Content: func(h Honest, vi *interops.VI) { vi.Audiences = append(vi.Audiences, []string{otherAudience(h)}) },
		},
	}
}

// otherAudience is the audience of another service of the project, else one that resembles the service's.
func otherAudience(h Honest) string {
	if other, ok := h.otherService(); ok {
		return other.Audience
	}
	return strings.TrimSuffix(h.Service.Audience, "/") + "-autre"
}

// flipCase changes the case of the last letter.
func flipCase(s string) string {
	letters := []rune(s)
	for i := len(letters) - 1; i >= 0; i-- {
		switch r := letters[i]; {
		case unicode.IsLower(r):
			letters[i] = unicode.ToUpper(r)
			return string(letters)
		case unicode.IsUpper(r):
			letters[i] = unicode.ToLower(r)
			return string(letters)
		}
	}
	return s + "A"
}

// flipSlash adds or removes the final slash.
func flipSlash(s string) string {
	if short, ok := strings.CutSuffix(s, "/"); ok {
		return short
	}
	return s + "/"
}
