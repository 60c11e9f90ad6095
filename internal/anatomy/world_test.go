package anatomy_test

import (
	"crypto/x509"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"etalon/internal/anatomy"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/sso"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const acs = "https://fournisseur.test/acs"

var testPKI = sync.OnceValues(func() (*pki.Set, error) {
	return pki.New(pki.Options{Organisms: candidate.DefaultConvention().Organisms, Now: now})
})

// world is what is known around the messages of the tests.
type world struct {
	testing.TB
	set        *pki.Set
	convention *interops.Convention
	profile    *interops.Profile
}

func newWorld(t testing.TB) world {
	t.Helper()
	set, err := testPKI()
	if err != nil {
		t.Fatal(err)
	}
	return world{t, set, candidate.DefaultConvention(), candidate.DefaultProfile("current")}
}

func (w world) knowledge() anatomy.Knowledge {
	return anatomy.Knowledge{Convention: w.convention, Profile: w.profile, Roots: w.set.RootCertificates()}
}

func (w world) credential(name string) pki.Credential {
	w.Helper()
	c, err := w.set.Credential(name)
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// scene is the first project of a mode, as faults see it.
func (w world) scene(mode interops.Mode) mutation.Honest {
	w.Helper()
	i := slices.IndexFunc(w.convention.Projects, func(p interops.Project) bool { return p.Mode == mode })
	if i < 0 {
		w.Fatalf("no project of mode %s", mode)
	}
	p := w.convention.Projects[i]
	return mutation.Honest{
		Now: now, Profile: w.profile, Convention: w.convention, Project: p, Service: p.Services[0], Canary: "http://127.0.0.1:9/canari",
		Link: w.credential(p.Client + "/tls").Leaf(),
	}
}

func (w world) vi(h mutation.Honest) interops.VI {
	user := interops.User{
		ID: "agent-0042", Format: interops.FormatUnspecified, AuthnInstant: now.Add(-5 * time.Minute), Class: interops.ClassPPT, PAGM: []string{h.Project.PAGM[0].Name},
	}
	return saml.VIFor(w.profile, w.convention, h.Project, h.Service, user, "_0f4a7d6e", now)
}

// message is one of a mode, honest with no hooks. A Response bears a signature of its own when both are to be signed.
func (w world) message(h mutation.Honest, hooks saml.Hooks, both ...bool) anatomy.Message {
	w.Helper()
	signer := w.credential(h.Project.Client + "/signature")
	m := anatomy.Message{Protocol: "SOAP", Method: http.MethodPost, Target: "/service", Media: "text/xml; charset=utf-8", Circumstance: anatomy.Circumstance{
		Mode: h.Project.Mode, Sender: h.Project.Client, Receiver: h.Project.Provider, Wall: now, Now: now, Client: h.Link,
	}}
	var err error
	switch h.Project.Mode {
	case interops.ModeA:
		d := soap.Draft{
			VI: w.vi(h), Profile: w.profile, Now: now, Signer: signer, Credential: w.set.Credential, Created: now, Expires: now.Add(5 * time.Minute),
			Body: []byte(`<m:Lire xmlns:m="urn:etalon:test:metier"><m:marque>0001</m:marque></m:Lire>`), TokenReference: true, Hooks: hooks,
		}
		if h.Project.MessageSignature {
			d.MessageSigner = &signer
		}
		m.Raw, err = d.Build()
	default:
		d := sso.Draft{VI: w.vi(h), ID: "_reponse", Destination: acs, Signer: signer, Credential: w.set.Credential, Profile: w.profile, Now: now, Hooks: hooks}
		if len(both) > 0 && both[0] {
			d.ResponseSigner = &signer
		}
		var raw []byte
		raw, err = d.Build()
		m.Raw, m.Media, m.Address, m.Protocol = []byte(sso.ResponseForm(raw, "https://fournisseur.test/app").Encode()), "application/x-www-form-urlencoded", acs, "HTTP"
	}
	if err != nil {
		w.Fatal(err)
	}
	m.Head = "POST /service HTTP/1.1\nContent-Type: " + m.Media + "\nX-Request-Id: 42"
	return m
}

// part is one of the first document.
func part(l anatomy.Layers, of, name string) anatomy.Part {
	for _, d := range l.Documents {
		for _, p := range d.Parts {
			if p.Of == of && p.Name == name {
				return p
			}
		}
	}
	return anatomy.Part{}
}

// leaves gives the certificates of a chain in PEM.
func leaves(c pki.Credential) []*x509.Certificate {
	return anatomy.Certificates(pki.CertificatesPEM(c.Chain))
}
