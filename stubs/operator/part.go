package operator

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/pki"
)

// Part is what was said on a connection from one silence of the client to the next: a dialogue may last for hours, and who
// watches wants to see it as it happens. Nothing in it lets in: tokens are told without their signature, other secrets by
// a keyed digest.
type Part struct {
	// Visit is the connection, its Lines those of the part.
	Visit
	// Place is its own among those of the connection, from 1; Peer the client's address.
	Place int
	Peer  string
	Ours  pki.Credential
	// Fault is the name of the armed fault that is committed, Violates the requirement that it breaks; empty when none is.
	Fault, Violates   string
	Started, Finished time.Time // wall clock
}

// quiet is how long a client may be silent, once it was answered, until what was said before is told.
const quiet = 300 * time.Millisecond

// telling is what is to be told of a connection to who watches. It is guarded by the operator's mutex.
type telling struct {
	lines   []Line
	parts   int
	started time.Time
	timer   *time.Timer
	proving bool // the client is to prove who it is: what it says lets in
}

// watched keeps a line for who watches: it is told at the next silence.
func (l *link) watched(line Line) {
	o := l.operator
	if o.config.Observe == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	t := &l.telling
	if len(t.lines) == 0 {
		t.started = bench.Wall()
	}
	line.Clear = l.secured == nil
	line.Text = l.openly(line)
	if len(t.lines) < maxLines {
		t.lines = append(t.lines, line)
	}
	switch {
	case t.timer == nil && !line.Client:
		t.timer = time.AfterFunc(quiet, func() { l.tell(false) })
	case t.timer != nil && line.Client:
		t.timer.Stop()
	case t.timer != nil:
		t.timer.Reset(quiet)
	}
}

// tell tells what was said since the last part; the last one always, for it says how the connection ended.
func (l *link) tell(last bool) {
	o := l.operator
	if o.config.Observe == nil {
		return
	}
	o.mu.Lock()
	t := &l.telling
	if t.timer != nil && last {
		t.timer.Stop()
	}
	if len(t.lines) == 0 && !(last && t.parts == 0) {
		o.mu.Unlock()
		return
	}
	t.parts++
	p := Part{Visit: *l.visit, Place: t.parts, Peer: l.RemoteAddr().String(), Fault: l.fault.Name, Violates: l.fault.Violates, Started: t.started, Finished: bench.Wall()}
	p.Lines, t.lines = t.lines, nil
	if p.Started.IsZero() {
		p.Started = p.Finished
	}
	o.mu.Unlock()
	if p.TLS != nil {
		if p.Ours = l.conduct.Credential; len(p.Ours.Chain) == 0 {
			p.Ours, _ = o.config.Bench.PKI.Credential(o.config.Name + "/tls") // it made the link
		}
	}
	o.config.Observe(p)
}

// commands are those of one word that are as long as a secret may be.
var commands = []string{"STARTTLS"}

// minSecret is the least length of a word, said alone, that may let in.
const minSecret = 8

var bearer = regexp.MustCompile(`(?i)(bearer\s+)(\S+)`)

// openly is a line without what lets in.
func (l *link) openly(line Line) string {
	t, redact := &l.telling, l.operator.config.Bench.Redactor
	text := strings.TrimRight(line.Text, "\r\n")
	if !line.Client {
		asks := strings.HasPrefix(text, "+") || strings.HasPrefix(text, "334")
		t.proving = t.proving && asks
		return l.operator.veil.Text(text)
	}
	tag, command, rest := words([]byte(text))
	head := tag + " " + command
	if l.protocol == smtpLink {
		_, rest, _ = strings.Cut(text, " ")
		command, head = tag, tag
	}
	switch command = strings.ToUpper(command); {
	case command == "AUTHENTICATE" && l.protocol == imapLink || command == "AUTH" && l.protocol == smtpLink:
		t.proving = true
		mechanism, response, there := strings.Cut(rest, " ")
		if head += " " + mechanism; there {
			head += " " + l.proof(response)
		}
		return l.operator.veil.Text(head)
	case command == "LOGIN" && l.protocol == imapLink:
		t.proving = true
		return l.operator.veil.Text(head + " " + redact.Secret(rest))
	case t.proving:
		return l.proof(text)
	case !strings.Contains(text, " ") && len(text) >= minSecret && !slices.Contains(commands, strings.ToUpper(text)):
		return l.proof(text)
	}
	text = bearer.ReplaceAllStringFunc(text, func(found string) string {
		parts := bearer.FindStringSubmatch(found)
		return parts[1] + redact.Token(parts[2])
	})
	return l.operator.veil.Text(text)
}

// proof is a response of SASL without what lets in: who it names, and what its token says.
func (l *link) proof(response string) string {
	if response == "=" || response == "*" || response == "" {
		return response
	}
	redact := l.operator.config.Bench.Redactor
	raw, err := base64.StdEncoding.DecodeString(response)
	user, token, unread := parseXOAUTH2(raw, laxity{})
	if err != nil || unread != nil {
		return redact.Secret(response)
	}
	return "user=" + user + " auth=Bearer " + redact.Token(token)
}
