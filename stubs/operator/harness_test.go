package operator_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/mail"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/stubs/operator"
)

const (
	domain    = "operateur.test"
	neighbour = "voisin.test"
	issuer    = "https://psc.test/auth/realms/esante-wallet"

	alix, sacha, noor  = "899700000017", "899700000025", "ANS20230101120000"
	structure, another = "1750000001", "1750000002"

	alixBox  = "alix.exemple@" + domain
	alixBis  = "alix.bis@" + domain
	sachaBox = "sacha.exemple@" + domain
	noorBox  = "noor.exemple@" + domain
	service  = "service@" + domain
	withdraw = "retrait@" + domain
	closed   = "cloture@" + domain
	program  = "appli@" + domain
)

func mailboxes() []operator.Mailbox {
	box := func(address string, kind mssante.MailboxType, holder mssante.IdNat, delegates ...mssante.IdNat) operator.Mailbox {
		return operator.Mailbox{Mailbox: mssante.Mailbox{Address: address, Type: kind, Holder: holder, Delegates: delegates}}
	}
	suspended := box(closed, mssante.Personal, alix)
	suspended.Suspended = true
	return []operator.Mailbox{
		box(alixBox, mssante.Personal, alix), box(alixBis, mssante.Personal, alix), box(sachaBox, mssante.Personal, sacha),
		box(noorBox, mssante.Personal, noor), box(service, mssante.Organisational, structure, alix),
		box(withdraw, mssante.Organisational, structure, alix), suspended, box(program, mssante.Application, structure),
	}
}

func convention() *interops.Convention {
	organism := func(name, subject string) interops.Organism {
		identities := []interops.Identity{{Subject: subject}}
		return interops.Organism{Name: name, TLS: identities, Signature: identities}
	}
	return &interops.Convention{Organisms: []interops.Organism{
		organism("operateur", "CN=TEST operateur,O=TEST Etalon,C=FR"),
		organism("structure", "CN=TEST appli,OU="+structure+",O=TEST Clinique,C=FR"),
		organism("autre", "CN=TEST appli,OU="+another+",O=TEST Cabinet,C=FR"),
	}}
}

var shared = benchtest.Share(convention, time.Second)

func TestMain(m *testing.M) { benchtest.Main(m, shared.Close) }

// keys are those of the identity provider, and of a stranger.
var keys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var pair [2]*rsa.PrivateKey
	for i := range pair {
		pair[i], _ = rsa.GenerateKey(rand.Reader, 2048)
	}
	return pair
})

// forged is a token in the making.
type forged struct {
	header, claims map[string]any
	key            *rsa.PrivateKey
}

// honestToken is a token as Pro Santé Connect makes them.
func honestToken(now time.Time, idNat string) forged {
	return forged{
		header: map[string]any{"alg": "RS256", "typ": "JWT", "kid": "live"},
		claims: map[string]any{
			"iss": issuer, "iat": now.Unix(), "exp": now.Unix() + 120, "sub": "f:5f3c:" + idNat, "typ": "Bearer", "azp": "tf-lps",
			"acr": "eidas1", "scope": "openid profile scope_all", "preferred_username": idNat, "jti": idNat,
		},
		key: keys()[0],
	}
}

