// Package remote asks a sandbox that runs, at its management address, to run a campaign, and follows it: it is the client of the
// API of internal/console. It judges nothing, and believes of an answer no more than its form.
package remote

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/verdict"
)

// API is the version of the API that is spoken here; a sandbox of another is not asked.
const API = "1"

// Why a sandbox cannot be asked, or did not do what was asked.
var (
	ErrAddress = verdict.Tell("attendu http://ADRESSE:PORT sur cette machine, ou https://NOM", "want http://ADDRESS:PORT on this machine, or https://NAME")
	ErrNobody  = verdict.Tell("personne n'y répond", "nobody answers there")
	ErrOther   = verdict.Tell("ce qui y répond n'est pas un bac à sable", "what answers there is no sandbox")
	ErrVersion = verdict.Tell("le bac à sable parle une autre version de l'API", "the sandbox speaks another version of the API")
	ErrToken   = verdict.Tell("le bac à sable n'admet pas ce jeton", "the sandbox does not admit that token")
)

// Refusal is what a sandbox answers when it does not do what is asked.
type Refusal struct {
	Status int    `json:"-"`
	Word   string `json:"error"`
	About  string `json:"about"`
	// Problems are those of a candidate file that was refused.
	Problems []Problem `json:"problems"`
}

// Error implements error.
func (r *Refusal) Error() string { return strings.TrimSuffix(r.Word+": "+r.About, ": ") }

// Options say how a sandbox is reached.
type Options struct {
	// Token says who asks; empty where nobody has to.
	Token string
	// Roots are the authorities of its certificate; nil for those of the system.
	Roots *x509.CertPool
	// Lang is the language of what it says: fr, en.
	Lang string
}

// Sandbox is a sandbox that runs.
type Sandbox struct {
	base    string
	options Options
	link    *http.Client
}

// The bounds of a link: to be made, to be answered; a stream lasts as long as it is not silent.
const (
	dialing   = 10 * time.Second
	answering = 60 * time.Second
	maxAnswer = 16 << 20
)

// New reads the address of a sandbox; it asks nothing yet. It returns ErrAddress: a token and what is judged go in clear to this
// machine alone.
func New(address string, o Options) (*Sandbox, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" ||
		u.Scheme != "https" && (u.Scheme != "http" || !bench.Loopback(u.Host)) {
		return nil, verdict.Tell("bac à sable %s : %s", "sandbox %s: %s", address, ErrAddress)
	}
	transport := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: dialing}).DialContext,
		TLSClientConfig:       &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
		ResponseHeaderTimeout: answering,
	}
	return &Sandbox{u.Scheme + "://" + u.Host, o, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// Page is the address of a page of the console.
func (s *Sandbox) Page(path string) string { return s.base + path }

// Close ends the links.
func (s *Sandbox) Close() { s.link.CloseIdleConnections() }

// About is what a sandbox says of itself.
type About struct {
	API       string `json:"api"`
	Version   string `json:"version"`
	Catalogue string `json:"catalogue"`
	Who       Who    `json:"who"`
}

// Who is whom a sandbox takes its caller for.
type Who struct {
	Name string `json:"name"`
	Rank string `json:"rank"`
}

// Owner is whose things its candidates are: a vendor's own, or everybody's.
func (w Who) Owner() string {
	if w.Rank == "vendor" {
		return w.Name
	}
	return ""
}

// Meet asks a sandbox what it is. It returns ErrNobody, ErrOther, ErrVersion or ErrToken.
func (s *Sandbox) Meet(ctx context.Context) (About, error) {
	var about About
	err := s.call(ctx, http.MethodGet, "/api/version", nil, &about)
	var refused *Refusal
	switch {
	case errors.As(err, &refused):
		return about, verdict.Tell("bac à sable %s : %s : %s", "sandbox %s: %s: %s", s.base, ErrOther, err)
	case err != nil:
		return about, err
	case about.API == "":
		return about, verdict.Tell("bac à sable %s : %s", "sandbox %s: %s", s.base, ErrOther)
	case about.API != API:
		return about, verdict.Tell("bac à sable %s : %s : %.20q, attendu %s", "sandbox %s: %s: %.20q, want %s", s.base, ErrVersion, about.API, API)
	}
	return about, nil
}

// call asks for an object, giving another where there is one. It returns a *Refusal, ErrNobody, ErrOther or ErrToken.
func (s *Sandbox) call(ctx context.Context, method, path string, given, into any) error {
	var body []byte
	media := ""
	switch given := given.(type) {
	case nil:
	case upload:
		body, media = given.body, given.media
	default:
		var err error
		if body, err = json.Marshal(given); err != nil {
			return err
		}
		media = "application/json"
	}
	answer, err := s.ask(ctx, method, path, body, media)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return verdict.Tell("bac à sable %s : %s : %s", "sandbox %s: %s: %s", s.base, ErrNobody, err)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return verdict.Tell("bac à sable %s : %s : %s", "sandbox %s: %s: %s", s.base, ErrOther, err)
	}
	return nil
}

// upload is a body that is no JSON.
type upload struct {
	media string
	body  []byte
}

// ask makes a request; what is no success is an error.
func (s *Sandbox) ask(ctx context.Context, method, path string, body []byte, media string, headers ...string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	r.Header.Set("Accept-Language", s.options.Lang)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if s.options.Token != "" {
		r.Header.Set("Authorization", "Bearer "+s.options.Token)
	}
	answer, err := s.link.Do(r)
	if err != nil {
		return nil, s.unreached(err)
	}
	if answer.StatusCode < 300 {
		return answer, nil
	}
	defer answer.Body.Close()
	refused := &Refusal{Status: answer.StatusCode}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	switch {
	case answer.StatusCode == http.StatusUnauthorized:
		return nil, verdict.Tell("bac à sable %s : %s", "sandbox %s: %s", s.base, ErrToken)
	case err != nil || json.Unmarshal(raw, refused) != nil || refused.Word == "":
		return nil, verdict.Tell("bac à sable %s : %s : il répond %d", "sandbox %s: %s: it answers %d", s.base, ErrOther, answer.StatusCode)
	}
	return nil, refused
}

// unreached tells why no answer came.
func (s *Sandbox) unreached(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	var plain tls.RecordHeaderError
	if errors.As(err, &plain) {
		return verdict.Tell("bac à sable %s : %s : %s", "sandbox %s: %s: %s", s.base, ErrOther, err)
	}
	return verdict.Tell("bac à sable %s : %s : %s", "sandbox %s: %s: %s", s.base, ErrNobody, err)
}
