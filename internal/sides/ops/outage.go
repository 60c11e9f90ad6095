package ops

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/sso"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// operatorURL is an address of the authentication operator that the harness plays.
func (s *providerSide) operatorURL(path string) string { return s.sphere.operator.url(path) }

// operatorDown closes our operator (S17).
func operatorDown(ctx context.Context) error {
	w := worldOf(ctx)
	w.owed.operator = true
	return w.provider.side.sphere.operator.close()
}

// operatorFails makes our operator answer errors alone.
func operatorFails(ctx context.Context) error {
	w := worldOf(ctx)
	w.owed.operator = true
	w.provider.side.sphere.operator.fail(true)
	return nil
}

// operatorBack ends the outage.
func operatorBack(ctx context.Context) error { return worldOf(ctx).mendOperator() }

// mendOperator gives our operator back its life.
func (w *World) mendOperator() error {
	w.owed.operator = false
	face := w.provider.side.sphere.operator
	face.fail(false)
	if face.running() {
		return nil
	}
	return face.open()
}

// askDuringOutage asks for the page as someone who would have to authenticate.
func askDuringOutage(ctx context.Context) error {
	w := worldOf(ctx)
	w.provider.channel.honest = ""
	call, marker, err := w.pageCall(client.NewBrowser(), stand.OperationOf(w.provider.to.Project))
	if err != nil {
		return err
	}
	return w.stimulate(ctx, call, marker)
}

// outageTold looks at what a person reads who is not sent to the operator: a page of text, that tells no inside (S17).
// A candidate that sends her to the operator leaves it to her browser.
func outageTold(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.lastHeard()
	if err != nil {
		return err
	}
	last := s.exchange.Hops[len(s.exchange.Hops)-1]
	if _, leaves := last.Departure(); leaves || w.accepted(s) || s.exchange.Endless() {
		return nil
	}
	kind, _, _ := strings.Cut(last.ResponseHeader.Get("Content-Type"), ";")
	text := visible(last.Response)
	if !strings.HasPrefix(strings.TrimSpace(kind), "text/") || len(text) < 10 {
		w.Sees(w.Own("outage-unclear", "text/html", strings.TrimSpace(kind)+" "+text, evidenceOf(s)...))
		return nil
	}
	for _, inside := range stackTraces {
		if bytes.Contains(last.Response, inside) {
			w.Sees(w.Own("outage-unclear", "text/html", string(inside), evidenceOf(s)...))
			return nil
		}
	}
	return nil
}

// noEndlessRedirect makes sure that the browser was let go (S17).
func noEndlessRedirect(ctx context.Context) error {
	w := worldOf(ctx)
	s, err := w.lastHeard()
	if err != nil {
		return err
	}
	if s.exchange.Endless() {
		w.Sees(w.Own("redirect-endless", "", fmt.Sprint(len(s.exchange.Hops)), evidenceOf(s)...))
	}
	return nil
}

// misMetadata are the ways in which our metadata may be other than they should (S16).
var misMetadata = map[string]func(w *World, m *sso.Metadata, s *sso.Sending) error{
	"honnete":    func(*World, *sso.Metadata, *sso.Sending) error { return nil },
	"non-signee": func(_ *World, _ *sso.Metadata, s *sso.Sending) error { s.Signer = nil; return nil },
	"perimee": func(w *World, m *sso.Metadata, _ *sso.Sending) error {
		m.ValidUntil = w.run.Bench.Clock.Now().Add(-time.Hour)
		return nil
	},
	"cle-etrangere": func(w *World, m *sso.Metadata, s *sso.Sending) error {
		foreign, err := w.run.Bench.PKI.Credential(w.provider.side.home.Project.Client + "/signature~other-ca")
		s.Signer, m.Keys = &foreign, [][]*x509.Certificate{foreign.Chain}
		return err
	},
}

// readMetadata publishes metadata that move our single sign-on, and has the candidate read them (S16).
func readMetadata(ctx context.Context, variant string) error {
	w := worldOf(ctx)
	change, ok := misMetadata[variant]
	if !ok {
		return fmt.Errorf("metadata %q: not in the table", variant)
	}
	side := w.provider.side
	var failure error
	raw, err := side.metadata(side.operatorURL(operatorMoved), func(m *sso.Metadata, s *sso.Sending) { failure = change(w, m, s) })
	if err := cmp.Or(failure, err); err != nil {
		return err
	}
	if variant != "honnete" {
		if err := w.metadataControl(ctx); err != nil {
			return err
		}
	}
	w.owed.metadata = true
	side.sphere.operator.publish(raw)
	return w.gesture(ctx, string(candidate.ReadMetadata), nil)
}

// metadataControl makes sure that honest metadata are read, without which it proves nothing that others are not.
func (w *World) metadataControl(ctx context.Context) error {
	if err := readMetadata(w.into(ctx), "honnete"); err != nil {
		return err
	}
	path, _, err := w.ledTo(ctx)
	switch {
	case err != nil:
		return err
	case path != operatorMoved:
		return w.Cannot(verdict.ReasonControlRefusedBefore, path)
	}
	return w.restoreMetadata(ctx)
}

// restoreMetadata publishes the honest metadata and has the candidate read them.
func (w *World) restoreMetadata(ctx context.Context) error {
	w.owed.metadata = false
	side := w.provider.side
	raw, err := side.metadata(side.operatorURL(stand.OperatorSSO), nil)
	if err != nil {
		return err
	}
	side.sphere.operator.publish(raw)
	return w.gesture(ctx, string(candidate.ReadMetadata), nil)
}

// ledTo is the path of our operator to which the candidate sends a browser.
func (w *World) ledTo(ctx context.Context) (string, asked, error) {
	a, err := w.ask(ctx, client.NewBrowser())
	if err != nil {
		return "", a, err
	}
	if !a.found {
		return "", a, w.Cannot(verdict.ReasonNoMessage, "AuthnRequest")
	}
	return a.to.Path, a, nil
}

func movedFollowed(ctx context.Context) error {
	w := worldOf(ctx)
	path, a, err := w.ledTo(ctx)
	if err != nil {
		return err
	}
	w.Checked()
	if path != operatorMoved {
		w.Sees(w.Own("metadata-not-read", operatorMoved, path, a.evidence()...))
	}
	return nil
}

func movedIgnored(ctx context.Context) error {
	w := worldOf(ctx)
	path, a, err := w.ledTo(ctx)
	if err != nil {
		return err
	}
	w.Checked()
	if path == operatorMoved {
		w.Sees(w.Own("metadata-believed", stand.OperatorSSO, path, a.evidence()...))
	}
	return nil
}
