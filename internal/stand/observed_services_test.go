package stand_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/crypto/ocsp"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/stand"
	"etalon/internal/store"
	"etalon/stubs/psc"
)

// Who asks for revocation lists, OCSP answers and the white list is seen: when, what, and what was answered; also where nothing
// is, on purpose.
func TestServicesAreSeen(t *testing.T) {
	convention := &interops.Convention{Organisms: psc.Organisms()}
	s, err := stand.Open("127.0.0.1:0", "", convention, candidate.DefaultProfile("current"), bench.NewSeed())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	told := make(chan store.Exchange, 10)
	s.Observe(nil)
	s.Observe(func(x store.Exchange) { told <- x })
	list, err := stand.PublishList(s, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	c, err := s.Bench.PKI.Credential(candidate.OperatorOrganism + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	crl, responder := c.Leaf().CRLDistributionPoints[0], c.Leaf().OCSPServer[0]
	question, err := ocsp.CreateRequest(c.Leaf(), c.Chain[1], nil)
	if err != nil {
		t.Fatal(err)
	}
	base, _, _ := strings.Cut(crl, "/crl/")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: s.Bench.RootPool()}}}
	var seen []store.Exchange
	ask := func(method, address string, body []byte) []byte {
		t.Helper()
		defer func() { seen = append(seen, <-told) }()
		q, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		a, err := client.Do(q)
		if err != nil {
			return nil
		}
		defer a.Body.Close()
		raw, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	if err := new(pki.Checker).Check(c.Leaf(), c.Chain[1], bench.Wall()); err != nil { // by a party of the harness: it is not told
		t.Fatal(err)
	}
	revoked := ask(http.MethodGet, crl, nil)
	answered := ask(http.MethodPost, responder, question)
	ask(http.MethodGet, base+"/crl/personne.crl", nil)
	if ask(http.MethodPost, base+"/ocsp/ocsp-unreachable", question) != nil {
		t.Error("ocsp-unreachable answers")
	}
	ask(http.MethodGet, list.Listed().URL, nil)
	want := []struct {
		role, partner, method string
		status                int
		outcome               store.Outcome
		asked, answered       []byte
	}{
		{"revocation", "tls", "GET", 200, store.Accepted, nil, revoked},
		{"revocation", "tls", "POST", 200, store.Accepted, question, answered},
		{"revocation", "personne", "GET", 404, store.Refused, nil, []byte("404 page not found\n")},
		{"revocation", "ocsp-unreachable", "POST", 0, store.Broken, nil, nil},
		{string(stand.RoleWhiteList), candidate.WhiteListOrganism, "GET", 200, store.Accepted, nil, nil},
	}
	if len(seen) != len(want) {
		t.Fatalf("seen %+v", seen)
	}
	for i, x := range seen {
		w := want[i]
		if x.Role != w.role || x.Partner != w.partner || x.Method != w.method || x.Status != w.status || x.Outcome != w.outcome || x.Peer != "127.0.0.1" || x.From != "peer" || x.At.IsZero() || x.Target == "" {
			t.Errorf("%d: %+v", i, x)
		}
		if w.asked != nil && (x.Request == nil || !bytes.Equal(x.Request.Raw, w.asked)) || w.answered != nil && (x.Response == nil || !bytes.Equal(x.Response.Raw, w.answered)) {
			t.Errorf("%d: %+v, %+v", i, x.Request, x.Response)
		}
	}
}
