package provider_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"regexp"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/soap"
)

// message is one call as it goes over the wire.
type message struct {
	name    string // also its marker and its request identifier
	service string
	method  string
	query   string
	header  http.Header
	raw     []byte
	peer    string // pki name of the TLS certificate
}

// target is where an honest message goes.
type target struct {
	project interops.Project
	service interops.Service
}

func (w *world) target(project, service string) target {
	p, _ := w.Convention.Project(project)
	s, _ := p.Service(service)
	return target{p, s}
}

// targets are those that mutations may need, the ordinary one first.
func (w *world) targets() []target {
	return []target{
		w.target("consultation", home), w.target("applicatif", "service-applicatif"),
		w.target("historique", "service-historique"), w.target("signe", "service-signe"),
	}
}

// draft is an honest message for a target.
func (w *world) draft(t testing.TB, at target, name string) *soap.Draft {
	t.Helper()
	signer, err := w.Set.Credential(at.project.Client + "/signature")
	if err != nil {
		t.Fatal(err)
	}
	client, _ := w.Convention.Organism(at.project.Client)
	to, _ := w.Convention.Organism(at.project.Provider)
	profile := candidate.DefaultProfile("current")
	user := "agent-zéphyr"
	if at.service.User == interops.UserForbidden {
		user = profile.NameID.ApplicationContextValue
	}
	end := w.Now.Add(10 * time.Minute)
	d := &soap.Draft{
		VI: interops.VI{
			Version: "2.0", ID: "_" + name, IssueInstant: w.Now, Issuer: client.Issuer,
			NameID:       interops.NameID{Format: interops.FormatUnspecified, Value: user},
			Confirmation: interops.Confirmation{Method: interops.MethodBearer, Recipient: to.Recipient, NotOnOrAfter: end},
			NotBefore:    w.Now.Add(-time.Minute), NotOnOrAfter: end, Audiences: [][]string{{at.service.Audience}},
			AuthnInstant: w.Now.Add(-time.Minute), SessionIndex: "_" + name, AuthnContext: interops.ClassPassword,
			PAGM: []string{at.project.PAGM[0].Name},
		},
		Body:   []byte(`<m:consulter xmlns:m="urn:m"><m:marqueur>marqueur-` + name + `</m:marqueur><m:texte>Évaluation</m:texte></m:consulter>`),
		Signer: signer, Profile: profile, Credential: w.Set.Credential, Rand: bench.Seed("s").Source(name), Now: w.Now,
		TokenReference: true,
	}
	if at.project.Name == "historique" {
		d.VI.Version = "1.1"
	}
	if at.project.MessageSignature {
		d.Created, d.Expires, d.MessageSigner = w.Now, end, &signer
	}
	return d
}

// honest makes an honest message; change may alter its draft.
func (w *world) honest(t testing.TB, at target, name string, change ...func(*soap.Draft)) message {
	t.Helper()
	d := w.draft(t, at, name)
	for _, f := range change {
		f(d)
	}
	raw, err := d.Build()
	if err != nil {
		t.Fatalf("build %s: %v", name, err)
	}
	return message{
		name: name, service: at.service.Name, method: http.MethodPost, raw: raw, peer: at.project.Client + "/tls",
		header: http.Header{"Content-Type": {"text/xml; charset=utf-8"}, "X-Request-Id": {name}},
	}
}

// where returns the first target that meets the needs of a mutation.
func (w *world) where(m mutation.Mutation) (target, mutation.Honest, bool) {
	profile := candidate.DefaultProfile("current")
	for _, at := range w.targets() {
		h := mutation.Honest{Now: w.Now, Profile: profile, Convention: w.Convention, Project: at.project, Service: at.service}
		if len(m.Unmet(h)) == 0 {
			return at, h, true
		}
	}
	return target{}, mutation.Honest{}, false
}

// faulty makes the messages of a mutation: one, or two for a replay. It is false for a conduct of the link.
func (w *world) faulty(t testing.TB, m mutation.Mutation) ([]message, bool) {
	t.Helper()
	at, h, met := w.where(m)
	if !met {
		return nil, false
	}
	link, err := w.Set.Credential(at.project.Client + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	h.Link = link.Leaf()
	c := m.Behaviour(h)
	if c.Hello != nil || c.MinTLS != 0 || c.Plain || c.ClientCertificate != "" {
		return nil, false
	}
	who := at
	if c.Organism != "" {
		who.project.Client = c.Organism
	}
	msg := w.honest(t, who, m.Name, func(d *soap.Draft) {
		d.Hooks = m.Hooks(h)
		d.SOAP = c.SOAP
	})
	msg.service = serviceOf(m, at)
	w.behave(t, c, &msg)
	if c.Replay == nil {
		return []message{msg}, true
	}
	return w.replay(t, at, *c.Replay, m.Name), true
}

// serviceOf is the endpoint of a mutation: that of another project for those that call upon one.
func serviceOf(m mutation.Mutation, at target) string {
	switch m.Name {
	case "project-ended":
		return "service-termine"
	case "project-future":
		return "service-futur"
	}
	return at.service.Name
}

// behave applies a conduct to a message.
func (w *world) behave(t testing.TB, c mutation.Conduct, msg *message) {
	if c.LinkOrganism != "" {
		msg.peer = c.LinkOrganism + "/tls"
	}
	if c.Method != "" {
		msg.method = c.Method
	}
	if c.SOAP == soap.V12 {
		msg.header.Set("Content-Type", soap.MediaType12)
	}
	if c.ContentType != "" {
		msg.header.Set("Content-Type", c.ContentType)
	}
	for name, values := range c.Header {
		msg.header[name] = values
	}
	if c.VIInQuery {
		vi := regexp.MustCompile(`(?s)<saml2:Assertion.*</saml2:Assertion>`).Find(msg.raw)
		if vi == nil {
			t.Fatal("no VI to move to the address")
		}
		msg.query = "VI=" + base64.RawURLEncoding.EncodeToString(vi)
		rest, err := soap.Strip(msg.raw)
		if err != nil {
			t.Fatal(err)
		}
		msg.raw = rest
	}
}

// replay is an honest message and the same VI in a second one.
func (w *world) replay(t testing.TB, at target, how mutation.Replay, name string) []message {
	once := func(d *soap.Draft) { d.VI.OneTimeUse = how.OneTimeUse }
	first := w.honest(t, at, name+"-d-abord", once, func(d *soap.Draft) { d.VI.ID = "_" + name })
	second := first
	second.name = name
	second.raw = bytes.ReplaceAll(first.raw, []byte("marqueur-"+first.name), []byte("marqueur-"+name))
	second.header = first.header.Clone()
	second.header.Set("X-Request-Id", name)
	if how.ClientCertificate != "" {
		second.peer = at.project.Client + "/" + how.ClientCertificate
	}
	return []message{first, second}
}
