package operator_test

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/mail"
)

// outgoing sends a message on an open dialogue, to its recipients, and returns the last reply.
func outgoing(p *party, d *dialogue, from string, to []string, data []byte, parameters ...string) mail.SMTPReply {
	r, err := d.smtp.MailFrom(p.t.Context(), from, parameters...)
	for _, address := range to {
		if err != nil || !r.OK() {
			return r
		}
		address, notify, _ := strings.Cut(address, " ")
		r, err = d.smtp.RcptTo(p.t.Context(), address, strings.Fields(notify)...)
	}
	if err != nil || !r.OK() || data == nil {
		return r
	}
	r, _ = d.smtp.Data(p.t.Context(), data)
	return r
}

// delivered tells whether a mailbox got a message that holds all of those octets.
func (p *party) delivered(address string, octets ...string) bool {
	return slices.ContainsFunc(p.Inbox(address), func(raw []byte) bool {
		return !slices.ContainsFunc(octets, func(o string) bool { return !bytes.Contains(raw, []byte(o)) })
	})
}

func smtpTrials() []trial {
	sending := func(row string, send func(p *party, d *dialogue) (bool, string)) trial {
		return trial{row, func(p *party, f *benchtest.Failures) {
			if d := p.in("smtp"); d != nil {
				holds, how := send(p, d)
				f.Unless(holds, row, how)
				d.close()
			}
		}}
	}
	reply := func(row string, want func(mail.SMTPReply) bool, send func(p *party, d *dialogue) mail.SMTPReply) trial {
		return sending(row, func(p *party, d *dialogue) (bool, string) {
			r := send(p, d)
			return want(r), r.String()
		})
	}
	coded := func(codes ...string) func(mail.SMTPReply) bool {
		return func(r mail.SMTPReply) bool { return slices.Contains(codes, r.Code) }
	}
	accepted, refused := mail.SMTPReply.OK, mail.SMTPReply.Permanent
	arrives := func(row string, fields []string, body string, octets ...string) trial {
		return sending(row, func(p *party, d *dialogue) (bool, string) {
			r := outgoing(p, d, alixBox, []string{sachaBox}, message(alixBox, body, fields...))
			return r.OK() && p.delivered(sachaBox, octets...), r.String()
		})
	}
	return []trial{
		{"SMTP-01 SMTP-21", func(p *party, f *benchtest.Failures) {
			d, err := p.dial("smtp", "")
			if err != nil {
				return
			}
			defer d.close()
			all, _, _ := d.smtp.Hello(p.t.Context())
			f.Unless(slices.Contains(all.Mechanisms(), "XOAUTH2"), "SMTP-01", all["AUTH"])
			size, _ := strconv.Atoi(all["SIZE"])
			f.Unless(size >= 10<<20, "SMTP-21", all["SIZE"])
		}},
		{"SMTP-09 SMTP-10", func(p *party, f *benchtest.Failures) {
			for row, c := range map[string][2]string{"SMTP-09": {"AUTH XOAUTH2 @@@", "501"}, "SMTP-10": {"AUTH FOO", "504"}} {
				if d, err := p.dial("smtp", ""); err == nil {
					r, _ := d.smtp.Command(p.t.Context(), c[0])
					f.Unless(r.Code == c[1], row, r.String())
					d.close()
				}
			}
		}},
		{"SMTP-12", func(p *party, f *benchtest.Failures) {
			// Nobody but who lets mail in without login can be in a transaction before AUTH.
			d, err := p.dial("smtp", "")
			if err != nil {
				return
			}
			defer d.close()
			if r, err := d.smtp.MailFrom(p.t.Context(), alixBox); err == nil && r.OK() {
				r := d.login(p.t.Context(), mail.XOAUTH2(alixBox, p.token(alix).String()))
				f.Unless(r.Status == "503", "SMTP-12", r.Status)
			}
		}},
		{"SMTP-13 SMTP-14", func(p *party, f *benchtest.Failures) {
			d, err := p.dial("smtp", "")
			if err != nil {
				return
			}
			defer d.close()
			internal := outgoing(p, d, alixBox, []string{sachaBox}, nil)
			f.Unless(internal.Permanent(), "SMTP-13", internal.String())
			_, _ = d.smtp.Command(p.t.Context(), "RSET")
			external := outgoing(p, d, alixBox, []string{"x@example.org"}, nil)
			f.Unless(external.Permanent(), "SMTP-14", external.String())
		}},
		reply("SMTP-15", accepted, func(p *party, d *dialogue) mail.SMTPReply {
			return outgoing(p, d, alixBox, []string{sachaBox}, message(alixBox, "SMTP-15\r\n"))
		}),
		reply("SMTP-16", refused, func(p *party, d *dialogue) mail.SMTPReply { return outgoing(p, d, sachaBox, nil, nil) }),
		reply("SMTP-17", refused, func(p *party, d *dialogue) mail.SMTPReply {
			return outgoing(p, d, alixBox, []string{sachaBox}, message(sachaBox, "SMTP-17\r\n"))
		}),
		reply("SMTP-18", refused, func(p *party, d *dialogue) mail.SMTPReply {
			return outgoing(p, d, alixBox, []string{sachaBox}, message(alixBox+", "+sachaBox, "SMTP-18\r\n"))
		}),
		reply("SMTP-19", refused, func(p *party, d *dialogue) mail.SMTPReply {
			return outgoing(p, d, alixBox, []string{"x@example.org"}, nil)
		}),
		sending("SMTP-22", func(p *party, d *dialogue) (bool, string) {
			all, _, _ := d.smtp.Hello(p.t.Context())
			size, _ := strconv.Atoi(all["SIZE"])
			raw := message(alixBox, "", "X-Taille: oui")
			const line = 998 + 2
			for rest := size - len(raw); rest > 0; rest = size - len(raw) {
				if rest >= 2*line {
					rest = line
				}
				raw = append(append(raw, bytes.Repeat([]byte("a"), rest-2)...), "\r\n"...)
			}
			r := outgoing(p, d, alixBox, []string{sachaBox}, raw)
			return r.OK(), r.String()
		}),
		{"SMTP-06", func(p *party, f *benchtest.Failures) {
			d, err := p.dial("smtp", "")
			if err != nil {
				return
			}
			defer d.close()
			ctx, cancel := context.WithTimeout(p.t.Context(), 5*time.Second)
			defer cancel()
			r := d.login(ctx, mail.Login{Mechanism: "XOAUTH2", Encoded: b64(strings.Repeat("x", 10498)), TwoStep: true})
			f.Unless(r.Outcome.Refused(), "SMTP-06", string(r.Outcome))
		}},
		sending("SMTP-24", func(p *party, d *dialogue) (bool, string) {
			if may, _, err := d.smtp.MaySend(p.t.Context(), alixBox, sachaBox); err != nil || !may {
				return true, ""
			}
			all, _, _ := d.smtp.Hello(p.t.Context())
			size, _ := strconv.Atoi(all["SIZE"])
			line := strings.Repeat("a", 998) + "\r\n"
			raw := append(message(alixBox, ""), bytes.Repeat([]byte(line), size/len(line)+1)...)
			r := outgoing(p, d, alixBox, []string{sachaBox}, raw)
			return r.Code == "552", r.String()
		}),
		sending("SMTP-23", func(p *party, d *dialogue) (bool, string) {
			all, _, _ := d.smtp.Hello(p.t.Context())
			size, _ := strconv.Atoi(all["SIZE"])
			r := outgoing(p, d, alixBox, nil, nil, "SIZE="+strconv.Itoa(size+1))
			return r.Code == "552", r.String()
		}),
		sending("SMTP-25", func(p *party, d *dialogue) (bool, string) {
			all, _, _ := d.smtp.Hello(p.t.Context())
			r := outgoing(p, d, alixBox, []string{sachaBox + " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;" + sachaBox}, message(alixBox, "SMTP-25\r\n"))
			return all.Has("DSN") && r.OK() && p.delivered(alixBox, "report-type=delivery-status", "Final-Recipient: rfc822; "+sachaBox, "Action: delivered"), r.String()
		}),
		reply("SMTP-26", coded("550"), func(p *party, d *dialogue) mail.SMTPReply {
			return outgoing(p, d, alixBox, []string{"inconnu@" + domain + " NOTIFY=FAILURE"}, nil)
		}),
		arrives("SMTP-27", []string{"X-Cas: 27", "Disposition-Notification-To: " + alixBox}, "b\r\n", "X-Cas: 27\r\nDisposition-Notification-To: "+alixBox+"\r\n"),
		arrives("SMTP-28", []string{"X-Cas: 28", "X-MSS-INS: O", "X-MSS-CODECDA: 34112-3", "X-MSS-NIL: DEV935997"}, "b\r\n", "X-Cas: 28\r\nX-MSS-INS: O\r\nX-MSS-CODECDA: 34112-3\r\nX-MSS-NIL: DEV935997\r\n"),
		arrives("SMTP-29", []string{"X-Cas: 29"}, "b\r\n", "X-Cas: 29"),
		arrives("SMTP-30", []string{"X-Cas: 30"}, "é et à\r\n", "X-Cas: 30", "é et à\r\n"),
		arrives("SMTP-33", []string{"X-Cas: 33"}, "a\r\n.b\r\n..c\r\n", "X-Cas: 33", "a\r\n.b\r\n..c\r\n"),
		{"SMTP-31", func(p *party, f *benchtest.Failures) {
			for _, end := range []string{"\n.\n", "\r\n.\n", "\n.\r\n"} {
				d := p.in("smtp")
				if d == nil {
					return
				}
				before := len(p.sent.All())
				if r := outgoing(p, d, alixBox, []string{sachaBox}, nil); r.OK() {
					second := "MAIL FROM:<" + alixBox + ">\r\nRCPT TO:<" + sachaBox + ">\r\nDATA\r\n" + string(message(alixBox, "deux")) + "\r\n.\r\n"
					_, _ = d.smtp.RawData(p.t.Context(), []byte(string(message(alixBox, "un"))+end+second))
					_, _ = d.smtp.Quit(p.t.Context())
					for range 4 { // replies to what was smuggled
						if _, err := d.smtp.Reply(p.t.Context()); err != nil {
							break
						}
					}
					f.Unless(len(p.sent.All())-before <= 1, "SMTP-31", strconv.Quote(end))
				}
				d.close()
			}
		}},
		sending("SMTP-32", func(p *party, d *dialogue) (bool, string) {
			r := outgoing(p, d, alixBox, nil, nil)
			if !r.OK() {
				return true, ""
			}
			r, _ = d.smtp.Command(p.t.Context(), "RCPT TO:<"+sachaBox+">\nBcc: x")
			return !r.OK(), r.String()
		}),
		{"SESS-07", func(p *party, f *benchtest.Failures) {
			d := p.in("smtp")
			if d == nil {
				return
			}
			before := len(p.sent.All())
			if r := outgoing(p, d, alixBox, []string{sachaBox}, nil); r.OK() {
				if r, _ := d.smtp.Command(p.t.Context(), "DATA"); r.Code == "354" {
					_ = d.smtp.Raw(p.t.Context(), message(alixBox, "moitié"))
				}
			}
			d.close()
			if again := p.in("smtp"); again != nil {
				outgoing(p, again, alixBox, []string{sachaBox}, message(alixBox, "après\r\n"))
				again.close()
			}
			for _, m := range p.sent.All()[before:] {
				f.Unless(!bytes.Contains(m.Raw, []byte("moitié")), "SESS-07", "half a message was kept")
			}
		}},
	}
}
