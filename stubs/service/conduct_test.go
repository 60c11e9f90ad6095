package service_test

import (
	"context"
	"encoding/xml"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"etalon/internal/mutation"
	"etalon/internal/soap"
	"etalon/stubs/service"
)

func TestArmedAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		answer  mutation.Answer
		status  int
		content string
	}{
		"fault":    {mutation.Answer{Fault: xml.Name{Space: soap.NamespaceVI, Local: "InvalidVI"}, FaultText: "Refus d'essai"}, 403, "Refus d&#39;essai"},
		"status":   {mutation.Answer{Status: 202}, 202, ""},
		"html":     {mutation.Answer{Status: 502, Body: []byte("<html>"), ContentType: "text/html"}, 502, "<html>"},
		"redirect": {mutation.Answer{Status: 308, Redirect: true}, 308, ""},
		"header":   {mutation.Answer{Header: http.Header{"Interops-Infos": {"x"}}}, 303, ""},
		"delay":    {mutation.Answer{Delay: time.Millisecond}, 303, ""},
	} {
		r := newRig(t, nil)
		r.service.Arm(1, mutation.Conduct{Answer: &c.answer})
		got := r.enter(r.token("arme-"+name), "")
		if got.status != c.status || !strings.Contains(got.body, c.content) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if at := got.header.Get("Location"); c.answer.Redirect && !strings.HasPrefix(at, "http://"+r.service.Addr()+"/") {
			t.Errorf("Location %q", at)
		}
		if x := r.seen.All()[0]; x.Status != c.status || len(x.Judged.Findings) > 0 {
			t.Errorf("%s: observed %+v", name, x)
		}
		if got := r.enter(r.token("honnete-"+name), ""); got.status != http.StatusSeeOther {
			t.Errorf("after the armed exchange: %d", got.status)
		}
	}
}

// T02, T07: an armed link shows another certificate, or speaks no TLS, and a closed one answers nothing.
func TestArmedLinks(t *testing.T) {
	r := newRig(t, nil, func(c *service.Config) { c.Origin = "" })
	link := r.Link(t, clientName+"/tls")
	enter := func(name string) error {
		q := r.entry(r.token(name), "")
		res, err := link.PostForm(q.target, q.form)
		if err == nil {
			_ = res.Body.Close()
		}
		return err
	}
	for name, c := range map[string]mutation.Conduct{
		"certificat": {ServerCertificate: "tls~expired"}, "version": {MinTLS: 0x0301, MaxTLS: 0x0301}, "clair": {Plain: true},
		"muet": {Answer: &mutation.Answer{Close: true}},
	} {
		r.service.Arm(-1, c)
		if enter("arme-"+name) == nil {
			t.Errorf("%s: an honest partner goes on", name)
		}
		r.service.Disarm()
		if err := enter("ensuite-" + name); err != nil {
			t.Errorf("after %s: %v", name, err)
		}
	}
}

func TestManagement(t *testing.T) {
	r := newRig(t, nil)
	k := r.enter(r.token("gestion"), "").session()
	post := func(path, body string, from string) int {
		req := httptest.NewRequest("POST", "http://127.0.0.1:9/"+path, strings.NewReader(body))
		req.RemoteAddr = from
		w := httptest.NewRecorder()
		r.service.ManagementHandler().ServeHTTP(w, req)
		return w.Code
	}
	const here, away = "127.0.0.1:4242", "192.0.2.1:4242"
	if post("clock", "+90s", here) != 204 || !r.bench.Clock.Now().Equal(r.Now.Add(90*time.Second)) {
		t.Error("the clock does not move")
	}
	if post("traces/break", "", here) != 204 || r.enter(r.token("casse"), "").status != 503 || post("traces/mend", "", here) != 204 {
		t.Error("the traces do not break")
	}
	if post("restart", "", away) != 403 || !r.works("m1", k) {
		t.Error("a caller from elsewhere restarts the receiver")
	}
	if post("restart", "", here) != 204 || r.works("m2", k) {
		t.Error("a session survives the restart")
	}
}

// A closed receiver leaves nothing running.
func TestCloseLeavesNothing(t *testing.T) {
	r := newRig(t, nil)
	before := goleak.IgnoreCurrent()
	s, err := service.Start(service.Config{Bench: r.bench, Organism: providerName, Traces: r.traces})
	if err != nil {
		t.Fatal(err)
	}
	silent, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	goleak.VerifyNone(t, before)
}
