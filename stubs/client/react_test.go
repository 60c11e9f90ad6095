package client_test

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/soap"
	"etalon/internal/xmlsec"
	"etalon/stubs/client"
	"etalon/stubs/provider"
)

func fault(space, local string) mutation.Answer {
	return mutation.Answer{Fault: xml.Name{Space: space, Local: local}, FaultText: "texte technique du partenaire"}
}

// A13, A06: what the application gets of each answer, and how often the partner was called.
func TestPartnerAnswers(t *testing.T) {
	r := newRig(t, nil, true)
	for _, c := range []struct {
		name   string
		answer mutation.Answer
		status int
		calls  int
		passes bool // the answer goes to the application as it is
	}{
		{"vi:InvalidVI", fault(soap.NamespaceVI, "InvalidVI"), 502, 2, false},
		{"vi:InvalidPagm", fault(soap.NamespaceVI, "InvalidPagm"), 502, 1, false},
		{"wsse:FailedCheck", fault(xmlsec.NamespaceWSSE, "FailedCheck"), 502, 1, false},
		{"wsu:MessageExpired", fault(xmlsec.NamespaceWSU, "MessageExpired"), 502, 1, false},
		{"soap:MustUnderstand", fault(soap.Namespace11, "MustUnderstand"), 502, 1, false},
		{"soap:Server", fault(soap.Namespace11, "Server"), 500, 1, true},
		{"InvalidVI of an application", fault("urn:application", "InvalidVI"), 500, 1, true},
		{"business fault", mutation.Answer{Business: true}, 500, 1, true},
		{"accepted", mutation.Answer{Status: http.StatusAccepted}, 202, 1, true},
		{"page", mutation.Answer{Status: 502, ContentType: "text/html", Body: []byte("<html>panne</html>")}, 503, 1, false},
		{"binary", mutation.Answer{ContentType: "application/octet-stream", Body: []byte{0, 1}}, 503, 1, false},
		{"nothing", mutation.Answer{Status: 202, ContentType: "text/plain", Body: []byte{}}, 202, 1, true},
		{"unreadable Security", mutation.Answer{ContentType: "text/xml", Body: []byte(`<a xmlns="` + xmlsec.NamespaceWSSE + `">`)}, 503, 1, false},
		{"redirection", mutation.Answer{Status: 307, Redirect: true}, 503, 1, false},
		{"silence", mutation.Answer{Close: true}, 503, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer r.partner.Disarm()
			r.partner.Arm(-1, mutation.Conduct{Answer: &c.answer})
			o := r.call(demand{user: r.login(1)})
			if o.status != c.status || len(o.left) != c.calls {
				t.Fatalf("%d after %d calls: %s", o.status, len(o.left), o.body)
			}
			if same := string(o.body) == string(o.left[0].Answer); same != c.passes {
				t.Errorf("the answer passes: %v, want %v: %s", same, c.passes, o.body)
			}
			if !c.passes && (strings.Contains(string(o.body), "texte technique") || strings.Contains(string(o.body), "html")) {
				t.Errorf("technical: %s", o.body)
			}
			if c.calls == 2 && o.left[0].Judged.VI.ID == o.left[1].Judged.VI.ID {
				t.Error("the VI was not renewed")
			}
		})
	}
	if o := r.call(demand{user: r.login(1)}); o.status != http.StatusOK {
		t.Errorf("the honest call after all: %d", o.status)
	}
}

// X01: what left is told as sent, what did not as discarded.
func TestTracesTellWhatLeft(t *testing.T) {
	for name, c := range map[string]struct {
		conduct mutation.Conduct
		want    []interops.Decision
	}{
		"answered":     {mutation.Conduct{}, []interops.Decision{interops.Created, interops.Sent}},
		"no answer":    {mutation.Conduct{Answer: &mutation.Answer{Close: true}}, []interops.Decision{interops.Created, interops.Sent}},
		"bad server":   {mutation.Conduct{ServerCertificate: "tls~expired"}, []interops.Decision{interops.Created, interops.Sent, interops.Discarded}},
		"clear server": {mutation.Conduct{Plain: true}, []interops.Decision{interops.Created, interops.Sent, interops.Discarded}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil, true)
			r.partner.Arm(-1, c.conduct)
			r.call(demand{user: r.login(1)})
			var got []interops.Decision
			for _, record := range r.records() {
				got = append(got, record.Decision)
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("traces %v, want %v", got, c.want)
			}
		})
	}
}

// A renewed VI is traced too, under the same request.
func TestRenewalIsTraced(t *testing.T) {
	r := newRig(t, nil, true)
	answer := fault(soap.NamespaceVI, "InvalidVI")
	r.partner.Arm(1, mutation.Conduct{Answer: &answer})
	o := r.call(demand{user: r.login(1)})
	if o.status != http.StatusOK || len(o.left) != 2 {
		t.Fatalf("%d after %d calls", o.status, len(o.left))
	}
	told := map[string]string{}
	for _, record := range r.records() {
		told[*record.VIID] += string(record.Decision) + " "
		if record.RequestID != o.header.Get("X-Request-Id") {
			t.Errorf("request %q, want %q", record.RequestID, o.header.Get("X-Request-Id"))
		}
	}
	for _, x := range o.left {
		if told[x.Judged.VI.ID] != "created sent " {
			t.Errorf("VI %s: %s", x.Judged.VI.ID, told[x.Judged.VI.ID])
		}
	}
}

// A partner that is not there, or goes away.
func TestPartnerAbsent(t *testing.T) {
	r := newRig(t, nil, true)
	away := benchtest.Started(t, provider.Start, provider.Config{Bench: r.bench, Organism: providerName, Listen: "127.0.0.1:0", Revocation: r.Fetcher})
	address := away.URL(home)
	_ = away.Close()
	gone := newRig(t, nil, true, func(c *client.Config) { c.Providers = map[string]string{home: address} })
	if o := gone.call(demand{user: gone.login(1)}); o.status != http.StatusServiceUnavailable || strings.Contains(string(o.body), "127.0.0.1") {
		t.Errorf("%d %s", o.status, o.body)
	}
}
