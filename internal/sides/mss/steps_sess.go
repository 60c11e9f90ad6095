package mss

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// sessionLine is what the scenarios about sessions remember.
type sessionLine struct {
	opened, wanted int
	refused        string // the first refusal of a session
	left           string // the farewell, and whether it is what the protocol wants
	leftWell       bool
	marker         string
}

// waits are how long the scenarios of sessions last.
type waits struct{ silence, idleIMAP, idleSMTP, beyond, settling time.Duration }

// realWaits are those of the requirements: a minute of silence (IMAP-09), a minute and ten seconds less than the RFCs
// guarantee (SESS-02), ten seconds more than is declared (SESS-03), and the time for a broken link to be noticed.
var realWaits = waits{time.Minute, 29 * time.Minute, 4*time.Minute + 50*time.Second, 10 * time.Second, 500 * time.Millisecond}

// sessionSteps are the sentences of the group SESS.
func sessionSteps() []scenario.Step {
	return []scenario.Step{
		step(`la session reste sans usage le temps que la norme garantit`, staysIdle),
		step(`la session sert sans relâche jusqu'à la durée déclarée`, staysBusy),
		step(`autant de sessions que déclaré s'ouvrent sur la boîte`, opensMany),
		step(`le client prend congé`, takesLeave),
		step(`la liaison est rompue au milieu d'un message`, breaksOff),
		step(`un client présente un jeton expiré, puis un bon sur la même liaison`, triesAgain),
		step(`la session sert encore`, sessionServes),
		step(`une nouvelle authentification est demandée`, sessionEnded),
		step(`toutes sont admises`, allAdmitted),
		step(`le congé lui est rendu`, farewellGiven),
		step(`rien n'en est gardé`, nothingKept),
	}
}

// staysIdle says nothing for as long as the RFCs guarantee (SESS-02).
func staysIdle(ctx context.Context, p *part) error {
	idle := p.side.waits.idleIMAP
	if p.side.Role == candidate.RoleMSSSMTP {
		idle = p.side.waits.idleSMTP
	}
	return bench.Sleep(ctx, idle)
}

// sessionServes wants NOOP answered, and the mailbox still open (SESS-01, SESS-02).
func sessionServes(ctx context.Context, p *part) error {
	d, err := p.session()
	if err != nil {
		return err
	}
	granted, said, err := d.Ask(ctx, "NOOP")
	if err == nil && granted {
		granted, said, err = d.Opens(ctx, p.side.habit.box.Address)
	}
	if errors.Is(err, mail.ErrSilent) {
		return p.Cannot(verdict.ReasonTimeout, "NOOP", p.side.run.Patience.String())
	}
	p.Checked()
	if err != nil || !granted {
		p.Sees(p.Own("session-cut", "NOOP OK", said+reason(err), p.conversation(d)))
	}
	return nil
}

// busyPause is how often a busy session is used.
const busyPause = time.Second

// staysBusy uses the session without cease, to the declared end and somewhat beyond, or until it is cut (SESS-03).
func staysBusy(ctx context.Context, p *part) error {
	d, err := p.session()
	if err != nil {
		return err
	}
	end := bench.Wall().Add(p.side.declared.SessionLimit.Duration + p.side.waits.beyond)
	for bench.Wall().Before(end) {
		if p.line.granted, p.line.said, p.line.dead = d.Ask(ctx, "NOOP"); p.line.dead != nil || !p.line.granted {
			return nil
		}
		if err := bench.Sleep(ctx, busyPause); err != nil {
			return err
		}
	}
	return nil
}

// sessionEnded wants the session cut, or its mailbox shut (SESS-03).
func sessionEnded(ctx context.Context, p *part) error {
	p.Checked()
	if p.line.dead != nil || !p.line.granted {
		p.Remark("session-closed", p.line.said+reason(p.line.dead))
		return nil
	}
	d, err := p.session()
	if err != nil {
		return err
	}
	if opens, said, err := d.Opens(ctx, p.side.habit.box.Address); err == nil && opens {
		p.Sees(p.Own("session-endless", p.side.declared.SessionLimit.Duration.String(), said, p.conversation(d)))
	}
	return nil
}

// Bounds of the sessions that are opened at once: what the requirement wants, and what a trial goes up to.
const (
	leastSessions = 5
	mostSessions  = 50
)

// opensMany opens as many sessions as are declared, from one address (SESS-04).
func opensMany(ctx context.Context, p *part) error {
	l := &p.line.session
	l.wanted = min(max(p.side.declared.Sessions, leastSessions), mostSessions)
	from := p.side.places.Next(p.side.address)
	for range l.wanted {
		a, err := p.tryFrom(ctx, from, "")
		switch {
		case err != nil && l.opened == 0, errors.Is(err, errMint):
			return p.unconnected(err)
		case err != nil:
			l.refused = err.Error()
		case !a.accepted() && l.opened == 0:
			return p.Cannot(verdict.ReasonControlRefusedBefore, a.told())
		case !a.accepted():
			l.refused = a.told()
		default:
			l.opened++
			continue
		}
		return nil
	}
	return nil
}

// allAdmitted wants all of them open (SESS-04).
func allAdmitted(_ context.Context, p *part) error {
	p.Checked()
	if l := p.line.session; l.opened < l.wanted {
		p.Sees(p.Own("sessions-few", fmt.Sprint(l.wanted), fmt.Sprintf("%d ; %s", l.opened, l.refused)))
	}
	return nil
}

