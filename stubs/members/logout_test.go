package members_test

import (
	"context"
	"crypto/x509"
	"net/http"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/sso"
	"etalon/stubs/members"
)

func TestLogoutsAreAnsweredAsTold(t *testing.T) {
	r := newRig(t)
	for _, binding := range []sso.Binding{sso.BindingRedirect, sso.BindingPOST} {
		if _, err := r.browser().Post(context.Background(), r.members.ACS(attesting), sso.ResponseForm(r.response(attesting, "attestations", "_s1"), "")); err != nil {
			t.Fatal(err)
		}
		answer := r.confirmed(r.order(attesting, "_s1", binding))
		if len(answer.Findings) > 0 || answer.Status != sso.StatusSuccess {
			t.Errorf("%s: sound answer: %v %s", binding, answer.Findings, answer.Status)
		}
		heard := slices.ContainsFunc(r.seen.All(), func(x members.Exchange) bool {
			return x.Kind == members.KindLogoutRequest && len(x.Logout.Findings) == 0
		})
		if !heard {
			t.Errorf("%s: the LogoutRequest is not told, or has findings", binding)
		}
		again := r.confirmed(r.order(attesting, "_s1", binding))
		if again.Status != sso.StatusSuccess {
			t.Errorf("%s: a session that is over: %s", binding, again.Status)
		}
	}
	r.members.Behave(attesting, members.Manner{Down: true})
	if answer := r.confirmed(r.order(attesting, "_s1", sso.BindingPOST)); answer.Status == sso.StatusSuccess {
		t.Errorf("down: %s", answer.Status)
	}
	r.members.Behave(attesting, members.Manner{Astray: true})
	if answer := r.confirmed(r.order(attesting, "_s1", sso.BindingPOST)); len(answer.Findings) == 0 {
		t.Error("astray: the answer is to the request that came")
	}
	r.members.Recover()
	if answer := r.confirmed(r.order(attesting, "_s1", sso.BindingPOST)); len(answer.Findings) > 0 {
		t.Errorf("recovered: %v", answer.Findings)
	}
}

// The back channel of a member that is down answers nothing of use; that of a sound one confirms.
func TestBackChannel(t *testing.T) {
	r := newRig(t)
	post := func() (int, string) {
		out := r.order(attesting, "_s1", sso.BindingSOAP)
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: pki.ClientConfig(r.Credential(r.t, operator+"/tls"), bench.Wall, func([]*x509.Certificate) error { return nil })}}
		defer client.CloseIdleConnections()
		response, err := client.Post(r.members.SLO(attesting), "text/xml; charset=utf-8", strings.NewReader(string(out.Envelope())))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		body := make([]byte, 1<<14)
		n, _ := response.Body.Read(body)
		return response.StatusCode, string(body[:n])
	}
	if status, body := post(); status != http.StatusOK || !strings.Contains(body, "LogoutResponse") {
		t.Errorf("sound: %d %s", status, body)
	}
	r.members.Behave(attesting, members.Manner{Down: true})
	if status, body := post(); status != http.StatusServiceUnavailable || strings.Contains(body, "LogoutResponse") {
		t.Errorf("down: %d %s", status, body)
	}
}

// A member with several services speaks in the name of the one that the session is at, or else in that of its metadata.
func TestMembersSpeakInTheNameOfTheSession(t *testing.T) {
	r := newRig(t)
	us, _ := r.Convention.Organism(serving)
	if _, err := r.browser().Post(context.Background(), r.members.ACS(serving), sso.ResponseForm(r.response(serving, "suivi-dossier", "_s3"), "")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ index, want string }{{"_s3", "http://suivi-dossier.organisme-3.test"}, {"_inconnue", us.Recipient}} {
		if got := r.confirmed(r.order(serving, c.index, sso.BindingPOST)).Issuer; got != c.want {
			t.Errorf("session %s: issuer %q, want %q", c.index, got, c.want)
		}
	}
}

// A certificate that came without its authorities is followed to them by what its owner published.
func TestCertificatesThatComeAlone(t *testing.T) {
	for _, c := range []struct {
		name  string
		known bool
		want  []string
	}{{"published", true, nil}, {"unknown", false, []string{"certificate-untrusted"}}} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, func(m *members.Config) {
				if !c.known {
					m.Operator.Keys = nil
				}
			})
			r.alone = true
			if _, err := r.browser().Post(context.Background(), r.members.ACS(attesting), sso.ResponseForm(r.response(attesting, "attestations", "_s1"), "")); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range r.last().Response.Findings {
				got = append(got, f.Rule)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("findings %v, want %v", got, c.want)
			}
		})
	}
}

func TestMembersLeaveByTheirOwnRequests(t *testing.T) {
	r := newRig(t)
	session := members.Session{Organism: attesting, VI: interops.VI{NameID: interops.NameID{Value: "agent-0001"}, SessionIndex: "_s9"}}
	out, err := r.members.Leave(session, members.Wish{})
	if err != nil {
		t.Fatal(err)
	}
	us := r.Credential(r.t, attesting+"/signature")
	judged := sso.VerifyLogoutRequest(sso.Incoming{Method: http.MethodPost, Form: out.Form(), Header: http.Header{}}, sso.LogoutExpectation{
		Destination: "https://operateur.test/slo", Person: func(index string) (string, bool) { return "agent-0001", index == "_s9" },
		Circle: sso.Circle{
			Convention: r.Convention, Profile: r.bench.Profile, Receiver: operator, Now: r.bench.Clock.Now(), Trust: r.Trust,
			Keys: func(string) [][]*x509.Certificate { return [][]*x509.Certificate{us.Chain} },
		},
	})
	if len(judged.Findings) > 0 {
		t.Errorf("LogoutRequest: %v", judged.Findings)
	}
	if want := "http://attestations.organisme-4.test"; judged.Issuer != want {
		t.Errorf("issuer %q, want the name of the service, %q", judged.Issuer, want)
	}
	called := r.members.Call(context.Background(), attesting, out) // nobody listens there
	if called.Err == nil || called.Status != 0 {
		t.Errorf("call to nobody: %+v", called)
	}
	if _, err := r.members.Leave(members.Session{Organism: "organisme-inconnu"}, members.Wish{}); err == nil {
		t.Error("an organism without keys leaves")
	}
}
