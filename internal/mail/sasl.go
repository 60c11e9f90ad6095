package mail

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// Reaction is what the client says to the challenge by which a server announces that it refuses (XOAUTH2).
type Reaction int

// The reactions.
const (
	Empty   Reaction = iota // an empty line, as XOAUTH2 wants
	Cancel                  // "*" (RFC 4954 §4, RFC 9051 §6.2.2)
	Silence                 // nothing, and waits for more
	Leave                   // nothing, and waits for nothing
)

// Login is one attempt to authenticate.
type Login struct {
	Mechanism string
	// Response is what the client says, before base64.
	Response []byte
	// Encoded is sent in place of the base64 of Response, where it is not empty.
	Encoded string
	// TwoStep waits for the server's empty challenge before it sends the response; else the response goes with the
	// command (RFC 4959 §3, RFC 4954 §4).
	TwoStep bool
	Then    Reaction
	// Secrets are hidden in the transcript wherever they appear; what is sent is hidden anyway when there is one.
	Secrets []string
}

// separator stands between the fields of XOAUTH2.
const separator = "\x01"

// Fields joins the fields of an XOAUTH2 response: each ends with ^A, and one more ^A ends them all.
func Fields(fields ...string) []byte {
	return []byte(strings.Join(fields, separator) + separator + separator)
}

// XOAUTH2 presents an access token for a mailbox (Google's XOAUTH2 note; MSS 7.2, 7.4).
func XOAUTH2(user, token string) Login {
	return Login{Mechanism: "XOAUTH2", Response: Fields("user="+user, "auth=Bearer "+token), Secrets: []string{token}}
}

// External relies on the client certificate, for that mailbox or, when it is empty, for the one that the certificate
// is bound to (RFC 4422 appendix A).
func External(authzid string) Login { return Login{Mechanism: "EXTERNAL", Response: []byte(authzid)} }

// Plain presents a password (RFC 4616).
func Plain(user, password string) Login {
	return Login{Mechanism: "PLAIN", Response: []byte("\x00" + user + "\x00" + password), Secrets: []string{password}}
}

// InTwoSteps returns the same login that waits for the empty challenge.
func (l Login) InTwoSteps() Login {
	l.TwoStep = true
	return l
}

// line is what is sent for the response; an empty initial response is "=".
func (l Login) line() string {
	switch {
	case l.Encoded != "":
		return l.Encoded
	case len(l.Response) == 0 && !l.TwoStep:
		return "="
	}
	return base64.StdEncoding.EncodeToString(l.Response)
}

// hide hides the credentials of a login in a transcript.
func (l Login) hide(t *Transcript, redact func(string) string) {
	if len(l.Secrets) == 0 {
		return
	}
	shown := string(l.Response)
	for _, s := range l.Secrets {
		if len(s) >= shortestSecret {
			t.Hide(s, redact(s))
			shown = strings.ReplaceAll(shown, s, redact(s))
		}
	}
	if l.Encoded != "" {
		shown = redact(l.Encoded)
	}
	t.Hide(l.line(), "‹"+string(escaped([]byte(shown+"\r\n")))+"›")
}

// Failure is the XOAUTH2 error challenge.
type Failure struct {
	Status, Schemes, Scope string
	// Missing lists the members that should be strings and are not there.
	Missing []string
}

// ParseFailure reads an error challenge as sent, in base64; nil when it is not a JSON object.
func ParseFailure(challenge string) *Failure {
	raw, err := base64.StdEncoding.DecodeString(challenge)
	if err != nil {
		return nil
	}
	var members map[string]any
	if json.Unmarshal(raw, &members) != nil || members == nil {
		return nil
	}
	f := &Failure{}
	for _, m := range []struct {
		name string
		to   *string
	}{{"status", &f.Status}, {"schemes", &f.Schemes}, {"scope", &f.Scope}} {
		text, ok := members[m.name].(string)
		if !ok {
			f.Missing = append(f.Missing, m.name)
		}
		*m.to = text
	}
	return f
}