// takesLeave says LOGOUT or QUIT in the open session (SESS-06).
func takesLeave(ctx context.Context, p *part) error {
	d, err := p.session()
	if err != nil {
		return err
	}
	l := &p.line.session
	switch c := d.(type) {
	case imapTalk:
		r, err := c.Logout(ctx)
		_, bye := r.Find("BYE")
		l.left, l.leftWell, p.line.dead = r.String(), err == nil && r.OK() && bye, err
	case smtpTalk:
		r, err := c.Quit(ctx)
		l.left, l.leftWell, p.line.dead = r.String(), err == nil && r.Code == "221", err
	}
	return nil
}

// farewellGiven wants BYE and OK, or 221 (SESS-06).
func farewellGiven(_ context.Context, p *part) error {
	if errors.Is(p.line.dead, mail.ErrSilent) {
		return p.Cannot(verdict.ReasonTimeout, "LOGOUT / QUIT", p.side.run.Patience.String())
	}
	p.Checked()
	if l := p.line.session; !l.leftWell {
		p.Sees(p.Own("farewell-missing", "* BYE, OK ; 221", l.left+reason(p.line.dead)))
	}
	return nil
}

// breaksOff stores or sends half a message, and resets the connection (SESS-07).
func breaksOff(ctx context.Context, p *part) error {
	d, err := p.session()
	if err != nil {
		return err
	}
	marker, message, err := p.letter()
	if err != nil {
		return err
	}
	p.line.session.marker = marker
	whole := append(bytes.ReplaceAll(message, []byte("\r\n.\r\n"), []byte("\r\n")), bytes.Repeat([]byte("Suite de l'essai.\r\n"), 500)...)
	if err := p.begins(ctx, d, len(whole)); err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "APPEND / DATA : "+err.Error())
	}
	type broken interface {
		Raw(ctx context.Context, b []byte) error
		Reset() error
	}
	wire := d.(broken)
	if err := wire.Raw(ctx, whole[:len(whole)/2]); err != nil {
		return p.Cannot(verdict.ReasonNoMessage, err.Error())
	}
	_ = wire.Reset()
	return bench.Sleep(ctx, p.side.waits.settling)
}

// begins goes as far as the server waits for a message of so many octets.
func (p *part) begins(ctx context.Context, d dialogue, octets int) error {
	if c, ok := d.(imapTalk); ok {
		r, err := c.Command(ctx, fmt.Sprintf("APPEND INBOX {%d}", octets))
		if err == nil && r.Status != "+" {
			err = errors.New(r.String())
		}
		return err
	}
	c := d.(smtpTalk)
	for _, command := range []string{"MAIL FROM:<" + p.side.habit.box.Address + ">", "RCPT TO:<" + c.recipient + ">", "DATA"} {
		r, err := c.Command(ctx, command)
		if err != nil {
			return err
		}
		if !r.OK() && r.Code != "354" {
			return errors.New(command + " : " + r.String())
		}
	}
	return nil
}

// nothingKept reads the mailbox of the recipient over IMAP (SESS-07).
func nothingKept(ctx context.Context, p *part) error {
	s := p.side
	box := s.habit.box
	if s.Role == candidate.RoleMSSSMTP {
		box = s.recipientBox()
	}
	token, err := p.mint(s.honest(box.Opener()))
	if err != nil {
		return err
	}
	a, err := p.try(ctx, opening{label: labelRereading, role: candidate.RoleMSSIMAP, box: box.Address, token: token})
	if err == nil && a.result.Outcome != mail.Accepted {
		err = errors.New(a.told())
	}
	if err != nil {
		return p.Cannot(verdict.ReasonControlRefusedAfter, err.Error())
	}
	numbers, err := a.talk.(imapTalk).numbers(ctx, p.line.session.marker)
	if err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "SEARCH : "+err.Error())
	}
	p.Checked()
	if len(numbers) > 0 {
		p.Sees(p.Own("half-message-kept", "—", p.line.session.marker, p.conversation(a.talk)))
	}
	return nil
}

// recipientBox is the mailbox to which submission sends, where it is declared among those that a token opens; an empty
// one otherwise.
func (s *Side) recipientBox() candidate.Mailbox {
	for _, b := range s.openable() {
		if b.Named(s.declared.Recipient) {
			return b
		}
	}
	return candidate.Mailbox{}
}

// triesAgain presents a bad token and then a good one on one connection; the whole is tried again where the second is
// refused, as for a good form (SESS-08).
func triesAgain(ctx context.Context, p *part) error {
	for n := 1; ; n++ {
		a, err := p.badThenGood(ctx)
		if err != nil || a.accepted() || n == goodTries {
			return err
		}
		if err := bench.Sleep(ctx, pauseBetween); err != nil {
			return err
		}
	}
}

func (p *part) badThenGood(ctx context.Context) (*attempt, error) {
	s := p.side
	o := s.honest(s.habit.person)
	o.Fault = faultExpired
	bad, err := p.mint(o)
	if err != nil {
		return nil, err
	}
	good, err := p.mint(s.honest(s.habit.person))
	if err != nil {
		return nil, err
	}
	box := s.habit.box.Address
	talking, err := p.dial(ctx, labelTrial, s.Role, mail.Limits{Wait: s.run.Patience}, noCredential)
	if err != nil {
		return nil, p.unconnected(err)
	}
	if r := talking.Login(ctx, s.login(box, bad.Token)); r.Outcome == mail.Accepted {
		return nil, p.Cannot(verdict.ReasonNotRefused)
	}
	a := p.logsIn(ctx, talking, box, good, saying(s.login(box, good.Token)))
	p.attempts = append(p.attempts, a)
	_ = p.probes(ctx, a, s.habit.blind)
	return a, nil
}
