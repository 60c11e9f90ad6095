package operator_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/mail"
	"etalon/stubs/operator"
)

// trial is a trial of some requirements that is more than a login.
type trial struct {
	rows string
	play func(p *party, f *benchtest.Failures)
}

// clear connects without TLS.
func (p *party) clear(protocol string) (*dialogue, error) {
	if protocol == "imap" {
		d, err := mail.DialIMAP(p.t.Context(), mail.Target{Address: p.IMAPAddress(), Limits: patience})
		return &dialogue{imap: d}, err
	}
	d, err := mail.DialSMTP(p.t.Context(), mail.Target{Address: p.SMTPAddress(), Limits: patience})
	return &dialogue{smtp: d}, err
}

// in connects and logs in as Alix; nil where that cannot be done.
func (p *party) in(protocol string) *dialogue {
	d, err := p.dial(protocol, "")
	if err != nil {
		return nil
	}
	if r := d.login(p.t.Context(), mail.XOAUTH2(alixBox, p.token(alix).String())); r.Outcome != mail.Accepted {
		d.close()
		return nil
	}
	return d
}

func trials() []trial {
	return slices.Concat(clearTrials(), helloTrials(), imapTrials(), smtpTrials(), accessTrials())
}

func imapTrials() []trial {
	return []trial{
		{"IMAP-01 IMAP-02 IMAP-22", func(p *party, f *benchtest.Failures) {
			d, err := p.dial("imap", "")
			if err != nil {
				return
			}
			defer d.close()
			all, _ := d.imap.Capabilities(p.t.Context())
			f.Unless(slices.Contains(all, "SASL-IR") && slices.Contains(all, "AUTH=XOAUTH2"), "IMAP-01", strings.Join(all, " "))
			f.Unless(slices.Contains(all, "IMAP4REV1") || slices.Contains(all, "IMAP4REV2"), "IMAP-02", strings.Join(all, " "))
			f.Unless(!slices.Contains(all, "AUTH=PLAIN"), "IMAP-22", strings.Join(all, " "))
			r := d.imap.Password(p.t.Context(), alixBox, "mot de passe")
			f.Unless(r.Outcome == mail.RefusedDirectly, "IMAP-22", string(r.Outcome))
		}},
		{"IMAP-04 SMTP-03", func(p *party, f *benchtest.Failures) {
			for protocol, row := range map[string]string{"imap": "IMAP-04", "smtp": "SMTP-03"} {
				d, err := p.dial(protocol, "")
				if err != nil {
					continue
				}
				r := d.login(p.t.Context(), mail.XOAUTH2(alixBox, p.token(alix).String()).InTwoSteps())
				f.Unless(r.Outcome == mail.Accepted && r.Prompt != nil && *r.Prompt == "", row, string(r.Outcome))
				d.close()
			}
		}},
		{"IMAP-07 SMTP-07 IMAP-08 SMTP-08 SESS-08", refusalTrial},
		{"IMAP-06 IMAP-28 IMAP-29 IMAP-30 IMAP-31 SESS-06", folderTrial},
		{"IMAP-26 IMAP-27", idleTrial},
		{"IMAP-18", func(p *party, f *benchtest.Failures) {
			for _, name := range []string{"two-users", "two-users-reversed"} {
				if p.open {
					return
				}
				d, err := p.dial("smtp", "")
				if err != nil {
					return
				}
				d.login(p.t.Context(), malformed(name)(p, alixBox))
				f.Unless(!d.opened(p.t.Context(), sachaBox), "IMAP-18", name)
				d.close()
			}
		}},
		{"IMAP-20 TOK-40", func(p *party, f *benchtest.Failures) {
			for row, l := range map[string]mail.Login{
				"IMAP-20": {Mechanism: "XOAUTH2", Encoded: b64(strings.Repeat("x", 1<<20))},
				"TOK-40":  claiming(map[string]any{"filler": strings.Repeat("x", 60000)})(p, alixBox),
			} {
				fresh := start(p.t, p.flaws...) // what one line does to it must not hide what the other does
				d, err := fresh.dial("imap", "")
				if err != nil {
					return
				}
				r := d.login(p.t.Context(), l)
				d.close()
				again := fresh.in("imap")
				f.Unless(r.Outcome != mail.Accepted && again != nil, row, string(r.Outcome))
				if again != nil {
					again.close()
				}
			}
		}},
		{"IMAP-23 SMTP-11 SESS-05", func(p *party, f *benchtest.Failures) {
			for protocol, row := range map[string]string{"imap": "IMAP-23", "smtp": "SMTP-11"} {
				if d := p.in(protocol); d != nil {
					r := d.login(p.t.Context(), mail.XOAUTH2(sachaBox, p.token(sacha).String()))
					f.Unless(r.Outcome == mail.RefusedDirectly && (protocol == "imap" || r.Status == "503"), row, r.Status)
					f.Unless(r.Outcome != mail.Accepted && d.opened(p.t.Context(), alixBox), "SESS-05", protocol)
					d.close()
				}
			}
		}},
		{"IMAP-25", delaysRefusals},
		{"SESS-01", func(p *party, f *benchtest.Failures) {
			for _, protocol := range []string{"imap", "smtp"} {
				d := p.in(protocol)
				if d == nil {
					continue
				}
				if d.opened(p.t.Context(), alixBox) {
					p.clock.Freeze(p.world.Now.Add(150 * time.Second))
					f.Unless(d.opened(p.t.Context(), alixBox), "SESS-01", protocol)
					p.clock.Freeze(p.world.Now)
				}
				d.close()
			}
		}},
		{"SESS-04", func(p *party, f *benchtest.Failures) {
			var open []*dialogue
			for range 5 {
				if d := p.in("imap"); d != nil {
					open = append(open, d)
				}
			}
			f.Unless(len(open) == 0 || len(open) == 5, "SESS-04", "sessions are refused")
			for _, d := range open {
				d.close()
			}
		}},
	}
}

