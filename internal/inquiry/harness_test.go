package inquiry_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/pivot"
)

const (
	asker = "organisme-client"
	asked = "organisme-fournisseur"
)

// convention is one of two bound organisms, one that is bound to nobody, and one that is in no convention.
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

var theWorld = benchtest.Share(convention, 0)

// newBench is a bench whose clock runs: demands are dated by the wall clock.
func newBench(t *testing.T) *bench.Bench {
	t.Helper()
	b := theWorld.World(t).Bench(t)
	b.Clock.Follow()
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
	log, _ := benchtest.TraceLog(t)
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
	d := benchtest.Started(t, inquiry.OpenDesk, inquiry.DeskConfig{
		Bench: b, Organism: asked, Role: "fournisseur", Mode: interops.ModeA, Traces: log, Neglect: neglect,
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
