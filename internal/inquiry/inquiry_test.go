package inquiry_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/pivot"
	"etalon/internal/pki"
)

const (
	asker = "organisme-client"
	asked = "organisme-fournisseur"
)

// world is a convention of two bound organisms, one that is bound to nobody, and one that is in no convention.
func convention() *interops.Convention {
	c := &interops.Convention{Name: "essai"}
	for _, name := range []string{asker, asked, "organisme-tiers"} {
		id := func(use string) []interops.Identity {
			return []interops.Identity{{Subject: "CN=TEST " + name + " " + use + ",O=TEST " + name + ",C=FR"}}
		}
		c.Organisms = append(c.Organisms, interops.Organism{
			Name: name, Issuer: "urn:idp:" + name, Recipient: "urn:sp:" + name, TLS: id("tls"), Signature: id("signature"),
		})
	}
	c.Projects = []interops.Project{{Name: "consultation", Mode: interops.ModeA, Client: asker, Provider: asked}}
	return c
}

var keys = sync.OnceValues(func() (*pki.Set, error) {
	var handler http.Handler
	revocation := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	set, err := pki.New(pki.Options{Organisms: convention().Organisms, Now: time.Now(), Revocation: revocation.URL})
	if err == nil {
		handler = set.Handler()
	}
	return set, err
})

