package mta

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/letter"
	"etalon/internal/mail"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/mta"
)

// incomingSteps are the sentences about what comes to the candidate.
func incomingSteps() []scenario.Step {
	return []scenario.Step{
		step(`l'opérateur voisin se connecte en clair`, connects),
		step(`l'opérateur voisin remet un message en clair`, func(ctx context.Context, p *part) error { return p.handsOn(ctx, labelTrial, nil, "simple") }),
		step(`l'opérateur voisin remet un message en TLS 1.2 seulement`, handsOverTLS12),
		stepOf(`l'opérateur voisin remet un message sous le certificat §`, handsUnder),
		stepOf(`l'opérateur voisin remet un message, variante §`, func(ctx context.Context, p *part, word string) error {
			return p.hands(ctx, labelVariant, honestPeer, word)
		}),
		stepOf(`un opérateur inconnu remet un message, variante §`, func(ctx context.Context, p *part, word string) error {
			return p.hands(ctx, labelTrial, candidate.UnlistedOrganism+"/tls", word)
		}),
		stepOf(`l'opérateur voisin n'offre à la liaison que §`, offersOnly),

		step(`STARTTLS est annoncé à l'opérateur voisin`, starttlsAnnounced),
		step(`l'offre de l'opérateur voisin est refusée`, offerRefused),
		step(`le message de l'opérateur voisin est pris`, messageTaken),
		step(`le message de l'opérateur voisin est remis inchangé`, messageKept),
		step(`le message de l'opérateur voisin n'est ni pris ni remis`, messageNotTaken),
		step(`le second opérateur n'a rien reçu de ce message`, nothingRelayed),
		step(`l'échec est dit à l'opérateur voisin`, failureTold),
		step(`un avis de remise parvient à l'opérateur voisin`, reportArrives),
		stepOf(`le refus à l'opérateur voisin porte le code §`, refusalSays),
		step(`le candidat ajoute un champ Received, qui dit la liaison sous TLS`, traceAdded),
		step(`un seul message de l'opérateur voisin est pris`, oneMessageTaken),
		step(`la pièce malveillante n'est pas remise`, malwareKept),
	}
}

// connects reads what is offered before TLS.
func connects(ctx context.Context, p *part) error {
	c, err := p.dials(ctx, labelVariant)
	if err != nil {
		return p.Cannot(verdict.ReasonUnreachable, "roles.mss-operateur.address", p.side.declared.Address, err.Error())
	}
	offers, r, err := c.Hello(ctx)
	if err != nil || !r.OK() {
		return p.Cannot(verdict.ReasonNoMessage, "EHLO")
	}
	p.clear = offers
	return nil
}

// hands hands a message over as a peer, in a variant.
func (p *part) hands(ctx context.Context, label string, who peer, word string) error {
	link, err := p.side.linkOf(who)
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	return p.handsOn(ctx, label, link, word)
}

// handsOn hands a message over on a link, in clear where there is none, in a variant.
func (p *part) handsOn(ctx context.Context, label string, link *tls.Config, word string) error {
	change, ok := variants()[word]
	if !ok {
		return fmt.Errorf("variant %q: want one of %v", word, slices.Sorted(maps.Keys(variants())))
	}
	h, err := p.neighbourly()
	if err != nil {
		return err
	}
	change(p, &h)
	p.in, err = p.handOver(ctx, label, link, h.written())
	return err
}

// certificates are what a neighbour may show, by the words of the features.
var certificates = map[string]peer{
	"aucun": "", "inconnu": candidate.UnlistedOrganism + "/tls", "second": candidate.SecondOrganism + "/tls",
	"expiré": honestPeer + "~expired", "révoqué": honestPeer + "~revoked", "auto-signé": honestPeer + "~self-signed",
	"autre-autorité": honestPeer + "~unknown-ca", "renouvelé": honestPeer + "~renewed", "honnête": honestPeer,
}

