package mta

import (
	"bytes"
	"fmt"
	"time"
)

// notice is a delivery report to be made (RFC 3464).
type notice struct {
	to, about      string
	action, status string // "delivered", "2.0.0"
	said           string // by the other server; nothing when empty
	original       []byte
}

// notice writes a delivery report, with the header of the message that it is about.
func (o *Operator) notice(n notice) []byte {
	number := o.next()
	boundary := fmt.Sprintf("rapport-%d", number)
	lines := []string{
		"From: MAILER-DAEMON@" + o.config.Host,
		"To: " + n.to,
		"Subject: Delivery Status Notification (" + n.action + ")",
		"Date: " + o.config.Bench.Clock.Now().Format(time.RFC1123Z),
		fmt.Sprintf("Message-ID: <rapport-%d@%s>", number, o.config.Host),
		"Auto-Submitted: auto-replied",
		"MIME-Version: 1.0",
		`Content-Type: multipart/report; report-type=delivery-status; boundary="` + boundary + `"`,
		"",
		"--" + boundary,
		"Content-Type: text/plain; charset=utf-8",
		"",
		"Message to " + n.about + ": " + n.action + ". " + n.said,
		"--" + boundary,
		"Content-Type: message/delivery-status",
		"",
		"Reporting-MTA: dns; " + o.config.Host,
		"",
		"Final-Recipient: rfc822; " + n.about,
		"Action: " + n.action,
		"Status: " + n.status,
	}
	if n.said != "" {
		lines = append(lines, "Diagnostic-Code: smtp; "+n.said)
	}
	header, _, _ := bytes.Cut(n.original, []byte("\r\n\r\n"))
	lines = append(lines, "--"+boundary, "Content-Type: text/rfc822-headers", "", string(header), "", "--"+boundary+"--")
	var b bytes.Buffer
	for _, l := range lines {
		b.WriteString(l + "\r\n")
	}
	return b.Bytes()
}
