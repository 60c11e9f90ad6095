package mail

import (
	"encoding/base64"
	"strings"
)

// Malformation is an XOAUTH2 response that no server may take for a login (IMAP-10 to IMAP-19).
type Malformation struct {
	Name string
	// Make builds the login from a mailbox, a token that opens it, and another mailbox, which the token does not open.
	Make func(user, token, other string) Login
}

// Malformations lists them.
func Malformations() []Malformation {
	with := func(name string, fields func(user, token, other string) string) Malformation {
		return Malformation{name, func(user, token, other string) Login {
			l := XOAUTH2(user, token)
			l.Response = []byte(fields(user, token, other))
			return l
		}}
	}
	encoded := func(name string, wrong func(base64 string) string) Malformation {
		return Malformation{name, func(user, token, _ string) Login {
			l := XOAUTH2(user, token)
			l.Encoded = wrong(base64.StdEncoding.EncodeToString(l.Response))
			return l
		}}
	}
	return []Malformation{
		encoded("empty", func(string) string { return "=" }),
		encoded("not-base64", func(string) string { return "!!!notbase64" }),
		encoded("inner-space", func(b string) string { return b[:len(b)/2] + " " + b[len(b)/2:] }),
		encoded("wrong-padding", func(b string) string {
			if bare := strings.TrimRight(b, "="); bare != b {
				return bare
			}
			return b + "="
		}),
		with("no-end", func(user, token, _ string) string { return "user=" + user + "\x01auth=Bearer " + token }),
		with("half-end", func(user, token, _ string) string { return "user=" + user + "\x01auth=Bearer " + token + "\x01" }),
		with("no-user", func(_, token, _ string) string { return "auth=Bearer " + token + "\x01\x01" }),
		with("no-auth", func(user, _, _ string) string { return "user=" + user + "\x01\x01" }),
		with("scheme-basic", func(user, token, _ string) string { return "user=" + user + "\x01auth=Basic " + token + "\x01\x01" }),
		with("scheme-mac", func(user, token, _ string) string { return "user=" + user + "\x01auth=MAC " + token + "\x01\x01" }),
		with("two-users", func(user, token, other string) string {
			return "user=" + user + "\x01user=" + other + "\x01auth=Bearer " + token + "\x01\x01"
		}),
		with("two-users-reversed", func(user, token, other string) string {
			return "user=" + other + "\x01user=" + user + "\x01auth=Bearer " + token + "\x01\x01"
		}),
		with("nul-in-user", func(user, token, _ string) string {
			return "user=" + user + "\x00x\x01auth=Bearer " + token + "\x01\x01"
		}),
		with("line-end-in-user", func(user, token, _ string) string {
			return "user=" + user + "\r\ninjected LOGOUT\x01auth=Bearer " + token + "\x01\x01"
		}),
	}
}
