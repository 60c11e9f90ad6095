package provider_test

import (
	"context"
	"net/url"
	"slices"
	"testing"

	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/stubs/provider"
)

// TestInquiries asks the provider for the trace of a VI that it accepted: an honest one tells of it, one that
// neglects the exchange does what its flaw says, and one that was given no address has no exchange.
func TestInquiries(t *testing.T) {
	if r := newRig(t, nil); r.provider.InquiryURL() != "" {
		t.Errorf("an exchange that nobody asked for: %s", r.provider.InquiryURL())
	}
	opened := func(c *provider.Config) { c.Inquiries = "127.0.0.1:0" }
	for flaw, status := range map[string]interops.TraceStatus{"": interops.TracesComplete, "answers-no-traces": interops.TracesNone} {
		r := newRig(t, slices.DeleteFunc([]string{flaw}, func(s string) bool { return s == "" }), opened)
		m := r.honest(t, r.targets()[0], "echange")
		r.play(m)
		records := r.records()
		if !r.accepted(m) || len(records) == 0 {
			t.Fatal("the honest message does not pass")
		}
		vi := *records[len(records)-1].VIID
		line, err := inquiry.NewLine(inquiry.LineConfig{Bench: r.bench, Organism: clientName})
		if err != nil {
			t.Fatal(err)
		}
		at, err := url.Parse(r.provider.InquiryURL())
		if err != nil {
			t.Fatal(err)
		}
		asked, _ := r.bench.Convention.Organism(providerName)
		a, err := line.Ask(context.Background(), at, asked, interops.TraceRequest{VIs: []string{vi}})
		if err != nil || a.Status != status {
			t.Errorf("%q: %s, %v, want %s", flaw, a.Status, err, status)
			continue
		}
		if status == interops.TracesComplete && (len(a.Verifications) != 1 || !a.Verifications[0].Accepted || a.Verifications[0].VI != vi) {
			t.Errorf("the answer tells %+v", a)
		}
	}
}

// TestInquiryAddressTaken refuses to start rather than leave the exchange out.
func TestInquiryAddressTaken(t *testing.T) {
	r := newRig(t, nil)
	p, err := provider.Start(provider.Config{Bench: r.bench, Organism: providerName, Traces: r.traces, Inquiries: r.provider.Addr()})
	if err == nil {
		_ = p.Close()
		t.Error("started on an address that is taken")
	}
}
