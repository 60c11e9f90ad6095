package ops

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/sso"
	"etalon/stubs/members"
)

// membersPartner makes of the members of a sphere the partner of a side: what is armed on them is their manner alone.
type membersPartner struct{ *members.Members }

// Arm implements partner: whatever was armed is over.
func (p membersPartner) Arm(int, mutation.Conduct) { p.Recover() }

// prepareS readies the persons and the service operators to which they go.
func (s *clientSide) prepareS() error {
	driver := &personDriver{run: s.run, declared: s.declared}
	s.driver = driver
	declared, listen := s.declared.S, s.run.Candidate.Listen
	keys, err := s.operatorKeys()
	if err != nil {
		return err
	}
	s.members, err = members.Start(members.Config{
		Bench: s.run.Bench, Listen: listen.At(listen.Ports.Service), Patience: s.run.Patience, Log: s.run.Log,
		Operator: members.Operator{
			Organism: s.declared.Organism, SSO: declared.SSO, SLO: declared.SLO, SOAP: declared.SOAP, Keys: keys,
		},
		Observe: func(x members.Exchange) { s.observe(heardMember(x)) },
	})
	if err != nil {
		return err
	}
	s.partner = membersPartner{s.members}
	if declared.Rebound == "" { // services ask by themselves: that is where a person begins
		s.declared.P.Link = s.askLink(s.project.Provider, s.home.Name)
	}
	return nil
}

// askLink is the address at which a service asks the operator for a person.
func (s *clientSide) askLink(organism, service string) string {
	return s.members.AskURL(organism, service) + "?marqueur=" + candidate.MarkerPlace
}

// operatorKeys are the certificates with which the operator signs, as its metadata say; those of the test PKI when it
// publishes none. Whether they are listed and trusted is judged on each message.
func (s *clientSide) operatorKeys() ([][]*x509.Certificate, error) {
	credential, err := s.run.Bench.PKI.Credential(s.declared.Organism + "/signature")
	if err != nil {
		return nil, fmt.Errorf("find keys of %s: %w", s.declared.Organism, err)
	}
	keys := [][]*x509.Certificate{credential.Chain}
	if s.declared.S.Metadata == "" {
		return keys, nil
	}
	agent := s.fetcher()
	defer func() { _ = agent.Close() }()
	page, err := agent.Get(context.Background(), s.declared.S.Metadata)
	if err != nil || page.Status != http.StatusOK {
		return keys, nil // what is wrong with them is the cases' business
	}
	return append(sso.VerifyMetadata(page.Body, s.declared.Organism, s.circle()).Keys, keys...), nil
}

// fetcher is a browser that nobody sits before.
func (s *clientSide) fetcher() *browser.Agent {
	roots := s.run.Bench.RootPool()
	return browser.New(browser.Options{Roots: roots, Patience: s.run.Patience})
}

// circle is what the harness knows when it judges what the operator publishes.
func (s *clientSide) circle() sso.Circle {
	b := s.run.Bench
	return sso.Circle{
		Convention: b.Convention.Settled(), Profile: b.Profile, Now: b.Clock.Now(), Trust: s.signerTrust(), Emitted: true,
	}
}

// heardMember is what reached a service operator of the sphere.
func heardMember(x members.Exchange) arrival {
	carried := x.Kind == members.KindResponse
	return arrival{
		Method: x.Method, URL: x.URL, Header: x.Header, Body: x.Body, RequestID: x.RequestID, TLS: x.TLS, Ours: x.Ours,
		Status: x.Status, AnswerHeader: x.AnswerHeader, Answer: x.Answer, Err: x.Err, Started: x.Started, Now: x.Expectation.Now,
		carried: carried, business: carried && x.Response.VI.ID+x.Response.VI.NameID.Value != "", claimed: x.Response.VI, message: x.Response.Response,
		session: x.Response.VI.NameID.Value, member: &x,
		judge: func() judgedVI {
			return judgedVI{x.Response.VI, x.Response.Findings, x.Expectation.Now, x.Expectation.Profile.Skew()}
		},
	}
}

// place is a service of the sphere.
type place struct {
	project interops.Project
	service interops.Service
}

// place finds the service that the features call by its part in the trial, among those for which the operator may
// authenticate; as the sphere stands by the wall clock, whatever the protocol's.
func (s *clientSide) place(name string) (place, bool) {
	now := bench.Wall()
	switch name {
	case "principal":
		return place{s.project, s.home}, true
	case "second":
		return s.firstPlace(func(p place) bool { return p.project.InForce(now) && p.project.Provider != s.project.Provider })
	case "troisieme":
		second, _ := s.place("second")
		return s.firstPlace(func(p place) bool {
			return p.project.InForce(now) && p.service.Name != s.home.Name && p.service.Name != second.service.Name
		})
	case "retire":
		return s.firstPlace(func(p place) bool {
			return p.project.End.After(p.project.Start.Time) && !now.Before(p.project.End.Time)
		})
	case "entre": // of a member that came in after others
		return s.firstPlace(func(p place) bool {
			sphere := s.run.Bench.Convention.Settled().Sphere
			member, _ := sphere.Member(p.project.Provider)
			founder := slices.ContainsFunc(sphere.Members, func(m interops.Member) bool { return m.Joined.Before(member.Joined.Time) })
			return founder && p.project.InForce(now)
		})
	case "nouveau":
		sphere := s.run.Bench.Convention.Settled().Sphere
		return s.firstPlace(func(p place) bool {
			member, _ := sphere.Member(p.project.Provider)
			return len(sphere.Unaccepting(member)) > 0
		})
	}
	return place{}, false
}

func (s *clientSide) firstPlace(is func(place) bool) (place, bool) {
	for _, p := range s.run.Bench.Convention.Opened() {
		if p.Mode != interops.ModeS || p.Client != s.declared.Organism || !slices.Contains(s.members.Names(), p.Provider) {
			continue
		}
		for _, service := range p.Services {
			if at := (place{p, service}); s.reaches(at) && is(at) {
				return at, true
			}
		}
	}
	return place{}, false
}

// reaches tells whether a person can be sent to a service: by the operator's own address, or at the service's wish.
func (s *clientSide) reaches(p place) bool {
	_, ok := s.declared.P.At(p.service.Name)
	return ok || s.declared.S.SSO != ""
}

// link is the address that sends a person to a service.
func (s *clientSide) link(p place) string {
	if link, ok := s.declared.P.At(p.service.Name); ok {
		return link
	}
	return s.askLink(p.project.Provider, p.service.Name)
}

// signerTrust judges the chain of a signer as a partner does.
func (s *clientSide) signerTrust() func([]*x509.Certificate, time.Time) []pki.PathError {
	trust := &pki.Trust{
		Roots: s.run.Bench.Roots(), Revocation: &pki.Checker{}, FailOpen: s.run.profileInForce().TLS.Revocation == "fail-open",
	}
	return func(chain []*x509.Certificate, _ time.Time) []pki.PathError {
		return trust.Verify(chain, pki.UsageSignature, bench.Wall())
	}
}