// refusalTrial looks at how a bad token is refused, and whether the connection is good afterwards.
func refusalTrial(p *party, f *benchtest.Failures) {
	for _, c := range []struct{ protocol, refusal, cancel, status, cancelled string }{
		{"imap", "IMAP-07", "IMAP-08", "NO", "BAD"}, {"smtp", "SMTP-07", "SMTP-08", "535", "501"},
	} {
		d, err := p.dial(c.protocol, "")
		if err != nil {
			continue
		}
		r := d.login(p.t.Context(), expired(60)(p, alixBox))
		if r.Outcome == mail.Accepted {
			d.close()
			continue
		}
		shaped := r.Failure != nil && (c.protocol == "smtp" || len(r.Failure.Missing) == 0)
		f.Unless(shaped && r.Status == c.status, c.refusal, r.Status+" "+r.Code)
		again := d.login(p.t.Context(), mail.XOAUTH2(alixBox, p.token(alix).String()))
		f.Unless(again.Outcome == mail.Accepted || again.Outcome == mail.RefusedDirectly && again.Err == nil, "SESS-08", c.protocol)
		d.close()
		if d, err = p.dial(c.protocol, ""); err != nil {
			continue
		}
		l := expired(60)(p, alixBox)
		l.Then = mail.Cancel
		r = d.login(p.t.Context(), l)
		f.Unless(r.Status == c.cancelled, c.cancel, r.Status)
		d.close()
	}
}

