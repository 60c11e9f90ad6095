package mail_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"etalon/internal/mail"
)

const token = "head.claims.signature-of-a-token"

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

var refusal = b64(`{"status":"401","schemes":"bearer","scope":"mail"}`)

func TestLoginOutcomes(t *testing.T) {
	sent := b64("user=" + mailbox + "\x01auth=Bearer " + token + "\x01\x01")
	cancelled, silent := mail.XOAUTH2(mailbox, token), mail.XOAUTH2(mailbox, token)
	cancelled.Then, silent.Then = mail.Cancel, mail.Silence
	for _, c := range []struct {
		name        string
		login       mail.Login
		imap        []string
		smtp        []string
		want        mail.Outcome
		status      string // IMAP, then SMTP
		smtpStatus  string
		challenge   bool
		undecidable error
	}{
		{"accepted", mail.XOAUTH2(mailbox, token),
			[]string{"C: A1 AUTHENTICATE XOAUTH2 " + sent, "S: * CAPABILITY IMAP4rev1⏎A1 OK [CAPABILITY IMAP4rev1] in⏎"},
			[]string{"C: AUTH XOAUTH2 " + sent, "S: 235 2.7.0 in⏎"}, mail.Accepted, "OK", "235", false, nil},
		{"accepted in two steps", mail.XOAUTH2(mailbox, token).InTwoSteps(),
			[]string{"C: A1 AUTHENTICATE XOAUTH2\r\n", "S: + ⏎", "C: " + sent, "S: A1 OK in⏎"},
			[]string{"C: AUTH XOAUTH2\r\n", "S: 334 ⏎", "C: " + sent, "S: 235 in⏎"}, mail.Accepted, "OK", "235", false, nil},
		{"refused by challenge", mail.XOAUTH2(mailbox, token),
			[]string{"C: A1", "S: + " + refusal + "⏎", "C: \r\n", "S: A1 NO [AUTHENTICATIONFAILED] no⏎"},
			[]string{"C: AUTH", "S: 334 " + refusal + "⏎", "C: \r\n", "S: 535 5.7.8 no⏎"}, mail.RefusedByChallenge, "NO", "535", true, nil},
		{"cancelled", cancelled,
			[]string{"C: A1", "S: + " + refusal + "⏎", "C: *\r\n", "S: A1 BAD cancelled⏎"},
			[]string{"C: AUTH", "S: 334 " + refusal + "⏎", "C: *\r\n", "S: 501 5.0.0 cancelled⏎"}, mail.RefusedByChallenge, "BAD", "501", true, nil},
		{"silent after the challenge", silent,
			[]string{"C: A1", "S: + " + refusal + "⏎", "H"},
			[]string{"C: AUTH", "S: 334 " + refusal + "⏎", "H"}, mail.Unanswered, "", "", true, mail.ErrSilent},
		{"let in after the challenge", mail.XOAUTH2(mailbox, token),
			[]string{"C: A1", "S: + " + refusal + "⏎", "C: \r\n", "S: A1 OK in⏎"},
			[]string{"C: AUTH", "S: 334 " + refusal + "⏎", "C: \r\n", "S: 235 in⏎"}, mail.Accepted, "OK", "235", true, nil},
		{"refused directly", mail.XOAUTH2(mailbox, token),
			[]string{"C: A1", "S: A1 NO [AUTHENTICATIONFAILED] no⏎"},
			[]string{"C: AUTH", "S: 535 5.7.8 no⏎"}, mail.RefusedDirectly, "NO", "535", false, nil},
		{"dropped after the challenge", mail.XOAUTH2(mailbox, token),
			[]string{"C: A1", "S: + " + refusal + "⏎"}, []string{"C: AUTH", "S: 334 " + refusal + "⏎"}, mail.Disconnected, "", "", true, mail.ErrClosed},
		{"dropped with a word", mail.XOAUTH2(mailbox, token),
			[]string{"C: A1", "S: * BYE enough⏎"}, []string{"C: AUTH"}, mail.Disconnected, "", "", false, mail.ErrClosed},
		{"challenged without end", mail.XOAUTH2(mailbox, token),
			[]string{"C: A1", "S: + a⏎+ b⏎+ c⏎+ d⏎+ e⏎", "C: ", "C: ", "C: "},
			[]string{"C: AUTH", "S: 334 a⏎334 b⏎334 c⏎334 d⏎334 e⏎", "C: ", "C: ", "C: "}, mail.Unknown, "", "", true, mail.ErrMalformed},
		{"answered with nonsense", mail.XOAUTH2(mailbox, token),
			[]string{"C: A1", "S: 1⏎"}, []string{"C: AUTH", "S: A1 OK⏎"}, mail.Unknown, "", "", false, mail.ErrMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			imap := dialIMAP(t, script(t, append([]string{"S: * OK hello⏎"}, c.imap...)...))
			smtp := dialSMTP(t, script(t, append([]string{"S: 220 hello⏎"}, c.smtp...)...))
			for _, got := range []struct {
				name   string
				r      mail.Result
				status string
				said   []byte
			}{
				{"imap", imap.Login(t.Context(), c.login), c.status, imap.Transcript().Bytes()},
				{"smtp", smtp.Login(t.Context(), c.login), c.smtpStatus, smtp.Transcript().Bytes()},
			} {
				if got.r.Outcome != c.want || got.r.Status != got.status || (got.r.Challenge != nil) != c.challenge || !errors.Is(got.r.Err, c.undecidable) {
					t.Errorf("%s: %+v", got.name, got.r)
				}
				if got.r.Prompt != nil && *got.r.Prompt != "" || (got.r.Prompt != nil) != c.login.TwoStep {
					t.Errorf("%s: prompt %v", got.name, got.r.Prompt)
				}
				if said := string(got.said); strings.Contains(said, token) || strings.Contains(said, sent) || !strings.Contains(said, "user="+mailbox) {
					t.Errorf("%s: the transcript reads\n%s", got.name, said)
				}
			}
			_, _ = imap.Conn.Close(), smtp.Conn.Close()
		})
	}
}

