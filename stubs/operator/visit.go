package operator

import (
	"crypto/tls"
	"slices"
	"strings"
	"time"
)

// Visit is one connection of a client and what was said on it: how a mail program under test is judged.
type Visit struct {
	Number   int    // from 1, in the order in which they came
	Protocol string // IMAP or SMTP
	// At is when it came, by the protocol clock.
	At time.Time
	// Suites are those that the ClientHello offers; none before it came.
	Suites []uint16
	// TLS is the state of the link, nil while it is in clear; Handshake why it could not be secured.
	TLS       *tls.ConnectionState
	Handshake string
	// Lines are what was said, in order: never the text of a message.
	Lines []Line
	// Dropped tells that the operator did not take the connection, Ended that it is over.
	Dropped, Ended bool
}

// Line is one thing that was said.
type Line struct {
	// Client tells who said it, Clear that it was not under TLS.
	Client, Clear bool
	Text          string
	// Order is its place among all that was said to the operator and by it, from 1.
	Order int
}

// Bounds of what is kept of the connections.
const (
	maxVisits   = 10000
	maxLines    = 1000     // of one connection
	maxSaid     = 32 << 10 // octets of a line of the client
	maxAnswered = 1 << 10  // octets of an answer
)

// Visits returns, of an operator that is watched, the connections whose number is greater than after, in the order in which
// they came.
func (o *Operator) Visits(after int) []Visit {
	o.mu.Lock()
	defer o.mu.Unlock()
	first, _ := slices.BinarySearchFunc(o.visits, after+1, func(v *Visit, number int) int { return v.Number - number })
	var all []Visit
	for _, v := range o.visits[first:] {
		seen := *v
		seen.Lines = slices.Clone(v.Lines)
		all = append(all, seen)
	}
	return all
}

// LastVisit is the number of the last connection, 0 before the first.
func (o *Operator) LastVisit() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.came
}

// LastLine is the order of the last line, 0 before the first.
func (o *Operator) LastLine() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.said
}

// receives notes a connection, and gives the link its conduct; false when it is dropped.
func (o *Operator) receives(l *link) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.came++
	l.conduct = o.conduct[l.protocol]
	o.commits(l)
	l.visit = &Visit{Number: o.came, Protocol: l.protocol.String(), At: o.config.Bench.Clock.Now(), Dropped: l.conduct.Down, Ended: l.conduct.Down}
	if o.config.Watched {
		if o.visits = append(o.visits, l.visit); len(o.visits) > maxVisits {
			o.visits = slices.Clone(o.visits[maxVisits/2:])
		}
	}
	if !l.conduct.Down {
		o.open = append(o.open, l)
	}
	return !l.conduct.Down
}

// Close ends the connection.
func (l *link) Close() error {
	o := l.operator
	o.mu.Lock()
	l.visit.Ended = true
	before := len(o.open)
	o.open = slices.DeleteFunc(o.open, func(other *link) bool { return other == l })
	ends := len(o.open) < before
	o.mu.Unlock()
	err := l.Conn.Close()
	if ends {
		l.tell(true)
	}
	return err
}

// noted changes what is known of a connection.
func (l *link) noted(change func(*Visit)) {
	l.operator.mu.Lock()
	defer l.operator.mu.Unlock()
	change(l.visit)
}

// heard keeps a line of the client.
func (l *link) heard(line []byte) {
	if !l.data {
		l.keep(Line{Client: true, Text: string(line[:min(len(line), maxSaid)])})
	}
}

// overlong tells who watches of the beginning of a line that is no command.
func (l *link) overlong(piece []byte) {
	if !l.data {
		l.watched(Line{Client: true, Text: string(piece[:min(len(piece), maxAnswered)]) + "…"})
	}
}

// told keeps an answer.
func (l *link) told(answer []byte) {
	l.keep(Line{Text: string(answer[:min(len(answer), maxAnswered)])})
}

func (l *link) keep(line Line) {
	l.watched(line)
	if !l.operator.config.Watched {
		return
	}
	line.Clear = l.secured == nil
	line.Text = strings.TrimRight(line.Text, "\r\n")
	l.noted(func(v *Visit) {
		l.operator.said++
		line.Order = l.operator.said
		if len(v.Lines) < maxLines {
			v.Lines = append(v.Lines, line)
		}
	})
}

// String is the name of the protocol.
func (p protocol) String() string {
	if p == smtpLink {
		return SMTP
	}
	return IMAP
}

// OpenLinks tells how many connections of a protocol, IMAP or SMTP, are open.
func (o *Operator) OpenLinks(protocol string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, l := range o.open {
		if l.protocol.String() == protocol {
			n++
		}
	}
	return n
}
