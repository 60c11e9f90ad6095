package provider_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"etalon/stubs/provider"
)

// linkTrials are ways to open the link that an honest provider refuses.
var linkTrials = map[string]struct {
	peer   string
	change func(*tls.Config)
	header [2]string
}{
	"anonymous":        {},
	"unknown-ca":       {peer: clientName + "/tls~unknown-ca"},
	"self-signed":      {peer: clientName + "/tls~self-signed"},
	"expired":          {peer: clientName + "/tls~expired"},
	"not-yet-valid":    {peer: clientName + "/tls~not-yet-valid"},
	"revoked":          {peer: clientName + "/tls~revoked"},
	"unlisted":         {peer: clientName + "/tls~unlisted"},
	"server-usage":     {peer: clientName + "/tls~server-auth-only"},
	"ca":               {peer: clientName + "/tls~ca"},
	"rsa-1024":         {peer: clientName + "/tls~rsa-1024"},
	"sha1":             {peer: clientName + "/tls~sha1"},
	"stale-crl":        {peer: clientName + "/tls~stale-crl"},
	"ocsp-unreachable": {peer: clientName + "/tls~ocsp-unreachable"},
	"other-organism":   {peer: "organisme-tiers/tls"},
	"spoofed-header": {
		peer:   "organisme-tiers/tls",
		header: [2]string{"X-SSL-Client-S-DN", "CN=passerelle TLS organisme-client,OU=TEST,O=TEST organisme-client,C=FR"},
	},
	"tls10": {peer: clientName + "/tls", change: only(tls.VersionTLS10)},
	"tls11": {peer: clientName + "/tls", change: only(tls.VersionTLS11)},
	"weak-suite": {peer: clientName + "/tls", change: func(c *tls.Config) {
		c.MaxVersion = tls.VersionTLS12
		c.CipherSuites = []uint16{tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}
	}},
}

func only(version uint16) func(*tls.Config) {
	return func(c *tls.Config) {
		c.MinVersion, c.MaxVersion, c.CipherSuites = version, version, nil
	}
}

// opened are the trials that each flaw of the link lets through, and nothing else.
var opened = map[string]string{
	"accepts-anonymous-link":      "anonymous",
	"trusts-any-link-authority":   "unknown-ca self-signed",
	"ignores-link-expiry":         "expired",
	"ignores-link-start":          "not-yet-valid",
	"skips-link-revocation":       "revoked",
	"accepts-unlisted-link":       "unlisted",
	"accepts-tls10":               "tls10 tls11",
	"accepts-tls11":               "tls11",
	"accepts-weak-suites":         "weak-suite",
	"skips-link-usage":            "server-usage",
	"accepts-authority-as-client": "ca",
	"accepts-weak-link-key":       "rsa-1024",
	"accepts-sha1-link":           "sha1",
	"ignores-link-identity":       "other-organism spoofed-header",
	"trusts-ssl-header":           "spoofed-header",
	"uses-stale-crl":              "stale-crl",
	"fails-open-on-ocsp":          "ocsp-unreachable",
	"answers-clear-http":          "",
	provider.RefusesEverything:    "",
	provider.AcceptsEverything:    strings.Join(trialNames(), " "),
	"":                            "", // honest
}

func trialNames() []string {
	var names []string
	for name := range linkTrials {
		names = append(names, name)
	}
	return names
}

func TestLinks(t *testing.T) {
	for flaw, want := range opened {
		t.Run("flaw="+flaw, func(t *testing.T) {
			t.Parallel()
			var flaws []string
			if flaw != "" {
				flaws = []string{flaw}
			}
			r := newRig(t, flaws)
			for trial, how := range linkTrials {
				var changes []func(*tls.Config)
				if how.change != nil {
					changes = append(changes, how.change)
				}
				m := r.honest(t, r.targets()[0], "lien-"+trial)
				if how.header[0] != "" {
					m.header.Set(how.header[0], how.header[1])
				}
				link := r.Link(t, how.peer, changes...)
				_, _, err := r.post(link, m)
				link.CloseIdleConnections()
				passes := strings.Contains(" "+want+" ", " "+trial+" ")
				if r.accepted(m) != passes {
					t.Errorf("%s: reached the application %v, want %v (%v)", trial, !passes, passes, err)
				}
			}
		})
	}
}

func TestBrokenHandshakesAreObserved(t *testing.T) {
	r := newRig(t, nil)
	link := r.Link(t, clientName+"/tls~expired")
	if _, _, err := r.post(link, r.honest(t, r.targets()[0], "expire")); err == nil {
		t.Fatal("the link opens")
	}
	xs := r.seen.Await(1)
	if len(xs) != 1 {
		t.Fatalf("%d exchanges observed", len(xs))
	}
	x := xs[0]
	if x.Err == nil || !strings.Contains(x.Err.Error(), "expired") || x.Read == 0 || x.TLS == nil || x.Ours.Name != providerName+"/tls" {
		t.Errorf("%+v", x)
	}
}

func TestClearChannel(t *testing.T) {
	for _, flaws := range [][]string{nil, {"answers-clear-http"}} {
		r := newRig(t, flaws)
		m := r.honest(t, r.targets()[0], "en-clair")
		req, err := http.NewRequest(http.MethodPost, "http://"+r.provider.Addr()+"/interops/"+m.service, strings.NewReader(string(m.raw)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = m.header
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		x := r.seen.All()[0]
		if len(flaws) == 0 && (res.StatusCode != http.StatusBadRequest || r.accepted(m)) {
			t.Errorf("honest: %d, reached %v", res.StatusCode, r.accepted(m))
		}
		if len(flaws) == 1 && (res.StatusCode != http.StatusOK || !r.accepted(m)) {
			t.Errorf("flawed: %d, reached %v", res.StatusCode, r.accepted(m))
		}
		if !x.Clear || string(x.Body) != string(m.raw) {
			t.Errorf("observed %+v", x)
		}
	}
}

func TestGarbageOnTheLink(t *testing.T) {
	r := newRig(t, nil)
	for _, garbage := range []string{"", "\x00", "GET", "\x16\x03\x01\x00", strings.Repeat("A", 128<<10), "\x16\x03\x01\xff\xff" + strings.Repeat("B", 70<<10)} {
		c, err := net.Dial("tcp", r.provider.Addr())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, garbage)
		_ = c.(*net.TCPConn).CloseWrite()
		_ = c.SetReadDeadline(time.Unix(1<<33, 0))
		_, _ = io.Copy(io.Discard, c)
		_ = c.Close()
	}
	m := r.honest(t, r.targets()[0], "ensuite")
	if _, _, err := r.post(r.Link(t, clientName+"/tls"), m); err != nil || !r.accepted(m) {
		t.Errorf("after garbage the honest call fails: %v", err)
	}
}
