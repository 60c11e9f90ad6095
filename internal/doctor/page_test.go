package doctor_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"etalon/internal/doctor"
)

var update = flag.Bool("update", false, "rewrite the tables of docs/doctor.md")

// page is the one that has the tables.
const page = "../../docs/doctor.md"

// TestPage wants the tables of docs/doctor.md to be those of the code, in both languages.
func TestPage(t *testing.T) {
	raw, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for _, lang := range []string{"fr", "en"} {
		begin, end := "<!-- signs "+lang+" -->\n", "<!-- end "+lang+" -->\n"
		before, rest, found := strings.Cut(text, begin)
		_, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Fatalf("docs/doctor.md: no place for the table in %s", lang)
		}
		text = before + begin + table(lang) + end + after
	}
	if *update {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text != string(raw) {
		t.Error("docs/doctor.md does not have the signs of the code: go test ./internal/doctor -run TestPage -update")
	}
}

// table writes the signs in a language.
func table(lang string) string {
	var b strings.Builder
	b.WriteString(map[string]string{"fr": "| signe | ce qui est trouvé | clés | que faire |\n|---|---|---|---|\n", "en": "| sign | what is found | keys | what to do |\n|---|---|---|---|\n"}[lang])
	for _, m := range doctor.Signs() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", m.Sign, m.What.In(lang), strings.ReplaceAll(m.Fields.In(lang), "*", `\*`), m.Do.In(lang))
	}
	return b.String()
}

// TestEverySignHasAMeaning wants each sign of the code in the table, once, in both languages.
func TestEverySignHasAMeaning(t *testing.T) {
	raw, err := os.ReadFile("signs.go")
	if err != nil {
		t.Fatal(err)
	}
	known := map[doctor.Sign]bool{}
	for _, m := range doctor.Signs() {
		if known[m.Sign] || m.What.FR == m.What.EN || m.Do.FR == m.Do.EN || m.Fields.EN == "" {
			t.Errorf("%s: twice, or not in both languages", m.Sign)
		}
		known[m.Sign] = true
	}
	signs := regexp.MustCompile(`(?m)^\t\w+ +Sign = "([a-z-]+)"$`).FindAllStringSubmatch(string(raw), -1)
	for _, s := range signs {
		if !known[doctor.Sign(s[1])] {
			t.Errorf("%s has no meaning", s[1])
		}
	}
	if len(signs) != len(known) || len(signs) < 40 {
		t.Errorf("%d signs, %d meanings", len(signs), len(known))
	}
}
