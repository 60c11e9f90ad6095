package service_test

import (
	"strings"
	"sync"
	"time"

	"etalon/internal/interops"
	"etalon/internal/sso"
)

// token is a VI and where it goes.
type token struct {
	name    string // also its request identifier
	service string
	vi      interops.VI
	change  func(*sso.Draft)
	kept    bool   // one Response serves every receiver
	signer  string // Organism.Name; the client's when empty
}

// token is an honest VI for the first service.
func (w *world) token(name string) token {
	client, _ := w.Convention.Organism(clientName)
	to, _ := w.Convention.Organism(providerName)
	end := w.Now.Add(4 * time.Minute)
	return token{name: name, service: home, kept: strings.HasPrefix(name, "essai-"), vi: interops.VI{
		Version: "2.0", ID: "_" + name, IssueInstant: w.Now, Issuer: client.Issuer,
		NameID:       interops.NameID{Format: interops.FormatUnspecified, Value: "agent-zéphyr"},
		Confirmation: interops.Confirmation{Method: interops.MethodBearer, Recipient: to.Recipient, NotOnOrAfter: end},
		NotBefore:    w.Now.Add(-time.Minute), NotOnOrAfter: end, Audiences: [][]string{{w.audience(home)}},
		AuthnInstant: w.Now.Add(-time.Minute), SessionIndex: "_" + name, AuthnContext: interops.ClassPPT,
		PAGM: []string{"PAGM_CONSULTATION"},
	}}
}

func (w *world) audience(name string) string {
	for _, p := range w.Convention.Opened() {
		if s, ok := p.Service(name); ok {
			return s.Audience
		}
	}
	return ""
}

// of changes the person and her profiles.
func (k token) of(user string, pagm ...string) token {
	k.kept = false
	k.vi.NameID.Value = user
	if len(pagm) > 0 {
		k.vi.PAGM = pagm
	}
	return k
}

// made are the Responses that are kept: their making is most of what the tests cost.
var made sync.Map

// build makes the Response for a receiver.
func (r *rig) build(k token) []byte {
	r.t.Helper()
	if raw, ok := made.Load(k.service + " " + k.name); ok && k.kept {
		return raw.([]byte)
	}
	raw, err := r.response(k, r.service.ACS(k.service))
	if err != nil {
		r.t.Fatalf("build %s: %v", k.name, err)
	}
	if k.kept {
		made.Store(k.service+" "+k.name, raw)
	}
	return raw
}

// response makes the Response that carries a token to an address.
func (w *world) response(k token, acs string) ([]byte, error) {
	if k.signer == "" {
		k.signer = clientName
	}
	signer, err := w.Set.Credential(k.signer + "/signature")
	if err != nil {
		return nil, err
	}
	d := &sso.Draft{
		VI: k.vi, ID: "_r" + k.name, Destination: acs, Signer: signer, Profile: mustProfile(),
		Credential: w.Set.Credential, Now: w.Now,
	}
	if k.change != nil {
		k.change(d)
	}
	return d.Build()
}
