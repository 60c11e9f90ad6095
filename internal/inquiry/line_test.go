package inquiry_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/pivot"
)

func TestLineJudgesTheOtherEnd(t *testing.T) {
	d := open(t, inquiry.Neglect{})
	l := d.line(t, asker)
	clear := *d.url
	clear.Scheme = "http"
	if _, err := l.Ask(context.Background(), &clear, d.organism(asked), interops.TraceRequest{VIs: []string{"x"}}); err == nil || !strings.Contains(err.Error(), "not protected") {
		t.Errorf("in clear: %v", err)
	}
	if _, err := l.Ask(context.Background(), d.url, d.organism("organisme-tiers"), interops.TraceRequest{VIs: []string{"x"}}); err == nil || !strings.Contains(err.Error(), "does not list") {
		t.Errorf("a desk that is another's: %v", err)
	}
	gone, _ := url.Parse("https://127.0.0.1:1/traces")
	if _, err := l.Ask(context.Background(), gone, d.organism(asked), interops.TraceRequest{VIs: []string{"x"}}); err == nil || errors.Is(err, inquiry.ErrRefused) {
		t.Errorf("nobody there: %v", err)
	}
	answer := pivot.Document{Answer: &interops.TraceAnswer{RequestID: "_d"}}
	for name, test := range map[string]struct {
		d pivot.Document
		q interops.TraceRequest
	}{
		"a receipt":         {pivot.Document{Receipt: &interops.SuspicionReceipt{}}, interops.TraceRequest{}},
		"to another demand": {answer, interops.TraceRequest{ID: "_e"}},
		"of another VI":     {pivot.Document{Answer: &interops.TraceAnswer{RequestID: "_d", Applications: []interops.ApplicationTrace{{VI: "b"}}}}, interops.TraceRequest{ID: "_d", VIs: []string{"a"}}},
	} {
		if inquiry.Fits(test.d, test.q) == nil {
			t.Errorf("%s fits", name)
		}
	}
}

func TestRefusesToOpen(t *testing.T) {
	b := newBench(t)
	log, _ := benchtest.TraceLog(t)
	taken := open(t, inquiry.Neglect{})
	for name, c := range map[string]inquiry.DeskConfig{
		"unknown organism": {Bench: b, Organism: "personne", Traces: log},
		"no traces":        {Bench: b, Organism: asked},
		"port taken":       {Bench: b, Organism: asked, Traces: log, Listen: taken.url.Host},
	} {
		if d, err := inquiry.OpenDesk(c); err == nil {
			t.Errorf("%s: opened", name)
			_ = d.Close()
		}
	}
	if _, err := inquiry.NewLine(inquiry.LineConfig{Bench: b, Organism: "personne"}); err == nil {
		t.Error("an unknown organism asks")
	}
}
