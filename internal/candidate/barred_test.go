package candidate_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/dns"
)

// Nothing is sent to production, to the link or to the cloud under a machine; a test platform by its address or name is reached.
func TestBarredHosts(t *testing.T) {
	for host, of := range map[string]string{
		"auth.esante.gouv.fr": "esante.gouv.fr", "AMELI.FR.": "ameli.fr", "mail.mssante.fr": "mssante.fr", "mssante.chu.fr": "mssante.chu.fr",
		"169.254.169.254": "169.254.0.0/16", "fe80::1": "fe80::/10", "[fe80::1%eth0]": "fe80::/10", "::ffff:169.254.1.1": "169.254.0.0/16",
		"64:ff9b::a9fe:a9fe": "169.254.0.0/16", "2002:a9fe:a9fe::1": "169.254.0.0/16", "fd00:ec2::254": "fd00:ec2::254/128", "100.100.100.200": "100.100.100.200/32",
		"idp.chu.test": "", "ameli.fr.test": "", "formation.mssante.fr": "", "127.0.0.1": "", "[::1]": "", "10.0.0.1": "", "fd00::1": "", "localhost": "", "": "",
	} {
		var barred *candidate.BarredError
		if err := candidate.Barred(host); errors.As(err, &barred) != (of != "") || barred != nil && (barred.Of != of || barred.Error() == "") {
			t.Errorf("%q: %v, want %q", host, err, of)
		}
	}
	for address, want := range map[string]bool{"https://Ameli.FR/x": true, "https://u@169.254.169.254:80/latest": true, "https://idp.test/?u=https://ameli.fr": false, "::": false, "": false} {
		if got := candidate.BarredURL(address) != nil; got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
}

// A name is refused before it is looked up, and one that leads to a barred address before anything is sent there.
func TestGuardedDialer(t *testing.T) {
	zone := new(dns.Zone)
	for name, to := range map[string]string{"nuage.test.invalid": "169.254.169.254", "ici.test.invalid": "127.0.0.1"} {
		if err := zone.Set(name, "A", to); err != nil {
			t.Fatal(err)
		}
	}
	server, err := dns.Serve("127.0.0.1:0", zone)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	_, port, err := net.SplitHostPort(door.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	dial := candidate.Guarded(net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.Address())
	}}})
	for host, of := range map[string]string{"nuage.test.invalid": "169.254.0.0/16", "169.254.1.1": "169.254.0.0/16", "www.ameli.fr": "ameli.fr", "ici.test.invalid": ""} {
		conn, err := dial(t.Context(), "tcp", net.JoinHostPort(host, port))
		var barred *candidate.BarredError
		if errors.As(err, &barred); of == "" && err != nil || of != "" && (barred == nil || barred.Host != host || barred.Of != of) {
			t.Errorf("%s: %v, want %q", host, err, of)
		}
		if err == nil {
			_ = conn.Close()
		}
	}
	asked := server.Journal(func(q dns.Query) bool { return q.Name == "www.ameli.fr" })
	if len(asked) > 0 {
		t.Errorf("a name of production was looked up: %+v", asked)
	}
	if _, err := dial(t.Context(), "tcp", "169.254.1.1"); err == nil {
		t.Error("an address without port is reached")
	}
}
