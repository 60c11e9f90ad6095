package operator_test

import (
	"bytes"
	"errors"
	"net"
	"strings"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/mail"
	"etalon/internal/mssante"
	"etalon/stubs/operator"
)

func TestStartRefuses(t *testing.T) {
	w := shared.World(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	box := func(address string) []operator.Mailbox {
		return []operator.Mailbox{{Mailbox: mssante.Mailbox{Address: address, Type: mssante.Personal, Holder: alix}}}
	}
	for want, change := range map[string]func(*operator.Config){
		"no such name":     func(c *operator.Config) { c.Flaws = []string{"forgets-everything"} },
		"find credential":  func(c *operator.Config) { c.Name = "personne" },
		"want one at":      func(c *operator.Config) { c.Mailboxes = box("a@ailleurs.test") },
		"there are two":    func(c *operator.Config) { c.Mailboxes = append(box("a@"+domain), box("A@"+domain)...) },
		"want an address":  func(c *operator.Config) { c.Mailboxes = box("a") },
		"address already":  func(c *operator.Config) { c.SMTP = taken.Addr().String() },
		"already in use":   func(c *operator.Config) { c.IMAP = taken.Addr().String() },
		"the flaws are":    func(c *operator.Config) { c.Flaws = []string{"skips-signature", ""} },
		"nearest are oper": func(c *operator.Config) { c.Name = "operateu" },
	} {
		c := operator.Config{Bench: &bench.Bench{Clock: &bench.Clock{}, PKI: w.Set}, Name: "operateur", Domain: domain, Checker: &checker{}}
		change(&c)
		if o, err := operator.Start(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
			if err == nil {
				_ = o.Close()
			}
		}
	}
}

// TestUndeclaredSizeIsHeld sends more than is announced without saying so (SMTP-24).
func TestUndeclaredSizeIsHeld(t *testing.T) {
	big := message(alixBox, strings.Repeat(strings.Repeat("a", 998)+"\r\n", 1050))
	for _, c := range []struct {
		flaws []string
		want  string
	}{{[]string{"announces-small-size"}, "552"}, {[]string{"announces-small-size", "skips-size"}, "250"}, {nil, "250"}} {
		p := start(t, c.flaws...)
		d := p.in("smtp")
		if r := outgoing(p, d, alixBox, []string{sachaBox}, big); r.Code != c.want {
			t.Errorf("%v: %s", c.flaws, r)
		}
		if n := len(p.Inbox(sachaBox)); (n == 1) != (c.want == "250") {
			t.Errorf("%v: %d messages arrived", c.flaws, n)
		}
		d.close()
	}
}

func TestMailGoesToTheTrustSpace(t *testing.T) {
	p := start(t)
	d := p.in("smtp")
	defer d.close()
	body := message(alixBox, "bonjour\r\n")
	if r := outgoing(p, d, alixBox, []string{"x@" + neighbour, sachaBox}, body); !r.OK() {
		t.Fatal(r)
	}
	sent := p.sent.All()
	if len(sent) != 1 || sent[0].From != alixBox || len(sent[0].To) != 2 || !bytes.Equal(sent[0].Raw, body) {
		t.Errorf("%+v", sent)
	}
	if got := p.Inbox(sachaBox); len(got) != 1 || !bytes.Equal(got[0], body) || p.Inbox("x@"+neighbour) != nil {
		t.Errorf("%q", got)
	}
	for _, bad := range []string{"From: a\r\nno header\r\n", "To: x\r\n\r\nno author\r\n", "From: <<>\r\n\r\nx\r\n"} {
		if r := outgoing(p, d, alixBox, []string{sachaBox}, []byte(bad)); !r.Permanent() {
			t.Errorf("%q: %s", bad, r)
		}
	}
}

func TestSuspendAndWithdraw(t *testing.T) {
	p := start(t)
	if !p.Suspend(alixBox, true) || p.Suspend("inconnu@"+domain, true) || p.Withdraw(service, sacha) || p.Withdraw("inconnu@"+domain, alix) {
		t.Error("what is there and what is not is told wrongly")
	}
	if d := p.in("imap"); d != nil {
		t.Error("a suspended mailbox opens")
		d.close()
	}
	p.Suspend(alixBox, false)
	d := p.in("imap")
	if d == nil {
		t.Fatal("a mailbox that is suspended no more stays shut")
	}
	d.close()
}

// TestStoreIsBounded fills the store, and wants a refusal and no more.
func TestStoreIsBounded(t *testing.T) {
	p := start(t)
	d := p.in("smtp")
	defer d.close()
	big := message(alixBox, strings.Repeat(strings.Repeat("a", 998)+"\r\n", 10_000))
	var last mail.SMTPReply
	for range 8 {
		last = outgoing(p, d, alixBox, []string{sachaBox}, big)
	}
	if last.Code != "452" {
		t.Errorf("%s", last)
	}
	again := p.in("imap")
	if again == nil {
		t.Fatal("the operator is down")
	}
	defer again.close()
	if r, err := again.imap.Append(t.Context(), "INBOX", big); err != nil || r.Status != "NO" || r.Code != "OVERQUOTA" {
		t.Errorf("%s, %v", r, err)
	}
	if r, err := again.imap.Command(t.Context(), "NOOP"); err != nil || !r.OK() {
		t.Errorf("after it: %s, %v", r, err)
	}
}

func TestClosedOperatorIsGone(t *testing.T) {
	w := shared.World(t)
	o, err := operator.Start(operator.Config{Bench: &bench.Bench{Clock: &bench.Clock{}, PKI: w.Set}, Name: "operateur", Domain: domain, Checker: &checker{}})
	if err != nil {
		t.Fatal(err)
	}
	open, err := mail.DialIMAP(t.Context(), mail.Target{Address: o.IMAPAddress()})
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := open.Command(t.Context(), "NOOP"); !errors.Is(err, mail.ErrClosed) {
		t.Errorf("%v", err)
	}
	if _, err := net.Dial("tcp", o.SMTPAddress()); err == nil {
		t.Error("it listens on")
	}
}

// TestOperatorEndsAtOnce wants one that had no time to serve to end, and its addresses free.
func TestOperatorEndsAtOnce(t *testing.T) {
	w := shared.World(t)
	c := operator.Config{Bench: &bench.Bench{Clock: &bench.Clock{}, PKI: w.Set}, Name: "operateur", Domain: domain, Checker: &checker{}}
	for range 50 {
		o, err := operator.Start(c)
		if err != nil {
			t.Fatal(err)
		}
		c.IMAP, c.SMTP = o.IMAPAddress(), o.SMTPAddress()
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
