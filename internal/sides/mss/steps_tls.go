package mss

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"

	"etalon/internal/mail"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// tlsLine is what the scenarios of TLS remember.
type tlsLine struct {
	injected bool            // the command that was slipped in was obeyed
	second   []string        // offers under TLS, after AUTH without EHLO
	implicit []verdictOnPort // one for each version
	found    []published
}

// tlsSteps are the sentences of the group TLS.
func tlsSteps() []scenario.Step {
	return []scenario.Step{
		step(`un client se connecte en clair`, func(ctx context.Context, p *part) error {
			_, err := p.clearly(ctx)
			return err
		}),
		stepOf(`un client se connecte et sécurise la liaison(?: en TLS (1\.2|1\.3))?`, securesLink),
		stepOf(`un client n'offre à la liaison que §`, offersOnly),
		step(`un client s'authentifie en clair avec un jeton valable`, logsInClear),
		step(`un client envoie un message en clair`, sendsInClear),
		step(`un client glisse une commande derrière STARTTLS`, injects),
		step(`un client s'authentifie sous TLS sans s'être présenté de nouveau`, presumes),
		step(`un client demande STARTTLS une seconde fois`, securesAgain),
		step(`le port à TLS implicite est sondé`, probesImplicit),
		step(`ce que le domaine publie est lu`, readsDiscovery),
		step(`STARTTLS est annoncé, et la liaison se sécurise`, startsTLS),
		step(`la liaison est sécurisée`, linkSecured),
		step(`l'offre est refusée`, offerRefused),
		step(`le groupe d'échange a 2048 bits au moins, ou l'offre est refusée`, groupLarge),
		step(`ni compression ni renégociation non sûre ne sont choisies`, neitherChosen),
		step(`Pro Santé Connect n'a pas été interrogé sur ce jeton`, tokenUnseen),
		step(`aucune authentification n'est offerte en clair`, noLoginOffered),
		step(`le message est refusé`, mailRefused),
		step(`le certificat du serveur mène à une autorité admise`, certificateTrusted),
		step(`le certificat du serveur désigne l'hôte publié`, certificateNamed),
		step(`le certificat du serveur est en vigueur et assez fort`, certificateSound),
		step(`le certificat du serveur dit où lire sa révocation, qui ne le frappe pas`, certificateGood),
		step(`ce qui fut dit en clair est oublié`, stateForgotten),
		step(`la commande glissée n'est pas exécutée`, notInjected),
		step(`le second STARTTLS est refusé`, secondRefused),
		step(`la liaison sert encore`, linkAlive),
		step(`ce port est fermé, ou tenu aux mêmes versions de TLS`, implicitSound),
		step(`l'hôte et le port éprouvés y sont nommés`, discoveryNamed),
	}
}

// versions are those that a client may offer alone.
var versions = map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

// securesLink secures a connection, by one version alone where it is named. Where none is, no link means no trial.
func securesLink(ctx context.Context, p *part, version string) error {
	c, err := p.clearly(ctx)
	if err != nil {
		return err
	}
	config := p.side.tlsConfig(noCredential)
	if v := versions[version]; v != 0 {
		config.MinVersion, config.MaxVersion = v, v
	}
	if _, c.failed = c.talk.StartTLS(ctx, config); c.failed == nil {
		c.failed = c.read(ctx)
	}
	if c.failed != nil && version == "" {
		return p.Cannot(verdict.ReasonNoHandshake, p.side.address, c.failed.Error())
	}
	return nil
}

// linkSecured wants the handshake to have gone through.
func linkSecured(_ context.Context, p *part) error {
	c := p.line.clear
	if errors.Is(c.failed, mail.ErrSilent) {
		return p.Cannot(verdict.ReasonTimeout, "TLS", p.side.run.Patience.String())
	}
	p.Checked()
	if c.failed != nil {
		p.Sees(p.Own("tls-refused", "TLS", c.failed.Error(), p.conversation(c.talk)))
	}
	return nil
}

