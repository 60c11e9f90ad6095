package inquiry_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/pivot"
)

func TestAnswers(t *testing.T) {
	d := open(t, inquiry.Neglect{})
	hour := func(h int) time.Time { return d.bench.Clock.Now().Add(time.Duration(h) * time.Hour) }
	for name, test := range map[string]struct {
		q       interops.TraceRequest
		status  interops.TraceStatus
		told    string
		checked int
	}{
		"one VI":           {interops.TraceRequest{VIs: []string{"_vi-a"}}, interops.TracesComplete, "_vi-a _vi-a", 1},
		"a refused VI":     {interops.TraceRequest{VIs: []string{"_vi-b"}}, interops.TracesComplete, "_vi-b", 1},
		"known or not":     {interops.TraceRequest{VIs: []string{"_vi-a", "_rien"}}, interops.TracesPartial, "_vi-a _vi-a", 1},
		"unknown":          {interops.TraceRequest{VIs: []string{"_rien"}}, interops.TracesNone, "", 0},
		"another's VI":     {interops.TraceRequest{VIs: []string{"_vi-tiers"}}, interops.TracesNone, "", 0},
		"verifications":    {interops.TraceRequest{VIs: []string{"_vi-a"}, Kind: interops.VerificationTraces}, interops.TracesComplete, "_vi-a", 1},
		"applications":     {interops.TraceRequest{VIs: []string{"_vi-a"}, Kind: interops.ApplicationTraces}, interops.TracesComplete, "_vi-a", 0},
		"a person":         {interops.TraceRequest{NameID: "agent-b", Since: hour(-1), Until: hour(0)}, interops.TracesComplete, "_vi-b", 1},
		"a span":           {interops.TraceRequest{Since: hour(-1), Until: hour(0)}, interops.TracesComplete, "_vi-a _vi-b _vi-a", 2},
		"an empty span":    {interops.TraceRequest{Since: hour(-3), Until: hour(-2)}, interops.TracesNone, "", 0},
		"another's person": {interops.TraceRequest{NameID: "agent-c", Since: hour(-1), Until: hour(0)}, interops.TracesNone, "", 0},
	} {
		a, err := d.ask(t, asker, test.q)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if told := strings.Join(inquiry.Told(a), " "); a.Status != test.status || told != test.told || len(a.Verifications) != test.checked {
			t.Errorf("%s: %s, told of %q, %d verifications", name, a.Status, told, len(a.Verifications))
		}
	}
	a, err := d.ask(t, asker, interops.TraceRequest{VIs: []string{"_vi-a"}})
	if err != nil || !a.Verifications[0].Accepted || a.Applications[0].Action != "APPEL" || a.Applications[0].Object != "http://service" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestDeclarationIsAcknowledgedAndTraced(t *testing.T) {
	d := open(t, inquiry.Neglect{})
	report := interops.SuspicionReport{VIs: []string{"_vi-a", "_inconnu"}, Description: "rejeu"}
	receipt, err := d.line(t, asker).Report(context.Background(), d.url, d.organism(asked), report)
	if err != nil || receipt.ReportID == "" {
		t.Fatalf("%+v, %v", receipt, err)
	}
	records, err := d.log.Records()
	if err != nil {
		t.Fatal(err)
	}
	var suspect []string
	for _, r := range records {
		if r.Decision == interops.Suspected {
			suspect = append(suspect, *r.VIID)
		}
	}
	if !slices.Equal(suspect, report.VIs) {
		t.Errorf("traced %v", suspect)
	}
	d.log.Break(true)
	if _, err := d.line(t, asker).Report(context.Background(), d.url, d.organism(asked), report); !errors.Is(err, inquiry.ErrRefused) {
		t.Errorf("a declaration that cannot be traced: %v", err)
	}
	if _, err := d.ask(t, asker, interops.TraceRequest{VIs: []string{"_vi-a"}}); !errors.Is(err, inquiry.ErrRefused) {
		t.Errorf("a demand while traces are down: %v", err)
	}
}

// TestStrangersAreRefused: an organism without project, and one that the convention does not know on the link.
func TestStrangersAreRefused(t *testing.T) {
	d := open(t, inquiry.Neglect{})
	if _, err := d.ask(t, "organisme-tiers", interops.TraceRequest{VIs: []string{"_vi-tiers"}}); !errors.Is(err, inquiry.ErrRefused) {
		t.Errorf("an organism without project: %v", err)
	}
	q := &interops.TraceRequest{ID: "_d", From: "urn:idp:" + asker, To: "urn:idp:" + asked, Date: time.Now(), Motive: interops.MotiveControl, VIs: []string{"_vi-a"}, Kind: interops.AllTraces}
	file := func(signer string, change func(*interops.TraceRequest), wire func([]byte) []byte) []byte {
		c, err := d.bench.PKI.Credential(signer)
		if err != nil {
			t.Fatal(err)
		}
		own := *q
		if change != nil {
			change(&own)
		}
		raw, err := pivot.Draft{Document: pivot.Document{Request: &own}, Signer: c, Wire: wire}.Build()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	resaid, _ := pivot.AlterationOf("signature-alteree")
	for name, test := range map[string]struct {
		link   string
		raw    []byte
		status int
	}{
		"honest":                 {asker + "/tls", file(asker+"/signature", nil, nil), 200},
		"another's name":         {"organisme-tiers/tls", file(asker+"/signature", nil, nil), 403},
		"another's key":          {asker + "/tls", file("organisme-tiers/signature", nil, nil), 403},
		"the key of the link":    {asker + "/tls", file(asker+"/tls", nil, nil), 403},
		"expired key":            {asker + "/tls", file(asker+"/signature~expired", nil, nil), 403},
		"altered after signing":  {asker + "/tls", file(asker+"/signature", nil, resaid.Wire), 403},
		"unknown issuer":         {asker + "/tls", file(asker+"/signature", func(q *interops.TraceRequest) { q.From = "urn:idp:inconnu" }, nil), 403},
		"for another":            {asker + "/tls", file(asker+"/signature", func(q *interops.TraceRequest) { q.To = "urn:idp:organisme-tiers" }, nil), 403},
		"no certificate":         {"", file(asker+"/signature", nil, nil), 0},
		"unlisted certificate":   {asker + "/tls~unlisted", file(asker+"/signature", nil, nil), 0},
		"expired certificate":    {asker + "/tls~expired", file(asker+"/signature", nil, nil), 0},
		"a file that is no file": {asker + "/tls", []byte("bonjour"), 400},
		"a receipt":              {asker + "/tls", mustReceipt(t, d), 400},
	} {
		if test.link != "" {
			if _, err := d.bench.PKI.Credential(test.link); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
		}
		status, body := d.post(t, "https", test.link, http.MethodPost, test.raw)
		if status != test.status || status != 200 && strings.Contains(body, "_vi-a") {
			t.Errorf("%s: HTTP %d %s, want %d", name, status, body, test.status)
		}
	}
	if status, _ := d.post(t, "http", "", http.MethodPost, file(asker+"/signature", nil, nil)); status != 400 {
		t.Errorf("in clear: HTTP %d", status)
	}
	if status, _ := d.post(t, "https", asker+"/tls", http.MethodGet, nil); status != 405 {
		t.Errorf("GET: HTTP %d", status)
	}
	if status, _ := d.post(t, "https", asker+"/tls", http.MethodPost, bytes.Repeat([]byte("a"), pivot.MaxBytes+1)); status != 413 {
		t.Errorf("a file without end: HTTP %d", status)
	}
}
