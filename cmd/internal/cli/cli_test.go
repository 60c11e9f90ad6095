package cli_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"etalon/cmd/internal/cli"
	"etalon/internal/verdict"
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

// TestMisreadings has kong write each form of its errors, and wants them in French whole, and in English as kong has them.
func TestMisreadings(t *testing.T) {
	type line struct {
		Bool  bool   `xor:"one"`
		Other bool   `xor:"one"`
		Left  string `and:"two"`
		Right string `and:"two"`
		Count int    `short:"c"`
		Size  uint8
		Ratio float64
		Wait  time.Duration
		List  []string
		Kind  string   `enum:"a,b" default:"a"`
		Kinds []string `enum:"a,b"`
		Go    struct {
			Place string `arg:""`
			Name  string `required:""`
			Much  string `required:""`
		} `cmd:""`
		Stay struct {
			Places []string `arg:"" enum:"x,y"`
		} `cmd:""`
	}
	for _, c := range []struct{ args, want string }{
		{"", "il manque l'un de ceux-ci : go, stay"},
		{"og", "argument inattendu : og ; vouliez-vous dire go ?"},
		{"elsewhere", "argument inattendu : elsewhere"},
		{"go", "il manque --much=STRING, --name=STRING"},
		{"go --name=x --much=y", "il manque <place>"},
		{"go x y", "argument inattendu : y"},
		{"stay z", "<places> ... : attendu l'une de ces valeurs : x, y ; trouvé « z »"},
		{"stay x --nothing", "option inconnue : --nothing"},
		{"stay x --lift", "option inconnue : --lift ; vouliez-vous dire --left ou --list ?"},
		{"stay x -z", "option inconnue : -z ; vouliez-vous dire -h ou -c ?"},
		{"stay x --bool --other", "--bool et --other ne vont pas ensemble"},
		{"stay x --left=1", "--left et --right vont ensemble"},
		{"stay x --bool=peut-être", "--bool : attendu true ou false ; trouvé « peut-être »"},
		{"stay x -c un", "--count : attendu un nombre entier ; trouvé « un »"},
		{"stay x --count", "--count : il manque une valeur"},
		{"stay x --left --right", "--left : il manque une valeur, et « --right » est une option ; si c'est la valeur, écrivez --left=--right"},
		{"stay x --size=300", "--size : attendu un nombre entier ; trouvé « 300 »"},
		{"stay x --ratio=un", "--ratio : attendu un nombre ; trouvé « un »"},
		{"stay x --wait=un", "--wait : attendu une durée, comme 30s ou 5m ; trouvé « un »"},
		{"stay x --list", "--list : il manque une valeur"},
		{"stay x --kind=c", "--kind : attendu l'une de ces valeurs : a, b ; trouvé « c »"},
		{"stay x --kinds=a,c", "--kinds : attendu l'une de ces valeurs : a, b ; trouvé « c »"},
	} {
		var l line
		parser, err := kong.New(&l, kong.Name("essai"), kong.Exit(func(int) {}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = parser.Parse(strings.Fields(c.args))
		if err == nil {
			t.Errorf("%q: no error", c.args)
			continue
		}
		told := cli.Misread(err)
		if fr, en := verdict.InLanguage(told, "fr"), verdict.InLanguage(told, "en"); fr != c.want || en != err.Error() {
			t.Errorf("%q: %q, want %q; %q of %q", c.args, fr, c.want, en, err)
		}
		if !errors.Is(told, err) {
			t.Errorf("%q: what it wraps is lost", c.args)
		}
	}
}
