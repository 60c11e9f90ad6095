package mta_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/dns"
	"etalon/internal/letter"
	"etalon/internal/mail"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/whitelist"
	"etalon/stubs/mta"
)

var shared = benchtest.Share(candidate.MSSConvention, time.Second)

func TestMain(m *testing.M) { benchtest.Main(m, shared.Close) }

const (
	home = "operateur.test.invalid"
	alix = "alix@" + home
	away = "voisin.test.invalid"
)

// space is an operator, one neighbour and what they find each other by.
type space struct {
	bench     *bench.Bench
	operator  *mta.Operator
	neighbour *mta.Neighbour
	list      *whitelist.Server
}

// open starts them.
func open(t *testing.T, shows string, conduct mta.Conduct, flaws ...string) space {
	t.Helper()
	b := shared.World(t).Bench(t)
	credential := func(name string) pki.Credential {
		c, err := b.PKI.Credential(name)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	s := space{bench: b}
	var err error
	s.neighbour, err = mta.StartNeighbour(mta.NeighbourConfig{Domain: away, Listen: "127.0.0.1:0", Credential: credential(shows), Conduct: conduct})
	ended(t, s.neighbour, err)
	_, port, _ := net.SplitHostPort(s.neighbour.Address())
	zone := &dns.Zone{}
	for kind, data := range map[string]string{dns.MX: "10 mx." + away + "."} {
		if err := zone.Set(away, kind, data); err != nil {
			t.Fatal(err)
		}
	}
	if err := zone.Set("mx."+away, dns.A, "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	names, err := dns.Serve("127.0.0.1:0", zone)
	ended(t, names, err)
	s.list, err = whitelist.Listen(whitelist.Options{Address: "127.0.0.1:0", Now: bench.Wall, Credential: func(string) (pki.Credential, error) {
		return credential(candidate.WhiteListOrganism + "/tls"), nil
	}})
	ended(t, s.list, err)
	signer := credential(candidate.WhiteListOrganism + "/signature")
	raw, err := whitelist.Draft{Signer: signer, List: mssante.WhiteList{Generated: bench.Wall(), Domains: []mssante.ListedDomain{
		{Name: home, Operator: candidate.OperatorSubject}, {Name: away, Operator: pki.Subject(credential(candidate.NeighbourOrganism + "/tls").Leaf())},
	}}}.Build()
	if err != nil {
		t.Fatal(err)
	}
	s.list.Publish(raw)
	s.operator, err = mta.Start(mta.Config{
		Bench: b, Name: candidate.OperatorOrganism, Host: "mail." + home, Domains: []string{home}, Mailboxes: []string{alix}, Resolver: names.Address(), Port: port,
		List: mta.Source{URL: s.list.URL(), Signer: pki.Subject(signer.Leaf())}, Retry: 50 * time.Millisecond, Lifetime: 400 * time.Millisecond, Flaws: flaws,
	})
	ended(t, s.operator, err)
	if err := s.operator.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func ended(t *testing.T, c interface{ Close() error }, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

// write hands a message to the operator under a certificate of the neighbour, or of who is named.
func (s space) write(t *testing.T, shows string, p mail.Posting) mail.Posted {
	t.Helper()
	c, err := mail.DialSMTP(t.Context(), mail.Target{Address: s.operator.Address()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, _, err := c.Hello(t.Context()); err != nil {
		t.Fatal(err)
	}
	if shows != "clear" {
		credential := pki.Credential{}
		if shows != "" {
			if credential, err = s.bench.PKI.Credential(shows); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.StartTLS(t.Context(), pki.ClientConfig(credential, bench.Wall, pki.AcceptAny)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Hello(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return c.Post(t.Context(), p)
}

func honest() letter.Letter {
	return letter.Letter{From: "sacha@" + away, To: alix, Marker: "tf00", Date: time.Unix(0, 0).UTC(), Body: "Essai.\r\n"}
}

const voisin = candidate.NeighbourOrganism + "/tls"

func TestMailComesInUnderTheListedCertificate(t *testing.T) {
	s := open(t, voisin, mta.Conduct{})
	whole := honest().Bytes()
	for name, c := range map[string]struct {
		shows, from, to, code string
	}{
		"honest":             {voisin, "sacha@" + away, alix, "250"},
		"renewed":            {voisin + "~renewed", "sacha@" + away, alix, "250"},
		"null sender":        {voisin, "", alix, "250"},
		"clear":              {"clear", "sacha@" + away, alix, "530"},
		"no certificate":     {"", "sacha@" + away, alix, "550"},
		"unlisted":           {candidate.UnlistedOrganism + "/tls", "sacha@" + away, alix, "550"},
		"expired":            {voisin + "~expired", "sacha@" + away, alix, "550"},
		"self-signed":        {voisin + "~self-signed", "sacha@" + away, alix, "550"},
		"other's domain":     {voisin, "alix@" + home, alix, "550"},
		"unlisted domain":    {voisin, "a@example.org", alix, "550"},
		"relay":              {voisin, "sacha@" + away, "b@" + away, "550"},
		"unknown mailbox":    {voisin, "sacha@" + away, "nul@" + home, "550"},
		"null, unlisted":     {candidate.UnlistedOrganism + "/tls", "", alix, "550"},
		"declared too great": {voisin, "sacha@" + away, alix, "552"},
	} {
		p := mail.Posting{Sender: c.from, Recipient: c.to, Message: whole}
		if name == "declared too great" {
			p.MailWith = []string{"SIZE=99999999"}
		}
		if got := s.write(t, c.shows, p); got.Reply.Code != c.code {
			t.Errorf("%s: %s", name, got.Told())
		}
	}
	if n := len(s.operator.Messages(alix)); n != 3 {
		t.Errorf("%d messages arrived", n)
	}
	if got := string(s.operator.Messages(alix)[0]); !strings.HasPrefix(got, "Received: from [127.0.0.1] ([127.0.0.1])\r\n (using TLSv1.3") && !strings.Contains(got, "with ESMTPS") {
		t.Errorf("trace: %q", got)
	}
}

func TestHarmfulMailIsRefused(t *testing.T) {
	s := open(t, voisin, mta.Conduct{})
	looping, infected := honest(), honest()
	looping.Fields = slices.Repeat([]string{"Received: from a by b; Thu, 1 Jan 1970 00:00:00 +0000"}, 110)
	infected.Type, infected.Body = letter.Mixed("b", "Virus d'essai.", letter.Part{Type: "application/octet-stream", Name: "essai.com", Content: []byte(letter.MalwareTest())})
	for name, c := range map[string]struct {
		message []byte
		code    string
	}{
		"looping": {looping.Bytes(), "554"}, "infected": {infected.Bytes(), "550"}, "too great": {honest().Sized(10<<20 + 1), "552"}, "great": {honest().Sized(10 << 20), "250"},
	} {
		if got := s.write(t, voisin, mail.Posting{Sender: "sacha@" + away, Recipient: alix, Message: c.message}); got.Reply.Code != c.code {
			t.Errorf("%s: %s", name, got.Told())
		}
	}
	for name, end := range letter.FalseEnds() {
		before := len(s.operator.Messages(alix))
		s.write(t, voisin, mail.Posting{Sender: "sacha@" + away, Recipient: alix, Data: honest().Smuggling(end)})
		if n := len(s.operator.Messages(alix)) - before; n > 1 {
			t.Errorf("%s: %d messages", name, n)
		}
	}
}

// sent has the operator send a message, and waits for what the neighbour sees of it.
func (s space) sent(t *testing.T, to string, wanted func(mta.Visit) bool) (mta.Visit, error) {
	t.Helper()
	l := honest()
	l.From, l.To = alix, to
	mark := s.neighbour.Seen()
	if err := s.operator.Send(mta.Message{From: alix, To: to, Raw: l.Bytes()}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return s.neighbour.Await(ctx, mark, wanted)
}

func taken(v mta.Visit) bool { return len(v.Holding(func(mta.Mail) bool { return true })) > 0 }

func over(v mta.Visit) bool { return v.Ended }

func TestMailGoesOutUnderMutualTLS(t *testing.T) {
	s := open(t, voisin, mta.Conduct{})
	v, err := s.sent(t, "sacha@"+away, taken)
	if err != nil || v.TLS == nil || len(v.TLS.PeerCertificates) == 0 || !pki.Bears(v.TLS.PeerCertificates[0], candidate.OperatorSubject) || v.Mails[0].From != alix {
		t.Errorf("%+v, %v", v, err)
	}
	s.neighbour.Answer("absent@"+away, mta.Order{Code: 550, Enhanced: "5.1.1", Text: "Inconnu ici"})
	if v, err = s.sent(t, "absent@"+away, over); err != nil || taken(v) {
		t.Errorf("refused: %+v, %v", v, err)
	}
	if got := bounced(t, s.operator); !strings.Contains(got, "Inconnu ici") || !strings.Contains(got, "absent@"+away) {
		t.Errorf("bounce: %q", got)
	}
	s.neighbour.Answer("lent@"+away, mta.Order{Code: 451, Enhanced: "4.7.1", Text: "Plus tard", Times: 1})
	if v, err = s.sent(t, "lent@"+away, taken); err != nil {
		t.Errorf("tried again: %+v, %v", v, err)
	}
}

// bounced waits for a report in the sender's mailbox.
func bounced(t *testing.T, o *mta.Operator) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		if all := o.Messages(alix); len(all) > 0 {
			return string(all[len(all)-1])
		}
		if err := bench.Pause(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNothingGoesOutToABadServer(t *testing.T) {
	for name, c := range map[string]struct {
		shows   string
		conduct mta.Conduct
		flaw    string
	}{
		"in clear":    {voisin, mta.Conduct{NoTLS: true}, "sends-in-clear"},
		"TLS 1.1":     {voisin, mta.Conduct{OldTLS: true}, "sends-over-tls11"},
		"expired":     {voisin + "~expired", mta.Conduct{}, "skips-server-dates"},
		"foreign":     {voisin + "~unknown-ca", mta.Conduct{}, "skips-server-authority"},
		"other name":  {candidate.UnlistedOrganism + "/tls", mta.Conduct{}, "skips-server-name"},
		"other entry": {candidate.OperatorOrganism + "/tls", mta.Conduct{}, "skips-recipient-domain"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, c.shows, c.conduct)
			v, err := s.sent(t, "sacha@"+away, over)
			if err != nil || taken(v) {
				t.Errorf("%+v, %v", v, err)
			}
			if got := bounced(t, s.operator); !strings.Contains(got, "Action: failed") {
				t.Errorf("bounce: %q", got)
			}
			if v, err := open(t, c.shows, c.conduct, c.flaw).sent(t, "sacha@"+away, taken); err != nil {
				t.Errorf("%s: %+v, %v", c.flaw, v, err)
			}
		})
	}
}

func TestWhatCannotBeStartedOrSent(t *testing.T) {
	b := shared.World(t).Bench(t)
	for name, c := range map[string]mta.Config{"flaw": {Name: candidate.OperatorOrganism, Flaws: []string{"nothing"}}, "credential": {Name: "nobody"}, "address": {Name: candidate.OperatorOrganism, Listen: "nowhere"}} {
		c.Bench = b
		if o, err := mta.Start(c); err == nil {
			t.Errorf("%s: started at %s", name, o.Address())
		}
	}
	s := open(t, voisin, mta.Conduct{})
	for name, m := range map[string]mta.Message{"sender": {From: "nul@" + home, To: "a@" + away}, "recipient": {From: alix, To: "a"}} {
		if err := s.operator.Send(m); err == nil {
			t.Errorf("%s: sent", name)
		}
	}
}

// A client that says anything at all gets a reply, and nothing else.
func TestHostileClients(t *testing.T) {
	s := open(t, voisin, mta.Conduct{})
	for _, said := range []string{
		"\r\n", "DATA\r\n", "RCPT TO:<a@b>\r\n", "MAIL\r\n", "MAIL FROM:a\r\n", "EHLO\r\n", strings.Repeat("x", 9000) + "\r\n", "MAIL FROM:<" + strings.Repeat("a", 3000) + ">\r\n",
		"\x00\xff\r\n", "STARTTLS\r\nSTARTTLS\r\n", "VRFY a\r\n", "NOOP\r\n", "RSET\r\n",
	} {
		for _, address := range []string{s.operator.Address(), s.neighbour.Address()} {
			c, err := mail.DialSMTP(t.Context(), mail.Target{Address: address})
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Raw(t.Context(), []byte(said)); err != nil {
				t.Fatal(err)
			}
			if r, err := c.Reply(t.Context()); err != nil || len(r.Code) != 3 {
				t.Errorf("%.20q: %v, %v", said, r, err)
			}
			_ = c.Close()
		}
	}
}

// Every flaw has a name of its own and something that it must show.
func TestFlawsAreTold(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range mta.Flaws() {
		if seen[f.Name] || len(f.Must) == 0 || f.Title.FR == "" || f.Title.EN == "" {
			t.Errorf("%+v", f)
		}
		seen[f.Name] = true
	}
	if len(seen) < 25 {
		t.Error(fmt.Sprint(len(seen), " flaws"))
	}
}