func handsUnder(ctx context.Context, p *part, word string) error {
	who, ok := certificates[word]
	if !ok {
		return fmt.Errorf("certificate %q: want one of %v", word, slices.Sorted(maps.Keys(certificates)))
	}
	return p.hands(ctx, labelTrial, who, "simple")
}

func handsOverTLS12(ctx context.Context, p *part) error {
	link, err := p.side.linkOf(honestPeer)
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	link.MaxVersion = tls.VersionTLS12
	return p.handsOn(ctx, labelVariant, link, "simple")
}

// offers are the ClientHello that features name.
var offers = map[string]pki.Hello{
	"tls-1.1": {Version: tls.VersionTLS11, Suites: pki.OldSuites},
	"tls-1.0": {Version: tls.VersionTLS10, Suites: pki.OldSuites},
}

func offersOnly(ctx context.Context, p *part, word string) error {
	offer, ok := offers[word]
	if !ok {
		return fmt.Errorf("offer %q: no such word", word)
	}
	if err := connects(ctx, p); err != nil {
		return err
	}
	result, err := p.last().ClientHello(ctx, offer)
	if err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "ServerHello : "+err.Error())
	}
	p.hello = &result
	p.remark("hello-answer", result.String())
	return nil
}

// last is the connection made last.
func (p *part) last() *mail.SMTP { return p.talks[len(p.talks)-1].talk }

// starttlsAnnounced looks for the keyword (MTA-01).
func starttlsAnnounced(_ context.Context, p *part) error {
	p.Checked()
	if !p.clear.Has("STARTTLS") {
		got := slices.Sorted(maps.Keys(p.clear))
		p.Sees(p.Own("starttls-missing", "250-STARTTLS", strings.Join(got, " "), p.Evidence(p.last().Transcript().Bytes(), transcriptMedia)))
	}
	return nil
}

// offerRefused wants an alert or the end of the connection (MTA-12).
func offerRefused(_ context.Context, p *part) error {
	p.Checked()
	if p.hello.Answer == pki.AnswerHello {
		p.Sees(p.Own("tls-weak-accepted", "alert", p.hello.String(), p.Evidence(p.last().Transcript().Bytes(), transcriptMedia)))
	}
	return nil
}

// unsettled tells that no reply settled what became of a message: silence, or a link that broke once it was being sent.
func (p *part) unsettled(h *handed) error {
	silent := errors.Is(h.Err, mail.ErrSilent) // in a handshake as well
	if h.Err != nil && (silent || !errors.Is(h.Err, mail.ErrClosed) && !errors.Is(h.Err, mail.ErrHandshake) && !errors.Is(h.Err, mail.ErrNoTLS)) {
		return p.Cannot(verdict.ReasonTimeout, h.Stage, p.side.run.Patience.String())
	}
	return nil
}

// messageTaken wants the message to be taken, and to be in the mailbox where that can be read. A temporary refusal settles
// nothing.
func messageTaken(ctx context.Context, p *part) error {
	p.Checked()
	if p.in.Err != nil || p.in.temporary() { // once more: what failed once may be chance
		if err := p.again(ctx); err != nil {
			return err
		}
	}
	h := p.in
	if err := p.unsettled(h); err != nil {
		return err
	}
	if !h.Taken() {
		if h.temporary() {
			return p.Cannot(verdict.ReasonNoMessage, "250 : "+h.Told())
		}
		p.Finds(p.Own("message-refused", "250", h.Told(), p.spoken(h)...))
		return nil
	}
	if !p.side.readable() {
		p.remark("unread-mailbox")
		return nil
	}
	if len(h.Message) > 1<<20 {
		return nil // what is so great is not read back: the reply decides
	}
	if _, came, err := p.await(ctx, h.letter.Marker, marked(h.letter.Marker)); err != nil {
		return err
	} else if !came {
		p.Finds(p.Own("message-lost", "message dans la boîte", h.Told()+", "+p.side.run.Patience.String(), p.spoken(h)...))
	}
	return nil
}

