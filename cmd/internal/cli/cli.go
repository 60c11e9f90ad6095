// Package cli is what the two programs' command lines share: the user's language, sentences in French and English,
// and help with examples. It parses nothing and knows no command.
package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

// Language is the one that the arguments ask for with --lang, else the locale's, else French.
func Language(args []string) string {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--lang="); ok {
			return value
		}
		if arg == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			if strings.HasPrefix(value, "en") {
				return "en"
			}
			return "fr"
		}
	}
	return "fr"
}

// In chooses a sentence by language: "en", or anything else for French.
func In(lang, fr, en string) string {
	if lang == "en" {
		return en
	}
	return fr
}

// Words are a program's sentences by key, French then English.
type Words map[string][2]string

// Text returns a sentence; "" for an unknown key.
func (w Words) Text(key, lang string) string { return In(lang, w[key][0], w[key][1]) }

// Vars fills the ${…} of the tags of a command line, those of SealFlags too.
func (w Words) Vars(lang string) kong.Vars {
	vars := kong.Vars{}
	for key := range sealWords {
		vars[key] = sealWords.Text(key, lang)
	}
	for key := range w {
		vars[key] = w.Text(key, lang)
	}
	return vars
}

// Help prints kong's help, then the examples of the command that was chosen, by its path ("convention check"); "" for the
// program.
func Help(examples map[string][]string, lang string) kong.HelpPrinter {
	return func(options kong.HelpOptions, ctx *kong.Context) error {
		if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
			return err
		}
		name := ""
		if selected := ctx.Selected(); selected != nil {
			name = selected.Path()
		}
		fmt.Fprintf(ctx.Stdout, "\n%s\n", In(lang, "Exemples :", "Examples:"))
		for _, e := range examples[name] {
			fmt.Fprintf(ctx.Stdout, "  %s\n", e)
		}
		return nil
	}
}
