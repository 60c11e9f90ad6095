package mta

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/dns"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/whitelist"
	"etalon/stubs/mta"
)

// around is what the harness plays around an operator, for as long as its role is judged.
type around struct {
	neighbours map[string]*mta.Neighbour
	zone       *dns.Zone
	names      *dns.Server
	list       *whitelist.Server
	closers    []io.Closer
}

// surround starts the neighbours, the name server and the white list. The key is that of the candidate file that says where
// what could not be started listens.
func (s *Side) surround() (a *around, key string, err error) {
	a = &around{neighbours: map[string]*mta.Neighbour{}, zone: &dns.Zone{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if err = a.settle(s.run.Bench, s.declared.Neighbours.Listen); err != nil {
		return a, "neighbours.listen", err
	}
	if err = bench.WhenFree(func() error {
		a.names, err = dns.Serve(s.declared.Neighbours.DNS, a.zone)
		return err
	}); err != nil {
		return a, "neighbours.dns", err
	}
	a.closers = append(a.closers, a.names)
	a.list, err = whitelist.Listen(whitelist.Options{Address: s.declared.WhiteList.Listen, Now: bench.Wall, Listen: bench.Listen, Log: s.run.Log, Credential: func(variant string) (pki.Credential, error) {
		name := candidate.WhiteListOrganism + "/tls"
		if variant != "" {
			name += "~" + variant
		}
		return s.run.Bench.PKI.Credential(name)
	}})
	if err != nil {
		return a, "white_list.listen", err
	}
	a.closers = append(a.closers, a.list)
	raw, err := s.honestList()
	if err != nil {
		return a, "white_list", err
	}
	a.list.Publish(raw)
	return a, "", nil
}

// attempts is how often a free port is drawn that all neighbours can have.
const attempts = 20

// settle starts the neighbours, each at its place, and puts their names in the zone.
func (a *around) settle(b *bench.Bench, listen string) error {
	first, err := netip.ParseAddrPort(listen)
	if err != nil {
		return fmt.Errorf("read address of neighbours: %w", err)
	}
	for range attempts {
		if err = a.place(b, first); err == nil || first.Port() != 0 {
			return err
		}
		err = errors.Join(err, a.close())
	}
	return err
}

// place starts the neighbours at an address and behind it.
func (a *around) place(b *bench.Bench, at netip.AddrPort) error {
	for _, n := range candidate.Neighbours() {
		credential, err := b.PKI.Credential(n.Shows)
		if err != nil {
			return err
		}
		started, err := mta.StartNeighbour(mta.NeighbourConfig{
			Domain: n.Domain(), Listen: at.String(), Credential: credential, Conduct: mta.Conduct{NoTLS: n.NoTLS, OldTLS: n.OldTLS},
		})
		if err != nil {
			return err
		}
		a.neighbours[n.Name] = started
		a.closers = append(a.closers, started)
		_, port, _ := net.SplitHostPort(started.Address())
		number, _ := strconv.ParseUint(port, 10, 16)
		if err := a.publishes(n, at.Addr()); err != nil {
			return err
		}
		at = candidate.NeighboursAt{}.Behind(netip.AddrPortFrom(at.Addr(), uint16(number)))
	}
	return nil
}

// publishes puts a neighbour in the zone.
func (a *around) publishes(n candidate.Neighbour, at netip.Addr) error {
	kind := dns.A
	if at.Is6() {
		kind = dns.AAAA
	}
	return errors.Join(a.zone.Set(n.Domain(), dns.MX, "10 "+n.Host()+"."), a.zone.Set(n.Host(), kind, at.String()))
}

// receives has a host take mail for a domain, and for one that is under it.
func (a *around) receives(domain, host string) error {
	return errors.Join(a.zone.Set(domain, dns.MX, "10 "+host+"."), a.zone.Set(under+domain, dns.MX, "10 "+host+"."))
}

// forgets takes them out of the zone.
func (a *around) forgets(domain string) {
	_, _ = a.zone.Set(domain, dns.MX), a.zone.Set(under+domain, dns.MX)
}

// under is what a subdomain puts before its domain.
const under = "sous."

// close ends all of it.
func (a *around) close() error {
	if a == nil {
		return nil
	}
	var errs []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		errs = append(errs, a.closers[i].Close())
	}
	a.closers = nil
	return errors.Join(errs...)
}

// entries is the honest white list: the candidate, and the neighbours that are in it.
func (s *Side) entries() (mssante.WhiteList, error) {
	list := mssante.WhiteList{Generated: published()}
	for _, d := range s.declared.Domains {
		list = list.With(mssante.ListedDomain{Name: d, Description: "Opérateur éprouvé", Operator: s.declared.Subject, Updated: list.Generated})
	}
	for _, n := range candidate.Neighbours() {
		if n.Listed == "" {
			continue
		}
		c, err := s.run.Bench.PKI.Credential(n.Listed + "/tls")
		if err != nil {
			return list, err
		}
		list = list.With(mssante.ListedDomain{Name: n.Domain(), Description: "Opérateur d'essai", Operator: pki.Subject(c.Leaf()), Updated: list.Generated})
	}
	return list, nil
}

// honestList is that list as it is published.
func (s *Side) honestList() ([]byte, error) {
	list, err := s.entries()
	if err != nil {
		return nil, err
	}
	signer, err := s.run.Bench.PKI.Credential(candidate.WhiteListOrganism + "/signature")
	if err != nil {
		return nil, err
	}
	return whitelist.Draft{List: list, Signer: signer}.Build()
}
