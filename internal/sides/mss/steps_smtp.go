package mss

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"etalon/internal/letter"
	"etalon/internal/mail"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// submission is what a scenario does with submission beyond logging in.
type submission struct {
	client  smtpTalk     // who did not log in when he came
	login   *mail.Result // of that client
	reply   *submitted   // the reply that outcomes are about; its stage is the command
	sent    *submitted   // the message that outcomes are about
	variant *variantOfMessage
	inbox   *reader // where it is to arrive; nil where that cannot be read
}

// smtpSteps are the sentences of submission.
func smtpSteps() []scenario.Step {
	return []scenario.Step{
		step(`un client se présente à la soumission`, presents),
		step(`la soumission annonce le mécanisme XOAUTH2`, announcesXOAUTH2),
		step(`la soumission annonce DSN`, announcesDSN),
		step(`la soumission annonce une taille d'au moins 10 Mio`, announcesSize),
		step(`le client s'authentifie sur la ligne AUTH`, logsInInline),
		step(`le client s'authentifie en deux temps`, logsInTwoSteps),
		step(`le client s'authentifie en deux temps par une réponse aussi longue que permis`, logsInAtLength),
		step(`le client s'authentifie en deux temps par une réponse de 14 000 octets`, logsInBeyondMeasure),
		step(`le client abandonne l'authentification après l'invite`, cancels),
		stepOf(`le client envoie la commande §`, commands),
		step(`le client s'authentifie de nouveau sur la même connexion`, logsInAgain),
		step(`le client s'authentifie au milieu d'un message`, logsInDuringMessage),
		stepOf(`un client qui ne s'est pas authentifié écrit au destinataire §`, guestWrites),
		stepOf(`le professionnel envoie un message, variante §`, sends),
		step(`le professionnel nomme un destinataire suivi d'un saut de ligne nu et d'un champ`, splitsCommand),

		step(`la forme en une ligne est comprise`, inlineUnderstood),
		step(`l'invite est vide et l'authentification aboutit`, twoStepsAccepted),
		step(`la commande longue est prise`, longCommandTaken),
		step(`la réponse longue est prise`, longResponseTaken),
		step(`la réponse démesurée est refusée`, overlongRefused),
		step(`la soumission dit l'erreur par un défi, puis par 535`, failureTold),
		stepOf(`la soumission répond §`, replies),
		step(`le message est pris`, messageTaken),
		step(`le message n'est pas pris`, messageNotTaken),
		step(`le message n'est pas pris, ou son champ From est récrit`, authorNotForged),
		step(`le message arrive entier chez le destinataire`, messageArrives),
		step(`un avis de remise revient à l'expéditeur`, reportReturns),
		step(`l'échec de la remise est dit`, failureOfDeliveryTold),
		step(`un seul message est pris`, oneMessageTaken),
		step(`la commande est refusée d'un bloc`, commandRefused),
	}
}

// presents opens a session without login.
func presents(ctx context.Context, p *part) error {
	var err error
	p.smtp.client, err = p.guest(ctx)
	return err
}

// announcesXOAUTH2 looks for the mechanism in the answer to EHLO under TLS.
func announcesXOAUTH2(_ context.Context, p *part) error {
	p.Checked()
	if offers := p.smtp.client.offers; !slices.Contains(offers.Mechanisms(), "XOAUTH2") {
		p.Finds(p.Own("xoauth2-not-announced", "250-AUTH … XOAUTH2", "AUTH "+offers["AUTH"], p.spoken(p.smtp.client)...))
	}
	return nil
}

// spoken keeps what was said on a session.
func (p *part) spoken(d smtpTalk) []string {
	if d.SMTP == nil {
		return nil
	}
	return []string{p.Evidence(d.Transcript().Bytes(), transcriptMedia)}
}

// present logs the client in with a token, in a form.
func (p *part) present(ctx context.Context, d smtpTalk, l mail.Login) {
	r := d.Login(ctx, l)
	p.smtp.login = &r
}

