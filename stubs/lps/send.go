package lps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/mail"
	"etalon/internal/missive"
)

// patientLimit is the greatest message for Mon espace santé.
const patientLimit = 25 << 20

// patientDomain is that of the mailboxes of patients.
const patientDomain = "@patient.mssante.fr"

// toPatient tells a message to a patient.
func toPatient(g Gesture) bool {
	return slices.ContainsFunc(g.To, func(to string) bool { return strings.HasSuffix(strings.ToLower(to), patientDomain) })
}

// send writes a message and hands it over.
func (p *Program) send(ctx context.Context, g Gesture) (Answer, error) {
	d, err := p.draft(g)
	if err != nil {
		return Answer{}, err
	}
	message := d.Bytes()
	if toPatient(g) && len(message) > patientLimit && !p.policy.sendsAnySize {
		return Answer{}, fmt.Errorf("le message dépasse 25 Mo : Mon espace santé ne le prendrait pas")
	}
	var with []string
	if notify := p.policy.notify(); g.Delivery && notify != "" {
		with = []string{"NOTIFY=" + notify}
	}
	return told(p.hand(ctx, g, posting{sender: g.Mailbox, to: g.To, with: with, message: message}))
}

// posting is a message to be handed over.
type posting struct {
	sender  string
	to      []string
	with    []string // parameters of RCPT
	message []byte
}

// hand hands a message to submission.
func (p *Program) hand(ctx context.Context, g Gesture, o posting) error {
	at, err := p.locate(ctx, g, kindSMTP)
	if err != nil {
		return err
	}
	var c *mail.SMTP
	err = p.tries(ctx, g, func(token string) (mail.Result, error) {
		if c != nil {
			p.gives(c)
			c = nil
		}
		var r mail.Result
		var err error
		c, r, err = p.dialSMTP(ctx, g, at, token)
		return r, err
	})
	if err != nil {
		if c != nil {
			p.gives(c)
		}
		return err
	}
	_, err = p.follows(ctx, func(ctx context.Context) (Answer, error) {
		defer func() {
			_, _ = c.Quit(ctx)
			_ = c.Close()
		}()
		return Answer{}, deliver(ctx, c, o)
	})
	return err
}

// deliver makes the transaction.
func deliver(ctx context.Context, c *mail.SMTP, o posting) error {
	refused := func(r mail.SMTPReply, err error) error {
		if err == nil && !r.OK() {
			err = fmt.Errorf("la soumission répond %s", r)
		}
		return err
	}
	if err := refused(c.MailFrom(ctx, o.sender)); err != nil {
		return err
	}
	for _, to := range o.to {
		if err := refused(c.RcptTo(ctx, to, o.with...)); err != nil {
			return err
		}
	}
	return refused(c.Data(ctx, o.message))
}

// draft writes the message, as the policy has it.
func (p *Program) draft(g Gesture) (missive.Draft, error) {
	id, err := bench.NewUUID(p.ids)
	if err != nil {
		return missive.Draft{}, err
	}
	_, domain, _ := strings.Cut(g.Mailbox, "@")
	d := missive.Draft{
		Name: p.config.Author, From: g.Mailbox, To: g.To, Subject: g.Subject, Date: p.now(), MessageID: "<" + id + "@" + domain + ">", Text: g.Text,
	}
	p.answers(&d, g)
	if len(g.Documents) > 0 && g.Patient != nil {
		p.joins(&d, g)
	}
	if g.Size > 0 {
		d.Files = append(d.Files, missive.File{Name: "image.bin", Type: "application/octet-stream", Content: make([]byte, g.Size)})
	}
	p.marks(&d, g)
	if g.Delivery && p.policy.asksByField != "" {
		d.Fields = append(d.Fields, [2]string{p.policy.asksByField, g.Mailbox})
	}
	for _, change := range p.policy.changes {
		change(&d)
	}
	return d, nil
}

// answers ties a message to the one that it answers (RFC 5322 §3.6.4).
func (p *Program) answers(d *missive.Draft, g Gesture) {
	if g.Reply == "" {
		return
	}
	d.Replies, d.References = g.Reply, append(slices.Clone(p.known[g.Reply].references), g.Reply)
	if p.policy.breaksReferences {
		d.References = []string{g.Reply}
	}
	if p.policy.unlinksReplies {
		d.Replies, d.References = "", nil
	}
}

// marks adds the fields of the trust space.
func (p *Program) marks(d *missive.Draft, g Gesture) {
	field := func(name, value string) { d.Fields = append(d.Fields, [2]string{name, value}) }
	documents := len(g.Documents) > 0
	if p.policy.marksNIL(documents) {
		field("X-MSS-NIL", p.policy.nilOf(p.config.NIL))
	}
	codes := make([]string, 0, len(g.Documents))
	for _, one := range g.Documents {
		codes = append(codes, one.Code)
	}
	switch {
	case documents && !p.policy.forgetsCodes:
		if p.policy.firstCode {
			codes = codes[:1]
		}
		field("X-MSS-CODECDA", strings.Join(codes, ","))
	case !documents && p.policy.codesAlways:
		field("X-MSS-CODECDA", "34133-9")
	}
	ins := "O"
	if g.Patient != nil && !g.Patient.Qualified && !p.policy.qualifiesAll {
		ins = "N"
	}
	if documents && !p.policy.forgetsINS || p.policy.insAlways {
		field("X-MSS-INS", ins)
	}
	if g.End && !p.policy.forgetsEnd || p.policy.endAlways {
		field("X-MSS-MES", p.policy.endWord())
	}
}

// joins joins the archive of the documents and their PDF.
func (p *Program) joins(d *missive.Draft, g Gesture) {
	patient := *g.Patient
	if !p.policy.plainSubject {
		d.Subject = fmt.Sprintf("XDM/1.0/DDM+%s %s %s %s", g.Documents[0].Label, patient.Family, patient.Given, patient.Birth)
	}
	about := patient
	if p.policy.otherPatient {
		about.INS = "188888888888888"
	}
	files := missive.Submission{Patient: about, Date: p.now(), Documents: g.Documents}.Files()
	if p.policy.archive != nil {
		files = p.policy.archive(files)
	}
	name := "IHE_XDM.zip"
	if p.policy.archiveName != "" {
		name = p.policy.archiveName
	}
	if !p.policy.forgetsArchive {
		d.Files = append(d.Files, missive.File{Name: name, Type: "application/zip", Content: missive.Pack(files)})
	}
	pdf := missive.File{
		Name: fmt.Sprintf("%s_%s_%s_%s.pdf", p.now().Format("20060102"), strings.ReplaceAll(g.Documents[0].Code, "_", "-"), strings.ReplaceAll(patient.Family, " ", "-"), patient.Given),
		Type: "application/pdf", Content: missive.PDF(g.Subject),
	}
	if p.policy.pdf != nil {
		p.policy.pdf(&pdf)
	}
	if !p.policy.forgetsPDF {
		d.Files = append(d.Files, pdf)
	}
}
