package operator_test

import (
	"crypto/tls"
	"errors"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/mail"
	"etalon/internal/pki"
)

func clearTrials() []trial {
	return []trial{
		{"TLS-01 TLS-03 TLS-04", func(p *party, f *benchtest.Failures) {
			d, err := p.clear("imap")
			if err != nil {
				return
			}
			defer d.close()
			all, _ := d.imap.Capabilities(p.t.Context())
			f.Unless(slices.Contains(all, "STARTTLS"), "TLS-01", "not listed")
			f.Unless(slices.Contains(all, "LOGINDISABLED") && !slices.Contains(all, "AUTH=XOAUTH2"), "TLS-04", strings.Join(all, " "))
			asked := p.checker.count()
			r := d.login(p.t.Context(), mail.XOAUTH2(alixBox, p.token(alix).String()))
			f.Unless(r.Outcome == mail.RefusedDirectly && p.checker.count() == asked && !d.opened(p.t.Context(), alixBox), "TLS-03", string(r.Outcome))
		}},
		{"TLS-02 TLS-05 TLS-06", func(p *party, f *benchtest.Failures) {
			d, err := p.clear("smtp")
			if err != nil {
				return
			}
			defer d.close()
			all, _, _ := d.smtp.Hello(p.t.Context())
			f.Unless(all.Has("STARTTLS"), "TLS-02", "not listed")
			r := d.login(p.t.Context(), mail.XOAUTH2(alixBox, p.token(alix).String()))
			f.Unless(!all.Has("AUTH") && (r.Status == "530" || r.Status == "538"), "TLS-05", r.Status)
			if r.Outcome != mail.Accepted {
				m, _ := d.smtp.MailFrom(p.t.Context(), alixBox)
				f.Unless(m.Permanent(), "TLS-06", m.String())
			}
		}},
		{"TLS-22", func(p *party, f *benchtest.Failures) {
			d, err := p.clear("smtp")
			if err != nil {
				return
			}
			defer d.close()
			_, _, _ = d.smtp.Hello(p.t.Context())
			if _, err := d.smtp.StartTLS(p.t.Context(), pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny)); err != nil {
				return
			}
			r, _ := d.smtp.Command(p.t.Context(), "AUTH XOAUTH2 =")
			f.Unless(!slices.Contains([]string{"334", "235", "535"}, r.Code), "TLS-22", r.String())
			all, _, _ := d.smtp.Hello(p.t.Context())
			f.Unless(!all.Has("STARTTLS"), "TLS-22", "STARTTLS is offered again")
		}},
		{"TLS-23", func(p *party, f *benchtest.Failures) {
			d, err := p.clear("smtp")
			if err != nil {
				return
			}
			defer d.close()
			_, _, _ = d.smtp.Hello(p.t.Context())
			if _, err := d.smtp.StartTLS(p.t.Context(), pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny), mail.InjectedSMTP); err == nil {
				executed, _ := d.smtp.Executed(p.t.Context())
				f.Unless(!executed, "TLS-23", "obeyed")
			}
		}},
		{"TLS-24", func(p *party, f *benchtest.Failures) {
			d, err := p.clear("imap")
			if err != nil {
				return
			}
			defer d.close()
			if _, err := d.imap.StartTLS(p.t.Context(), pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny), mail.Injected); err == nil {
				executed, _ := d.imap.Executed(p.t.Context())
				f.Unless(!executed, "TLS-24", "obeyed")
			}
		}},
		{"TLS-27", func(p *party, f *benchtest.Failures) {
			if d, err := p.dial("imap", ""); err == nil {
				r, err := d.imap.Command(p.t.Context(), "STARTTLS")
				f.Unless(err == nil && r.Status == "BAD", "TLS-27", r.String())
				d.close()
			}
			if d, err := p.dial("smtp", ""); err == nil {
				r, err := d.smtp.Command(p.t.Context(), "STARTTLS")
				f.Unless(err == nil && slices.Contains([]string{"503", "454", "502"}, r.Code), "TLS-27", r.String())
				d.close()
			}
		}},
		{"TLS-07 TLS-08 TLS-18 TLS-19 TLS-20 TLS-21 CLI-02", certificateTrial},
	}
}