// messageKept wants the message to arrive as it was sent.
func messageKept(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	if !h.Taken() {
		return nil // said by the step before
	}
	got, came, err := p.await(ctx, h.letter.Marker, marked(h.letter.Marker))
	if err != nil || !came {
		return err
	}
	sent, err := letter.Read(h.Message)
	if err != nil {
		return err
	}
	if how := h.kept(sent, got); how != "" {
		p.Sees(p.Own("message-changed", "inchangé", how, append(p.spoken(h), p.Evidence(got.Raw, messageMedia))...))
	}
	return nil
}

// messageNotTaken wants the message to be refused, at whatever stage, and not to be in the mailbox once a later one is. Who
// refuses it for now may take it later: that settles nothing.
func messageNotTaken(ctx context.Context, p *part) error {
	p.Checked()
	if p.in.refusedForNow() {
		if err := p.again(ctx); err != nil {
			return err
		}
	}
	h := p.in
	switch {
	case h.Taken() && h.size == declaredOnly:
		p.remark("size-declared-taken", h.Told()) // it is an estimate, which a server need not act on (RFC 1870 §6.1)
		return nil
	case h.Taken():
		p.Finds(p.Own("message-taken", "5xx", h.Told(), p.spoken(h)...))
	case h.refusedForNow():
		p.remark("temporary-refusal", h.Told())
		return p.Cannot(verdict.ReasonNoMessage, "5xx : "+h.Told())
	}
	ctx = context.WithoutCancel(ctx)
	p.Afterwards(func() {
		if !p.side.readable() {
			p.remark("unread-mailbox")
			return
		}
		got, came, err := p.find(ctx, h.letter.Marker, marked(h.letter.Marker))
		if err == nil && came {
			p.Sees(p.Own("message-taken", "5xx", h.Told(), append(p.spoken(h), p.Evidence(got.Raw, messageMedia))...))
		}
	})
	if h.Taken() {
		return nil
	}
	return p.unsettled(h)
}

// nothingRelayed wants the recipient's own operator not to get the message from the candidate (MTA-10).
func nothingRelayed(_ context.Context, p *part) error {
	p.Checked()
	h := p.in
	p.Afterwards(func() {
		for _, v := range p.side.around.neighbours["second"].Visits(0) {
			if v.Names(h.Recipient) {
				p.seen = append(p.seen, observed{"second", v})
				p.Sees(p.Own("message-taken", "550 5.7.1", "RCPT TO:<"+h.Recipient+">", append(p.spoken(h), p.shown(v)...)...))
			}
		}
	})
	return nil
}

// reported waits for a report about the recipient of the message, at the neighbour that sent it.
func (p *part) reported(ctx context.Context, within time.Duration) (mta.Visit, bool) {
	h := p.in
	bounded, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	v, err := p.side.around.neighbours["voisin"].Await(bounded, 0, func(v mta.Visit) bool {
		return v.Names(h.Sender) && len(v.Holding(func(m mta.Mail) bool {
			got, err := letter.Read(m.Data)
			return err == nil && got.Report(h.Recipient)
		})) > 0
	})
	if err == nil {
		p.seen = append(p.seen, observed{"voisin", v})
	}
	return v, err == nil
}

// failureTold wants an immediate refusal, or a report of failure to the sender (MTA-11).
func failureTold(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	if !h.Taken() {
		if h.Err == nil && strings.HasPrefix(h.Reply.Code, "5") && h.Reply.Code != "550" {
			p.remark("refused", h.Told())
		}
		return p.unsettled(h)
	}
	return p.wantsReport(ctx, p.Own("failure-of-delivery-untold", "550 5.1.1, multipart/report", h.Told(), p.spoken(h)...))
}

// reportArrives wants the report of a delivery at the sender's operator (MTA-28).
func reportArrives(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	if !h.Taken() {
		return nil // said by the step before
	}
	return p.wantsReport(ctx, p.Own("report-missing", "multipart/report; report-type=delivery-status", p.side.run.Patience.String(), p.spoken(h)...))
}

