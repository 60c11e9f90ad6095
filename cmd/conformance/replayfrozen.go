package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mutation"
	"etalon/internal/resend"
	"etalon/internal/sides/ops"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// Limits of one answer to a message that is sent again.
const (
	frozenPatience = 20 * time.Second
	maxFrozen      = 8 << 20
)

// atWire tells that the fault of a case is in the conduct around its message, and not in its octets.
func (r *replaying) atWire(c verdict.Case) bool {
	m, known := mutation.ByName(c.Fault)
	return known && m.Moment() == "conduct"
}

// frozen sends the recorded message as it is, and tells what came back against what came back then.
func (r *replaying) frozen(ctx context.Context) error {
	e := trialOf(r.was)
	request, err := r.sendable(e)
	if err != nil {
		return err
	}
	r.line(r.was, e, r.evidence)
	opened, err := stand.For(r.subject, bench.Seed(cmp.Or(r.Seed, r.run.Seed)))
	if err != nil {
		return r.asRun("").broken(r.streams, err)
	}
	defer opened.Close()
	if r.subject.Provider != nil { // the application that stood behind it
		behind, err := ops.StartProbe(r.subject.Listen.At(r.subject.Listen.Ports.Probe), bench.Wall)
		if err != nil {
			return r.asRun("").broken(r.streams, err)
		}
		defer behind.Close()
	}
	answer, body, err := r.send(ctx, opened.Bench, e, request)
	now := verdict.Exchange{}
	if err != nil {
		now.Error = verdict.InLanguage(err, r.lang)
	} else {
		now.Status = answer.StatusCode
	}
	r.answer("réponse d'alors", "answer then", e.Status, e.Error)
	r.answer("réponse de maintenant", "answer now", now.Status, now.Error)
	if then, err := r.evidence(e.Response); err == nil {
		_, then, _ = bytes.Cut(then, []byte("\r\n\r\n"))
		r.differences(then, body)
	}
	r.say("les dates et l'identifiant du message sont d'alors : un refus peut n'être dû qu'à elles ; sans --frozen le cas est joué avec des messages d'aujourd'hui",
		"the dates and the identifier of the message are of then: a refusal may be due to them alone; without --frozen the case is played with messages of today")
	return r.same(now.Status == e.Status, "même réponse", "autre réponse", "same answer", "another answer")
}

// sendable is the recorded request, where it can be sent as it was.
func (r *replaying) sendable(e *verdict.Exchange) (resend.Request, error) {
	none := resend.Request{}
	if r.sender() != "" {
		return none, r.notSent("c'est le candidat qui envoie, à un partenaire que le banc joue ; ses octets ne se renvoient pas sans lui : sans --frozen le cas est rejoué", "it is the candidate who sends, to a partner that the harness plays; its octets are not sent again without it: without --frozen the case is played again")
	}
	raw, err := messageOf(e, r.evidence)
	if errors.Is(err, errNothingSent) {
		return none, r.notSent("le banc n'envoie pas de message dans ce cas : c'est le candidat qui en envoie", "the harness sends no message in this case: it is the candidate who does")
	}
	if err != nil {
		return none, r.notSent("le message n'est pas dans l'archive", "the message is not in the archive")
	}
	request, err := resend.ReadRequest(raw)
	switch {
	case errors.Is(err, resend.ErrCut):
		return none, r.notSent("le message était trop long : l'archive n'en garde que les deux bouts", "the message was too long: the archive keeps both its ends alone")
	case err != nil:
		r.line(r.was, e, r.evidence)
		return none, r.notSent("ce n'est pas une requête HTTP : un dialogue se rejoue en entier, ou par la ligne imprimée", "it is no request of HTTP: a dialogue is played again as a whole, or by the line that is printed")
	case len(resend.Masked(raw)) > 0:
		r.line(r.was, e, r.evidence)
		return none, r.notSent("des secrets du message sont masqués dans l'archive", "secrets of the message are masked in the archive")
	case r.atWire(r.was):
		return none, r.notSent("la faute est dans la conduite autour du message (TLS, ordre, lien), et non dans ses octets", "the fault is in the conduct around the message (TLS, order, link), and not in its octets")
	case r.subject.Container != nil:
		return none, r.notSent("le conteneur du candidat n'écoute plus à l'adresse d'alors", "the candidate's container does not listen at the address of then any more")
	}
	return request, r.declared(request.URL)
}

// declared refuses an address that the candidate file does not name: an archive of somebody else's sends nothing anywhere.
func (r *replaying) declared(address string) error {
	at, err := url.Parse(address)
	if err != nil {
		return err
	}
	file, err := os.ReadFile(r.subject.Path)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(at.Hostname()); ip != nil && ip.IsLoopback() || at.Hostname() == "localhost" {
		return nil
	}
	if !regexp.MustCompile(`(?i)(^|[^\w.-])` + regexp.QuoteMeta(at.Hostname()) + `([^\w.-]|$)`).Match(file) {
		return r.notSent("l'adresse "+at.Host+" n'est pas dans le fichier du candidat", "the address "+at.Host+" is not in the candidate file")
	}
	return nil
}

// send sends a request with the certificate that was shown then.
func (r *replaying) send(ctx context.Context, b *bench.Bench, e *verdict.Exchange, x resend.Request) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, frozenPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, x.Method, x.URL, bytes.NewReader(x.Body))
	if err != nil {
		return nil, nil, err
	}
	for _, f := range x.Header {
		request.Header[f.Name] = append(request.Header[f.Name], f.Value)
	}
	settings := &tls.Config{RootCAs: b.RootPool(), MinVersion: tls.VersionTLS12, Time: bench.Wall}
	if e.TLS != nil {
		settings.ServerName = e.TLS.ServerName
		if name, found := shown(b.PKI, chainOf(e.TLS, r.evidence), e.TLS.Ours); found {
			settings.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				own, err := b.PKI.Credential(name)
				certificate := own.TLS()
				return &certificate, err
			}
		} else if len(e.TLS.Ours) > 0 {
			return nil, nil, verdict.Tell("la PKI du fichier de candidat n'a plus de certificat de %s", "the PKI of the candidate file has no certificate of %s any more", e.TLS.Ours[0])
		}
	}
	transport := &http.Transport{
		DialContext: b.Dial, TLSClientConfig: settings, DisableCompression: true,
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}, // HTTP/1.1, as then
	}
	defer transport.CloseIdleConnections()
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxFrozen))
	return answer, body, err
}