func part(v any) string {
	raw, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// String signs the token.
func (f forged) String() string {
	signed := part(f.header) + "." + part(f.claims)
	if f.header["alg"] == "none" {
		return signed + "."
	}
	digest := sha256.Sum256([]byte(signed))
	signature, _ := rsa.SignPKCS1v15(nil, f.key, crypto.SHA256, digest[:])
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// with returns the token with some claims changed; nil drops one.
func (f forged) with(claims map[string]any) forged {
	f.claims = changed(f.claims, claims)
	return f
}

// headed returns the token with some parameters of its header changed.
func (f forged) headed(header map[string]any) forged {
	f.header = changed(f.header, header)
	return f
}

func changed(members, changes map[string]any) map[string]any {
	out := maps.Clone(members)
	for name, value := range changes {
		if out[name] = value; value == nil {
			delete(out, name)
		}
	}
	return out
}

// checker verifies tokens by the key of the identity provider, and asks an introspection that the test answers for.
type checker struct {
	now time.Time

	mu       sync.Mutex
	inactive map[string]bool
	answer   error // that of introspection, for every token
	asked    int
}

var errDown = errors.New("introspect: connection refused")

func (c *checker) set(answer error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer = answer
}

// count tells how many tokens it was asked about.
func (c *checker) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}

// later moves the time that tokens are judged by.
func (c *checker) later(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *checker) revoke(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inactive[token] = true
}

func (c *checker) Check(_ context.Context, token string) (operator.Person, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	person, rules := c.read(token)
	var more *operator.Refusal
	switch {
	case errors.As(c.answer, &more):
		rules = append(rules, more.Rules...)
	case c.answer != nil:
		return person, c.answer
	}
	if c.inactive[token] {
		rules = append(rules, operator.RuleInactive)
	}
	if len(rules) > 0 {
		return person, &operator.Refusal{Rules: rules}
	}
	return person, nil
}

// read verifies a token by itself.
func (c *checker) read(token string) (p operator.Person, rules []string) {
	parts := strings.Split(token, ".")
	switch {
	case token == "":
		return p, []string{operator.RuleAbsent}
	case len(parts) == 1:
		return p, []string{operator.RuleOpaque}
	case len(parts) == 5:
		return p, []string{operator.RuleEncrypted}
	case len(parts) != 3 || decode(parts[0], &p.Header) != nil || decode(parts[1], &p.Claims) != nil:
		return p, []string{operator.RuleTruncated}
	}
	name, _ := p.Claims["preferred_username"].(string)
	p.IdNat = mssante.IdNat(name)
	others, _ := p.Claims["otherIds"].([]any)
	for _, o := range others {
		member, _ := o.(map[string]any)
		id, _ := member["identifiant"].(string)
		p.Others = append(p.Others, mssante.IdNat(id))
	}
	find := func(wrong bool, rule string) {
		if wrong {
			rules = append(rules, rule)
		}
	}
	if p.Header["alg"] == "none" {
		find(true, operator.RuleNone)
	} else {
		digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
		signature, _ := base64.RawURLEncoding.DecodeString(parts[2])
		find(p.Header["alg"] != "RS256", operator.RuleAlgorithm)
		find(p.Header["kid"] != "live", operator.RuleKey)
		find(rsa.VerifyPKCS1v15(&keys()[0].PublicKey, crypto.SHA256, digest[:], signature) != nil, operator.RuleSignature)
	}
	_, critical := p.Header["crit"]
	exp, _ := p.Claims["exp"].(float64)
	iat, _ := p.Claims["iat"].(float64)
	acr, _ := p.Claims["acr"].(string)
	find(critical, operator.RuleCritical)
	find(p.Claims["iss"] != issuer, operator.RuleIssuer)
	find(p.Claims["typ"] != "Bearer", operator.RuleType)
	find(int64(exp) <= c.now.Unix(), operator.RuleExpired)
	find(int64(exp) > c.now.Unix()+3600, operator.RuleLife)
	find(int64(iat) > c.now.Unix()+60, operator.RuleEarly)
	find(!strings.HasPrefix(acr, "eidas") || acr == "eidas0", operator.RuleLevel)
	find(p.IdNat == "" && len(p.Others) == 0, operator.RulePerson)
	return p, rules
}

func decode(part string, to any) error {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, to)
}

// party is an operator under test with what surrounds it.
type party struct {
	*operator.Operator
	t       testing.TB
	world   *benchtest.World
	checker *checker
	sent    *benchtest.Told[operator.Message]
	// open tells that submission needs no login: there, the second probe proves nothing.
	open  bool
	flaws []string
	clock *bench.Clock
}

func start(t testing.TB, flaws ...string) *party { return guarded(t, 0, flaws...) }

