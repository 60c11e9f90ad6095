package lps_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"golang.org/x/oauth2"

	"etalon/internal/stand"
	"etalon/stubs/lps"
)

// libraryProgram is a mail program on client libraries that nobody here wrote: go-imap, go-smtp, go-message and
// golang.org/x/oauth2. It behaves as a common mail program does that was told of Pro Santé Connect.
type libraryProgram struct {
	roots *x509.CertPool
	wrong string

	mu      sync.Mutex
	session *oauth2.Token
	imap    *imapclient.Client
	seen    map[string][]string // References by Message-ID
}

func newLibraryProgram(roots []byte, wrong string) *libraryProgram {
	p := &libraryProgram{roots: x509.NewCertPool(), wrong: wrong, seen: map[string][]string{}}
	p.roots.AppendCertsFromPEM(roots)
	return p
}

// ServeHTTP takes a gesture.
func (p *libraryProgram) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var g lps.Gesture
	err := json.NewDecoder(r.Body).Decode(&g)
	if err == nil {
		err = p.do(r.Context(), g)
	}
	if err != nil {
		w.WriteHeader(http.StatusConflict)
		_ = json.NewEncoder(w).Encode(lps.Answer{Error: err.Error()})
		return
	}
	_, _ = io.WriteString(w, "{}")
}

func (p *libraryProgram) do(ctx context.Context, g lps.Gesture) error {
	switch g.Gesture {
	case lps.Connect:
		p.hangUp()
		return p.open(ctx, g)
	case lps.Fetch:
		return p.fetch(ctx, g)
	case lps.Send:
		return p.send(ctx, g)
	case lps.Logout:
		p.hangUp()
		p.session = nil
		return nil
	}
	return fmt.Errorf("unknown gesture %s", g.Gesture)
}

func (p *libraryProgram) hangUp() {
	if p.imap != nil {
		_ = p.imap.Close()
		p.imap = nil
	}
}

var errSignIn = errors.New("sign in again")

func (p *libraryProgram) settings(host string) *tls.Config {
	return &tls.Config{RootCAs: p.roots, ServerName: host, InsecureSkipVerify: p.wrong == "certificate", MinVersion: tls.VersionTLS12}
}

// config is the program as a client of Pro Santé Connect.
func (p *libraryProgram) config(ctx context.Context, issuer string) (context.Context, *oauth2.Config, *http.Client) {
	client := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: p.roots}, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	u, _ := url.Parse(issuer)
	return context.WithValue(ctx, oauth2.HTTPClient, client), &oauth2.Config{
		ClientID: "tf-lps", ClientSecret: "secret-test-lps", RedirectURL: "http://127.0.0.1/callback", Scopes: []string{"openid", "scope_all"},
		Endpoint: oauth2.Endpoint{AuthURL: u.Scheme + "://" + u.Host + "/auth", TokenURL: issuer + "/protocol/openid-connect/token"},
	}, client
}

// signIn has the person fill in the form of Pro Santé Connect.
func (p *libraryProgram) signIn(ctx context.Context, g lps.Gesture) error {
	if g.Identity == "" {
		return errSignIn
	}
	ctx, config, client := p.config(ctx, g.Issuer)
	verifier := oauth2.GenerateVerifier()
	address := config.AuthCodeURL("etat", oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("acr_values", "eidas1"), oauth2.SetAuthURLParam("nonce", "une-fois"))
	to, parameters, _ := strings.Cut(address, "?")
	form, err := url.ParseQuery(parameters)
	if err != nil {
		return err
	}
	form.Set("identifiant", g.Identity)
	form.Set("secret", g.Secret)
	answer, err := client.PostForm(to, form)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	back, err := answer.Location()
	if err != nil {
		return fmt.Errorf("sign in: %s: %w", answer.Status, err)
	}
	p.session, err = config.Exchange(ctx, back.Query().Get("code"), oauth2.VerifierOption(verifier))
	return err
}

// token is one that lives; another than the last where that was refused.
func (p *libraryProgram) token(ctx context.Context, g lps.Gesture, refused bool) (string, error) {
	if p.session == nil {
		if err := p.signIn(ctx, g); err != nil {
			return "", err
		}
		return p.session.AccessToken, nil
	}
	if !refused && p.session.Valid() || p.wrong == "renewal" {
		return p.session.AccessToken, nil
	}
	ctx, config, _ := p.config(ctx, g.Issuer)
	next, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: p.session.RefreshToken}).Token()
	if err != nil {
		p.session = nil
		p.hangUp()
		if g.Identity == "" {
			return "", errors.Join(errSignIn, err)
		}
		return p.token(ctx, g, false)
	}
	p.session = next
	return next.AccessToken, nil
}

// xoauth2 is the mechanism, which the SASL library does not have.
type xoauth2 struct {
	user, token string
	late        bool // the response waits for the prompt
}

