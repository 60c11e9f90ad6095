package mss

import (
	"context"
	"slices"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/letter"
	"etalon/internal/mail"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
)

// What the tests look at from outside.
var (
	Inverted = inverted
)

// Departs tells how a message of a variant departs, on its arrival, from what was sent.
func Departs(variant string, sent, arrived []byte) (string, error) {
	got, err := letter.Read(arrived)
	if err != nil {
		return "", err
	}
	return messageVariants()[variant].departs(&submitted{Posted: mail.Posted{Posting: mail.Posting{Message: sent}}}, got), nil
}

// PostOutside hands a message to a recipient outside the trust space over a session; it tells whether it was taken, and
// what was answered.
func PostOutside(ctx context.Context, c *mail.SMTP, sender string) (taken bool, told string) {
	s := smtpTalk{SMTP: c}.postOutside(ctx, sender, "tf00", []byte("Subject: essai\r\n\r\nbonjour\r\n"))
	return s.Taken(), s.Told()
}

// Words are what a refusal of a mailbox says.
func Words(box string, r mail.Result) string {
	return (&attempt{box: box, result: r}).words()
}

// Hasty is the domain with waits that last no longer than d.
func Hasty(d time.Duration) scenario.Domain {
	hasty := Domain()
	side := hasty.Side
	hasty.Side = func(r *scenario.Run, scope string) (scenario.Side, error) {
		made, err := side(r, scope)
		if s, ok := made.(*Side); ok {
			s.waits = waits{silence: d, idleIMAP: d, idleSMTP: d, beyond: d, settling: d}
		}
		return made, err
	}
	return hasty
}

// Tokenless lists the requirements that are tried where certificates alone open mailboxes.
func Tokenless() []string { return slices.Clone(tokenless) }

// State is what an outcome of submission is about.
type State struct {
	Login *mail.Result
	// Stage, Code and Err are of the message, or of the command; Whole that there was a message to send.
	Stage, Code string
	Err         error
	Whole       bool
	More        []string // codes behind the first reply to the data
	Offers      mail.Extensions
	// Attempt is the last login; Opens and Probed what the second probe said.
	Attempt       *mail.Result
	Opens, Probed bool
}

// Outcome plays an outcome on a state. It returns the rule of what is found, and whether the case is left without verdict.
func Outcome(sentence string, s State) (rule string, doubtful bool) {
	engine := &scenario.Run{Config: scenario.Config{Patience: time.Second}}
	w := &scenario.World{
		Trial: scenario.Trial{Address: scenario.Address{Role: "mss-smtp", Mode: "-", Case: "SMTP-99-N"}, Row: verdict.Requirement{ID: "SMTP-99"}},
		Run:   engine,
	}
	p := &part{World: w, side: &Side{run: engine, declared: &candidate.MSSante{Recipient: "b@dom.test"}}}
	p.smtp.login, p.smtp.client.offers = s.Login, s.Offers
	p.smtp.sent = &submitted{Posted: mail.Posted{Stage: s.Stage, Reply: mail.SMTPReply{Code: s.Code}, Err: s.Err}, talk: smtpTalk{offers: s.Offers}, marker: "tf00"}
	if s.Whole {
		p.smtp.sent.Message = []byte("Subject: tf00\r\n\r\n")
	}
	for _, code := range s.More {
		p.smtp.sent.More = append(p.smtp.sent.More, mail.SMTPReply{Code: code})
	}
	p.smtp.reply = p.smtp.sent
	if s.Attempt != nil {
		p.attempts = []*attempt{{box: "a@dom.test", result: *s.Attempt, opens: s.Opens, probed: s.Probed}}
	}
	ctx, _ := side.Enter(context.Background(), &p.side.Standing, p, nil)
	played := false
	for _, step := range Steps() {
		m := step.Sentence.FindStringSubmatch(sentence)
		if m == nil {
			continue
		}
		played = true
		switch do := step.Do.(type) {
		case func(context.Context) error:
			_ = do(ctx)
		case func(context.Context, string) error:
			_ = do(ctx, m[1])
		}
	}
	if !played {
		panic("no step says " + sentence)
	}
	w.Found(func(f verdict.Finding) bool {
		rule = f.Rule
		return true
	})
	return rule, w.Troubled()
}

// Guarded tells what the lengths of refusals, and of controls before and behind each, say of a guard: that there is one, or
// that there is none.
func Guarded(refusals, controls []time.Duration) (shown, refuted bool) {
	g := guardTimes{refusals, controls}
	return g.shows(), g.refutes()
}
