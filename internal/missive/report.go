package missive

import (
	"slices"
	"strings"

	"etalon/internal/letter"
	"etalon/internal/verdict"
)

// Receipt is the notification that a message was read or dealt with (MDN, RFC 8098).
type Receipt struct {
	FinalRecipient, OriginalID, Disposition string
}

// Receipt reads the notification in a message; nil when it is none.
func (l *Missive) Receipt() *Receipt {
	for _, p := range l.Parts {
		if p.Type != "message/disposition-notification" {
			continue
		}
		fields, _, _ := letter.Header(p.Content)
		return &Receipt{FinalRecipient: fields.Get("Final-Recipient"), OriginalID: fields.Get("Original-Message-ID"), Disposition: fields.Get("Disposition")}
	}
	return nil
}

// IsReceipt tells a message that notifies of another, in whatever form.
func (l *Missive) IsReceipt() bool {
	return l.Type == "multipart/report" && !strings.EqualFold(l.Parameters["report-type"], "delivery-status") || l.Receipt() != nil
}

// JudgeReceipt returns the departures of a notification about a message (LPS-42): the form of RFC 8098 §3, and the message
// that it is about.
func (l *Missive) JudgeReceipt(about string) []verdict.Finding {
	j := &judgement{missive: l}
	const requirement = "LPS-42"
	if l.Type != "multipart/report" || !strings.EqualFold(l.Parameters["report-type"], "disposition-notification") {
		j.find(requirement, "receipt-form", "multipart/report; report-type=disposition-notification", l.Type+"; report-type="+l.Parameters["report-type"])
	}
	r := l.Receipt()
	if r == nil {
		j.find(requirement, "receipt-form", "message/disposition-notification", l.types())
		return j.findings
	}
	_, address, typed := strings.Cut(r.FinalRecipient, ";")
	if !typed || strings.TrimSpace(address) == "" {
		j.find(requirement, "receipt-incomplete", "Final-Recipient: rfc822; …", r.FinalRecipient)
	}
	if _, kind, moded := strings.Cut(r.Disposition, ";"); !moded || strings.TrimSpace(kind) == "" {
		j.find(requirement, "receipt-incomplete", "Disposition: …/…; …", r.Disposition)
	}
	if !slices.Equal(identifiers(r.OriginalID), []string{about}) {
		j.find(requirement, "receipt-of-another", "Original-Message-ID: "+about, r.OriginalID)
	}
	return j.findings
}