// bearing is the login of the mailbox of the controls with a fresh good token, on one line.
func (p *part) bearing(change func(*psc.Order)) (mail.Login, error) {
	o := p.side.honest(p.side.habit.person)
	if change != nil {
		change(&o)
	}
	token, err := p.mint(o)
	return mail.XOAUTH2(p.own(), token.Token), err
}

func logsInInline(ctx context.Context, p *part) error {
	l, err := p.bearing(nil)
	if err != nil {
		return err
	}
	p.present(ctx, p.smtp.client, l)
	return nil
}

func logsInTwoSteps(ctx context.Context, p *part) error {
	l, err := p.bearing(nil)
	if err != nil {
		return err
	}
	p.present(ctx, p.smtp.client, l.InTwoSteps())
	return nil
}

// logsInAtLength presents a good token that names its person in as many registers as the longest line allows.
func logsInAtLength(ctx context.Context, p *part) error {
	limit := (p.side.declared.AuthLine - 2) / 4 * 3 // octets before base64
	known := map[string]any{"identifiant": string(p.side.habit.person), "origine": "RPPS", "qualite": 1}
	var last mail.Login
	for n := 1; ; n *= 2 {
		l, err := p.bearing(registered(known, n))
		if err != nil {
			return err
		}
		if len(l.Response) > limit {
			return p.closest(ctx, known, n/2, n, limit, last)
		}
		last = l
	}
}

// registered names a person in n registers.
func registered(known map[string]any, n int) func(*psc.Order) {
	return func(o *psc.Order) {
		claims := map[string]any{"otherIds": slices.Repeat([]any{known}, n)}
		for name, value := range o.Claims {
			claims[name] = value
		}
		o.Claims = claims
	}
}

// closest finds the longest response within the limit, between fits and exceeds registers, and presents it.
func (p *part) closest(ctx context.Context, known map[string]any, fits, exceeds, limit int, last mail.Login) error {
	for exceeds-fits > 1 {
		n := (fits + exceeds) / 2
		l, err := p.bearing(registered(known, n))
		if err != nil {
			return err
		}
		if len(l.Response) > limit {
			exceeds = n
			continue
		}
		fits, last = n, l
	}
	if fits == 0 {
		return p.Cannot(verdict.ReasonMisdeclared, "mssante.auth_line", fmt.Sprintf("%d", p.side.declared.AuthLine))
	}
	p.present(ctx, p.smtp.client, last.InTwoSteps())
	return nil
}

// overlong is a line of 14 000 octets, its end included, that decodes to no login.
var overlong = base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 13998/4*3)))

func logsInBeyondMeasure(ctx context.Context, p *part) error {
	p.present(ctx, p.smtp.client, mail.Login{Mechanism: "XOAUTH2", Encoded: overlong, TwoStep: true})
	return nil
}

// replied is what was answered to a command, as outcomes read it.
func replied(d smtpTalk, command string, r mail.SMTPReply, err error) *submitted {
	return &submitted{talk: d, Posted: mail.Posted{Stage: command, Reply: r, Err: err}}
}

// cancels begins a login and abandons it at the empty prompt; where the server knows no such prompt, at the challenge by
// which it refuses a bad token.
func cancels(ctx context.Context, p *part) error {
	d := p.smtp.client
	r, err := d.Command(ctx, "AUTH XOAUTH2")
	if err == nil && r.Code == "334" {
		r, err = d.Command(ctx, "*")
		p.smtp.reply = replied(d, "*", r, err)
		return nil
	}
	if d, err = p.guest(ctx); err != nil {
		return err
	}
	l := mail.XOAUTH2(p.own(), "abandon")
	l.Then = mail.Cancel
	result := d.Login(ctx, l)
	if result.Challenge == nil {
		return p.Cannot(verdict.ReasonNoMessage, "334")
	}
	p.smtp.reply = replied(d, "*", replyOf(result), result.Err)
	return nil
}

