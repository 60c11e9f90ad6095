package client_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/inquiry"
	"etalon/stubs/client"
	"etalon/stubs/provider"
)

// onLink tells the flaws of the link, which TestLinks tries.
func onLink(f client.Flaw) bool {
	_, ok := opened[f.Name]
	return ok
}

// ofInquiry tells the flaws of the exchange of traces, which TestInquiries tries.
func ofInquiry(f client.Flaw) bool {
	return slices.ContainsFunc(inquiry.Flaws(), func(i inquiry.Flaw) bool { return i.Name == f.Name })
}

func TestHonestGatewayFailsNothing(t *testing.T) {
	for requirement, how := range tried(t, slices.Concat(emission, behaviour)) {
		t.Errorf("%s: %s", requirement, strings.Join(how, ", "))
	}
}

// ofEmission tells the flaws that show in every VI alike.
func ofEmission(f client.Flaw) bool {
	return slices.ContainsFunc(slices.Concat(f.Must, f.May), func(id string) bool {
		return slices.Contains([]string{"V02", "V18", "V19", "G10", "G11", "T05"}, id)
	})
}

// TestEachFlawIsASingleNeglect plays the battery to every flaw: it fails what it must, and nothing but what it may.
func TestEachFlawIsASingleNeglect(t *testing.T) {
	for _, f := range client.Flaws() {
		if onLink(f) || ofInquiry(f) {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			trials := emission
			if !ofEmission(f) {
				trials = slices.Concat(emission, behaviour)
			}
			benchtest.SingleNeglect(t, tried(t, trials, f.Name), f.Must, f.May)
		})
	}
}

func TestFlawsAreWellFormed(t *testing.T) {
	names := map[string]bool{}
	for _, f := range slices.Concat(client.Flaws(), client.Behaviours()) {
		if names[f.Name] || f.Name == "" || f.Title.FR == "" || f.Title.EN == "" {
			t.Errorf("%q: repeated, or without a title", f.Name)
		}
		names[f.Name] = true
	}
	for _, f := range client.Flaws() {
		if len(f.Must) == 0 {
			t.Errorf("%s: must fail nothing", f.Name)
		}
		for _, id := range slices.Concat(f.Must, f.May) {
			if len(id) != 3 || !strings.ContainsAny(id[:1], "TVGLAFXK") {
				t.Errorf("%s: requirement %q", f.Name, id)
			}
		}
	}
	covered := map[string]bool{}
	for _, f := range client.Flaws() {
		for _, must := range f.Must {
			covered[must] = true
		}
	}
	for _, id := range strings.Fields("T02 T03 T04 T05 T07 V02 V18 V19 V20 G10 G11 L01 L02 L03 L04 L08 A05 A06 A12 A13 A14 A15 X01 X03 X04 X05 X06 X08 X12 X13 X14 K01") {
		if !covered[id] {
			t.Errorf("no flaw must fail %s", id)
		}
	}
	if n := len(client.Flaws()); n < 45 {
		t.Errorf("%d flaws", n)
	}
	_, err := client.Start(client.Config{Bench: theWorld.World(t).Bench(t), Organism: clientName, Flaws: []string{"skips-server-nam"}})
	if err == nil || !strings.Contains(err.Error(), "skips-server-name") {
		t.Errorf("unknown flaw: %v", err)
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
	"":                            "", // honest
}

func TestLinks(t *testing.T) {
	for flaw, want := range opened {
		t.Run("flaw="+flaw, func(t *testing.T) {
			t.Parallel()
			var flaws []string
			if flaw != "" {
				flaws = []string{flaw}
			}
			b := &battery{rig: newRig(t, flaws, false)}
			for _, trial := range linkTrials {
				b.arm(trial)
				o := b.call(demand{user: b.login(1)})
				b.partner.Disarm()
				redirects := strings.Contains(trial, "redirect")
				sent := slices.ContainsFunc(o.left, func(x provider.Exchange) bool { return x.Clear || !redirects })
				if passes := slices.Contains(strings.Fields(want), trial); sent != passes {
					t.Errorf("%s: sent %v, want %v", trial, sent, passes)
				}
				if o := b.call(demand{user: b.login(1)}); o.status != 200 || len(o.left) != 1 {
					t.Fatalf("%s: the honest call after it: %d, %d messages", trial, o.status, len(o.left))
				}
			}
		})
	}
}
