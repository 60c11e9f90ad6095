package sso_test

import (
	"net/http"
	"testing"

	"etalon/internal/interops"
	"etalon/internal/sso"
)

func TestHonestResponseIsAccepted(t *testing.T) {
	for _, mode := range []interops.Mode{interops.ModeP, interops.ModeS} {
		for name, d := range map[string]*sso.Draft{"VI signed": draft(t), "both signed": signedDraft(t)} {
			j := sso.Verify(post(build(t, d)), expect(t, mode))
			if len(j.Findings) > 0 || !j.Verified || j.Element == nil {
				t.Fatalf("%s, %s: verified %t, %+v", mode, name, j.Verified, j.Findings)
			}
			if j.ID != "_r1" || j.Destination != acs || j.Status != sso.StatusSuccess || j.RelayState != target || j.InResponseTo != "" {
				t.Errorf("%s, %s: read %+v", mode, name, j)
			}
			if j.VI.NameID.Value != "agent-0042" || !j.VI.SessionNotOnOrAfter.Equal(d.VI.SessionNotOnOrAfter) || j.Service.Name != "droits" {
				t.Errorf("%s, %s: VI %+v", mode, name, j.VI)
			}
		}
	}
}

func TestHonestResponseInEachTransport(t *testing.T) {
	raw := build(t, draft(t))
	body := posted(sso.ResponseForm(raw, target))
	header := sso.Incoming{Method: "GET", Header: http.Header{sso.HeaderResponse: {sso.Encode(raw)}}}
	named := sso.Incoming{Method: "PUT", Header: http.Header{"X-Jeton": {sso.Encode(raw)}}}
	for name, c := range map[string]struct {
		in                sso.Incoming
		transport, header string
	}{
		"proxy-post":   {body, sso.TransportProxyPost, ""},
		"browser-post": {body, sso.TransportBrowserPost, ""},
		"header":       {header, sso.TransportHeader, ""},
		"named header": {named, sso.TransportHeader, "X-Jeton"},
	} {
		x := expect(t, interops.ModeP)
		x.Transport, x.Header = c.transport, c.header
		if j := sso.Verify(c.in, x); len(j.Findings) > 0 || !j.Verified {
			t.Errorf("%s: verified %t, %+v", name, j.Verified, j.Findings)
		}
	}
}
