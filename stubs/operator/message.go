package operator

import (
	"bytes"
	"fmt"
	"net/mail"
	"time"

	"etalon/internal/bench"
)

// authors are the addresses of all From fields of a message.
func authors(raw []byte) ([]string, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errHeader, err)
	}
	var all []string
	for _, field := range m.Header["From"] {
		list, err := mail.ParseAddressList(field)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errHeader, err)
		}
		for _, a := range list {
			all = append(all, a.Address)
		}
	}
	return all, nil
}

// report is the notification of a delivery (RFC 3464): relayed for a mailbox of another operator, delivered for one of
// this operator.
func (o *Operator) report(m Message, recipient string) []byte {
	n := o.next()
	action := "relayed"
	if o.store.find(recipient) != nil {
		action = "delivered"
	}
	boundary := fmt.Sprintf("rapport-%d", n)
	var b bytes.Buffer
	for _, line := range []string{
		"From: MAILER-DAEMON@" + o.config.Domain,
		"To: " + m.From,
		"Subject: Delivery Status Notification",
		"Date: " + o.config.Bench.Clock.Now().Format(time.RFC1123Z),
		fmt.Sprintf("Message-ID: <%d@%s>", n, o.config.Domain),
		"MIME-Version: 1.0",
		`Content-Type: multipart/report; report-type=delivery-status; boundary="` + boundary + `"`,
		"",
		"--" + boundary,
		"Content-Type: text/plain; charset=us-ascii",
		"",
		"Your message to " + recipient + " was " + action + ".",
		"--" + boundary,
		"Content-Type: message/delivery-status",
		"",
		"Reporting-MTA: dns; " + o.config.Domain,
		"",
		"Final-Recipient: rfc822; " + recipient,
		"Action: " + action,
		"Status: 2.0.0",
		"--" + boundary + "--",
	} {
		b.WriteString(line + "\r\n")
	}
	return b.Bytes()
}

// next counts.
func (o *Operator) next() uint32 {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.reports++
	return uint32(o.reports)
}

// overrun is told of a line that is longer than any command: it puts the operator that cannot bear it out of service for
// a while.
func (o *Operator) overrun() {
	if o.policy.jams {
		o.jam()
	}
}

// jam puts the operator out of service for a while.
func (o *Operator) jam() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.jammed = bench.Wall().Add(jamLength)
}

// jamLength is how long an operator that a line has jammed serves nobody.
const jamLength = 8 * time.Second

// out tells whether the operator is out of service.
func (o *Operator) out() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return bench.Wall().Before(o.jammed)
}