// folderTrial uses a mailbox.
func folderTrial(p *party, f *benchtest.Failures) {
	d := p.in("imap")
	if d == nil {
		return
	}
	ctx := p.t.Context()
	first, err := d.imap.SelectInbox(ctx)
	if f.Unless(err == nil && first.OK(), "IMAP-06", first.String()); !first.OK() {
		d.close()
		return
	}
	text := []byte("Subject: un\r\n\r\nbonjour\r\n")
	_, _ = d.imap.Append(ctx, "INBOX", text)
	for row, commands := range map[string][]string{
		"IMAP-30": {"CREATE TF-MSS-1", "RENAME TF-MSS-1 TF-MSS-2", "DELETE TF-MSS-2"}, "IMAP-31": {"CREATE &AOk-", "DELETE &AOk-"},
	} {
		for _, command := range commands {
			r, err := d.imap.Command(ctx, command)
			f.Unless(err == nil && r.OK(), row, r.String())
		}
	}
	r, err := d.imap.Logout(ctx)
	f.Unless(err == nil && r.OK(), "SESS-06", r.String())
	d.close()
	if d = p.in("imap"); d == nil {
		return
	}
	defer d.close()
	second, _ := d.imap.SelectInbox(ctx)
	f.Unless(validity(first) != "" && validity(first) == validity(second), "IMAP-28", validity(first)+", "+validity(second))
	all, err := d.imap.Command(ctx, "FETCH 1:* BODY.PEEK[]")
	f.Unless(err == nil && slices.ContainsFunc(all.Untagged, func(l mail.IMAPLine) bool {
		return len(l.Literals) == 1 && bytes.Equal(l.Literals[0], text)
	}), "IMAP-29", all.String())
}

// idleTrial waits for a message in a session that is told of it.
func idleTrial(p *party, f *benchtest.Failures) {
	waiting, other := p.in("imap"), p.in("imap")
	if waiting == nil || other == nil {
		return
	}
	defer waiting.close()
	defer other.close()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience.Wait)
	defer cancel()
	all, err := waiting.imap.Capabilities(ctx)
	f.Unless(err == nil && len(all) > 0, "IMAP-26", "no capabilities")
	if r, err := waiting.imap.SelectInbox(ctx); err != nil || !r.OK() {
		return
	}
	if r, err := waiting.imap.Command(ctx, "IDLE"); err != nil || r.Status != "+" {
		f.Unless(false, "IMAP-27", r.String())
		return
	}
	_, _ = other.imap.Append(ctx, "INBOX", []byte("Subject: deux\r\n\r\nbonjour\r\n"))
	told, err := waiting.imap.Unsolicited(ctx)
	f.Unless(err == nil && strings.HasSuffix(told.Text, " EXISTS"), "IMAP-27", told.Text)
}

// validity is the UIDVALIDITY that SELECT tells.
func validity(r mail.IMAPReply) string {
	for _, l := range r.Untagged {
		if _, rest, ok := strings.Cut(l.Text, "[UIDVALIDITY "); ok {
			return rest
		}
	}
	return ""
}

