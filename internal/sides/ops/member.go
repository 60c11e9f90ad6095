package ops

import (
	"context"
	"crypto/x509"
	"net/url"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/sso"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// sphereSide is what the run knows besides of a service operator: the harness plays the authentication operator.
type sphereSide struct {
	declared *candidate.ServiceS
	operator *operatorFace
	// solicited tells that honest Responses answer requests of the candidate; else they come unasked, as a rebound does.
	solicited bool
	trust     *pki.Trust
	keys      [][]*x509.Certificate // that the candidate published, where it declares its metadata
}

// openSphere starts the authentication operator that the candidate knows as its partner.
func (s *providerSide) openSphere(roots *x509.CertPool) error {
	b := s.run.Bench
	credential, err := b.PKI.Credential(s.home.Project.Client + "/tls")
	if err != nil {
		return err
	}
	listen := s.run.Candidate.Listen
	face, err := openOperator(listen.At(listen.Ports.Authentication), credential, roots)
	if err != nil {
		return err
	}
	declared := &s.run.Candidate.Service.S
	s.sphere = &sphereSide{
		declared: declared, operator: face, solicited: declared.Flow == candidate.FlowSP,
		trust: &pki.Trust{Roots: b.Roots(), FailOpen: true},
	}
	face.answer = func(in sso.Incoming) ([]byte, error) { return s.concludeBack(in) }
	raw, err := s.metadata(face.url(stand.OperatorSSO), nil)
	face.publish(raw)
	return err
}

// circle is what the harness knows when it reads a message of the candidate's.
func (s *providerSide) circle() sso.Circle {
	b := s.run.Bench
	return sso.Circle{
		Convention: b.Convention, Profile: b.Profile, Receiver: s.home.Project.Client, Now: b.Clock.Now(), Emitted: true,
		Trust: func(chain []*x509.Certificate, _ time.Time) []pki.PathError {
			return s.sphere.trust.Verify(chain, pki.UsageSignature, bench.Wall())
		},
		Keys: func(organism string) [][]*x509.Certificate { return s.keysOf(organism) },
	}
}

// published reads the keys of the candidate's metadata, where it declares their address: a Redirect carries none.
// Metadata that cannot be read, or believed, give none.
func (s *providerSide) published(ctx context.Context) [][]*x509.Certificate {
	if s.sphere.declared.Metadata == "" {
		return nil
	}
	raw, err := stand.FetchMetadata(ctx, s.sphere.declared.Metadata, s.run.Bench)
	if err != nil {
		s.run.Log.Warn("metadata of the candidate", "cause", err.Error())
		return nil
	}
	judged := sso.VerifyMetadata(raw, s.access.Organism, s.circle())
	if !judged.Trusted {
		return nil
	}
	return judged.Keys
}

// keysOf are the signature keys of an organism: those of the test PKI, and of the candidate those that it published.
func (s *providerSide) keysOf(organism string) [][]*x509.Certificate {
	var keys [][]*x509.Certificate
	if organism == s.access.Organism {
		keys = append(keys, s.sphere.keys...)
	}
	if credential, err := s.run.Bench.PKI.Credential(organism + "/signature"); err == nil {
		keys = append(keys, credential.Chain)
	}
	return keys
}

// asked is a request of the candidate's for an authentication, as a browser brought it.
type asked struct {
	found   bool
	request sso.AuthnRequest
	to      *url.URL // where the browser was sent
	relay   string
	hops    []client.Hop
	kept    verdict.Exchange
}

// ask has a browser ask for the target page of the scenario's service without any session: the candidate sends it to
// the authentication operator.
func (w *World) ask(ctx context.Context, browser *client.Browser) (asked, error) {
	call, marker, err := w.pageCall(browser, stand.OperationOf(w.provider.to.Project))
	if err != nil {
		return asked{}, err
	}
	return w.askAt(ctx, marker, client.Errand{URL: call.Visit.Page, Browser: browser, RequestID: call.RequestID})
}

// askAt does an errand that may end with a request for an authentication.
func (w *World) askAt(ctx context.Context, marker string, e client.Errand) (asked, error) {
	x, err := w.provider.channel.link.Run(ctx, e)
	if err != nil {
		return asked{}, err
	}
	a := asked{hops: x.Hops}
	a.kept, _ = w.keep("request", marker, x)
	for _, hop := range x.Hops {
		d, leaves := hop.Departure()
		if !leaves || !d.Has(sso.ParameterRequest) {
			continue
		}
		judged := sso.VerifyRequest(d.Incoming(), sso.RequestExpectation{
			Circle: w.provider.side.circle(), Destination: w.provider.side.sphere.operator.url(stand.OperatorSSO),
		})
		a.found, a.request, a.to, a.relay = judged.ID != "", judged.AuthnRequest, d.URL, d.RelayState()
	}
	return a, nil
}

// solicit gives a visit the request that it answers, where honest Responses answer one. A candidate that asks nothing
// keeps the Response from being made: trouble.
func (w *World) solicit(ctx context.Context, call *client.Call) error {
	sphere := w.provider.side.sphere
	if sphere == nil || !sphere.solicited || w.provider.unasked || call.Visit == nil || call.Visit.Alone || call.Visit.InResponseTo != "" {
		return nil
	}
	if call.Visit.Browser == nil {
		call.Visit.Browser = client.NewBrowser()
	}
	a, err := w.askAt(ctx, "", client.Errand{URL: call.Visit.Page, Browser: call.Visit.Browser, RequestID: call.RequestID})
	if err != nil || !a.found {
		return err
	}
	call.Visit.InResponseTo, call.Visit.RelayState = a.request.ID, a.relay
	return nil
}

// accessible tells whether a flow is one of the candidate's.
func (s *sphereSide) takes(flow candidate.Flow) bool {
	return s.declared.Flow == candidate.FlowBoth || s.declared.Flow == flow
}

// metadata makes the signed metadata of our operator, with the address of its single sign-on.
func (s *providerSide) metadata(address string, change func(*sso.Metadata, *sso.Sending)) ([]byte, error) {
	b := s.run.Bench
	signer, err := b.PKI.Credential(s.home.Project.Client + "/signature")
	if err != nil {
		return nil, err
	}
	organism, _ := b.Convention.Organism(s.home.Project.Client)
	slo := s.operatorURL(stand.OperatorSLO)
	m := sso.Metadata{
		ID: "_metadonnees-" + s.home.Project.Client, EntityID: organism.Issuer, ValidUntil: b.Clock.Now().Add(metadataLife), IDP: true,
		SSO:  []sso.Endpoint{{Binding: sso.BindingRedirect, Location: address}, {Binding: sso.BindingPOST, Location: address}},
		SLO:  []sso.Endpoint{{Binding: sso.BindingRedirect, Location: slo}, {Binding: sso.BindingPOST, Location: slo}, {Binding: sso.BindingSOAP, Location: slo}},
		Keys: [][]*x509.Certificate{signer.Chain},
	}
	sending := sso.Sending{Signer: &signer, Now: b.Clock.Now()}
	if change != nil {
		change(&m, &sending)
	}
	return m.Build(sending)
}

// person is the user of the scenario with an authentication of a while ago.
func (w *World) person(n int) interops.User {
	return w.run.people.numbered(w.provider.to.Project, w.provider.to.Service, n)
}
