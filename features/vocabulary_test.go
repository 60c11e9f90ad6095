package features_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// maxPhrases keeps the vocabulary of a domain small enough to be learnt.
const maxPhrases = 260

// phrase is one sentence of docs/features.md, as a pattern.
type phrase struct {
	domain  string
	text    string
	pattern *regexp.Regexp
}

var (
	phraseRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")
	parameter = regexp.MustCompile(`<[^>]+>`)
)

// phrases reads the vocabulary of docs/features.md: the first column of the tables under "Phrases".
func phrases(t *testing.T) []phrase {
	t.Helper()
	raw, err := os.ReadFile("../docs/features.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(raw), "\n## Phrases\n")
	section, _, end := strings.Cut(section, "\n## In English")
	if !found || !end {
		t.Fatal("docs/features.md: sections Phrases and In English not found")
	}
	var out []phrase
	for _, part := range strings.Split(section, "\n### ") {
		domain := "interops"
		if strings.HasPrefix(part, "MSSanté") {
			domain = "mssante"
		} else if strings.HasPrefix(part, "Pro Santé Connect") {
			domain = "psc"
		}
		for _, m := range phraseRow.FindAllStringSubmatch(part, -1) {
			out = append(out, phrase{domain: domain, text: m[1], pattern: patternOf(m[1])})
		}
	}
	return out
}

// patternOf reads the notation of the vocabulary: [optional], [repeated …], (one / another), <parameter>.
func patternOf(text string) *regexp.Regexp {
	var b strings.Builder
	alternatives := false
	for i := 0; i < len(text); {
		switch rest := text[i:]; {
		case strings.HasPrefix(rest, " …]"):
			b.WriteString(")*")
			i += len(" …]")
		case rest[0] == '[':
			b.WriteString("(?:")
			i++
		case rest[0] == ']':
			b.WriteString(")?")
			i++
		case rest[0] == '(' || rest[0] == ')':
			alternatives = rest[0] == '('
			b.WriteString(map[bool]string{true: "(?:", false: ")"}[alternatives])
			i++
		case alternatives && strings.HasPrefix(rest, " / "):
			b.WriteByte('|')
			i += len(" / ")
		case rest[0] == '<':
			b.WriteString(`[^"<>]+`)
			i += len(parameter.FindString(rest))
		default:
			_, size := utf8.DecodeRuneInString(rest)
			b.WriteString(regexp.QuoteMeta(rest[:size]))
			i += size
		}
	}
	return regexp.MustCompile("^" + b.String() + "$")
}

func TestPatternOf(t *testing.T) {
	for _, c := range []struct {
		phrase, step string
		want         bool
	}{
		{`il envoie[ au service "<s>"] un (VI / message)`, `il envoie un VI`, true},
		{`le code est "<c>"[ ou "<c>" …]`, `le code est "a" ou "b" ou "c"`, true},
		{`le code est "<c>"[ ou "<c>" …]`, `le code est "a" et "b"`, false},
		{`il lance <n> appels[ parallèles]`, `il lance 50 appels parallèles`, true},
	} {
		if got := patternOf(c.phrase).MatchString(c.step); got != c.want {
			t.Errorf("%q against %q: got %v, want %v", c.phrase, c.step, got, c.want)
		}
	}
}

func TestEveryStepIsOneKnownPhrase(t *testing.T) {
	vocabulary := phrases(t)
	for _, d := range domains {
		n := 0
		for _, p := range vocabulary {
			if p.domain == d.name {
				n++
			}
		}
		if n > 0 && n < 20 || n > maxPhrases {
			t.Errorf("the vocabulary of %s has %d phrases, want 20 to %d", d.name, n, maxPhrases)
		}
	}
	used := map[string]bool{}
	for _, s := range scenarios(t) {
		for _, step := range s.steps {
			var found []string
			for _, p := range vocabulary {
				if p.pattern.MatchString(step) {
					found = append(found, p.text)
					used[p.text] = true
				}
			}
			if len(found) != 1 {
				t.Errorf("%s: step %q is %d phrases of docs/features.md: %q", s.address(), step, len(found), found)
			}
		}
	}
	for _, p := range vocabulary {
		if !used[p.text] {
			t.Errorf("phrase %q: no scenario says it", p.text)
		}
	}
}
