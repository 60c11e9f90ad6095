package reporttest

import (
	"regexp"
	"testing"

	"etalon/internal/verdict"
)

// words are small words of English.
const words = `(?i)(^|[ (])(the|is|are|was|of|not|want|read|with|by|and|must|expected|unknown)([ ),.]|$)`

// NotFrench finds what no sentence of French has: small words of English, and signs without the space that stands before them.
var NotFrench = regexp.MustCompile(words + `|[^ ][:;?](\s|$)`)

var (
	english = regexp.MustCompile(words)
	// misfit is what fmt writes of a format that does not fit its values.
	misfit = regexp.MustCompile(`%!`)
	// quoted is what stands between quotation marks: names and words of others, in their own language.
	quoted = regexp.MustCompile(`"(\\.|[^"\\])*"`)
)

// InFrench wants no small word of English in what something says, but in what it quotes.
func InFrench(t testing.TB, what, text string) {
	t.Helper()
	if word := english.FindString(quoted.ReplaceAllString(text, "")); word != "" {
		t.Errorf("%s: %q has %q", what, text, word)
	}
}

// InBoth wants an error, and that it tells people what is wrong in French and in English.
func InBoth(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		t.Error("no error")
		return
	}
	fr, en := verdict.InLanguage(err, "fr"), verdict.InLanguage(err, "en")
	if fr == en || NotFrench.MatchString(quoted.ReplaceAllString(fr, "")) || misfit.MatchString(fr+en) || en != err.Error() {
		t.Errorf("it is told as\n  %s\n  %s", fr, en)
	}
}