// certificateTrial judges the operator's certificate, the versions that it speaks, and what it asks of clients.
func certificateTrial(p *party, f *benchtest.Failures) {
	for _, protocol := range []string{"imap", "smtp"} {
		for row, version := range map[string]uint16{"TLS-07": tls.VersionTLS12, "TLS-08": tls.VersionTLS13} {
			asked := false
			config := pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny)
			config.MinVersion, config.MaxVersion = version, version
			config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				asked = true
				return &tls.Certificate{}, nil
			}
			d, err := p.clear(protocol)
			if err != nil {
				return
			}
			var u mail.Upgrade
			if protocol == "imap" {
				u, err = d.imap.StartTLS(p.t.Context(), config)
			} else {
				_, _, _ = d.smtp.Hello(p.t.Context())
				u, err = d.smtp.StartTLS(p.t.Context(), config)
			}
			d.close()
			if errors.Is(err, mail.ErrNoTLS) {
				continue
			}
			f.Unless(err == nil, row, protocol)
			if err == nil {
				f.Unless(asked, "CLI-02", protocol)
				p.judge(u.State, f)
			}
		}
	}
}

// judge looks at the operator's certificate.
func (p *party) judge(state tls.ConnectionState, f *benchtest.Failures) {
	trust := &pki.Trust{Roots: p.world.Set.RootCertificates(), Revocation: &pki.Checker{HTTP: p.world.Fetcher}}
	troubles := trust.VerifyServer(state.PeerCertificates, "localhost", bench.Wall())
	untrusted := slices.ContainsFunc(troubles, func(e pki.PathError) bool {
		return e.Kind == pki.PathSelfSigned || e.Kind == pki.PathUnknownAuthority
	})
	for _, e := range troubles {
		switch e.Kind {
		case pki.PathSelfSigned, pki.PathUnknownAuthority:
			f.Fails("TLS-18", e.Error())
		case pki.PathName:
			f.Fails("TLS-19", e.Error())
		case pki.PathExpired, pki.PathNotYetValid, pki.PathWeakKey, pki.PathWeakDigest:
			f.Fails("TLS-20", e.Error())
		case pki.PathRevoked, pki.PathRevocationStale, pki.PathRevocationUnreachable:
			f.Unless(untrusted, "TLS-21", e.Error())
		}
	}
}

func helloTrials() []trial {
	refused := func(row string, h pki.Hello) trial {
		return trial{row, func(p *party, f *benchtest.Failures) {
			p.hello(h, func(r pki.HelloResult) { f.Unless(r.Answer != pki.AnswerHello, row, r.String()) })
		}}
	}
	all := []trial{
		refused("TLS-09", pki.Hello{Version: 0x0302, Suites: pki.OldSuites}), refused("TLS-10", pki.Hello{Version: 0x0301, Suites: pki.OldSuites}),
		refused("TLS-11", pki.Hello{Version: 0x0300, Suites: pki.OldSuites}), refused("TLS-12", pki.Hello{Version: 0x0303, Suites: []uint16{0x002f}}),
		refused("TLS-14", pki.Hello{Version: 0x0303, Suites: pki.AnonymousSuites}), refused("TLS-15", pki.Hello{Version: 0x0303, Suites: []uint16{0x009d}}),
		{"TLS-16", func(p *party, f *benchtest.Failures) {
			p.hello(pki.Hello{Version: 0x0303, Suites: pki.DHESuites, KeyExchange: true}, func(r pki.HelloResult) {
				f.Unless(r.Answer != pki.AnswerHello || r.PrimeBits >= 2048, "TLS-16", r.String())
			})
		}},
		{"TLS-17", func(p *party, f *benchtest.Failures) {
			p.hello(pki.Hello{Version: 0x0303, Suites: []uint16{0xc02f}, Deflate: true}, func(r pki.HelloResult) {
				f.Unless(r.Compression == 0 && r.Renegotiation, "TLS-17", r.String())
			})
		}},
	}
	for _, weak := range pki.WeakSuites {
		all = append(all, refused("TLS-13", pki.Hello{Version: 0x0303, Suites: weak.Suites}))
	}
	return all
}

// hello sends a hello over both protocols.
func (p *party) hello(h pki.Hello, judge func(pki.HelloResult)) {
	if d, err := p.clear("imap"); err == nil {
		if r, err := d.imap.ClientHello(p.t.Context(), h); err == nil {
			judge(r)
		}
		d.close()
	}
	if d, err := p.clear("smtp"); err == nil {
		_, _, _ = d.smtp.Hello(p.t.Context())
		if r, err := d.smtp.ClientHello(p.t.Context(), h); err == nil {
			judge(r)
		}
		d.close()
	}
}