func (x *xoauth2) response() []byte {
	return []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01")
}

func (x *xoauth2) Start() (string, []byte, error) {
	if x.late {
		return "XOAUTH2", nil, nil
	}
	return "XOAUTH2", x.response(), nil
}

func (x *xoauth2) Next(challenge []byte) ([]byte, error) {
	if len(challenge) == 0 {
		return x.response(), nil
	}
	return []byte{}, nil
}

var _ sasl.Client = (*xoauth2)(nil)

// tries logs in, and again with another token.
func (p *libraryProgram) tries(ctx context.Context, g lps.Gesture, login func(token string) (refused bool, err error)) error {
	var err error
	for n := range 2 {
		token, trouble := p.token(ctx, g, n > 0)
		if trouble != nil {
			return trouble
		}
		var refused bool
		if refused, err = login(token); err == nil || !refused {
			return err
		}
	}
	return err
}

func (p *libraryProgram) open(ctx context.Context, g lps.Gesture) error {
	host, _, _ := strings.Cut(g.IMAP, ":")
	return p.tries(ctx, g, func(token string) (bool, error) {
		c, err := imapclient.DialStartTLS(g.IMAP, &imapclient.Options{TLSConfig: p.settings(host)})
		if err != nil && p.wrong == "clear" {
			c, err = imapclient.DialInsecure(g.IMAP, nil)
		}
		if err != nil {
			return false, err
		}
		if err := c.Authenticate(&xoauth2{user: g.Mailbox, token: token}); err != nil {
			_ = c.Close()
			return true, err
		}
		p.imap = c
		_, err = c.Select("INBOX", nil).Wait()
		return false, err
	})
}

func (p *libraryProgram) fetch(ctx context.Context, g lps.Gesture) error {
	if p.session == nil {
		return errSignIn
	}
	if p.imap != nil && p.imap.Noop().Wait() != nil {
		p.hangUp()
	}
	if p.imap == nil {
		if p.wrong == "person" {
			p.session = nil
			return errSignIn
		}
		if err := p.open(ctx, g); err != nil {
			return err
		}
	}
	header := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, Peek: true}
	all, err := p.imap.Fetch(imap.SeqSet{imap.SeqRange{Start: 1}}, &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{header}}).Collect()
	if err != nil {
		return err
	}
	for _, m := range all {
		for _, section := range m.BodySection {
			r, err := mail.CreateReader(strings.NewReader(string(section.Bytes)))
			if err != nil {
				return err
			}
			id, _ := r.Header.MessageID()
			references, _ := r.Header.MsgIDList("References")
			p.seen["<"+id+">"] = references
		}
	}
	return nil
}

func (p *libraryProgram) send(ctx context.Context, g lps.Gesture) error {
	message, err := p.message(g)
	if err != nil {
		return err
	}
	host, _, _ := strings.Cut(g.SMTP, ":")
	var c *smtp.Client
	err = p.tries(ctx, g, func(token string) (bool, error) {
		if c, err = smtp.DialStartTLS(g.SMTP, p.settings(host)); err != nil && p.wrong == "clear" {
			c, err = smtp.Dial(g.SMTP)
		}
		if err != nil {
			return false, err
		}
		if err := c.Auth(&xoauth2{user: g.Mailbox, token: token, late: true}); err != nil {
			_ = c.Close()
			return true, err
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SendMail(g.Mailbox, g.To, strings.NewReader(message)); err != nil {
		return err
	}
	return c.Quit()
}

// message writes the message.
func (p *libraryProgram) message(g lps.Gesture) (string, error) {
	var h mail.Header
	h.SetAddressList("From", []*mail.Address{{Name: stand.LPSAuthor, Address: g.Mailbox}})
	var to []*mail.Address
	for _, address := range g.To {
		to = append(to, &mail.Address{Address: address})
	}
	h.SetAddressList("To", to)
	h.SetSubject(g.Subject)
	if err := h.GenerateMessageIDWithHostname("operateur.test.invalid"); err != nil {
		return "", err
	}
	if p.wrong != "reference" {
		h.Set("X-MSS-NIL", stand.LPSReference)
	}
	if g.Reply != "" {
		id := strings.Trim(g.Reply, "<>")
		h.SetMsgIDList("In-Reply-To", []string{id})
		h.SetMsgIDList("References", append(p.seen[g.Reply], id))
	}
	kind := "text/plain"
	if p.wrong == "html" {
		kind = "text/html"
	}
	h.SetContentType(kind, map[string]string{"charset": "utf-8"})
	var b strings.Builder
	w, err := mail.CreateSingleInlineWriter(&b, h)
	if err != nil {
		return "", err
	}
	if _, err := io.WriteString(w, g.Text); err != nil {
		return "", err
	}
	return b.String(), w.Close()
}
