package dns_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	wire "github.com/miekg/dns"

	"etalon/internal/dns"
)

// serve serves a zone on a free port, until the test ends.
func serve(t *testing.T, zone *dns.Zone) *dns.Server {
	t.Helper()
	s, err := dns.Serve("127.0.0.1:0", zone)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// resolver asks a server over a network.
func resolver(s *dns.Server, network string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.Address())
	}}
}

// set puts records in a zone.
func set(t *testing.T, z *dns.Zone, name, kind string, data ...string) {
	t.Helper()
	if err := z.Set(name, kind, data...); err != nil {
		t.Fatal(err)
	}
}

func TestRecordsAreServedOverBothNetworks(t *testing.T) {
	zone := &dns.Zone{}
	set(t, zone, "Voisin.test", dns.MX, "10 mx.voisin.test.", "20 secours.voisin.test.")
	set(t, zone, "mx.voisin.test", dns.A, "127.0.0.9")
	set(t, zone, "_imap._tcp.voisin.test", dns.SRV, "0 1 993 imap.voisin.test.")
	set(t, zone, "alias.test", dns.CNAME, "mx.voisin.test.")
	s := serve(t, zone)
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			r := resolver(s, network)
			mx, err := r.LookupMX(t.Context(), "voisin.TEST.")
			if err != nil || len(mx) != 2 || mx[0].Host != "mx.voisin.test." || mx[1].Pref != 20 {
				t.Errorf("MX: %v, %v", mx, err)
			}
			_, srv, err := r.LookupSRV(t.Context(), "imap", "tcp", "voisin.test.")
			if err != nil || len(srv) != 1 || srv[0].Target != "imap.voisin.test." || srv[0].Port != 993 {
				t.Errorf("SRV: %v, %v", srv, err)
			}
			for _, name := range []string{"mx.voisin.test.", "alias.test."} {
				ips, err := r.LookupIP(t.Context(), "ip4", name)
				if err != nil || len(ips) != 1 || ips[0].String() != "127.0.0.9" {
					t.Errorf("%s: %v, %v", name, ips, err)
				}
			}
			asked := s.Journal(func(q dns.Query) bool { return q.Network == network && q.Kind == dns.MX })
			if len(asked) != 1 || !strings.EqualFold(asked[0].Name, "voisin.test") || asked[0].Answers != 2 {
				t.Errorf("journal: %+v", asked)
			}
		})
	}
	if all := s.Journal(nil); !slices.IsSortedFunc(all, func(a, b dns.Query) int { return a.Number - b.Number }) || all[0].Number != 1 {
		t.Errorf("numbers: %+v", all)
	}
}

func TestZoneChangesWhileServed(t *testing.T) {
	zone := &dns.Zone{}
	set(t, zone, "a.test", dns.A, "127.0.0.1")
	r := resolver(serve(t, zone), "udp")
	set(t, zone, "A.test.", dns.A, "127.0.0.2")
	ips, err := r.LookupIP(t.Context(), "ip4", "a.test.")
	if err != nil || len(ips) != 1 || ips[0].String() != "127.0.0.2" {
		t.Errorf("changed: %v, %v", ips, err)
	}
	set(t, zone, "a.test", dns.A)
	if ips, err = r.LookupIP(t.Context(), "ip4", "a.test."); err == nil {
		t.Errorf("removed: %v", ips)
	}
}

// What no zone holds does not exist; a name above one that exists, or without records of the type, does.
func TestAnswersWithoutRecords(t *testing.T) {
	zone := &dns.Zone{}
	set(t, zone, "mx.voisin.test", dns.A, "127.0.0.9")
	set(t, zone, "boucle.test", dns.CNAME, "boucle.test.")
	s := serve(t, zone)
	for _, c := range []struct {
		name string
		kind uint16
		code int
	}{
		{"ailleurs.test.", wire.TypeA, wire.RcodeNameError},
		{"voisin.test.", wire.TypeMX, wire.RcodeSuccess},
		{"mx.voisin.test.", wire.TypeAAAA, wire.RcodeSuccess},
		{"boucle.test.", wire.TypeA, wire.RcodeSuccess},
	} {
		reply, _, err := new(wire.Client).Exchange(new(wire.Msg).SetQuestion(c.name, c.kind), s.Address())
		if err != nil || reply.Rcode != c.code {
			t.Errorf("%s: %v, %v", c.name, reply, err)
		}
	}
	several := new(wire.Msg).SetQuestion("mx.voisin.test.", wire.TypeA)
	several.Question = append(several.Question, several.Question[0])
	if reply, _, err := new(wire.Client).Exchange(several, s.Address()); err == nil && reply.Rcode != wire.RcodeFormatError {
		t.Errorf("two questions: %v", reply)
	}
}

// An answer that is too long for a datagram is cut, and whole over TCP.
func TestLongAnswerIsTruncated(t *testing.T) {
	zone := &dns.Zone{}
	var data []string
	for i := range 60 {
		data = append(data, fmt.Sprintf("127.0.1.%d", i))
	}
	set(t, zone, "beaucoup.test", dns.A, data...)
	s := serve(t, zone)
	asked := new(wire.Msg).SetQuestion("beaucoup.test.", wire.TypeA)
	cut, _, err := new(wire.Client).Exchange(asked, s.Address())
	if err != nil || !cut.Truncated {
		t.Errorf("UDP: %v, %v", cut, err)
	}
	whole, _, err := (&wire.Client{Net: "tcp"}).Exchange(asked, s.Address())
	if err != nil || whole.Truncated || len(whole.Answer) != len(data) {
		t.Errorf("TCP: %d records, %v", len(whole.Answer), err)
	}
}

// A size below 512 octets is taken as 512 (RFC 6891 §6.2.3): an answer that fits is whole.
func TestSmallSizesAreTakenAsTheLeast(t *testing.T) {
	zone := &dns.Zone{}
	var data []string
	for i := range 15 {
		data = append(data, fmt.Sprintf("127.0.1.%d", i))
	}
	set(t, zone, "quelques.test", dns.A, data...)
	s := serve(t, zone)
	for _, size := range []uint16{0, 100, 511} {
		asked := new(wire.Msg).SetQuestion("quelques.test.", wire.TypeA).SetEdns0(size, false)
		reply, _, err := (&wire.Client{UDPSize: 4096}).Exchange(asked, s.Address())
		if err != nil || reply.Truncated || len(reply.Answer) != len(data) {
			t.Errorf("size %d: %v, %v", size, reply, err)
		}
	}
}

func TestWhatCannotBeServedIsRefused(t *testing.T) {
	zone := &dns.Zone{}
	for _, c := range []struct{ name, kind, data string }{
		{"a.test", "SPF", "v=spf1"}, {"a.test", "A", "not-an-address"}, {"a.test", "MX", ""}, {"", "A", "127.0.0.1"},
		{"a b.test", "A", "127.0.0.1"}, {"a.test", "inconnu", "x"}, {strings.Repeat("a", 64) + ".test", "A", "127.0.0.1"},
	} {
		if err := zone.Set(c.name, c.kind, c.data); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
	taken := serve(t, zone)
	if s, err := dns.Serve(taken.Address(), zone); err == nil {
		t.Errorf("two servers on %s", s.Address())
	}
}
