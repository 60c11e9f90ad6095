package lps

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/redact"
	"etalon/stubs/operator"
)

// transcript is what was said on a connection, without what lets in: whatever a login says stands there as a keyed digest.
func (p *part) transcript(v operator.Visit) []byte { return transcript(v, p.Run.Bench.Redactor) }

func transcript(v operator.Visit, r *redact.Redactor) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", v.Protocol, v.At.Format(time.RFC3339))
	entering := false // a login has begun, and has no answer yet
	for _, l := range v.Lines {
		who, text := "S", l.Text
		switch {
		case l.Client:
			who = "C"
			if head, arguments, is := loginLine(v.Protocol, text); is {
				text, entering = head+secretWords(arguments, r), true
			} else if entering {
				text = secretWords(text, r)
			}
		case !strings.HasPrefix(text, "+") && !strings.HasPrefix(text, "334") && !strings.HasPrefix(text, "* "):
			entering = false
		}
		if l.Clear {
			who += " (clair)"
		}
		fmt.Fprintf(&b, "%s: %s\n", who, text)
	}
	return []byte(b.String())
}

// loginHead is a login up to its arguments: AUTH of submission, AUTHENTICATE of IMAP with the mechanism, LOGIN of IMAP without.
var loginHead = map[string]*regexp.Regexp{
	operator.SMTP: regexp.MustCompile(`(?i)^\s*AUTH(\s+\S*)?\s*`),
	operator.IMAP: regexp.MustCompile(`(?i)^\s*\S+\s+(AUTHENTICATE(\s+\S*)?|LOGIN)(\s+|$)`),
}

// loginLine parts a login from its arguments.
func loginLine(protocol, line string) (head, arguments string, is bool) {
	head = loginHead[protocol].FindString(line)
	return head, line[len(head):], head != ""
}

// secretWords are the arguments of a login, each as a digest; those of XOAUTH2 still show their form. What tells nothing
// stays: an empty line, a cancel, an empty response.
func secretWords(text string, r *redact.Redactor) string {
	if slices.Contains([]string{"", "*", "="}, strings.TrimSpace(text)) {
		return text
	}
	words := strings.Fields(text)
	for i, w := range words {
		if raw := decoded(w); strings.Contains(string(raw), "auth=") {
			words[i] = "‹" + shown(raw, r) + "›"
			continue
		}
		words[i] = r.Secret(w)
	}
	return strings.Join(words, " ")
}

// shown is the form of a response of XOAUTH2: the user and the scheme stand there, all the rest as a digest.
func (p *part) shown(response []byte) string { return shown(response, p.Run.Bench.Redactor) }

func shown(response []byte, r *redact.Redactor) string {
	fields := strings.Split(string(response), "\x01")
	for i, f := range fields {
		scheme, token, spaced := strings.Cut(f, " ")
		switch {
		case f == "" || strings.HasPrefix(f, "user="):
		case strings.HasPrefix(f, "auth=") && spaced:
			fields[i] = scheme + " " + r.Secret(token)
		default:
			fields[i] = r.Secret(f)
		}
	}
	return strings.Join(fields, "^A")
}

// secretless is what a driver says, without the tokens that the program got and the secrets of the person and of the client.
func (p *part) secretless(said string) string {
	p.Veil.Hide(p.presented()...)
	return p.Veil.Text(said)
}

// tokens are those that the program has presented: gathered once of each connection that is over.
type tokens struct {
	mu   sync.Mutex
	all  []string
	past moment // the connections up to it are over, and were looked at
}

// presented are the tokens that the program has presented so far.
func (p *part) presented() []string {
	g := &p.side.tokens
	g.mu.Lock()
	defer g.mu.Unlock()
	g.past.visits = g.gather(p.side.operator.Visits(g.past.visits), g.past.visits)
	g.past.rogue = g.gather(p.side.rogue.Visits(g.past.rogue), g.past.rogue)
	return slices.Clone(g.all)
}

// gather keeps the tokens of connections, and tells the number of the last one before which all are over.
func (g *tokens) gather(visits []operator.Visit, past int) int {
	over := true
	for _, v := range visits {
		for _, a := range attempts(v) {
			if t := a.token(); t != "" && !slices.Contains(g.all, t) {
				g.all = append(g.all, t)
			}
		}
		if over = over && v.Ended; over {
			past = v.Number
		}
	}
	return past
}
