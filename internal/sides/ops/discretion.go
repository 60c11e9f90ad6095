package ops

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// tracesReadable makes sure that the declared means opens the traces (X08).
func tracesReadable(ctx context.Context) error {
	w := worldOf(ctx)
	if _, err := w.allRecords(ctx); err != nil {
		return err
	}
	w.Checked()
	return nil
}

// secretsOfTraces are what no trace may hold.
var secretsOfTraces = []string{"PRIVATE KEY", "SignatureValue", "<saml", ":Assertion", `"password"`, `"passwd"`, `"motDePasse"`, `"privateKey"`, `"secret"`}

// tracesDiscreet looks for secrets in the records (X08).
func tracesDiscreet(ctx context.Context) error {
	w := worldOf(ctx)
	records, err := w.allRecords(ctx)
	if err != nil {
		return err
	}
	w.Checked()
	secrets := slices.Clone(secretsOfTraces)
	for _, s := range w.provider.sent {
		secrets = append(secrets, tokenPrints(s.exchange.Token)...)
	}
	for _, r := range records {
		for _, secret := range secrets {
			if bytes.Contains(r.Raw, []byte(secret)) {
				w.Finds(w.Own("trace-secret", "", fmt.Sprintf("ligne %d : %s", r.Line, secret)))
				return nil
			}
		}
	}
	return nil
}

// anonymousReader asks for the traces without the credentials of the declared address (X08).
func anonymousReader(ctx context.Context) error {
	w := worldOf(ctx)
	address, err := url.Parse(w.access().Traces.HTTP)
	if err != nil {
		return err
	}
	address.User = nil
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return err
	}
	link := &http.Transport{DialContext: candidate.Guarded(net.Dialer{}), DisableKeepAlives: true}
	answer, err := (&http.Client{Timeout: 10 * time.Second, Transport: link}).Do(request)
	if err != nil {
		return w.unreadable(err)
	}
	w.anonymous = answer.StatusCode
	return answer.Body.Close()
}

func anonymousRefused(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	if w.anonymous >= 200 && w.anonymous < 300 {
		w.Sees(w.Own("trace-read-by-anyone", "HTTP 401", fmt.Sprintf("HTTP %d", w.anonymous)))
	}
	return nil
}

// logsDiscreet looks for the VIs of the scenario in the candidate's logs (L08).
func logsDiscreet(ctx context.Context) error {
	w := worldOf(ctx)
	prints := w.viPrints()
	if len(prints) == 0 {
		return w.Cannot(verdict.ReasonNoMessage, "VI")
	}
	w.Checked()
	for _, name := range w.access().Logs {
		raw, err := os.ReadFile(name)
		if err != nil {
			return w.Cannot(verdict.ReasonMisdeclared, "logs", err.Error())
		}
		for _, p := range prints {
			if bytes.Contains(raw, []byte(p)) {
				w.Sees(w.Own("vi-in-log", "", p))
			}
		}
	}
	return nil
}

// viPrints are the fingerprints of every VI of the scenario.
func (w *World) viPrints() []string {
	var prints []string
	for _, s := range w.provider.sent {
		prints = append(prints, fingerprints(s.exchange.Request)...)
		if token := s.exchange.Token; token != "" {
			prints = append(append(prints, tokenPrints(token)...), fingerprints(s.exchange.Message)...)
			continue
		}
		if message := s.exchange.Message; len(message) > 0 {
			prints = append(append(prints, fingerprints(message)...), encodedPrint(message))
		}
	}
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			prints = append(prints, x.prints()...)
		}
	}
	return prints
}

// tokenPrints is the fingerprint of a token, as a list; none when it is too short to tell.
func tokenPrints(token string) []string {
	if p := tokenPrint(token); p != "" {
		return []string{p}
	}
	return nil
}

// encodedPrint is a part of a Response as forms carry it, which no other text holds.
func encodedPrint(message []byte) string {
	encoded := sso.Encode(message)
	return encoded[len(encoded)/2 : min(len(encoded)/2+60, len(encoded))]
}

// answersSeen are the answers that the harness got in the scenario, as partner or as application.
func (w *World) answersSeen() (answers [][]byte, evidence []string) {
	for _, s := range w.provider.sent {
		answers = append(answers, s.exchange.Response)
		for _, hop := range s.exchange.Hops {
			answers = append(answers, hop.Response)
		}
		evidence = append(evidence, evidenceOf(s)...)
	}
	for _, c := range w.client.calls {
		answers = append(answers, c.answer.Body)
		evidence = append(evidence, c.evidence()...)
	}
	return answers, evidence
}

// answerBearsNoVI makes sure that no answer carries an assertion (A06).
func answerBearsNoVI(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	answers, evidence := w.answersSeen()
	if len(answers) == 0 {
		return errNothingSent
	}
	for _, answer := range answers {
		if bytes.Contains(answer, []byte(":assertion\"")) && bytes.Contains(answer, []byte("Assertion")) {
			w.Sees(w.Own("response-carries-vi", "", "Assertion", evidence...))
		}
	}
	return nil
}

// answerTellsNoVI makes sure that no answer repeats the VI that was sent (L08).
func answerTellsNoVI(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	answers, evidence := w.answersSeen()
	for _, answer := range answers {
		for _, p := range w.viPrints() {
			if bytes.Contains(answer, []byte(p)) {
				w.Sees(w.Own("vi-in-answer", "", p, evidence...))
				return nil
			}
		}
	}
	if s, err := w.last(); err == nil && s.violates != "" && w.accepted(s) {
		return w.Cannot(verdict.ReasonNotRefused) // the answer to a refusal is what was asked for
	}
	return nil
}
