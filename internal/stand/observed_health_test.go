package stand_test

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mail"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/redact"
	"etalon/internal/stand"
	"etalon/internal/store"
	"etalon/stubs/operator"
	"etalon/stubs/psc"
)

// watched are Pro Santé Connect and an operator of which every exchange is seen.
type watched struct {
	t        *testing.T
	psc      *psc.Stub
	operator *operator.Operator
	seen     benchtest.Told[store.Exchange]
	http     *http.Client
}

func startWatched(t *testing.T) *watched {
	t.Helper()
	opened, err := stand.Open("127.0.0.1:0", "", &interops.Convention{Organisms: psc.Organisms()}, candidate.DefaultProfile("current"), bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	w := &watched{t: t}
	if w.psc, err = psc.Start(psc.Config{Bench: opened.Bench, Observe: stand.SeesPSC(w.seen.Tell)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.psc.Close() })
	if w.operator, err = stand.StartOperator(opened, w.psc, "", "", w.seen.Tell); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.operator.Close() })
	w.http = &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: opened.Bench.RootPool()}, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(w.http.CloseIdleConnections)
	return w
}

// post sends a form, and returns what is answered.
func (w *watched) post(address string, form url.Values) (status int, header http.Header, body string) {
	w.t.Helper()
	answer, err := w.http.PostForm(address, form)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(raw)
}

// wait waits until an exchange was seen.
func (w *watched) wait(what string, is func(store.Exchange) bool) store.Exchange {
	w.t.Helper()
	if !bench.Until(w.t.Context(), 10*time.Second, func() bool { return slices.ContainsFunc(w.seen.All(), is) }) {
		w.t.Fatalf("%s was not seen among %d exchanges", what, len(w.seen.All()))
	}
	return w.seen.Last(is)
}

// hides fails where something that lets in stands in what was seen.
func (w *watched) hides(secrets map[string]string) {
	w.t.Helper()
	for _, x := range w.seen.All() {
		text := fmt.Sprintf("%+v", x)
		for _, m := range []*store.Message{x.Request, x.Response, x.Twin} {
			if m != nil {
				text += fmt.Sprintf("%s %s %s\n", m.Media, m.Head, m.Raw)
			}
		}
		for what, secret := range secrets {
			if secret == "" {
				w.t.Fatalf("no %s was planted", what)
			}
			for _, spelled := range redact.Spellings(secret) {
				if strings.Contains(text, spelled) {
					w.t.Errorf("%s %s tells %s:\n%s", x.Protocol, x.Target, what, text)
				}
			}
		}
	}
}

// signature is what of a token lets in.
func signature(token string) string { return token[strings.LastIndexByte(token, '.')+1:] }

const plantedVerifier = "verificateur-plante-de-quarante-trois-signes-au-moins"

// login goes through a whole flow, and returns where the browser was sent, the cookie that it got and the answer of the
// token endpoint.
func (w *watched) login() (back url.Values, cookie, answer string) {
	w.t.Helper()
	digest := sha256.Sum256([]byte(plantedVerifier))
	status, header, page := w.post(w.psc.Discovery().Authorization, url.Values{
		"response_type": {"code"}, "client_id": {psc.MailClient}, "redirect_uri": {"http://127.0.0.1:4321/callback"}, "scope": {"openid scope_all"},
		"state": {"etat-visible"}, "nonce": {"nonce-visible"}, "acr_values": {"eidas1"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(digest[:])}, "code_challenge_method": {"S256"},
		psc.FieldName: {"899700000017"}, psc.FieldSecret: {"secret-test-un"},
	})
	to, err := url.Parse(header.Get("Location"))
	if err != nil || status != http.StatusSeeOther || to.Query().Get("code") == "" {
		w.t.Fatalf("login: %d %v %s", status, header, page)
	}
	_, _, answer = w.post(w.psc.Discovery().Token, url.Values{
		"grant_type": {oidc.GrantCode}, "code": {to.Query().Get("code")}, "redirect_uri": {"http://127.0.0.1:4321/callback"},
		"client_id": {psc.MailClient}, "client_secret": {"secret-test-lps"}, "code_verifier": {plantedVerifier},
	})
	return to.Query(), strings.TrimPrefix(strings.Split(header.Get("Set-Cookie"), ";")[0], "psc="), answer
}