func accessTrials() []trial {
	return []trial{
		{"TOK-06 TOK-38 TOK-36", func(p *party, f *benchtest.Failures) {
			token := p.token(alix).with(map[string]any{"jti": "a-revoquer"}).String()
			l := func(*party, string) mail.Login { return mail.XOAUTH2(alixBox, token) }
			attempt{row: "TOK-36", opens: true, login: l}.play(p, f)
			p.checker.revoke(token)
			attempt{row: "TOK-38", login: l}.play(p, f)
			fresh := p.token(alix).with(map[string]any{"jti": "revoque"}).String()
			p.checker.revoke(fresh)
			attempt{row: "TOK-06", login: func(*party, string) mail.Login { return mail.XOAUTH2(alixBox, fresh) }}.play(p, f)
		}},
		{"TOK-37", func(p *party, f *benchtest.Failures) {
			token := p.token(alix).with(map[string]any{"jti": "a-expirer"}).String()
			l := func(*party, string) mail.Login { return mail.XOAUTH2(alixBox, token) }
			if d, err := p.dial("imap", ""); err == nil {
				d.login(p.t.Context(), l(p, alixBox))
				d.close()
			}
			p.checker.later(210 * time.Second)
			attempt{row: "TOK-37", login: l}.play(p, f)
			p.checker.later(-210 * time.Second)
		}},
		{"TOK-33 INTR-05 INTR-06 INTR-07 INTR-08 INTR-09 INTR-10 INTR-11", func(p *party, f *benchtest.Failures) {
			defer p.checker.set(nil)
			answers := map[string]error{
				"INTR-05": errDown, "INTR-06": errDown, "INTR-11": &operator.Refusal{Rules: []string{operator.RuleOtherwise}},
				"TOK-33": &operator.Refusal{Rules: []string{operator.RuleOtherwise}},
			}
			for _, row := range []string{"INTR-08", "INTR-09", "INTR-10"} {
				answers[row] = &operator.Refusal{Rules: []string{operator.RuleUnreadable}}
			}
			for row, answer := range answers {
				p.checker.set(answer)
				attempt{row: row, login: claiming(map[string]any{"jti": row})}.play(p, f)
				if answer != errDown {
					continue
				}
				for _, protocol := range []string{"imap", "smtp"} {
					if d, err := p.dial(protocol, ""); err == nil {
						r := d.login(p.t.Context(), claiming(map[string]any{"jti": row})(p, alixBox))
						f.Unless(r.Outcome == mail.Accepted || r.Code == "UNAVAILABLE" || r.Status == "454", "INTR-07", protocol+" "+r.Status+" "+r.Code)
						d.close()
					}
				}
			}
		}},
		{"BAL-05", func(p *party, f *benchtest.Failures) {
			if d, err := p.dial("imap", ""); err == nil {
				in := d.login(p.t.Context(), mail.XOAUTH2(withdraw, p.token(alix).String()))
				d.close()
				if in.Outcome == mail.Accepted && p.Withdraw(withdraw, alix) {
					attempt{row: "BAL-05", user: withdraw, login: presenting(alix)}.play(p, f)
				}
			}
		}},
		{"BAL-06", func(p *party, f *benchtest.Failures) {
			attempt{row: "BAL-06", user: "inconnu@" + domain, login: presenting(alix)}.play(p, f)
			for _, protocol := range []string{"imap", "smtp"} {
				var said [2]string
				for i, user := range []string{"inconnu@" + domain, sachaBox} {
					if d, err := p.dial(protocol, ""); err == nil {
						r := d.login(p.t.Context(), mail.XOAUTH2(user, p.token(alix).String()))
						said[i] = r.Status + r.Code + r.Text
						if r.Outcome == mail.Accepted {
							said[i] = ""
						}
						d.close()
					}
				}
				f.Unless(said[0] == said[1] || said[0] == "" || said[1] == "", "BAL-06", said[0]+", "+said[1])
			}
		}},
		{"BAL-08", func(p *party, f *benchtest.Failures) {
			attempt{row: "BAL-08", opens: true, user: "Alix.EXEMPLE@" + domain, login: presenting(alix)}.play(p, f)
		}},
	}
}

// delaysRefusals wants the sixth refusal of an address kept back for as long as it takes others to log in, however slow the
// machine, and a good token to open the mailbox again.
func delaysRefusals(p *party, f *benchtest.Failures) {
	const free, others = 5, 20
	guarded := guarded(p.t, time.Hour, p.flaws...)
	refused := func() (done chan struct{}, end func()) {
		d, err := guarded.dial("imap", "")
		if err != nil {
			return nil, nil
		}
		done = make(chan struct{})
		go func() {
			defer close(done)
			d.login(p.t.Context(), expired(60)(guarded, alixBox))
		}()
		return done, func() {
			d.close()
			<-done
		}
	}
	for range free {
		done, end := refused()
		if done == nil {
			return
		}
		<-done
		end()
	}
	done, end := refused()
	if done == nil {
		return
	}
	defer end()
	kept := true
	for n := 0; n < others && kept; n++ {
		d, err := guarded.dialFrom("127.0.0.2", "imap", "")
		if err != nil {
			return
		}
		d.login(p.t.Context(), mail.XOAUTH2(sachaBox, p.token(sacha).String()))
		d.close()
		select {
		case <-done:
			kept = false
		default:
		}
	}
	f.Unless(kept, "IMAP-25", "the sixth refusal is not delayed")
	again := guarded.in("imap")
	f.Unless(again != nil, "IMAP-25", "a good token stays out")
	if again != nil {
		again.close()
	}
}
