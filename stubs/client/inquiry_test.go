package client_test

import (
	"context"
	"net/url"
	"slices"
	"testing"

	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/stubs/client"
)

// TestInquiries asks the gateway for the trace of a VI that it sent: an honest one tells that it made and sent it,
// one that neglects the exchange does what its flaw says, and one that was given no address has no exchange.
func TestInquiries(t *testing.T) {
	if r := newRig(t, nil, false); r.gateway.InquiryURL() != "" {
		t.Errorf("an exchange that nobody asked for: %s", r.gateway.InquiryURL())
	}
	opened := func(c *client.Config) { c.Inquiries = "127.0.0.1:0" }
	for flaw, status := range map[string]interops.TraceStatus{"": interops.TracesComplete, "answers-no-traces": interops.TracesNone} {
		r := newRig(t, slices.DeleteFunc([]string{flaw}, func(s string) bool { return s == "" }), false, opened)
		r.call(demand{user: r.login(0)})
		records := r.records()
		if len(records) == 0 {
			t.Fatal("the honest call leaves no trace")
		}
		vi := *records[len(records)-1].VIID
		line, err := inquiry.NewLine(inquiry.LineConfig{Bench: r.bench, Organism: providerName, Revocation: r.Fetcher})
		if err != nil {
			t.Fatal(err)
		}
		at, err := url.Parse(r.gateway.InquiryURL())
		if err != nil {
			t.Fatal(err)
		}
		asked, _ := r.bench.Convention.Organism(clientName)
		a, err := line.Ask(context.Background(), at, asked, interops.TraceRequest{VIs: []string{vi}})
		if err != nil || a.Status != status {
			t.Errorf("%q: %s, %v, want %s", flaw, a.Status, err, status)
			continue
		}
		var actions []string
		for _, done := range a.Applications {
			actions = append(actions, done.Action)
		}
		if status == interops.TracesComplete && !slices.Equal(actions, []string{"CREATION", "ENVOI"}) {
			t.Errorf("the answer tells %q", actions)
		}
	}
}
