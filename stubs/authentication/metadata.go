package authentication

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"time"

	"etalon/internal/bench"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// metadataLife is how long the operator's metadata are valid.
const metadataLife = 7 * 24 * time.Hour

// metadata publishes what the operator is (S16).
func (o *Operator) metadata(c *call) {
	raw, err := o.describe(c.now)
	if err != nil {
		o.unavailable(c, err)
		return
	}
	c.w.Header().Set("Content-Type", "application/samlmetadata+xml")
	o.write(c, http.StatusOK, raw)
}

// describe makes the signed metadata.
func (o *Operator) describe(now time.Time) ([]byte, error) {
	signer, err := o.party.Signature()
	if err != nil {
		return nil, err
	}
	id, err := o.party.NewID()
	if err != nil {
		return nil, err
	}
	m := sso.Metadata{
		ID: id, EntityID: o.party.Organism.Issuer, ValidUntil: now.Add(metadataLife), IDP: true,
		SSO: []sso.Endpoint{{Binding: sso.BindingRedirect, Location: o.URL(PathSSO)}, {Binding: sso.BindingPOST, Location: o.URL(PathSSO)}},
		SLO: []sso.Endpoint{
			{Binding: sso.BindingRedirect, Location: o.URL(PathSLO)}, {Binding: sso.BindingPOST, Location: o.URL(PathSLO)},
			{Binding: sso.BindingSOAP, Location: o.URL(PathSLO)},
		},
		Keys: [][]*x509.Certificate{signer.Chain},
	}
	sending := sso.Sending{Signer: &signer, Rand: bench.Entropy(), Now: now}
	o.policy.describes(&m, &sending, now)
	return m.Build(sending)
}

// errMetadata tells that metadata are not to be believed: the findings say why.
var errMetadata = errors.New("believe metadata: they depart from the norm")

// Register takes the signed metadata of a service operator: its addresses and keys serve from then on (S15, S16). Where
// it gives as many addresses as it offers services, each is that of the service of its place in the convention. The
// findings are the departures of the metadata; with any, nothing is taken, and the error tells that.
func (o *Operator) Register(raw []byte) ([]verdict.Finding, error) {
	now := o.now()
	judged := sso.VerifyMetadata(raw, "", o.circle(&call{now: now}))
	if len(o.policy.excused(judged.Findings)) > 0 || judged.Organism.Name == "" {
		return judged.Findings, errMetadata
	}
	peer := Peer{Organism: judged.Organism.Name, Keys: judged.Keys}
	for _, e := range judged.ACS {
		if e.Binding == sso.BindingPOST {
			peer.ACS = append(peer.ACS, e.Location)
		}
	}
	if member, _ := o.sphere().Member(peer.Organism); len(member.Services) == len(peer.ACS) {
		peer.Services = map[string]string{}
		for i, s := range member.Services {
			peer.Services[s.Name] = peer.ACS[i]
		}
	}
	peer.Back, _ = judged.Endpoint(judged.SLO, sso.BindingSOAP)
	peer.Front, _ = judged.Endpoint(judged.SLO, sso.BindingRedirect)
	if err := o.SetPeer(peer); err != nil {
		return judged.Findings, fmt.Errorf("register metadata: %w", err)
	}
	return judged.Findings, nil
}
