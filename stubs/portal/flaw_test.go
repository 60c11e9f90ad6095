package portal_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/inquiry"
	"etalon/internal/sso"
	"etalon/stubs/portal"
)

// ofInquiry tells the flaws of the exchange of traces, which TestInquiries tries.
func ofInquiry(f portal.Flaw) bool {
	return slices.ContainsFunc(inquiry.Flaws(), func(i inquiry.Flaw) bool { return i.Name == f.Name })
}

func TestHonestPortalFailsNothing(t *testing.T) {
	for requirement, how := range tried(t, slices.Concat(emission, behaviour)) {
		t.Errorf("%s: %s", requirement, strings.Join(how, ", "))
	}
}

// ofEmission tells the flaws that show in every VI alike.
func ofEmission(f portal.Flaw) bool {
	return slices.ContainsFunc(f.Must, func(id string) bool {
		return slices.Contains([]string{"V02", "V18", "V19", "G10", "G11", "T05"}, id)
	})
}

// TestEachFlawIsASingleNeglect plays the battery to every flaw: it fails what it must, and nothing but what it may.
func TestEachFlawIsASingleNeglect(t *testing.T) {
	for _, f := range portal.Flaws() {
		if _, onLink := opened[f.Name]; onLink || ofInquiry(f) {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			trials := emission
			if !ofEmission(f) {
				trials = slices.Concat(emission, behaviour)
			}
			failed := tried(t, trials, f.Name)
			delete(failed, "X") // no requirement: an exit at which nothing came
			benchtest.SingleNeglect(t, failed, f.Must, f.May)
		})
	}
}

func TestFlawsAreWellFormed(t *testing.T) {
	names := map[string]bool{}
	covered := map[string]bool{}
	for _, f := range slices.Concat(portal.Flaws(), portal.Behaviours()) {
		if names[f.Name] || f.Name == "" || f.Title.FR == "" || f.Title.EN == "" {
			t.Errorf("%q: repeated, or without a title", f.Name)
		}
		names[f.Name] = true
		for _, must := range f.Must {
			covered[must] = true
		}
	}
	for _, f := range portal.Flaws() {
		if len(f.Must) == 0 {
			t.Errorf("%s: must fail nothing", f.Name)
		}
	}
	for _, id := range strings.Fields("T02 T03 T04 T05 T07 V02 V18 V19 V20 G10 G11 L01 L02 L03 L04 L08 P12 P13 P14 P15 X01 X03 X04 X05 X06 X08 X12 X13 X14 K01") {
		if !covered[id] {
			t.Errorf("no flaw must fail %s", id)
		}
	}
}

// linkTrials are the partners to which nothing may be sent.
var linkTrials = []string{
	"tls-server-certificate-self-signed", "tls-server-certificate-wrong-host", "tls-server-certificate-expired",
	"tls-server-certificate-revoked", "tls-server-certificate-unknown-ca", "tls-server-certificate-client-usage",
	"tls-server-certificate-ca", "tls-server-certificate-rsa1024", "tls-server-certificate-sha1",
	"tls-version-tls10", "tls-version-tls11", "tls-suite-weak", "channel-clear-http",
	"channel-redirect-https-to-http", "answer-redirect",
}

// opened are the trials in which each flaw of the link sends what it must not.
var opened = map[string]string{
	"trusts-any-server-authority": "tls-server-certificate-unknown-ca tls-server-certificate-self-signed",
	"accepts-self-signed-server":  "tls-server-certificate-self-signed",
	"skips-server-name":           "tls-server-certificate-wrong-host",
	"ignores-server-expiry":       "tls-server-certificate-expired",
	"skips-server-revocation":     "tls-server-certificate-revoked",
	"accepts-tls10":               "tls-version-tls10 tls-version-tls11",
	"accepts-tls11":               "tls-version-tls11",
	"accepts-weak-suites":         "tls-suite-weak",
	"skips-server-usage":          "tls-server-certificate-client-usage",
	"accepts-authority-as-server": "tls-server-certificate-ca",
	"accepts-weak-server-key":     "tls-server-certificate-rsa1024",
	"accepts-sha1-server":         "tls-server-certificate-sha1",
	"follows-temporary-redirect":  "channel-redirect-https-to-http",
	"follows-permanent-redirect":  "answer-redirect",
	"falls-back-to-http":          "channel-clear-http",
}

func TestLinks(t *testing.T) {
	for flaw, want := range opened {
		t.Run(flaw, func(t *testing.T) {
			t.Parallel()
			linked(t, want, flaw)
		})
	}
	t.Run("honest", func(t *testing.T) { linked(t, "") })
}

// linked presents the partners of linkTrials to a portal, which sends to those of want alone what it must not.
func linked(t *testing.T, want string, flaws ...string) {
	r := newRig(t, sso.TransportProxyPost, flaws)
	b := r.agent(1)
	for _, trial := range linkTrials {
		r.receiver.arm(trial)
		carrying := responses(b.get("/sortie/extranet").left)
		r.receiver.arm("")
		redirects := strings.Contains(trial, "redirect")
		sent := slices.ContainsFunc(carrying, func(x arrival) bool { return x.Clear || !redirects })
		if passes := slices.Contains(strings.Fields(want), trial); sent != passes {
			t.Errorf("%s: sent %v, want %v", trial, sent, passes)
		}
		if p := b.get("/sortie/extranet"); p.status != http.StatusOK || len(responses(p.left)) != 1 {
			t.Fatalf("%s: the honest exit after it: %d, %d Responses", trial, p.status, len(responses(p.left)))
		}
	}
}

func TestBehaviours(t *testing.T) {
	for name, status := range map[string]int{
		portal.RefusesEverything: http.StatusForbidden, portal.AnswersServerError: http.StatusInternalServerError, portal.SendsNothing: http.StatusOK,
	} {
		r := newRig(t, sso.TransportProxyPost, []string{name})
		if p := r.agent(1).get("/sortie/extranet"); p.status != status || len(p.left) > 0 {
			t.Errorf("%s: %d, %d requests left", name, p.status, len(p.left))
		}
	}
}
