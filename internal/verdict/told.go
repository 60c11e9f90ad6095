package verdict

import (
	"errors"
	"fmt"
	"strings"
)

// Told is an error that people read: what it says in the two languages. It wraps the errors among the values that it was made of.
type Told struct {
	Text
	causes []error
}

// Tell makes an error of two formats over the same values. An error among them is said in the language of each format, and wrapped;
// a Text is said in it too.
func Tell(fr, en string, values ...any) error {
	t := &Told{}
	french, english := make([]any, len(values)), make([]any, len(values))
	for i, v := range values {
		french[i], english[i] = v, v
		switch v := v.(type) {
		case error:
			french[i] = InLanguage(v, "fr")
			t.causes = append(t.causes, v)
		case Text:
			french[i], english[i] = v.FR, v.EN
		}
	}
	t.FR, t.EN = fmt.Sprintf(fr, french...), fmt.Sprintf(en, english...)
	return t
}

// Error implements error, in English: it is what logs hold.
func (t *Told) Error() string { return t.EN }

// Unwrap gives the errors that it was made of.
func (t *Told) Unwrap() []error { return t.causes }

// InLanguage says an error in a language, "en" or anything else for French. What wraps an error keeps its own words, unless it has
// them in both languages (a method In, as of Told).
func InLanguage(err error, lang string) string {
	if lang == "en" {
		return err.Error()
	}
	if said, is := err.(interface{ In(lang string) string }); is {
		return said.In(lang)
	}
	if said := foreign(err); said != "" {
		return said
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return replaced(err.Error(), lang, e.Unwrap())
	case interface{ Unwrap() []error }:
		return replaced(err.Error(), lang, e.Unwrap()...)
	}
	for _, known := range systems {
		if errors.Is(err, known.err) {
			return known.fr
		}
	}
	if timedOut(err) {
		return "pas de réponse à temps"
	}
	return err.Error()
}

// replaced has what a message says of the errors that it wraps said in a language.
func replaced(message, lang string, wrapped ...error) string {
	for _, inner := range wrapped {
		if inner == nil {
			continue
		}
		if i := strings.LastIndex(message, inner.Error()); i >= 0 {
			message = message[:i] + InLanguage(inner, lang) + message[i+len(inner.Error()):]
		}
	}
	return message
}
