package cli

import (
	"regexp"
	"strings"

	"etalon/internal/verdict"
)

// Misread is an error of kong's over a line that it could not read, to be told in both languages: kong writes English alone.
func Misread(err error) error { return misread{err} }

// misread is told by its English form, as kong writes it.
type misread struct{ error }

// Unwrap gives kong's error.
func (m misread) Unwrap() error { return m.error }

// In says it in a language. A form that kong does not write, an error of ours that it wraps, is said as any other.
func (m misread) In(lang string) string {
	if lang == "en" {
		return m.Error()
	}
	where, what := m.Error(), ""
	if parts := misplaced.FindStringSubmatch(where); parts != nil {
		where, what = parts[1]+" : ", parts[2]
	} else {
		where, what = "", where
	}
	for _, f := range misreadings {
		if parts := f.form.FindStringSubmatch(what); parts != nil {
			return where + f.fr(parts)
		}
	}
	return verdict.InLanguage(m.error, lang)
}

// misplaced is an error with the flag or the argument that it is about.
var misplaced = regexp.MustCompile(`(?s)^(--[^\s:=]+|\[?<[^>]+>(?: \.\.\.)?\]?): (.*)$`)

// misreadings are the forms that kong v1.17.0 writes when it parses a line, in context.go, mapper.go and scanner.go; those about the
// declaration of a command line are for programmers, and stay out. TestMisreadings has kong write each.
var misreadings = []struct {
	form *regexp.Regexp
	fr   func(parts []string) string
}{
	{regexp.MustCompile(`(?s)^unknown flag (.+?)(?:, did you mean (?:one of )?((?:"[^"]*"(?:, )?)+)\?)?$`), func(p []string) string {
		return "option inconnue : " + p[1] + meant(p[2])
	}},
	{regexp.MustCompile(`(?s)^unexpected argument (.*?)(?:, did you mean (?:one of )?((?:"[^"]*"(?:, )?)+)\?)?$`), func(p []string) string {
		return "argument inattendu : " + p[1] + meant(p[2])
	}},
	{regexp.MustCompile(`(?s)^unexpected flag argument "(.*)"$`), func(p []string) string { return "valeur inattendue : « " + p[1] + " »" }},
	{regexp.MustCompile(`(?s)^unexpected token (.*)$`), func(p []string) string { return "inattendu : « " + p[1] + " »" }},
	{regexp.MustCompile(`^expected one of (".*)$`), func(p []string) string {
		return "il manque l'un de ceux-ci : " + strings.ReplaceAll(unquoted(p[1], ", "), ", ...", "…")
	}},
	{regexp.MustCompile(`^expected "(.*)"$`), func(p []string) string { return "il manque " + p[1] }},
	{regexp.MustCompile(`^missing positional arguments (.*)$`), func(p []string) string { return "il manque " + p[1] }},
	{regexp.MustCompile(`^missing flags: (.*)$`), func(p []string) string {
		return "il manque " + strings.NewReplacer(" or --", " ou --", " and --", " et --").Replace(p[1])
	}},
	{regexp.MustCompile(`^(\S+) is required$`), func(p []string) string { return "il manque " + p[1] }},
	{regexp.MustCompile(`(?s)^(\S+(?: \.\.\.\]?)?) must be one of (".*?") but got "(.*)"$`), func(p []string) string {
		return p[1] + " : attendu l'une de ces valeurs : " + unquoted(p[2], ",") + " ; trouvé « " + p[3] + " »"
	}},
	{regexp.MustCompile(`^(--\S+) and (--\S+) can't be used together$`), func(p []string) string {
		return p[1] + " et " + p[2] + " ne vont pas ensemble"
	}},
	{regexp.MustCompile(`^(--\S+(?: and --\S+)*) must be used together$`), func(p []string) string {
		return strings.ReplaceAll(p[1], " and --", " et --") + " vont ensemble"
	}},
	{regexp.MustCompile(`^missing value, expecting "<arg>.*"$`), func([]string) string { return "il manque une valeur" }},
	{regexp.MustCompile(`^expected \S+ value but got "EOL" \(<?EOL>?\)$`), func([]string) string { return "il manque une valeur" }},
	{regexp.MustCompile(`(?s)^expected \S+ value but got "(.*?)" \((?:long|short) flag\); perhaps try (--\S+)="(.*)"\?$`), func(p []string) string {
		return "il manque une valeur, et « " + p[1] + " » est une option ; si c'est la valeur, écrivez " + p[2] + "=" + p[3]
	}},
	{regexp.MustCompile(`(?s)^expected \S+ value but got "(.*)" \([^()]*\)$`), func(p []string) string {
		return "attendu une valeur ; trouvé « " + p[1] + " »"
	}},
	{regexp.MustCompile(`(?s)^expected an? (?:valid \d+ bit )?u?int but got "(.*?)"(?: \([^()]*\))?$`), func(p []string) string {
		return "attendu un nombre entier ; trouvé « " + p[1] + " »"
	}},
	{regexp.MustCompile(`(?s)^expected a float but got "(.*?)"(?: \([^()]*\))?$`), func(p []string) string {
		return "attendu un nombre ; trouvé « " + p[1] + " »"
	}},
	{regexp.MustCompile(`(?s)^expected duration but got "(.*?)".*$`), func(p []string) string {
		return "attendu une durée, comme 30s ou 5m ; trouvé « " + p[1] + " »"
	}},
	{regexp.MustCompile(`(?s)^bool value must be true, 1, yes, false, 0 or no but got "(.*)"$`), func(p []string) string {
		return "attendu true ou false ; trouvé « " + p[1] + " »"
	}},
}

// meant is what may have been meant, of quoted names, "" of none.
func meant(names string) string {
	if names == "" {
		return ""
	}
	return " ; vouliez-vous dire " + strings.ReplaceAll(unquoted(names, ", "), ", ", " ou ") + " ?"
}

// unquoted are quoted values with commas between them, those that are empty left out.
func unquoted(list, comma string) string {
	var values []string
	for v := range strings.SplitSeq(list, comma) {
		if v = strings.Trim(v, `"`); v != "" {
			values = append(values, v)
		}
	}
	return strings.Join(values, ", ")
}
