package operator_test

import (
	"encoding/base64"
	"strings"

	"etalon/internal/bench/benchtest"
	"etalon/internal/mail"
)

// attempt is one login that is tried over both protocols, or over one.
type attempt struct {
	row      string
	opens    bool
	protocol string // both when empty
	user     string // alixBox when empty
	peer     string // client certificate
	login    func(p *party, user string) mail.Login
}

// bearing presents a token of Alix, changed.
func bearing(change func(f forged) forged) func(*party, string) mail.Login {
	return func(p *party, user string) mail.Login {
		return mail.XOAUTH2(user, change(p.token(alix)).String())
	}
}

func claiming(claims map[string]any) func(*party, string) mail.Login {
	return bearing(func(f forged) forged { return f.with(claims) })
}

func heading(header map[string]any) func(*party, string) mail.Login {
	return bearing(func(f forged) forged { return f.headed(header) })
}

// presenting presents a token of somebody as it is.
func presenting(idNat string) func(*party, string) mail.Login {
	return func(p *party, user string) mail.Login { return mail.XOAUTH2(user, p.token(idNat).String()) }
}

// spoiling changes the characters of a token.
func spoiling(change func(token string) string) func(*party, string) mail.Login {
	return func(p *party, user string) mail.Login { return mail.XOAUTH2(user, change(p.token(alix).String())) }
}

func external(_ *party, user string) mail.Login { return mail.External(user) }

// malformed makes the login of a malformation; it is for Alix's mailbox, and Sacha's is the other.
func malformed(name string) func(*party, string) mail.Login {
	return func(p *party, user string) mail.Login {
		for _, m := range mail.Malformations() {
			if m.Name == name {
				return m.Make(user, p.token(alix).String(), sachaBox)
			}
		}
		panic("no malformation " + name)
	}
}

func expired(age int64) func(*party, string) mail.Login {
	return bearing(func(f forged) forged {
		exp := f.claims["iat"].(int64) - age
		return f.with(map[string]any{"exp": exp, "iat": exp - 120})
	})
}

