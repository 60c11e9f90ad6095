package cli_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"etalon/cmd/internal/cli"
)

func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		args         []string
		all, message string
		want         string
	}{
		{nil, "", "", "fr"},
		{nil, "en_GB.UTF-8", "", "en"},
		{nil, "", "en_US", "en"},
		{nil, "de_DE", "en_US", "fr"},
		{[]string{"run", "--lang", "en"}, "fr_FR", "", "en"},
		{[]string{"--lang=fr"}, "en_GB", "", "fr"},
		{[]string{"--lang"}, "en_GB", "", "en"},
	} {
		t.Setenv("LC_ALL", c.all)
		t.Setenv("LC_MESSAGES", c.message)
		t.Setenv("LANG", "")
		if got := cli.Language(c.args); got != c.want {
			t.Errorf("%v, LC_ALL=%q, LC_MESSAGES=%q: %q, want %q", c.args, c.all, c.message, got, c.want)
		}
	}
}

func TestHelpShowsTheExamplesOfTheCommand(t *testing.T) {
	words := cli.Words{"go": {"Va.", "Goes."}}
	for lang, want := range map[string]string{"fr": "Exemples :\n  essai va\n", "en": "Examples:\n  essai va\n"} {
		var line struct {
			Go struct{} `cmd:"" help:"${go}"`
		}
		var out bytes.Buffer
		parser, err := kong.New(&line, kong.Name("essai"), kong.Writers(&out, &out), kong.Exit(func(int) {}), words.Vars(lang),
			kong.Help(cli.Help(map[string][]string{"go": {"essai va"}, "": {"essai"}}, lang)))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = parser.Parse([]string{"go", "--help"})
		for _, heading := range map[string][]string{"fr": {"\nUsage : essai go\n", "\nOptions :\n"}, "en": {"\nUsage: essai go\n", "\nFlags:\n"}}[lang] {
			if !strings.Contains("\n"+out.String(), heading) {
				t.Errorf("%s: no %q in %s", lang, heading, out.String())
			}
		}
		if got := out.String(); !strings.HasSuffix(got, want) || !strings.Contains(got, words.Text("go", lang)) {
			t.Errorf("%s: %s", lang, got)
		}
	}
}

// TestHelpForNamesTheCommand: a line that is wrong below a command leads to the help of that command.
func TestHelpForNamesTheCommand(t *testing.T) {
	var line struct {
		Go struct {
			There struct {
				Place string `arg:""`
			} `cmd:""`
		} `cmd:""`
	}
	parser, err := kong.New(&line, kong.Name("essai"), kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"nowhere": "essai --help", "": "essai --help", "go": "essai go --help", "go there": "essai go there --help", "go there x --fast": "essai go there --help",
	} {
		_, err := parser.Parse(strings.Fields(args))
		if got := cli.HelpFor("essai", err); err == nil || got != want {
			t.Errorf("%q: %v, %q, want %q", args, err, got, want)
		}
	}
	if got := cli.HelpFor("essai", errors.New("another")); got != "essai --help" {
		t.Errorf("another error: %q", got)
	}
}
