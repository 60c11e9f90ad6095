package service_test

import (
	"context"
	"net/url"
	"testing"

	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/stubs/service"
)

// TestInquiries asks the receiver for the trace of a VI that opened a session: an honest one tells of it, one that
// neglects the exchange does what its flaw says, and one that was given no address has no exchange.
func TestInquiries(t *testing.T) {
	if r := newRig(t, nil); r.service.InquiryURL() != "" {
		t.Errorf("an exchange that nobody asked for: %s", r.service.InquiryURL())
	}
	opened := func(c *service.Config) { c.Inquiries = "127.0.0.1:0" }
	for flaw, status := range map[string]interops.TraceStatus{"": interops.TracesComplete, "answers-no-traces": interops.TracesNone} {
		r := newRig(t, words(flaw), opened)
		if !r.admitted(r.entry(r.token("echange"), ""), "echange") {
			t.Fatal("the honest VI opens no session")
		}
		records := r.records()
		vi := *records[len(records)-1].VIID
		line, err := inquiry.NewLine(inquiry.LineConfig{Bench: r.bench, Organism: clientName})
		if err != nil {
			t.Fatal(err)
		}
		at, err := url.Parse(r.service.InquiryURL())
		if err != nil {
			t.Fatal(err)
		}
		asked, _ := r.bench.Convention.Organism(providerName)
		a, err := line.Ask(context.Background(), at, asked, interops.TraceRequest{VIs: []string{vi}})
		if err != nil || a.Status != status {
			t.Errorf("%q: %s, %v, want %s", flaw, a.Status, err, status)
			continue
		}
		if status == interops.TracesComplete && (len(a.Verifications) != 1 || !a.Verifications[0].Accepted) {
			t.Errorf("the answer tells %+v", a)
		}
	}
}
