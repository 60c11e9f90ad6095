package lps_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"etalon/internal/redact"
	"etalon/internal/sides/lps"
	"etalon/stubs/operator"
)

// said makes a conversation: lines of the server begin with "S ", the others are the client's.
func said(protocol string, lines ...string) operator.Visit {
	v := operator.Visit{Protocol: protocol}
	for _, l := range lines {
		text, server := strings.CutPrefix(l, "S ")
		v.Lines = append(v.Lines, operator.Line{Client: !server, Text: text})
	}
	return v
}

// What lets in is never kept, in whichever form a program says it (rule 9); what shows how it was said is.
func TestTranscriptHidesEveryLogin(t *testing.T) {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	bearer := b64("user=anne@test.invalid\x01auth=Bearer eyJh.eyJi.c\x01\x01")
	for name, c := range map[string]struct {
		visit  operator.Visit
		hidden []string
		shown  []string
	}{
		"LOGIN":             {said(operator.IMAP, `a1 LOGIN "anne" "mot-de-passe"`, "S a1 NO", "a2 NOOP", "S a2 OK"), []string{"mot-de-passe", "anne"}, []string{"C: a1 LOGIN ", "C: a2 NOOP"}},
		"LOGIN by literals": {said(operator.IMAP, "a1 LOGIN {4}", "S + go", "anne {12}", "S + go", "mot-de-passe", "S a1 NO"), []string{"mot-de-passe", "anne"}, nil},
		"PLAIN of IMAP":     {said(operator.IMAP, "a1 AUTHENTICATE PLAIN "+b64("\x00anne\x00secret")), []string{b64("\x00anne\x00secret")}, []string{"AUTHENTICATE PLAIN "}},
		"PLAIN":             {said(operator.SMTP, "AUTH PLAIN "+b64("\x00anne\x00secret"), "S 504", "QUIT"), []string{b64("\x00anne\x00secret")}, []string{"C: AUTH PLAIN ", "C: QUIT"}},
		"AUTH LOGIN": {said(operator.SMTP, "AUTH LOGIN", "S 334 VXNlcm5hbWU6", b64("anne"), "S 334 UGFzc3dvcmQ6", b64("secret"), "S 535", "QUIT"),
			[]string{b64("anne"), b64("secret")}, []string{"VXNlcm5hbWU6", "C: QUIT"}},
		"XOAUTH2": {said(operator.SMTP, "AUTH XOAUTH2 "+bearer, "S 334 e30=", "", "S 535", "EHLO moi"), []string{bearer, "eyJh.eyJi.c"},
			[]string{"‹user=anne@test.invalid^Aauth=Bearer redacted:", "C: EHLO moi"}},
		"XOAUTH2 behind the prompt": {said(operator.IMAP, "a AUTHENTICATE XOAUTH2", "S + ", bearer, "S + e30=", "*", "S a BAD"), []string{bearer, "eyJh.eyJi.c"}, []string{"C: *"}},
		"two tokens":                {said(operator.SMTP, "AUTH XOAUTH2 "+b64("user=a\x01auth=Bearer un deux\x01x=trois\x01")), []string{"un", "deux", "trois"}, []string{"user=a^A"}},
		"a token alone":             {said(operator.SMTP, "AUTH XOAUTH2 "+b64("auth=eyJh.eyJi.c\x01")), []string{"eyJh"}, nil},
	} {
		got := string(lps.Transcript(c.visit, redact.NewRedactor([]byte("clé"))))
		for _, secret := range c.hidden {
			if strings.Contains(got, secret) {
				t.Errorf("%s: %q is kept:\n%s", name, secret, got)
			}
		}
		for _, part := range c.shown {
			if !strings.Contains(got, part) {
				t.Errorf("%s: %q is not told:\n%s", name, part, got)
			}
		}
	}
}
