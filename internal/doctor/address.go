package doctor

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/pki"
)

// server is one server that the file names, by all the keys that name it.
type server struct {
	keys   []string
	scheme string
	host   string // as the address has it, without port
	at     string // host:port
}

// servers lists those that the addresses of the file name, in its order.
func (p Patient) servers() (all []server) {
	for _, n := range p.Candidate.Names() {
		u, err := url.Parse(n.URL)
		if err != nil || u.Hostname() == "" {
			continue
		}
		s := server{[]string{n.Key}, u.Scheme, u.Hostname(), net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme]))}
		i := slices.IndexFunc(all, func(known server) bool { return known.scheme == s.scheme && known.at == s.at })
		if i < 0 {
			all = append(all, s)
			continue
		}
		all[i].keys = append(all[i].keys, n.Key)
	}
	return all
}

// addresses looks at each server once: its name, its port, what it speaks, its certificate and its clock.
func (p Patient) addresses(ctx context.Context) (symptoms []Symptom) {
	for _, s := range p.servers() {
		for _, found := range p.look(ctx, s) {
			found.Field, found.Scope = cmp.Or(found.Field, s.keys[0]), p.scopeOf(s.keys[0])
			if found.Closed {
				found.Closed = !aside(s.keys[0])
			}
			if len(s.keys) > 1 && found.Field == s.keys[0] {
				found.Remedy = join(found.Remedy, say("(De même pour %s.)", "(Likewise for %s.)", strings.Join(s.keys[1:], ", ")))
			}
			symptoms = append(symptoms, found)
		}
	}
	return symptoms
}

// aside tells that a key is of something without which the honest exchange goes on: a clock, a gesture, traces.
func aside(key string) bool {
	return slices.ContainsFunc([]string{".clock", ".verbs", ".traces", ".indicators", ".metadata", ".services", ".discovery", ".second_node"}, func(part string) bool {
		return strings.Contains(key, part)
	})
}

// scopeOf is the role and mode of a key; empty where the key is of none, or of several.
func (p Patient) scopeOf(key string) string {
	rest, ofRole := strings.CutPrefix(key, "roles.")
	if !ofRole {
		return ""
	}
	role, rest, _ := strings.Cut(rest, ".")
	mode, _, _ := strings.Cut(rest, ".")
	found := ""
	for _, scope := range p.Candidate.Scope() {
		if scope == role+"/"+mode || scope == role+"/"+string(candidate.NoMode) {
			return scope
		}
		if strings.HasPrefix(scope, role+"/") {
			found = cmp.Or(found, scope)
		}
	}
	return found
}

// look connects to a server, and asks nothing of it but the time.
func (p Patient) look(ctx context.Context, s server) []Symptom {
	ctx, stop := context.WithTimeout(ctx, cmp.Or(p.Limits.Wait, 5*time.Second))
	defer stop()
	conn, err := candidate.Guarded(net.Dialer{})(ctx, "tcp", s.at)
	if err != nil {
		return []Symptom{unconnected(s.at, err)}
	}
	defer func() { _ = conn.Close() }()
	if deadline, bounded := ctx.Deadline(); bounded {
		_ = conn.SetDeadline(deadline)
	}
	chain, secured, err := p.handshake(ctx, conn, s.host)
	if s.scheme == "http" {
		if len(chain) > 0 {
			return []Symptom{{Sign: TLSNotPlain, Closed: true, What: say("%s parle TLS, et l'adresse est en http", "%s speaks TLS, and the address is http", s.at),
				Remedy: say("Écrivez https ici, ou le port où le candidat répond en clair.", "Write https here, or the port at which the candidate answers in clear.")}}
		}
		return p.plainClock(ctx, s)
	}
	var record tls.RecordHeaderError
	switch {
	case len(chain) == 0 && errors.As(err, &record):
		return []Symptom{{Sign: PlainNotTLS, Closed: true, What: say("%s répond en clair, et l'adresse est en https", "%s answers in clear, and the address is https", s.at),
			Remedy: say("Donnez le port où le candidat parle TLS.", "Give the port at which the candidate speaks TLS.")}}
	case len(chain) == 0:
		return []Symptom{{Sign: NoHandshake, Doubt: true, What: say("la poignée de main TLS avec %s échoue (%v)", "the TLS handshake with %s fails (%v)", s.at, err),
			Remedy: say("Il faut TLS 1.2 au moins, et un certificat de serveur.", "It takes TLS 1.2 at least, and a server certificate.")}}
	}
	symptoms := p.certificate(s.keys[0], named{s.host, s.keys[0]}, chain)
	if err != nil {
		return symptoms // it wants a certificate of ours, which the honest exchange presents
	}
	return append(symptoms, p.clockOf(secured, s)...)
}

