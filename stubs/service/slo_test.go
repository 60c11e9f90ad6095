package service_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/sso"
)

// wish is a LogoutRequest on its way.
type wish struct {
	binding sso.Binding
	signer  string // pki name; unsigned when empty
	peer    string
	request sso.LogoutRequest
	relay   string
}

// wish asks for the end of the session of a token.
func (r *sphereRig) wish(id string, k token) wish {
	return wish{
		binding: sso.BindingSOAP, signer: k.signer + "/signature", peer: k.signer + "/tls",
		request: sso.LogoutRequest{
			ID: id, Issuer: k.vi.Issuer, Destination: r.service.SLO(), NameID: k.vi.NameID, SessionIndexes: []string{k.vi.SessionIndex},
			IssueInstant: r.Now, NotOnOrAfter: r.Now.Add(lifetime), Reason: sso.ReasonUser,
		},
	}
}

// order is the request that carries a wish.
func (r *sphereRig) order(w wish) request {
	r.t.Helper()
	s := sso.Sending{Binding: w.binding, RelayState: w.relay, Rand: bench.Entropy(), Now: r.Now}
	if w.signer != "" {
		key, err := r.Set.Credential(w.signer)
		if err != nil {
			r.t.Fatal(err)
		}
		s.Signer = &key
	}
	out, err := w.request.Send(s)
	if err != nil {
		r.t.Fatal(err)
	}
	q := request{method: http.MethodPost, target: r.service.SLO(), header: http.Header{"X-Request-Id": {w.request.ID}}, peer: "-"}
	switch w.binding {
	case sso.BindingSOAP:
		q.raw, q.peer = string(out.Envelope()), w.peer
		q.header.Set("Content-Type", "text/xml; charset=utf-8")
	case sso.BindingRedirect:
		q.method, q.target = http.MethodGet, r.service.SLO()+"?"+out.Query
	default:
		q.form = out.Form()
	}
	return q
}

// D01, D03, X11: a logout closes the session that it names, by any binding, and leaves its trace.
func TestSphereLogout(t *testing.T) {
	for _, binding := range []sso.Binding{sso.BindingSOAP, sso.BindingRedirect, sso.BindingPOST} {
		r := newSphere(t, nil)
		a, b := r.vi("a", operatorName, plain), r.vi("b", operatorName, plain)
		b.vi.NameID.Value = "assuré-b"
		inA, inB := r.present(a).session(), r.present(b).session()
		w := r.wish("_fin", a)
		w.binding = binding
		got := r.play(r.order(w))
		if r.serves(plain, "a", inA) || !r.serves(plain, "b", inB) {
			t.Errorf("%s: a alive, or b over", binding)
		}
		switch binding {
		case sso.BindingSOAP:
			if got.status != http.StatusOK || !strings.Contains(got.body, "LogoutResponse") || !strings.Contains(got.body, sso.StatusSuccess) {
				t.Errorf("%d %s", got.status, got.body)
			}
		case sso.BindingRedirect:
			if !strings.HasPrefix(got.header.Get("Location"), r.operators[operatorName].Logout+"?SAMLResponse=") {
				t.Errorf("%d %v", got.status, got.header)
			}
		default:
			if got.status != http.StatusOK || !strings.Contains(got.body, "SAMLResponse") {
				t.Errorf("%d %s", got.status, got.body)
			}
		}
		trace, _ := r.trace("_fin")
		if trace.Decision != interops.LoggedOut || *trace.NameID != "assuré-é" || *trace.SessionIndex != a.vi.SessionIndex || trace.Mode != interops.ModeS {
			t.Errorf("trace %+v", trace)
		}
		again := r.wish("_encore", a)
		if got := r.play(r.order(again)); !strings.Contains(got.body, sso.StatusSuccess) {
			t.Errorf("what is over already is not confirmed: %s", got.body)
		}
	}
}

// badWishes are LogoutRequests that close nothing.
func badWishes(r *sphereRig, k token) map[string]wish {
	change := func(name string, f func(*wish)) wish {
		w := r.wish("_"+name, k)
		f(&w)
		return w
	}
	outside := organism(r.world, "organisme-exterieur")
	other := organism(r.world, otherName)
	return map[string]wish{
		"unsigned": change("unsigned", func(w *wish) { w.signer = "" }),
		"outside": change("outside", func(w *wish) {
			w.request.Issuer, w.signer, w.peer = outside.Issuer, outside.Name+"/signature", outside.Name+"/tls"
		}),
		"expired":       change("expired", func(w *wish) { w.request.NotOnOrAfter = r.Now.Add(-time.Hour) }),
		"unknown-index": change("unknown-index", func(w *wish) { w.request.SessionIndexes = []string{"_inconnu"} }),
		"other-person":  change("other-person", func(w *wish) { w.request.NameID.Value = "quelqu'un" }),
		"other-member": change("other-member", func(w *wish) {
			w.request.Issuer, w.signer, w.peer = other.Issuer, other.Name+"/signature", other.Name+"/tls"
		}),
		"destination": change("destination", func(w *wish) { w.request.Destination = "https://ailleurs.test/slo" }),
		"other-link":  change("other-link", func(w *wish) { w.peer = otherName + "/tls" }),
		"no-link":     change("no-link", func(w *wish) { w.peer = "-" }),
	}
}

