package browser

import (
	"errors"
	"fmt"
	"net/url"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// Kind is what kept a person from going on. It is an error, for errors.Is.
type Kind string

// Error returns the kind's name.
func (k Kind) Error() string { return string(k) }

// The kinds of trouble.
const (
	ErrLoop             Kind = "redirect loop"         // the same request a third time, with the same cookies
	ErrTooManyRedirects Kind = "too many redirects"    // Detail: how many
	ErrBadRedirect      Kind = "redirect to nowhere"   // Detail: where to
	ErrPageTooLarge     Kind = "page too large"        // Detail: the limit
	ErrUnreachable      Kind = "unreachable"           // Err: why
	ErrBarred           Kind = "never reached"         // Detail: the host; Err: a *candidate.BarredError
	ErrLoginPageChanged Kind = "login page changed"    // Detail: the field that is missing
	ErrCookiesRefused   Kind = "cookies refused"       // Detail: those that could not be kept, or that none came
	ErrLoginRefused     Kind = "login sign not seen"   // Detail: the sign
	ErrBrowserFailed    Kind = "browser does not work" // Err: why
)

// Trouble is what kept a person from going on: ours, the configuration's or the candidate's answer, and never a
// finding by itself.
type Trouble struct {
	Kind   Kind
	URL    string // where, without query and fragment
	Detail string
	Err    error // nil when nothing lies below
}

// Error says what, where and why.
func (t *Trouble) Error() string {
	text := fmt.Sprintf("browse %s: %s", t.URL, t.Kind)
	if t.Detail != "" {
		text += ": " + t.Detail
	}
	if t.Err != nil {
		text += ": " + t.cause()
	}
	return text
}

// cause is what lies below, without the address that net/url and net/http put before it.
func (t *Trouble) cause() string {
	var about *url.Error
	if errors.As(t.Err, &about) {
		return about.Err.Error()
	}
	return t.Err.Error()
}

// Unwrap returns the kind and the cause.
func (t *Trouble) Unwrap() []error {
	if t.Err == nil {
		return []error{t.Kind}
	}
	return []error{t.Kind, t.Err}
}

// reasons are the keys of the sentences that say each kind to a person.
var reasons = map[Kind]string{
	ErrLoop: verdict.ReasonRedirectLoop, ErrTooManyRedirects: verdict.ReasonTooManyRedirects, ErrBadRedirect: verdict.ReasonBadRedirect,
	ErrPageTooLarge: verdict.ReasonPageTooLarge, ErrUnreachable: verdict.ReasonPageUnreachable, ErrBarred: verdict.ReasonBarred,
	ErrLoginPageChanged: verdict.ReasonLoginPageChanged, ErrCookiesRefused: verdict.ReasonCookiesRefused,
	ErrLoginRefused: verdict.ReasonLoginSignMissing, ErrBrowserFailed: verdict.ReasonBrowserFailed,
}

// Reason says the trouble in words: {0} the address, {1} the detail.
func (t *Trouble) Reason() verdict.Reason {
	var barred *candidate.BarredError
	if errors.As(t.Err, &barred) {
		return verdict.Reason{Key: verdict.ReasonBarred, Args: []string{t.URL, barred.Host, barred.Of}}
	}
	detail := t.Detail
	if detail == "" && t.Err != nil {
		detail = t.cause()
	}
	return verdict.Reason{Key: reasons[t.Kind], Args: []string{t.URL, detail}}
}