func TestPSCIsSeenWithoutWhatLetsIn(t *testing.T) {
	w := startWatched(t)
	const plantedSecret = "secret-faux-plante"
	back, cookie, answer := w.login()
	minted, err := w.psc.Mint(psc.Order{})
	if err != nil {
		t.Fatal(err)
	}
	_, _, told := w.post(w.psc.Discovery().Introspection, url.Values{"token": {minted.Token}, "client_id": {"tf-operateur"}, "client_secret": {plantedSecret}})
	// Forms that cannot be read, or hold too much, tell nothing more.
	_, _, _ = w.post(w.psc.Discovery().Token, url.Values{"grant_type": {"password"}, "password": {"mot-de-passe-plante"}})
	long := url.Values{"client_secret": {"secret-parmi-cent"}}
	for n := range 150 {
		long.Set(fmt.Sprint("p", n), "valeur-plantee")
	}
	_, _, _ = w.post(w.psc.Discovery().Token, long)

	secrets := map[string]string{
		"the code": back.Get("code"), "the verifier": plantedVerifier, "a client's secret": "secret-test-lps", "a wrong secret": plantedSecret,
		"a person's secret": "secret-test-un", "a cookie": cookie, "the token asked about": signature(minted.Token),
		"a password": "mot-de-passe-plante", "a secret among many": "secret-parmi-cent", "an unknown parameter": "valeur-plantee",
	}
	var given oidc.TokenAnswer
	if err := json.Unmarshal([]byte(answer), &given); err != nil || given.Access == "" {
		t.Fatalf("token answer %s", answer)
	}
	secrets["the access token"], secrets["the refresh token"], secrets["the ID token"] = signature(given.Access), signature(given.Refresh), signature(given.ID)
	w.hides(secrets)
	login := w.wait("the login", func(x store.Exchange) bool {
		return x.Method == "POST" && strings.Contains(x.Target, "/auth") && x.Status == http.StatusSeeOther
	})
	if login.Role != string(stand.RolePSC) || login.Protocol != "HTTP" || login.Outcome != store.Accepted || login.TLS == nil || !strings.Contains(string(login.Request.Raw), "etat-visible") {
		t.Errorf("the login is seen as %+v\n%s", login, login.Request.Raw)
	}
	asking := w.wait("the introspection", func(x store.Exchange) bool { return strings.Contains(x.Target, "introspect") })
	if asking.Outcome != store.Refused || asking.Status != http.StatusUnauthorized || !strings.Contains(string(asking.Response.Raw), "invalid_client") || told == "" {
		t.Errorf("the introspection is seen as %+v\n%s", asking, asking.Response.Raw)
	}
	if !strings.Contains(string(asking.Request.Raw), "jeton(") {
		t.Errorf("what the token says is not told: %s", asking.Request.Raw)
	}
}

// Who does not like the certificate of Pro Santé Connect asks nothing: that is seen too.
func TestAnUnsecuredLinkIsSeen(t *testing.T) {
	w := startWatched(t)
	w.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{}
	if answer, err := w.http.Get(w.psc.Issuer()); err == nil {
		answer.Body.Close()
		t.Fatal("an unknown authority was trusted")
	}
	x := w.wait("the broken link", func(x store.Exchange) bool { return x.Outcome == store.Broken })
	if x.Error == "" || x.Peer == "" || x.Request != nil {
		t.Errorf("%+v", x)
	}
}

