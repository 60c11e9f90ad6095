package provider_test

import (
	"crypto/x509"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/soap"
)

// partner sends an honest call over a link that takes any server, and returns what came.
func (r *rig) partner(link *http.Client, name string) (*http.Response, string, error) {
	res, raw, err := r.post(link, r.honest(r.t, r.targets()[0], name))
	return res, string(raw), err
}

func TestArmedAnswers(t *testing.T) {
	fault := xml.Name{Space: soap.NamespaceVI, Local: "InvalidVI"}
	cases := []struct {
		name    string
		answer  mutation.Answer
		status  int
		content string // in the body
		reached bool
	}{
		{"fault", mutation.Answer{Fault: fault, FaultText: "Le VI est invalide"}, 500, "vi:InvalidVI", true},
		{"business", mutation.Answer{Business: true}, 500, "DossierInconnu", true},
		{"status", mutation.Answer{Status: 202}, 202, "urn:m", true},
		{"html", mutation.Answer{Status: 502, Body: []byte("<html>"), ContentType: "text/html"}, 502, "<html>", true},
		{"redirect", mutation.Answer{Status: 308, Redirect: true}, 308, "", true},
		{"with-vi", mutation.Answer{WithVI: true}, 200, "Assertion", true},
		{"delay", mutation.Answer{Delay: time.Millisecond}, 200, "urn:m", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, nil)
			link := r.Link(t, clientName+"/tls")
			r.provider.Arm(1, mutation.Conduct{Answer: &c.answer})
			res, raw, err := r.partner(link, "arme-"+c.name)
			if err != nil || res.StatusCode != c.status || !strings.Contains(raw, c.content) {
				t.Fatalf("%v %v %s", err, res, raw)
			}
			if at := res.Header.Get("Location"); c.answer.Redirect && !strings.HasPrefix(at, "http://"+r.provider.Addr()+"/interops/") {
				t.Errorf("Location %q", at)
			}
			if x := r.seen.All()[0]; x.Status != c.status || len(x.Judged.Findings) > 0 {
				t.Errorf("observed %+v", x)
			}
			if res, raw, err := r.partner(link, "honnete-"+c.name); err != nil || res.StatusCode != 200 || strings.Contains(raw, "Assertion") {
				t.Errorf("after the armed exchange: %v %v %s", err, res, raw)
			}
		})
	}
}

func TestArmedClose(t *testing.T) {
	r := newRig(t, nil)
	r.provider.Arm(-1, mutation.Conduct{Answer: &mutation.Answer{Close: true}})
	link := r.Link(t, clientName+"/tls")
	for _, name := range []string{"ferme-1", "ferme-2"} {
		if _, _, err := r.partner(link, name); err == nil {
			t.Error("an answer came")
		}
	}
	r.provider.Disarm()
	if _, _, err := r.partner(link, "rouvert"); err != nil {
		t.Error(err)
	}
}

func TestArmedDelayEndsWithTheCaller(t *testing.T) {
	r := newRig(t, nil)
	r.provider.Arm(1, mutation.Conduct{Answer: &mutation.Answer{Delay: time.Hour}})
	link := r.Link(t, clientName+"/tls")
	link.Timeout = 200 * time.Millisecond
	if _, _, err := r.partner(link, "patience"); err == nil {
		t.Error("an answer came")
	}
}

// T02, T04, T05: an armed certificate is shown at once, on a new handshake, and no longer than asked.
func TestArmedServerCertificates(t *testing.T) {
	r := newRig(t, nil)
	var shown []*x509.Certificate
	cred, err := r.Set.Credential(clientName + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	note := func(chain []*x509.Certificate) error { shown = append(shown, chain[0]); return nil }
	link := &http.Client{Transport: &http.Transport{TLSClientConfig: pki.ClientConfig(cred, time.Now, note)}}
	defer link.CloseIdleConnections()
	call := func(name string) {
		t.Helper()
		if _, _, err := r.partner(link, name); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	call("avant")
	variants := []string{"tls~self-signed", "tls~wrong-host", "tls~expired", "tls~revoked", "tls~unknown-ca", "tls~client-auth-only", "tls~ca", "tls~rsa-1024", "tls~sha1"}
	for i, variant := range variants {
		r.provider.Arm(1, mutation.Conduct{ServerCertificate: variant})
		call(variant[4:])
		want, err := r.Set.Credential(providerName + "/" + variant)
		if err != nil {
			t.Fatal(err)
		}
		if got := shown[len(shown)-1]; len(shown) != i+2 || !got.Equal(want.Leaf()) {
			t.Errorf("%s: handshake %d shows %s", variant, len(shown), got.Subject)
		}
		xs := r.seen.All()
		if got := xs[len(xs)-1].Ours.Name; got != providerName+"/"+variant {
			t.Errorf("observed credential %q", got)
		}
	}
	r.provider.Disarm()
	call("apres")
	if honest, _ := r.Set.Credential(providerName + "/tls"); !shown[len(shown)-1].Equal(honest.Leaf()) {
		t.Errorf("after disarming: %s", shown[len(shown)-1].Subject)
	}
}

func TestArmedVersionsAndClearChannel(t *testing.T) {
	r := newRig(t, nil)
	link := r.Link(t, clientName+"/tls")
	for name, c := range map[string]mutation.Conduct{
		"tls10": {MinTLS: 0x0301, MaxTLS: 0x0301}, "tls11": {MinTLS: 0x0302, MaxTLS: 0x0302}, "clair": {Plain: true},
	} {
		r.provider.Arm(-1, c)
		if _, _, err := r.partner(link, "version-"+name); err == nil {
			t.Errorf("%s: an honest client goes on", name)
		}
		r.provider.Disarm()
		if _, _, err := r.partner(link, "ensuite-"+name); err != nil {
			t.Errorf("after %s: %v", name, err)
		}
	}
	for _, x := range r.seen.All() {
		if x.Clear && len(x.Body) > 0 {
			t.Error("a message came in clear")
		}
	}
}
