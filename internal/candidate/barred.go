package candidate

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// BarredError tells of a host to which nothing is ever sent, whoever names it (rule 10): one of production, or an address of
// the link or of the cloud under a machine, where no candidate can be.
type BarredError struct {
	// Host is the host as it was named, Of the domain, or the range of addresses, for which it is barred.
	Host, Of string
}

// Error names both.
func (b *BarredError) Error() string {
	return fmt.Sprintf("reach %s: it is barred, as of %s: nothing was sent", b.Host, b.Of)
}

// barredRanges are the addresses of the link (RFC 3927 §2.1, RFC 4291 §2.5.6), and those at which clouds tell a machine its
// credentials.
var barredRanges = []netip.Prefix{
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("fd00:ec2::254/128"),
	netip.MustParsePrefix("fd20:ce::254/128"), netip.MustParsePrefix("100.100.100.200/32"), netip.MustParsePrefix("168.63.129.16/32"),
	netip.MustParsePrefix("192.0.0.192/32"),
}

// The ranges in which an address of version 6 holds one of version 4 (RFC 6052 §2.1, RFC 3056 §2).
var (
	translated = netip.MustParsePrefix("64:ff9b::/96")
	tunnelled  = netip.MustParsePrefix("2002::/16")
)

// Barred returns a *BarredError for a host to which nothing is ever sent, and nil for any other. A name is looked at as it is
// written; what it leads to, Guarded looks at.
func Barred(host string) error {
	host = strings.Trim(host, "[]")
	if at, err := netip.ParseAddr(host); err == nil {
		return barredAddress(host, at)
	}
	if domain, found := productionOfMail(host); found {
		return &BarredError{host, domain}
	}
	if p, found := productionOf(host); found && p.Domain != "mssante.fr" {
		return &BarredError{host, p.Domain}
	}
	return nil
}

// BarredURL returns what Barred does of the host of an address; nil for what is no address.
func BarredURL(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	return Barred(u.Hostname())
}

// barredAddress looks at the address to which a host leads.
func barredAddress(host string, at netip.Addr) error {
	at = at.Unmap().WithZone("")
	for _, p := range barredRanges {
		if p.Contains(at) {
			return &BarredError{host, p.String()}
		}
	}
	bytes := at.As16()
	switch {
	case translated.Contains(at):
		return barredAddress(host, netip.AddrFrom4([4]byte(bytes[12:16])))
	case tunnelled.Contains(at):
		return barredAddress(host, netip.AddrFrom4([4]byte(bytes[2:6])))
	}
	return nil
}

// Guarded returns a function that connects as a dialer does, but to no barred host: by its name, before it is looked up, and
// by each address that the name leads to. The error wraps a *BarredError then, and nothing was sent.
func Guarded(d net.Dialer) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			host = address
		}
		if err := Barred(host); err != nil {
			return nil, err
		}
		within := targetsOf(ctx)
		if err := within.names(host, port); err != nil {
			return nil, err
		}
		guarded := d
		guarded.Control = func(_, to string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(to)
			if err != nil {
				return nil
			}
			if err := barredAddress(host, at.Addr()); err != nil {
				return err
			}
			return within.leads(host, at)
		}
		return guarded.DialContext(ctx, network, address)
	}
}