// startsTLS wants STARTTLS to be announced, granted and carried through (TLS-01, TLS-02).
func startsTLS(ctx context.Context, p *part) error {
	c := p.line.clear
	p.Checked()
	if !c.offered("STARTTLS") {
		p.Sees(p.Own("starttls-missing", "STARTTLS", strings.Join(c.offers, " "), p.conversation(c.talk)))
		return nil
	}
	_, err := c.talk.StartTLS(ctx, p.side.tlsConfig(noCredential))
	if errors.Is(err, mail.ErrSilent) {
		return p.Cannot(verdict.ReasonTimeout, "STARTTLS", p.side.run.Patience.String())
	}
	if err != nil {
		p.Sees(p.Own("starttls-failed", "TLS", err.Error(), p.conversation(c.talk)))
	}
	return nil
}

// offers are the ClientHello that features name.
var offers = map[string]pki.Hello{
	"tls-1.1":     {Version: tls.VersionTLS11, Suites: pki.OldSuites},
	"tls-1.0":     {Version: tls.VersionTLS10, Suites: pki.OldSuites},
	"ssl-3.0":     {Version: 0x0300, Suites: pki.OldSuites},
	"rsa-aes-cbc": {Version: tls.VersionTLS12, Suites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}},
	"rsa-aes-gcm": {Version: tls.VersionTLS12, Suites: []uint16{tls.TLS_RSA_WITH_AES_256_GCM_SHA384}},
	"null":        {Version: tls.VersionTLS12, Suites: pki.WeakSuites[0].Suites},
	"rc4":         {Version: tls.VersionTLS12, Suites: pki.WeakSuites[1].Suites},
	"3des":        {Version: tls.VersionTLS12, Suites: pki.WeakSuites[2].Suites},
	"export":      {Version: tls.VersionTLS12, Suites: pki.WeakSuites[3].Suites},
	"anonyme":     {Version: tls.VersionTLS12, Suites: pki.AnonymousSuites},
	"dhe":         {Version: tls.VersionTLS12, Suites: pki.DHESuites, KeyExchange: true},
	"compression": {Version: tls.VersionTLS12, Suites: []uint16{
		tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	}, Deflate: true},
}

// offersOnly makes an offer of the table.
func offersOnly(ctx context.Context, p *part, word string) error {
	offer, ok := offers[word]
	if !ok {
		return fmt.Errorf("offer %q: no such word", word)
	}
	c, err := p.clearly(ctx)
	if err != nil {
		return err
	}
	result, err := c.talk.ClientHello(ctx, offer)
	if err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "ServerHello : "+err.Error())
	}
	p.line.hello = &result
	p.Remark("hello-answer", result.String())
	return nil
}

// offerRefused wants an alert or the end of the connection.
func offerRefused(_ context.Context, p *part) error {
	p.Checked()
	if r := p.line.hello; r.Answer == pki.AnswerHello {
		p.Sees(p.Own("tls-weak-accepted", "alert", r.String(), p.conversation(p.line.clear.talk)))
	}
	return nil
}

// groupLarge looks at the prime of a Diffie-Hellman exchange (TLS-16).
func groupLarge(_ context.Context, p *part) error {
	p.Checked()
	const least = 2048
	if r := p.line.hello; r.Answer == pki.AnswerHello && r.PrimeBits < least {
		p.Sees(p.Own("group-small", fmt.Sprintf("%d bits", least), fmt.Sprintf("%d bits, %s", r.PrimeBits, r), p.conversation(p.line.clear.talk)))
	}
	return nil
}

// neitherChosen looks at compression and at the signal of RFC 5746 (TLS-17). Who refuses TLS 1.2 chooses neither.
func neitherChosen(_ context.Context, p *part) error {
	p.Checked()
	r := p.line.hello
	if r.Answer != pki.AnswerHello {
		return nil
	}
	if r.Compression != 0 {
		p.Sees(p.Own("compression-chosen", "0", fmt.Sprint(r.Compression), p.conversation(p.line.clear.talk)))
	}
	if !r.Renegotiation {
		p.Sees(p.Own("renegotiation-insecure", "renegotiation_info", "—", p.conversation(p.line.clear.talk)))
	}
	return nil
}