// guarded starts an operator that delays refusals in a row.
func guarded(t testing.TB, guard time.Duration, flaws ...string) *party {
	t.Helper()
	w := shared.World(t)
	p := &party{t: t, world: w, checker: &checker{now: w.Now, inactive: map[string]bool{}}, sent: &benchtest.Told[operator.Message]{}, flaws: flaws}
	b := &bench.Bench{Clock: &bench.Clock{}, PKI: w.Set}
	p.clock = b.Clock
	p.clock.Freeze(w.Now) // a slow test does not let tokens expire
	p.Operator = benchtest.Started(t, operator.Start, operator.Config{
		Bench: b, Name: "operateur", Domain: domain, WhiteList: []string{neighbour}, Mailboxes: mailboxes(), Checker: p.checker,
		Trust: &pki.Trust{Roots: w.Set.RootCertificates(), Revocation: &pki.Checker{HTTP: w.Fetcher}},
		Flaws: flaws, Sent: p.sent.Tell, Guard: guard, Size: 10 << 20,
	})
	if d, err := p.dial("smtp", ""); err == nil {
		p.open = d.opened(t.Context(), alixBox)
		d.close()
	}
	return p
}

func (p *party) token(idNat string) forged { return honestToken(p.world.Now, idNat) }

// dialogue is what both protocols have in common.
type dialogue struct {
	imap *mail.IMAP
	smtp *mail.SMTP
}

var patience = mail.Limits{Wait: 30 * time.Second, Kept: 64 << 10}

// dial connects under TLS with a client certificate or none.
func (p *party) dial(protocol, peer string) (*dialogue, error) { return p.dialFrom("", protocol, peer) }

// dialFrom is dial from a local address, or any when empty.
func (p *party) dialFrom(local, protocol, peer string) (*dialogue, error) {
	from := mail.DialFrom(local, func(d net.Dialer) func(context.Context, string, string) (net.Conn, error) { return d.DialContext })
	var c pki.Credential
	if peer != "" {
		c = p.world.Credential(p.t, peer)
	}
	config := pki.ClientConfig(c, bench.Wall, pki.AcceptAny)
	if protocol == "imap" {
		d, err := mail.DialIMAP(p.t.Context(), mail.Target{Address: p.IMAPAddress(), Limits: patience, Dial: from})
		if err != nil {
			return nil, err
		}
		_, err = d.StartTLS(p.t.Context(), config)
		return &dialogue{imap: d}, err
	}
	d, err := mail.DialSMTP(p.t.Context(), mail.Target{Address: p.SMTPAddress(), Limits: patience, Dial: from})
	if err != nil {
		return nil, err
	}
	if _, _, err = d.Hello(p.t.Context()); err == nil {
		_, err = d.StartTLS(p.t.Context(), config)
	}
	if err == nil {
		_, _, err = d.Hello(p.t.Context())
	}
	return &dialogue{smtp: d}, err
}

func (d *dialogue) close() {
	if d.imap != nil {
		_ = d.imap.Close()
	}
	if d.smtp != nil {
		_ = d.smtp.Close()
	}
}

func (d *dialogue) login(ctx context.Context, l mail.Login) mail.Result {
	if d.imap != nil {
		return d.imap.Login(ctx, l)
	}
	return d.smtp.Login(ctx, l)
}

// opened is the second probe.
func (d *dialogue) opened(ctx context.Context, user string) bool {
	if d.imap != nil {
		r, err := d.imap.SelectInbox(ctx)
		return err == nil && r.OK()
	}
	may, _, err := d.smtp.MaySend(ctx, user, user)
	return err == nil && may
}

// message is a message from a mailbox, with further header fields.
func message(from, body string, fields ...string) []byte {
	var b bytes.Buffer
	for _, field := range append([]string{"From: " + from, "To: " + sachaBox, "Subject: essai"}, fields...) {
		b.WriteString(field + "\r\n")
	}
	b.WriteString("\r\n" + body)
	return b.Bytes()
}
