// Package cli is what the two programs' command lines share: the user's language, sentences in French and English,
// and help with examples. It parses nothing and knows no command.
package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
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
		out := ctx.Stdout
		var page bytes.Buffer
		ctx.Stdout = &page
		err := kong.DefaultHelpPrinter(options, ctx)
		ctx.Stdout = out
		if err != nil {
			return err
		}
		if _, err := io.WriteString(out, frame(page.String(), lang)); err != nil {
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

// headings are the words that kong writes in English alone, each at the beginning of a line.
var headings = []struct {
	form *regexp.Regexp
	fr   string
}{
	{regexp.MustCompile(`(?m)^Usage: (.*)\[flags\]`), "Usage : ${1}[options]"},
	{regexp.MustCompile(`(?m)^Usage: `), "Usage : "},
	{regexp.MustCompile(`(?m)^(Usage : .*)<command>`), "${1}<commande>"},
	{regexp.MustCompile(`(?m)^Arguments:$`), "Arguments :"},
	{regexp.MustCompile(`(?m)^Flags:$`), "Options :"},
	{regexp.MustCompile(`(?m)^Commands:$`), "Commandes :"},
	{regexp.MustCompile(`(?m)^Run "(.*)<command> --help" for more information on a\s+command\.$`), "« ${1}<commande> --help » en dit plus sur une commande."},
	{regexp.MustCompile(`(?m)^Run "(.*) --help" for more\s+information\.$`), "« ${1} --help » en dit plus."},
}

// frame is a page of help with its headings in a language.
func frame(page, lang string) string {
	if lang == "en" {
		return page
	}
	for _, h := range headings {
		page = h.form.ReplaceAllString(page, h.fr)
	}
	return page
}

// HelpFor is the command whose help mends a line that could not be parsed: that of the command it names, where it names one.
func HelpFor(program string, err error) string {
	var wrong *kong.ParseError
	if errors.As(err, &wrong) && wrong.Context != nil {
		if selected := wrong.Context.Selected(); selected != nil {
			program += " " + selected.Path()
		}
	}
	return program + " --help"
}