func attempts() []attempt {
	long := strings.Repeat("x", 900)
	all := []attempt{
		{row: "TOK-01", opens: true, login: presenting(alix)},
		{row: "TOK-02", login: bearing(func(f forged) forged { f.key = keys()[1]; return f.headed(map[string]any{"kid": "rogue"}) })},
		{row: "TOK-03", login: bearing(func(f forged) forged {
			f.key = keys()[1]
			return f.headed(map[string]any{"kid": "other"}).with(map[string]any{"iss": "https://autre.test/realms/x"})
		})},
		{row: "TOK-04", login: expired(1)}, {row: "TOK-04", login: expired(3600)}, {row: "TOK-05", login: expired(300)}, {row: "TOK-37", login: expired(90)},
		{row: "TOK-07", login: bearing(func(f forged) forged {
			at := f.claims["iat"].(int64) + 600
			return f.with(map[string]any{"iat": at, "nbf": at, "exp": at + 120})
		})},
		{row: "TOK-08", login: heading(map[string]any{"alg": "none"})},
		{row: "TOK-09", login: bearing(func(f forged) forged { f.key = keys()[1]; return f.headed(map[string]any{"alg": "HS256"}) })},
		{row: "TOK-10", login: spoiling(func(s string) string {
			at := len(s) - 10
			return s[:at] + map[bool]string{true: "B", false: "A"}[s[at] == 'A'] + s[at+1:]
		})},
		{row: "TOK-11", login: func(p *party, user string) mail.Login {
			signed := strings.Split(p.token(sacha).String(), ".")
			return mail.XOAUTH2(user, signed[0]+"."+part(p.token(alix).claims)+"."+signed[2])
		}},
		{row: "TOK-12", login: heading(map[string]any{"kid": "f00d"})},
		{row: "TOK-13", login: bearing(func(f forged) forged { f.key = keys()[1]; return f.headed(map[string]any{"kid": "../../dev/null"}) })},
		{row: "TOK-14", login: bearing(func(f forged) forged {
			f.key = keys()[1]
			return f.headed(map[string]any{"jwk": map[string]any{"kty": "RSA"}})
		})},
		{row: "TOK-15", login: heading(map[string]any{"crit": []string{"b64"}})},
		{row: "TOK-18", login: claiming(map[string]any{"iss": issuer + "/"})},
		{row: "TOK-19", login: claiming(map[string]any{"iss": "https://auth.esw.esante.gouv.fr/auth/realms/esante-wallet"})},
		{row: "TOK-20", login: claiming(map[string]any{"typ": "ID", "aud": "tf-lps"})}, {row: "TOK-21", login: claiming(map[string]any{"typ": "Refresh"})},
		{row: "TOK-22", login: spoiling(func(string) string { return "abc" })}, {row: "TOK-23", login: spoiling(func(string) string { return "" })},
		{row: "TOK-24", login: spoiling(func(string) string { return "a.b.c.d.e" })},
		{row: "TOK-25", login: spoiling(func(s string) string { return s[:strings.LastIndex(s, ".")] })},
		{row: "TOK-27", login: claiming(map[string]any{"acr": nil})}, {row: "TOK-27", login: claiming(map[string]any{"acr": "eidas0"})},
		{row: "TOK-28", opens: true, login: claiming(map[string]any{"acr": "eidas1"})}, {row: "TOK-28", opens: true, login: claiming(map[string]any{"acr": "eidas3"})},
		{row: "TOK-29", opens: true, login: claiming(map[string]any{"aud": nil, "jti": "sans-aud"})}, {row: "TOK-30", opens: true, login: heading(map[string]any{"typ": "JWT"})},
		{row: "TOK-31", opens: true, login: claiming(map[string]any{"azp": "autre-lps"})},
		{row: "TOK-32", login: claiming(map[string]any{"preferred_username": nil})},
		{row: "TOK-34", opens: true, login: claiming(map[string]any{"preferred_username": noor, "otherIds": []any{map[string]any{"identifiant": alix, "origine": "RPPS"}}})},
		{row: "TOK-35", login: presenting(sacha)}, {row: "BAL-02", login: presenting(sacha)}, {row: "BAL-14", user: sachaBox, login: presenting(alix)},
		{row: "TOK-39", opens: true, login: claiming(map[string]any{"sub": "f:5f3c0000-0000-4000-8000-000000000000:" + alix})},
		{row: "TOK-43", login: claiming(map[string]any{"exp": int64(1) << 33})},
		{row: "TOK-44", opens: true, login: claiming(map[string]any{"cnf": map[string]any{"x5t#S256": "abc"}})},
		{row: "BAL-01", opens: true, login: presenting(alix)}, {row: "BAL-03", opens: true, user: service, login: presenting(alix)},
		{row: "BAL-04", user: service, login: presenting(sacha)}, {row: "BAL-07", user: "alix.exemple@autre.test", login: presenting(alix)},
		{row: "BAL-09", user: "alix.exemple+x@" + domain, login: presenting(alix)}, {row: "BAL-10", user: closed, login: presenting(alix)},
		{row: "BAL-12", login: claiming(map[string]any{"preferred_username": alix[1:]})}, {row: "BAL-13", opens: true, user: noorBox, login: presenting(noor)},
		{row: "BAL-15", opens: true, user: alixBis, login: presenting(alix)}, {row: "BAL-11", opens: true, login: presenting(alix)},
		{row: "IMAP-03", protocol: "imap", opens: true, login: presenting(alix)}, {row: "SMTP-02", protocol: "smtp", opens: true, login: presenting(alix)},
		{row: "IMAP-05", protocol: "imap", opens: true, login: func(p *party, user string) mail.Login {
			l := mail.XOAUTH2(user, p.token(alix).String())
			l.Mechanism = "xoauth2"
			return l
		}},
		{row: "IMAP-21", protocol: "imap", opens: true, login: claiming(map[string]any{"filler": long})}, {row: "SMTP-04", protocol: "smtp", opens: true, login: claiming(map[string]any{"filler": long})},
		{row: "SMTP-05", protocol: "smtp", opens: true, login: func(p *party, user string) mail.Login {
			return mail.XOAUTH2(user, p.token(alix).with(map[string]any{"filler": strings.Repeat("x", 5500)}).String()).InTwoSteps()
		}},
		{row: "IMAP-10", protocol: "imap", login: malformed("empty")}, {row: "IMAP-11", protocol: "imap", login: malformed("not-base64")},
		{row: "IMAP-12", protocol: "imap", login: malformed("inner-space")}, {row: "IMAP-12", protocol: "imap", login: malformed("wrong-padding")},
		{row: "IMAP-13", protocol: "imap", login: malformed("no-end")}, {row: "IMAP-14", protocol: "imap", login: malformed("half-end")},
		{row: "IMAP-15", protocol: "imap", login: malformed("no-user")}, {row: "IMAP-16", protocol: "imap", login: malformed("no-auth")},
		{row: "IMAP-17", protocol: "imap", login: malformed("scheme-basic")}, {row: "IMAP-17", protocol: "imap", login: malformed("scheme-mac")},
		{row: "IMAP-19", protocol: "imap", login: malformed("nul-in-user")}, {row: "IMAP-19", protocol: "imap", login: malformed("line-end-in-user")},
		{row: "IMAP-22", protocol: "imap", login: func(_ *party, user string) mail.Login { return mail.Plain(user, "mot de passe") }},
		{row: "IMAP-24", protocol: "imap", login: func(*party, string) mail.Login { return mail.Login{Mechanism: "FOO"} }},
		{row: "CLI-01", opens: true, user: program, peer: "structure/tls", login: external},
		{row: "CLI-20", opens: true, user: program, peer: "structure/tls", login: func(*party, string) mail.Login { return mail.External("") }},
		{row: "CLI-03", user: program, login: external}, {row: "CLI-04", user: program, peer: "autre/tls", login: external},
		{row: "CLI-05", user: program, peer: "structure/tls~expired", login: external}, {row: "CLI-06", user: program, peer: "structure/tls~not-yet-valid", login: external},
		{row: "CLI-07", user: program, peer: "structure/tls~revoked", login: external}, {row: "CLI-08", user: program, peer: "structure/tls~stale-crl", login: external},
		{row: "CLI-09", user: program, peer: "structure/tls~self-signed", login: external}, {row: "CLI-10", user: program, peer: "structure/tls~unknown-ca", login: external},
		{row: "CLI-12", user: program, peer: "structure/tls~signature-only", login: external}, {row: "CLI-13", user: program, peer: "structure/tls~person", login: external},
		{row: "CLI-21", user: program, peer: "structure/tls~comma", login: external}, {row: "CLI-22", opens: true, user: program, peer: "structure/tls~renewed", login: external},
		{row: "CLI-20", opens: true, user: program, peer: "structure/tls~renamed", login: external},
		{row: "CLI-14", user: program, peer: "structure/tls~unknown-ca", login: external}, {row: "CLI-11", user: program, peer: "structure/tls~server-auth-only", login: external},
		{row: "CLI-17", user: program, peer: "structure/tls~rsa-1024", login: external}, {row: "CLI-17", user: program, peer: "structure/tls~sha1", login: external},
		{row: "CLI-18", user: sachaBox, peer: "structure/tls", login: presenting(alix)}, {row: "CLI-19", user: program, login: presenting(alix)},
	}
	return all
}

// play tries an attempt and records what it shows. Where no connection can be secured, it shows nothing.
func (a attempt) play(p *party, f *benchtest.Failures) {
	user := a.user
	if user == "" {
		user = alixBox
	}
	for _, protocol := range []string{"imap", "smtp"} {
		if a.protocol != "" && a.protocol != protocol {
			continue
		}
		d, err := p.dial(protocol, a.peer)
		if err != nil {
			continue
		}
		r := d.login(p.t.Context(), a.login(p, user))
		in := d.opened(p.t.Context(), user)
		if protocol == "smtp" && p.open {
			in = r.Outcome == mail.Accepted
		}
		f.Unless(a.opens == in && a.opens == (r.Outcome == mail.Accepted), a.row, protocol+": "+string(r.Outcome)+" "+r.Status+" "+r.Code+" "+r.Text)
		d.close()
	}
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
