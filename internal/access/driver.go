package access

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// Action is one thing that the application side is made to do: a business call, or a verb of its life.
type Action struct {
	Verb    string // "call", "logout", "withdraw-right", …
	Service string // name of the service
	User    *interops.User
	Body    []byte // of the call: the SOAP envelope without security header (mode A), or JSON (mode R)
	Marker  string // of the call
	Header  http.Header
	// Sentence asks a person for it, in French.
	Sentence string
}

// AppAnswer is what the application got.
type AppAnswer struct {
	Status int
	Header http.Header
	Body   []byte
	// Failed is how the program ended that did not answer, with the first line of what it said; empty of any other driver.
	Failed string
}

// maxTold is how much of an answer is told.
const maxTold = 200

// Err tells of an answer that is an error, with what it says; nil for any other.
func (a AppAnswer) Err() error {
	if a.Status < http.StatusMultipleChoices {
		return nil
	}
	said := bytes.TrimSpace(a.Body[:min(len(a.Body), maxTold)])
	return errors.New(strings.TrimSuffix(fmt.Sprintf("HTTP %d: %s", a.Status, said), ": "))
}

// Driver makes the application side of a client candidate act.
type Driver interface {
	Do(ctx context.Context, a Action) (AppAnswer, error)
}

// maxAnswered bounds what is read of an application's answer.
const maxAnswered = 16 << 20

// DriverConfig is what a declared driver needs beside its declaration.
type DriverConfig struct {
	// Candidate is the path of the candidate file, in whose folder a command runs.
	Candidate string
	// Services are the addresses of the services that have one of their own, by name.
	Services map[string]string
	// Patience bounds one exchange with the candidate, which an application's call takes three of.
	Patience time.Duration
	// Ask tells a person what to do and returns when it is done; nil where there is nobody.
	Ask func(ctx context.Context, sentence string) error
}

// NewDriver returns the driver that a candidate file declares.
func NewDriver(d candidate.Driver, c DriverConfig) Driver {
	switch {
	case d.HTTP != nil:
		header := http.Header{}
		for name, value := range d.HTTP.Headers {
			header.Set(name, value)
		}
		return &httpDriver{
			url: d.HTTP.URL, services: c.Services, identity: string(d.HTTP.Identity), method: d.HTTP.Method, header: header,
			client: linked(3 * c.Patience), // the candidate has its own exchange to make
		}
	case len(d.Command) > 0:
		return &commandDriver{command{argv: d.Command, dir: filepath.Dir(c.Candidate), most: maxAnswered, within: 3 * c.Patience}}
	}
	return &manualDriver{ask: c.Ask}
}

// httpDriver makes a plain call to the candidate's application face.
type httpDriver struct {
	url      string
	services map[string]string // service name to its own address
	identity string            // json-header, interops-infos or none
	method   string
	header   http.Header
	client   *http.Client
}

// Do implements Driver.
func (d *httpDriver) Do(ctx context.Context, a Action) (AppAnswer, error) {
	address := d.url
	if own, ok := d.services[a.Service]; ok {
		address = own
	}
	method := d.method
	if method == "" {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(ctx, method, candidate.Marked(address, a.Marker), bytes.NewReader(a.Body))
	if err != nil {
		return AppAnswer{}, verdict.Tell("action de l'application cliente : %s", "drive client: %s", err)
	}
	switch {
	case len(a.Body) == 0:
	case a.Body[0] == '<':
		request.Header.Set("Content-Type", "text/xml; charset=utf-8")
		request.Header["SOAPAction"] = []string{`""`}
	default:
		request.Header.Set("Content-Type", "application/json")
	}
	if err := d.identify(request.Header, a.User); err != nil {
		return AppAnswer{}, err
	}
	for name, values := range d.header {
		request.Header[name] = values
	}
	for name, values := range a.Header {
		request.Header[name] = values
	}
	answer, err := d.client.Do(request)
	if err != nil {
		return AppAnswer{}, verdict.Tell("action de l'application cliente : %s", "drive client: %s", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswered))
	if err != nil {
		return AppAnswer{}, verdict.Tell("action de l'application cliente : réponse illisible : %s", "drive client: read answer: %s", err)
	}
	return AppAnswer{Status: answer.StatusCode, Header: answer.Header, Body: body}, nil
}

// identify writes the caller's identity in the declared form; nothing for a call without a user.
func (d *httpDriver) identify(h http.Header, user *interops.User) error {
	if user == nil {
		return nil
	}
	switch d.identity {
	case "interops-infos":
		h.Set(client.InteropsInfosHeader, interopsInfos(*user))
	case "none":
	default:
		raw, err := json.Marshal(user)
		if err != nil {
			return verdict.Tell("action de l'application cliente : identité : %s", "drive client: write identity: %s", err)
		}
		h.Set(client.IdentityHeader, string(raw))
	}
	return nil
}

// interopsInfos writes the header of the Suite Jeton; text outside ASCII is percent-encoded UTF-8.
func interopsInfos(u interops.User) string {
	var roles strings.Builder
	for _, p := range u.PAGM {
		roles.WriteString("<Role>" + headerText(p) + "</Role>")
	}
	return fmt.Sprintf("<InteropsInfos><LocalSubjectName>%s</LocalSubjectName><SubjectId>%[1]s</SubjectId><MethodAuthn>%s</MethodAuthn><AuthenticationDate>%s</AuthenticationDate><Roles>%s</Roles></InteropsInfos>",
		headerText(u.ID), headerText(u.Class), u.AuthnInstant.UTC().Format("2006-01-02T15:04:05.000000Z"), roles.String())
}

// headerText makes a value fit for XML inside a header.
func headerText(s string) string {
	var ascii strings.Builder
	for _, r := range s {
		if r < 0x20 || r > 0x7e || r == '%' {
			ascii.WriteString(url.PathEscape(string(r)))
			continue
		}
		ascii.WriteRune(r)
	}
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(ascii.String())) // a buffer takes every write
	return b.String()
}

// commandDriver runs a program for each action: the action as JSON on its standard input, the answer's body on
// its standard output, and exit status 0 when the call was answered.
type commandDriver struct{ command }

// Do implements Driver.
func (d *commandDriver) Do(ctx context.Context, a Action) (AppAnswer, error) {
	input, err := json.Marshal(map[string]any{
		"verb": a.Verb, "service": a.Service, "user": a.User, "body": string(a.Body), "header": a.Header,
	})
	if err != nil {
		return AppAnswer{}, verdict.Tell("action de l'application cliente : demande : %s", "drive client: write action: %s", err)
	}
	program := d.command
	program.input = input
	out, err := program.run(ctx)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return AppAnswer{Status: http.StatusBadGateway, Body: out, Failed: err.Error()}, nil
	case err != nil:
		return AppAnswer{}, verdict.Tell("action de l'application cliente : %s", "drive client: %s", err)
	}
	return AppAnswer{Status: http.StatusOK, Body: out}, nil
}

// manualDriver asks a person, and waits until the person says that it is done.
type manualDriver struct {
	ask func(ctx context.Context, sentence string) error
}

// Do implements Driver.
func (d *manualDriver) Do(ctx context.Context, a Action) (AppAnswer, error) {
	if d.ask == nil {
		return AppAnswer{}, verdict.Tell("action de l'application cliente : personne à qui la demander : lancez où une personne peut répondre, ou déclarez un autre pilote (driver)", "drive client: there is nobody to ask: run where a person can answer, or declare another driver")
	}
	return AppAnswer{Status: http.StatusOK}, d.ask(ctx, a.Sentence)
}