// handshake makes a TLS handshake, and returns what the server showed even where it does not go through.
func (p Patient) handshake(ctx context.Context, conn net.Conn, host string) (chain []*x509.Certificate, secured *tls.Conn, err error) {
	config := pki.ClientConfig(pki.Credential{}, p.Now, func(shown []*x509.Certificate) error {
		chain = shown
		return nil
	})
	config.ServerName = host
	secured = tls.Client(conn, config)
	err = secured.HandshakeContext(ctx)
	return chain, secured, err
}

// plainClock asks a plain server for the time.
func (p Patient) plainClock(ctx context.Context, s server) []Symptom {
	conn, err := candidate.Guarded(net.Dialer{})(ctx, "tcp", s.at)
	if err != nil {
		return nil
	}
	defer func() { _ = conn.Close() }()
	if deadline, bounded := ctx.Deadline(); bounded {
		_ = conn.SetDeadline(deadline)
	}
	return p.clockOf(conn, s)
}

// clockOf asks a server for the time of its answer, and tells when that is another time than ours.
func (p Patient) clockOf(conn net.Conn, s server) []Symptom {
	if aside(s.keys[0]) {
		return nil
	}
	asked := p.Now()
	if _, err := fmt.Fprintf(conn, "HEAD / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", s.at); err != nil {
		return nil
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodHead})
	if err != nil {
		return nil
	}
	_ = answer.Body.Close()
	said, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return nil
	}
	return p.Clock(p.scopeOf(s.keys[0]), said.Sub(asked).Round(time.Second))
}

// mostSkew is by how much clocks may differ before it is worth a word, where a role declares no tolerance of its own.
const mostSkew = 30 * time.Second

// Clock tells of a candidate whose clock is ahead of ours by an offset that its role does not tolerate.
func (p Patient) Clock(scope string, offset time.Duration) []Symptom {
	role, _ := candidate.SplitScope(scope)
	least := mostSkew
	if a := p.Candidate.Access(role); a != nil && a.SkewSeconds != nil && !role.WithoutMode() {
		least = max(least, time.Duration(*a.SkewSeconds)*time.Second)
	}
	if offset.Abs() <= least {
		return nil
	}
	field := "roles." + string(role) + ".clock"
	if slices.Contains(candidate.MSSRoles(), role) {
		field = "mssante.clock"
	}
	what := say("l'horloge du candidat retarde de %d s sur celle du banc", "the candidate's clock is %d s behind the harness's", seconds(offset))
	if offset > 0 {
		what = say("l'horloge du candidat avance de %d s sur celle du banc", "the candidate's clock is %d s ahead of the harness's", seconds(offset))
	}
	return []Symptom{{Sign: ClockOff, Scope: scope, Field: field, What: what,
		Remedy: say("Mettez les deux machines à l'heure (NTP) ; si une horloge d'essai est réglée chez le candidat, rendez-lui l'heure.", "Set both machines by NTP; if a test clock is set at the candidate's, give it the time of day back.")}}
}

// seconds are how many an offset has, whatever its direction.
func seconds(offset time.Duration) int64 { return int64(offset.Abs().Round(time.Second) / time.Second) }

// unconnected tells why no connection was made.
func unconnected(address string, err error) Symptom {
	var dns *net.DNSError
	var barred *candidate.BarredError
	var late net.Error
	s := Symptom{Closed: true}
	switch {
	case errors.As(err, &barred):
		s.Sign, s.What = Barred, say("le banc n'envoie jamais rien à %s (%s)", "the harness never sends anything to %s (%s)", barred.Host, barred.Of)
		s.Remedy = say("Donnez une adresse d'essai.", "Give a test address.")
	case errors.As(err, &dns):
		s.Sign, s.What = NoName, say("le nom %s ne mène à aucune adresse", "the name %s leads to no address", dns.Name)
		s.Remedy = say("Corrigez-le, donnez l'adresse IP, ou ajoutez le nom à /etc/hosts.", "Correct it, give the IP address, or add the name to /etc/hosts.")
	case errors.Is(err, syscall.ECONNREFUSED):
		s.Sign, s.What = PortClosed, say("rien n'écoute à %s", "nothing listens at %s", address)
		s.Remedy = say("Démarrez le candidat, ou corrigez l'adresse et le port.", "Start the candidate, or correct the address and the port.")
	case errors.As(err, &late) && late.Timeout():
		s.Sign, s.What = Silent, say("%s n'a pas répondu à temps", "%s did not answer in time", address)
		s.Remedy = say("Ouvrez le pare-feu, ou corrigez l'adresse.", "Open the firewall, or correct the address.")
	default:
		s.Sign, s.What = Silent, say("%s ne répond pas (%v)", "%s does not answer (%v)", address, err)
		s.Remedy = say("Vérifiez l'adresse, le port et le réseau.", "Check the address, the port and the network.")
	}
	return s
}