func TestRefusedIsNotProof(t *testing.T) {
	for outcome, refused := range map[mail.Outcome]bool{
		mail.Unknown: false, mail.Accepted: false, mail.Unanswered: false,
		mail.RefusedByChallenge: true, mail.RefusedDirectly: true, mail.Disconnected: true,
	} {
		if outcome.Refused() != refused {
			t.Errorf("%q: %v", outcome, outcome.Refused())
		}
	}
}

func TestFailureChallenge(t *testing.T) {
	for challenge, want := range map[string]*mail.Failure{
		refusal:                   {Status: "401", Schemes: "bearer", Scope: "mail"},
		b64(`{"status":401}`):     {Missing: []string{"status", "schemes", "scope"}},
		b64(`{"status":"400"}`):   {Status: "400", Missing: []string{"schemes", "scope"}},
		b64(`null`):               nil,
		b64(`no JSON`):            nil,
		"@@@":                     nil,
		"":                        nil,
		b64(`["status","scope"]`): nil,
	} {
		got := mail.ParseFailure(challenge)
		if (got == nil) != (want == nil) || got != nil && (got.Status != want.Status || got.Schemes != want.Schemes || got.Scope != want.Scope || strings.Join(got.Missing, " ") != strings.Join(want.Missing, " ")) {
			t.Errorf("%q: %+v, want %+v", challenge, got, want)
		}
	}
}

func TestOtherMechanisms(t *testing.T) {
	c := dialIMAP(t, script(t, "S: * OK hello⏎",
		"C: A1 AUTHENTICATE EXTERNAL =\r\n", "S: A1 OK in⏎",
		"C: A2 AUTHENTICATE EXTERNAL "+b64(mailbox), "S: A2 NO not yours⏎",
		"C: A3 AUTHENTICATE EXTERNAL\r\n", "S: + ⏎", "C: \r\n", "S: A3 OK in⏎",
		"C: A4 AUTHENTICATE PLAIN "+b64("\x00"+mailbox+"\x00mot de passe"), "S: A4 NO no passwords⏎",
		`C: A5 LOGIN "`+mailbox+`" "mot \"de\\ passe"`, "S: A5 NO [PRIVACYREQUIRED] no passwords⏎"))
	for i, want := range []mail.Outcome{mail.Accepted, mail.RefusedDirectly, mail.Accepted, mail.RefusedDirectly} {
		l := []mail.Login{mail.External(""), mail.External(mailbox), mail.External("").InTwoSteps(), mail.Plain(mailbox, "mot de passe")}[i]
		if got := c.Login(t.Context(), l); got.Outcome != want {
			t.Errorf("%d: %+v", i, got)
		}
	}
	if got := c.Password(t.Context(), mailbox, `mot "de\ passe`); got.Outcome != mail.RefusedDirectly || got.Code != "PRIVACYREQUIRED" {
		t.Errorf("%+v", got)
	}
	if said := string(c.Transcript().Bytes()); strings.Contains(said, b64("\x00"+mailbox+"\x00mot de passe")) {
		t.Errorf("the password shows:\n%s", said)
	}
}

// TestEchoedCredentialIsHidden has a server say the token back, as it is and cut by the end of what is kept.
func TestEchoedCredentialIsHidden(t *testing.T) {
	c := dialSMTP(t, script(t, "S: 220 hello⏎", "C: AUTH", "S: 535 your token "+token+" is wrong⏎", "C: NOOP", "S: 250 "+token[:12]))
	c.Login(t.Context(), mail.XOAUTH2(mailbox, token))
	_, _ = c.Command(t.Context(), "NOOP")
	if said := string(c.Transcript().Bytes()); strings.Contains(said, token[:12]) || strings.Count(said, "hidden") < 3 {
		t.Errorf("\n%s", said)
	}
}

func TestMalformationsDiffer(t *testing.T) {
	seen := map[string]string{b64(string(mail.XOAUTH2(mailbox, token).Response)): "the right one"}
	for _, length := range []int{0, 1, 2} {
		for _, m := range mail.Malformations() {
			l := m.Make(mailbox, token+strings.Repeat("x", length), other)
			sent := l.Encoded
			if sent == "" {
				sent = b64(string(l.Response))
			}
			if twin := seen[sent]; twin != "" && twin != m.Name {
				t.Errorf("%s is %s", m.Name, twin)
			}
			seen[sent] = m.Name
		}
	}
	if n := len(mail.Malformations()); n < 14 {
		t.Errorf("%d malformations", n)
	}
}
