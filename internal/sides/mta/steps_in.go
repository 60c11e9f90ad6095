package mta

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
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
	p.Remark("hello-answer", result.String())
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
