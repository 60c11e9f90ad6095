package mss

import (
	"context"
	"errors"
	"strconv"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// certificateSteps are the sentences of client certificates.
func certificateSteps() []scenario.Step {
	return []scenario.Step{
		step(`une application ouvre la boîte applicative par son certificat`, opensByCertificate),
		stepOf(`une application ouvre la boîte applicative par le certificat §`, opensByOtherCertificate),
		step(`une application munie de son certificat ouvre la boîte personnelle avec le jeton d'un confrère`, opensByBoth),
		step(`une application munie de son certificat ouvre la boîte personnelle par EXTERNAL`, opensPersonalByCertificate),
		step(`un client ouvre la liaison TLS`, func(ctx context.Context, p *part) error { return p.looks(ctx) }),
		step(`la boîte applicative s'ouvre à son certificat`, certificateControl(verdict.ReasonControlRefusedBefore, labelBefore)),
		step(`la boîte applicative s'ouvre de nouveau à son certificat`, certificateControl(verdict.ReasonControlRefusedAfter, labelAfter)),
		step(`le serveur demande un certificat`, certificateRequested),
		step(`la connexion est tranchée`, settled),
	}
}

func opensByCertificate(ctx context.Context, p *part) error {
	return p.opensByAnyWay(ctx, "valable")
}

// opensByAnyWay opens the application's mailbox by a certificate that is to be accepted, as the trial.
func (p *part) opensByAnyWay(ctx context.Context, word string) error {
	credential, err := p.side.certificate(word)
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	a, err := p.byAnyWay(ctx, labelTrial, credential)
	if err == nil {
		p.attempts = append(p.attempts, a)
	}
	return err
}

// opensByOtherCertificate presents another certificate for the application's mailbox: in the way that the control found
// and, where it is nobody's or another's, in the others too, of which none may go through.
func opensByOtherCertificate(ctx context.Context, p *part, word string) error {
	if !p.Negative() || word == "absent" || word == "autre-structure" {
		return p.opensByAnyWay(ctx, word)
	}
	credential, err := p.side.certificate(word)
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	address := p.side.application().Address
	a, err := p.byCertificate(ctx, labelTrial, address, credential, p.ways(address, p.way())[0])
	if err == nil {
		p.attempts = append(p.attempts, a)
	}
	return err
}

// opensByBoth shows the application's certificate beside a token that does not open the personal mailbox.
func opensByBoth(ctx context.Context, p *part) error {
	box, err := p.box("personnelle")
	if err != nil {
		return err
	}
	token, err := p.mint(p.side.honest(p.side.colleague(box)))
	if err != nil {
		return err
	}
	l := p.side.login(box.Address, token.Token)
	return p.opensPersonal(ctx, box.Address, &l)
}

// opensPersonalByCertificate names a personal mailbox in EXTERNAL.
func opensPersonalByCertificate(ctx context.Context, p *part) error {
	box, err := p.box("personnelle")
	if err != nil {
		return err
	}
	way := externals[p.way()]
	way.named = true
	l := way.login(box.Address)
	return p.opensPersonal(ctx, box.Address, &l)
}

// opensPersonal opens a mailbox by a login, the application's certificate shown.
func (p *part) opensPersonal(ctx context.Context, address string, l *mail.Login) error {
	credential, err := p.side.ownCertificate(p.side.application())
	if err != nil {
		return p.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	a, err := p.byCertificate(ctx, labelTrial, address, credential, l)
	if err != nil {
		return err
	}
	// Where the certificate alone opens its own mailbox, the second probe would speak of that one.
	a.probed = a.probed && p.side.declared.SecondMeans == candidate.MeansExternal
	p.attempts = append(p.attempts, a)
	return nil
}

// certificateControl is the honest opening without which a refused certificate proves nothing.
func certificateControl(key, label string) func(context.Context, *part) error {
	return func(ctx context.Context, p *part) error {
		credential, err := p.side.certificate("valable")
		if err != nil {
			return p.Cannot(verdict.ReasonHarnessError, err.Error())
		}
		a, err := p.byAnyWay(ctx, label, credential)
		if err != nil {
			return err
		}
		if !a.accepted() {
			return p.Cannot(key, a.told())
		}
		return nil
	}
}

// certificateRequested wants a certificate request in the handshake.
func certificateRequested(_ context.Context, p *part) error {
	p.Checked()
	if p.cli.requested == nil {
		return p.Cannot(verdict.ReasonNoMessage, "TLS")
	}
	if !*p.cli.requested {
		p.Sees(p.Own("certificate-not-requested", "CertificateRequest", "—"))
		return nil
	}
	p.Remark("authorities", strconv.Itoa(p.cli.authorities))
	return nil
}

// settled wants a plain answer, whichever.
func settled(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	switch {
	case a.result.Outcome == mail.Unanswered, a.result.Outcome == mail.Unknown, errors.Is(a.result.Err, mail.ErrSilent):
		p.Finds(p.Own("login-unsettled", "OK/235, NO/535", a.told(), p.proof(a)...))
	case a.entered():
		p.Remark("accepted", a.told())
	default:
		p.Remark("refused", a.told())
	}
	return nil
}