func newBench(t *testing.T) *bench.Bench {
	t.Helper()
	set, err := keys()
	if err != nil {
		t.Fatal(err)
	}
	b, err := bench.New(convention(), candidate.DefaultProfile("current"), set, "inquiry")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// desk is a party with the traces of three VIs: two of the asker, one of a third organism.
type desk struct {
	*inquiry.Desk
	log   *bench.TraceLog
	bench *bench.Bench
	url   *url.URL
}

func open(t *testing.T, neglect inquiry.Neglect) desk {
	t.Helper()
	b := newBench(t)
	log, err := bench.OpenTraceLog(filepath.Join(t.TempDir(), "traces.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range []struct {
		vi, issuer, person string
		decision           interops.Decision
	}{
		{"_vi-a", "urn:idp:" + asker, "agent-a", interops.Accepted}, {"_vi-b", "urn:idp:" + asker, "agent-b", interops.Rejected},
		{"_vi-tiers", "urn:idp:organisme-tiers", "agent-c", interops.Accepted},
	} {
		at := b.Clock.Now().Add(time.Duration(i-10) * time.Minute).UTC()
		if err := log.Append(interops.Trace{
			EventID: "e-" + r.vi, Timestamp: at.Format(interops.InstantLayout), Organisation: asked, Role: "fournisseur", Mode: interops.ModeA,
			Direction: interops.Reception, Decision: r.decision, VIID: interops.TraceText(r.vi), Issuer: interops.TraceText(r.issuer),
			NameID: interops.TraceText(r.person), Audience: interops.TraceText("http://service"),
		}); err != nil {
			t.Fatal(err)
		}
	}
	d, err := inquiry.OpenDesk(inquiry.DeskConfig{
		Bench: b, Organism: asked, Role: "fournisseur", Mode: interops.ModeA, Traces: log, Neglect: neglect,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(d.Close(), log.Close()); err != nil {
			t.Error(err)
		}
	})
	at, err := url.Parse(d.URL())
	if err != nil {
		t.Fatal(err)
	}
	return desk{d, log, b, at}
}

func (d desk) organism(name string) interops.Organism {
	o, _ := d.bench.Convention.Organism(name)
	return o
}

func (d desk) line(t *testing.T, as string) *inquiry.Line {
	t.Helper()
	l, err := inquiry.NewLine(inquiry.LineConfig{Bench: d.bench, Organism: as})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (d desk) ask(t *testing.T, as string, q interops.TraceRequest) (interops.TraceAnswer, error) {
	t.Helper()
	return d.line(t, as).Ask(context.Background(), d.url, d.organism(asked), q)
}

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

func mustReceipt(t *testing.T, d desk) []byte {
	t.Helper()
	c, err := d.bench.PKI.Credential(asker + "/signature")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := pivot.Draft{Signer: c, Document: pivot.Document{Receipt: &interops.SuspicionReceipt{
		ID: "_a", ReportID: "_b", From: "urn:idp:" + asker, To: "urn:idp:" + asked, Date: time.Now(),
	}}}.Build()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// post sends bytes over a link; 0 when it does not open.
func (d desk) post(t *testing.T, scheme, link, method string, raw []byte) (int, string) {
	t.Helper()
	settings := &tls.Config{InsecureSkipVerify: true} // the desk is under test, not its certificate
	if link != "" {
		c, err := d.bench.PKI.Credential(link)
		if err != nil {
			t.Fatal(err)
		}
		settings.Certificates = []tls.Certificate{c.TLS()}
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: settings, DisableKeepAlives: true}, Timeout: 20 * time.Second}
	request, err := http.NewRequest(method, scheme+"://"+d.url.Host+d.url.Path, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body) // a file without end is cut while it is sent
	return answer.StatusCode, string(body)
}

// TestFlaws wants each neglect to show to an honest asker, or to one that probes for it.
func TestFlaws(t *testing.T) {
	shows := map[string]func(*testing.T, desk) bool{
		"answers-no-traces": func(t *testing.T, d desk) bool {
			a, err := d.ask(t, asker, interops.TraceRequest{VIs: []string{"_vi-a"}})
			return err == nil && a.Status == interops.TracesNone
		},
		"invents-traces": func(t *testing.T, d desk) bool {
			a, err := d.ask(t, asker, interops.TraceRequest{VIs: []string{"_rien"}})
			return err == nil && len(inquiry.Told(a)) > 0
		},
		"answers-strangers": func(t *testing.T, d desk) bool {
			a, err := d.ask(t, "organisme-tiers", interops.TraceRequest{VIs: []string{"_vi-a"}})
			return err == nil && len(inquiry.Told(a)) > 0
		},
		"answers-malformed-demand":      altered("motif-absent"),
		"accepts-malformed-declaration": altered("description-absente"),
		"acknowledges-nothing": func(t *testing.T, d desk) bool {
			_, err := d.line(t, asker).Report(context.Background(), d.url, d.organism(asked), interops.SuspicionReport{VIs: []string{"_vi-a"}, Description: "x"})
			return err != nil && !errors.Is(err, inquiry.ErrRefused)
		},
		"forgets-declarations": func(t *testing.T, d desk) bool {
			_, err := d.line(t, asker).Report(context.Background(), d.url, d.organism(asked), interops.SuspicionReport{VIs: []string{"_vi-a"}, Description: "x"})
			records, _ := d.log.Records()
			return err == nil && len(records) == 3
		},
		"answers-traces-in-clear": func(t *testing.T, d desk) bool {
			status, _ := d.post(t, "http", "", http.MethodPost, demand(t, d, pivot.Alteration{}))
			over, _ := d.post(t, "https", asker+"/tls", http.MethodPost, demand(t, d, pivot.Alteration{}))
			return status == 200 && over == 200
		},
		"skips-demand-signature": altered("signature-alteree"),
		"answers-traces-unsigned": func(t *testing.T, d desk) bool {
			_, err := d.ask(t, asker, interops.TraceRequest{VIs: []string{"_vi-a"}})
			return pivot.Unsigned(err)
		},
		"answers-everyones-traces": func(t *testing.T, d desk) bool {
			_, err := d.ask(t, asker, interops.TraceRequest{VIs: []string{"_vi-a"}})
			return err != nil && strings.Contains(err.Error(), "not asked for")
		},
	}
	honest := open(t, inquiry.Neglect{})
	for _, f := range inquiry.Flaws() {
		show, ok := shows[f.Name]
		if !ok {
			t.Errorf("%s: no test shows it", f.Name)
			continue
		}
		if show(t, honest) {
			t.Errorf("%s: the honest desk shows it too", f.Name)
		}
		var n inquiry.Neglect
		f.Neglect(&n)
		if !show(t, open(t, n)) {
			t.Errorf("%s does not show", f.Name)
		}
		if len(f.Must) == 0 || f.Title.FR == "" || f.Title.EN == "" {
			t.Errorf("%s: %+v", f.Name, f)
		}
	}
}

// altered posts a file with a fault and tells whether it was taken.
func altered(name string) func(*testing.T, desk) bool {
	return func(t *testing.T, d desk) bool {
		a, ok := pivot.AlterationOf(name)
		if !ok {
			t.Fatalf("no alteration %s", name)
		}
		status, _ := d.post(t, "https", asker+"/tls", http.MethodPost, demand(t, d, a))
		return status == 200
	}
}

// demand is a signed demand, or a declaration where the alteration is of one, altered.
func demand(t *testing.T, d desk, a pivot.Alteration) []byte {
	t.Helper()
	signer, err := d.bench.PKI.Credential(asker + "/signature")
	if err != nil {
		t.Fatal(err)
	}
	doc := pivot.Document{Request: &interops.TraceRequest{
		ID: "_d", From: "urn:idp:" + asker, To: "urn:idp:" + asked, Date: time.Now(), Motive: interops.MotiveControl, VIs: []string{"_vi-a"}, Kind: interops.AllTraces,
	}}
	if len(a.Of) == 1 && a.Of[0] == "DeclarationComportementSuspect" {
		doc = pivot.Document{Report: &interops.SuspicionReport{
			ID: "_s", From: "urn:idp:" + asker, To: "urn:idp:" + asked, Date: time.Now(), VIs: []string{"_vi-a"}, Description: "rejeu",
		}}
	}
	raw, err := a.Befall(pivot.Draft{Document: doc, Signer: signer}).Build()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

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
	log, err := bench.OpenTraceLog(filepath.Join(t.TempDir(), "traces.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
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
