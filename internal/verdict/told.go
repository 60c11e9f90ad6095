package verdict

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
)

// Told is an error that people read: what it says in the two languages. It wraps the errors among the values that it was made of.
type Told struct {
	Text
	causes []error
}

// Tell makes an error of two formats over the same values. An error among them is said in the language of each format, and wrapped.
func Tell(fr, en string, values ...any) error {
	t := &Told{}
	french := make([]any, len(values))
	for i, v := range values {
		french[i] = v
		if err, is := v.(error); is {
			french[i] = InLanguage(err, "fr")
			t.causes = append(t.causes, err)
		}
	}
	t.FR, t.EN = fmt.Sprintf(fr, french...), fmt.Sprintf(en, values...)
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
	switch e := err.(type) {
	case interface{ In(lang string) string }:
		return e.In(lang)
	case *fs.PathError:
		return e.Path + " : " + InLanguage(e.Err, lang)
	case *net.OpError:
		if e.Addr != nil {
			return e.Addr.String() + " : " + InLanguage(e.Err, lang)
		}
		return InLanguage(e.Err, lang)
	case *os.SyscallError:
		return InLanguage(e.Err, lang)
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

// systems are errors of the system that users meet.
var systems = []struct {
	err error
	fr  string
}{
	{fs.ErrNotExist, "ce fichier n'existe pas"},
	{fs.ErrExist, "ce fichier existe déjà"},
	{fs.ErrPermission, "ce programme n'en a pas le droit"},
	{syscall.EISDIR, "c'est un dossier"},
	{syscall.ENOTDIR, "ce n'est pas un dossier"},
	{syscall.ENOSPC, "le disque est plein"},
	{syscall.EROFS, "ce disque est en lecture seule"},
	{syscall.EADDRINUSE, "cette adresse est déjà prise"},
	{syscall.EADDRNOTAVAIL, "cette adresse n'est pas de cette machine"},
	{syscall.ECONNREFUSED, "la connexion est refusée"},
	{syscall.ECONNRESET, "la connexion a été coupée"},
	{context.DeadlineExceeded, "pas de réponse à temps"},
	{context.Canceled, "arrêté en cours de route"},
}