func TestSphereLogoutRefused(t *testing.T) {
	r := newSphere(t, nil)
	k := r.vi("tient", operatorName, plain)
	in := r.present(k).session()
	for name, w := range badWishes(r, k) {
		got := r.play(r.order(w))
		if !r.serves(plain, "tient-"+name, in) {
			t.Errorf("%s closes the session", name)
		}
		if name != "other-member" && strings.Contains(got.body, `Value="`+sso.StatusSuccess) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	w := r.wish("_deux", k)
	r.play(r.order(w))
	in = r.present(r.again(k, "tient-2")).session()
	if got := r.play(r.order(w)); !r.serves(plain, "deux", in) || !strings.Contains(got.body, sso.StatusRequestDenied) {
		t.Errorf("a LogoutRequest serves twice: %s", got.body)
	}
	front := r.wish("_face", k)
	front.binding, front.signer = sso.BindingPOST, ""
	if got := r.play(r.order(front)); got.status != http.StatusForbidden || strings.Contains(got.body, "SAMLResponse") {
		t.Errorf("a front channel is answered: %d %s", got.status, got.body)
	}
}

// again is a new VI for the same session at the operator.
func (r *sphereRig) again(k token, name string) token {
	next := r.vi(name, k.signer, k.service)
	next.vi.SessionIndex = k.vi.SessionIndex
	return next
}

// D06, D07: leaving the service ends its session alone; leaving the sphere asks the operator, and believes its answer alone.
func TestLeaving(t *testing.T) {
	r := newSphere(t, nil)
	local := r.present(r.vi("local", operatorName, plain)).session()
	if got := r.visit(r.service.Logout(""), local); got.status != http.StatusOK || r.serves(plain, "local", local) {
		t.Errorf("local: %d", got.status)
	}
	k := r.vi("global", operatorName, plain)
	global := r.present(k).session()
	second := r.again(k, "global-2")
	second.service, second.vi.Audiences = strict, [][]string{{r.audience(strict)}}
	beside := r.present(second).session()
	got := r.visit(r.service.SphereLogout(""), global)
	to, err := url.Parse(got.header.Get("Location"))
	if err != nil || !strings.HasPrefix(to.String(), r.operators[operatorName].Logout) || r.serves(plain, "global", global) || r.serves(strict, "beside", beside) {
		t.Fatalf("%d %v", got.status, got.header)
	}
	raw, err := inflated(to.Query().Get("SAMLRequest"))
	if err != nil || !strings.Contains(raw, k.vi.SessionIndex) || to.Query().Get("Signature") == "" {
		t.Fatalf("%v %s", err, raw)
	}
	_, id, _ := strings.Cut(raw, ` ID="`)
	id, _, _ = strings.Cut(id, `"`)
	for _, c := range []struct {
		id, sub string
		status  int
		text    string
	}{
		{"_inconnue", "", http.StatusForbidden, "aucune déconnexion"}, {id, sso.StatusPartialLogout, http.StatusOK, "partielle"},
		{id, "", http.StatusForbidden, "aucune déconnexion"},
	} {
		if got := r.conclude(c.id, c.sub); got.status != c.status || !strings.Contains(got.body, c.text) {
			t.Errorf("%s: %d %s", c.id, got.status, got.body)
		}
	}
	if got := r.visit(r.service.SphereLogout("")); got.status != http.StatusOK {
		t.Errorf("without session: %d", got.status)
	}
}

// conclude brings the operator's answer to a LogoutRequest.
func (r *sphereRig) conclude(id, sub string) page {
	r.t.Helper()
	key, err := r.Set.Credential(operatorName + "/signature")
	if err != nil {
		r.t.Fatal(err)
	}
	out, err := sso.LogoutResponse{
		ID: "_reponse", InResponseTo: id, Issuer: organism(r.world, operatorName).Issuer, Destination: r.service.SLO(), IssueInstant: r.Now, SubStatus: sub,
	}.Send(sso.Sending{Binding: sso.BindingRedirect, Signer: &key, Now: r.Now})
	if err != nil {
		r.t.Fatal(err)
	}
	return r.play(request{method: http.MethodGet, target: r.service.SLO() + "?" + out.Query, peer: "-"})
}

// AlterRequests and AlterLogouts are the judge's faults: what leaves departs as it was told.
func TestAlterings(t *testing.T) {
	r := newSphere(t, nil)
	r.service.AlterRequests(func(q *sso.AuthnRequest, s *sso.Sending) { q.ACS, s.Signer = "https://ailleurs.test/acs", nil })
	asked, _ := r.ask(t, plain, operatorName)
	if asked.Verified || asked.ACS != "https://ailleurs.test/acs" {
		t.Errorf("%+v", asked.AuthnRequest)
	}
	r.service.AlterRequests(nil)
	if asked, _ := r.ask(t, plain, operatorName); !asked.Verified {
		t.Error("the fault stays")
	}
	r.service.AlterLogouts(func(q *sso.LogoutRequest, _ *sso.Sending) { q.SessionIndexes = []string{"_autre"} })
	out, err := r.service.RequestLogout(r.operators[operatorName], interops.NameID{Value: "a"}, "_s")
	if err != nil || !strings.Contains(string(out.XML), "_autre") {
		t.Errorf("%v %s", err, out.XML)
	}
}

// inflated undoes the encoding of a Redirect.
func inflated(encoded string) (string, error) {
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", err
	}
	out, err := io.ReadAll(flate.NewReader(bytes.NewReader(raw)))
	return string(out), err
}
