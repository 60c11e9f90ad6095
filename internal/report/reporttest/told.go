package reporttest

import (
	"regexp"
	"testing"

	"etalon/internal/verdict"
)

// notFrench are small words of English, what fmt writes of a format that does not fit its values, and signs without the space that
// stands before them in French, outside what is quoted.
var notFrench = regexp.MustCompile(`(?i)(^|[ (])(the|is|are|was|of|not|want|read|with|by|and)([ ),.]|$)|%!|[^ ][:;?](\s|$)`)

// quoted is what stands between quotation marks: names and words of others, in their own language.
var quoted = regexp.MustCompile(`"(\\.|[^"\\])*"`)

// InBoth wants an error, and that it tells people what is wrong in French and in English.
func InBoth(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		t.Error("no error")
		return
	}
	fr, en := verdict.InLanguage(err, "fr"), verdict.InLanguage(err, "en")
	if fr == en || notFrench.MatchString(quoted.ReplaceAllString(fr, "")) || regexp.MustCompile(`%!`).MatchString(en) || en != err.Error() {
		t.Errorf("it is told as\n  %s\n  %s", fr, en)
	}
}