// wantsReport wants a report about the message at its sender's operator. That none came is a departure only where an honest
// message of the candidate comes through to the same operator.
func (p *part) wantsReport(ctx context.Context, missing verdict.Finding) error {
	if _, came := p.reported(ctx, p.side.run.Patience); came {
		return nil
	}
	if p.side.declared.Send == nil {
		return p.Cannot(verdict.ReasonNotDeclared, "mss-operateur.send")
	}
	if err := p.outgoing(ctx, verdict.ReasonControlRefusedAfter); err != nil {
		return err
	}
	if _, came := p.reported(ctx, settling); !came {
		p.Finds(missing)
	}
	return nil
}

// refusalSays wants one of the codes, separated by commas.
func refusalSays(_ context.Context, p *part, codes string) error {
	p.Checked()
	h := p.in
	switch {
	case h.Err != nil && errors.Is(h.Err, mail.ErrClosed):
		p.remark("dropped", h.Told())
	case h.Err != nil:
		return p.unsettled(h)
	case !h.Taken() && !slices.Contains(strings.Split(codes, ", "), h.Reply.Code):
		p.Finds(p.Own("reply-other", codes, h.Told(), p.spoken(h)...))
	}
	return nil
}

// traceAdded wants a Received field on top that was not sent, and that tells of TLS (MTA-31).
func traceAdded(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	got, came, err := p.await(ctx, h.letter.Marker, marked(h.letter.Marker))
	if err != nil || !came {
		return err
	}
	const sent = 20
	fields := got.Header["Received"]
	evidence := append(p.spoken(h), p.Evidence(got.Raw, messageMedia))
	if len(fields) <= sent {
		p.Sees(p.Own("trace-field-missing", "Received: … by", fmt.Sprintf("%d champs Received, %d envoyés", len(fields), sent), evidence...))
		return nil
	}
	own := strings.Join(fields[:len(fields)-sent], " ")
	if upper := strings.ToUpper(own); !strings.Contains(upper, "TLS") && !strings.Contains(upper, "SMTPS") {
		p.Sees(p.Own("trace-field-without-tls", "with ESMTPS", own, evidence...))
	}
	return nil
}

// oneMessageTaken wants nothing behind a false end to be obeyed: neither a reply to the second DATA, nor a second message
// (MTA-33).
func oneMessageTaken(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	if err := p.unsettled(h); err != nil {
		return err
	}
	if i := slices.IndexFunc(h.More, func(r mail.SMTPReply) bool { return r.Code == "354" }); i >= 0 {
		p.Sees(p.Own("message-smuggled", "une seule réponse au message", h.Reply.String()+" ; "+h.More[i].String(), p.spoken(h)...))
	}
	second := letter.Smuggled(h.letter.Marker)
	ctx = context.WithoutCancel(ctx)
	p.Afterwards(func() {
		if !p.side.readable() {
			p.remark("unread-mailbox")
			return
		}
		if got, came, err := p.find(ctx, second, marked(second)); err == nil && came {
			p.Sees(p.Own("message-smuggled", "un message", "deux messages", append(p.spoken(h), p.Evidence(got.Raw, messageMedia))...))
		}
	})
	return nil
}

// malwareKept wants the test file not to arrive (MTA-36). That it is neither refused nor told of is a remark.
func malwareKept(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	if !h.Taken() {
		return p.unsettled(h)
	}
	ctx = context.WithoutCancel(ctx)
	p.Afterwards(func() {
		got, came, err := p.find(ctx, h.letter.Marker, marked(h.letter.Marker))
		if err != nil {
			return
		}
		if came && strings.Contains(string(contents(got)), letter.MalwareTest()) {
			p.Sees(p.Own("malware-delivered", "5xx", h.Told(), p.spoken(h)...))
			return
		}
		p.remark("malware-put-aside", h.Told())
	})
	return nil
}

// contents are those of all the parts of a message.
func contents(r letter.Received) []byte {
	parts, err := letter.Parts(r.Raw)
	if err != nil {
		return r.Raw
	}
	var all []byte
	for _, part := range parts {
		all = append(all, part.Content...)
	}
	return all
}