func TestDialoguesAreSeenWithoutWhatLetsIn(t *testing.T) {
	w := startWatched(t)
	box := stand.Mailboxes()[0]
	token, err := w.psc.Mint(psc.Order{IdNat: box.Holder})
	if err != nil {
		t.Fatal(err)
	}
	secure := pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny)
	d, err := mail.DialIMAP(t.Context(), mail.Target{Address: w.operator.IMAPAddress()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.StartTLS(t.Context(), secure); err != nil {
		t.Fatal(err)
	}
	if o := d.Login(t.Context(), mail.XOAUTH2(box.Address, token.Token)).Outcome; o != mail.Accepted {
		t.Fatal(o)
	}
	// While the link is open, what was said is seen once the client is silent.
	seen := w.wait("the login", func(x store.Exchange) bool { return x.Protocol == "IMAP" && strings.Contains(x.Method, "AUTHENTICATE") })
	said := string(seen.Request.Raw)
	if seen.Role != "mss-imap" || seen.Outcome != store.Accepted || !strings.Contains(said, "user="+box.Address) || !strings.Contains(said, "-- TLS 1.3 --") || !strings.Contains(said, "\nS: ") {
		t.Errorf("%+v\n%s", seen, said)
	}
	for _, line := range []string{"LOGIN anne mot-de-passe-plante", "NOOP Bearer jeton-opaque-plante", "NOOP " + token.Token} {
		if _, err := d.Command(t.Context(), line); err != nil {
			t.Fatal(line, err)
		}
	}
	d.Close()

	s, err := mail.DialSMTP(t.Context(), mail.Target{Address: w.operator.SMTPAddress()})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Hello(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.StartTLS(t.Context(), secure); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Hello(t.Context()); err != nil {
		t.Fatal(err)
	}
	if o := s.Login(t.Context(), mail.XOAUTH2(box.Address, "jeton-opaque-plante")).Outcome; !o.Refused() {
		t.Fatal(o)
	}
	s.Close()
	refused := w.wait("the refused login", func(x store.Exchange) bool { return x.Protocol == "SMTP" && strings.Contains(x.Method, "AUTH") })
	if refused.Role != "mss-smtp" || refused.Outcome != store.Refused {
		t.Errorf("%+v\n%s", refused, refused.Request.Raw)
	}
	w.wait("what was said after the login", func(x store.Exchange) bool { return x.Protocol == "IMAP" && strings.Contains(x.Method, "LOGIN NOOP") })
	w.hides(map[string]string{"a token": signature(token.Token), "a password": "mot-de-passe-plante", "an opaque token": "jeton-opaque-plante", "an opaque token in base64": "amV0b24tb3BhcXVlLXBsYW50"})
	// The operator asked Pro Santé Connect what the token is worth: that is seen as well.
	w.wait("the introspection", func(x store.Exchange) bool {
		return strings.Contains(x.Target, "introspect") && x.Status == http.StatusOK
	})
}

// asks asks what a token is worth, as the operator does.
func (w *watched) asks(token string) int {
	w.t.Helper()
	client := candidate.SampleOperatorClient()
	status, _, _ := w.post(w.psc.Discovery().Introspection, url.Values{"token": {token}, "client_id": {client.ID}, "client_secret": {client.Secret}})
	return status
}

// secured opens a dialogue of IMAP under TLS, and tells why that cannot be.
func (w *watched) secured() error {
	w.t.Helper()
	d, err := mail.DialIMAP(w.t.Context(), mail.Target{Address: w.operator.IMAPAddress()})
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.StartTLS(w.t.Context(), w.http.Transport.(*http.Transport).TLSClientConfig.Clone())
	return err
}

// What is armed for Pro Santé Connect and for the operator is committed as often as it was asked for, and is on the exchange.
func TestFaultsOfHealthAreArmed(t *testing.T) {
	w := startWatched(t)
	p, _ := openPartners(t)
	p.Join(w.psc, w.operator)
	w.http.Transport.(*http.Transport).TLSClientConfig.ServerName = "localhost"
	token, err := w.psc.Mint(psc.Order{})
	if err != nil {
		t.Fatal(err)
	}
	live := func(t *testing.T) bool {
		answer, err := w.http.Get(w.psc.Issuer() + oidc.PathJWKS)
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	}
	for _, c := range []struct {
		role     candidate.Role
		fault    string
		violates string
		honest   func(t *testing.T) bool
	}{
		{stand.RolePSC, "psc-introspection-500", "INTR-06", func(*testing.T) bool { return w.asks(token.Token) == http.StatusOK }},
		{stand.RolePSC, "psc-keys-unavailable", "INTR-15", live},
		{stand.RolePSC, "psc-certificate-expired", "INTR-04", live},
		{stand.RolePSC, "psc-down", "INTR-05", live},
		{stand.RolePSC, "psctoken-expired-1h", "TOK-04", func(t *testing.T) bool {
			_, _, answer := w.login()
			var given oidc.TokenAnswer
			return json.Unmarshal([]byte(answer), &given) == nil && w.alive(given.Access)
		}},
		{candidate.RoleMSSIMAP, "mss-starttls-refused", "LPS-05", func(t *testing.T) bool { return w.secured() == nil }},
		{candidate.RoleMSSIMAP, "mss-certificate-expired", "LPS-06", func(t *testing.T) bool { return w.secured() == nil }},
		{candidate.RoleMSSIMAP, "mss-down", "LPS-27", func(t *testing.T) bool { return w.secured() == nil }},
	} {
		t.Run(c.fault, func(t *testing.T) {
			if !c.honest(t) {
				t.Fatal("nothing is armed, and it is not honest")
			}
			before := len(w.seen.All())
			if err := p.Arm(c.role, "", c.fault, 1); err != nil {
				t.Fatal(err)
			}
			if armed := p.Armed(); len(armed) != 1 || armed[0].Role != c.role || armed[0].Fault != c.fault || armed[0].Left != 1 {
				t.Errorf("armed %+v", armed)
			}
			if c.honest(t) {
				t.Error("it is armed, and honest")
			}
			if !c.honest(t) {
				t.Error("it was committed once, and once more")
			}
			w.wait(c.fault, func(x store.Exchange) bool { return x.Fault == c.fault })
			committed := slices.DeleteFunc(w.seen.All()[before:], func(x store.Exchange) bool { return x.Fault == "" })
			if len(committed) != 1 || committed[0].Role != string(c.role) || committed[0].Violates != c.violates {
				t.Errorf("seen as %+v", committed)
			}
		})
	}
	for _, name := range []string{"mss-down", "psctoken-no-such"} {
		if err := p.Arm(stand.RolePSC, "", name, 1); !errors.Is(err, stand.ErrNoSuchFault) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// alive tells whether a token is, by what Pro Santé Connect says of it.
func (w *watched) alive(token string) bool {
	w.t.Helper()
	client := candidate.SampleOperatorClient()
	_, _, body := w.post(w.psc.Discovery().Introspection, url.Values{"token": {token}, "client_id": {client.ID}, "client_secret": {client.Secret}})
	return strings.Contains(body, `"active":true`)
}