// replyOf is the final reply of a login.
func replyOf(r mail.Result) mail.SMTPReply {
	return mail.SMTPReply{Code: r.Status, Enhanced: r.Code, Lines: []string{r.Text}}
}

func commands(ctx context.Context, p *part, command string) error {
	r, err := p.smtp.client.Command(ctx, command)
	p.smtp.reply = replied(p.smtp.client, command, r, err)
	return nil
}

// logsInAgain logs in on a session that is logged in.
func logsInAgain(ctx context.Context, p *part) error {
	d, err := p.mailer(ctx)
	if err != nil {
		return err
	}
	return p.again(ctx, d)
}

// again logs in with a fresh good token, and remembers the reply.
func (p *part) again(ctx context.Context, d smtpTalk) error {
	l, err := p.bearing(nil)
	if err != nil {
		return err
	}
	if !p.side.habit.oneStep {
		l = l.InTwoSteps()
	}
	r := d.Login(ctx, l)
	p.smtp.reply = replied(d, "AUTH", replyOf(r), r.Err)
	return nil
}

// logsInDuringMessage logs in behind MAIL FROM: without an earlier login where the server begins a transaction for
// anybody, else behind one.
func logsInDuringMessage(ctx context.Context, p *part) error {
	d, err := p.guest(ctx)
	if err != nil {
		return err
	}
	if r, err := d.MailFrom(ctx, p.own()); err == nil && r.OK() {
		return p.again(ctx, d)
	}
	if d, err = p.mailer(ctx); err != nil {
		return err
	}
	if r, err := d.MailFrom(ctx, p.own()); err != nil || !r.OK() {
		return p.Cannot(verdict.ReasonControlRefusedBefore, replied(d, mail.StageMail, r, err).Told())
	}
	return p.again(ctx, d)
}

// guestWrites hands a message to submission without login: as the mailbox of the controls and, where that is refused, as
// somebody from outside.
func guestWrites(ctx context.Context, p *part, to string) error {
	for _, sender := range []string{p.own(), outside} {
		d, err := p.guest(ctx)
		if err != nil {
			return err
		}
		marker, err := letter.Marker(p.Source)
		if err != nil {
			return err
		}
		recipient := p.side.declared.Recipient
		text := letter.Letter{From: sender, To: recipient, Marker: marker, Date: p.side.run.Bench.Clock.Now(), Body: "Essai.\r\n"}
		switch to {
		case "interne":
			p.smtp.sent = d.post(ctx, mail.Posting{Sender: sender, Recipient: recipient, Message: text.Bytes()})
		case "externe":
			text.To = outside
			p.smtp.sent = d.postOutside(ctx, sender, marker, text.Bytes())
		default:
			return fmt.Errorf("recipient %q: want interne or externe", to)
		}
		if p.smtp.sent.Taken() {
			break
		}
	}
	return nil
}

// splitsCommand names a recipient with a bare line feed and a header field behind it.
func splitsCommand(ctx context.Context, p *part) error {
	d, err := p.mailer(ctx)
	if err != nil {
		return err
	}
	if r, err := d.MailFrom(ctx, p.own()); err != nil || !r.OK() {
		return p.Cannot(verdict.ReasonControlRefusedBefore, replied(d, mail.StageMail, r, err).Told())
	}
	if err := d.Raw(ctx, []byte("RCPT TO:<"+p.side.declared.Recipient+">\nBcc: "+p.another("")+"\r\n")); err != nil {
		p.smtp.reply = replied(d, mail.StageRcpt, mail.SMTPReply{}, err)
		return nil
	}
	r, err := d.Reply(ctx)
	p.smtp.reply = replied(d, mail.StageRcpt, r, err)
	return nil
}

// announcedSize is the size that the server announces: zero for no limit, false for no figure.
func (d smtpTalk) announcedSize() (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(d.offers["SIZE"]))
	return n, err == nil && n >= 0
}

// closed tells that the server closed the connection.
func closed(err error) bool { return errors.Is(err, mail.ErrClosed) }
