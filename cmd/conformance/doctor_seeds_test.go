package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/stand"
)

// after is the text in quotes behind a mark, as candidate files write it.
func (s *situation) after(mark string) string {
	_, rest, found := strings.Cut(s.text(), mark+`"`)
	value, _, closed := strings.Cut(rest, `"`)
	if !found || !closed {
		s.t.Fatalf("no %s in\n%s", mark, s.text())
	}
	return value
}

// swap changes a text of the candidate file.
func swap(old, by string) func(*situation) { return func(s *situation) { s.replace(old, by) } }

// sets changes the text in quotes behind a mark, where it first stands and wherever it comes again.
func sets(mark string, by func(s *situation, old string) string) func(*situation) {
	return func(s *situation) {
		old := s.after(mark)
		s.replace(`"`+old+`"`, `"`+by(s, old)+`"`)
	}
}

// to gives a value whatever the old one.
func to(value string) func(*situation, string) string {
	return func(*situation, string) string { return value }
}

// part changes a part of the old value.
func part(old, by string) func(*situation, string) string {
	return func(s *situation, value string) string {
		if !strings.Contains(value, old) {
			s.t.Fatalf("no %q in %q", old, value)
		}
		return strings.Replace(value, old, by, 1)
	}
}

// agrees gives the candidate file a convention of its own: the sample with a change of which the mock candidate knows nothing.
func agrees(old, by string) func(*situation) {
	return func(s *situation) {
		text := string(candidate.SampleText("convention.yaml"))
		if !strings.Contains(text, old) {
			s.t.Fatalf("no %q in the sample convention", old)
		}
		s.write("convention.yaml", strings.ReplaceAll(text, old, by))
		s.replace("roles:\n", "convention: convention.yaml\nroles:\n")
	}
}

// presents has the harness use a credential of the test PKI, of which the key is that of another where there are two.
func presents(key, name string, otherKey ...string) func(*situation) {
	return func(s *situation) {
		at := func(name string) string {
			organism, use, _ := strings.Cut(name, "/")
			return filepath.Join(s.keyring.dir, "organisms", organism, use)
		}
		of := append(otherKey, name)[0]
		s.replace("pki: {", fmt.Sprintf("pki: {%s: {certificate: %q, key: %q}, ", key, at(name)+".pem", at(of)+".key"))
	}
}

// traces points at another file, of that text.
func traces(text string) func(*situation) {
	return func(s *situation) {
		s.write("autres.jsonl", text)
		s.replace("traces.jsonl", "autres.jsonl")
	}
}

// served puts another server in the place of the candidate's: one that shows a credential of the test PKI, or the first
// certificates of its chain, and answers so.
func served(mark, name string, certificates int, answer http.HandlerFunc) func(*situation) {
	return sets(mark, func(s *situation, old string) string {
		credential, err := s.set.Credential(name)
		if err != nil {
			s.t.Fatal(err)
		}
		shown := credential.TLS()
		if certificates > 0 {
			shown.Certificate = shown.Certificate[:certificates]
		}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			s.t.Fatal(err)
		}
		secured := tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{shown}, ClientAuth: tls.RequestClientCert})
		stop := bench.Serve(secured, answer)
		s.t.Cleanup(func() { _ = stop() })
		return "https://" + listener.Addr().String() + "/interops/service-a"
	})
}

// faulty answers a SOAP fault of that code.
func faulty(code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprintf(w, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:a="http://www.w3.org/2005/08/addressing">a:%s</faultcode><faultstring>non</faultstring></s:Fault></s:Body></s:Envelope>`, code)
	}
}

// taken has another program listen at a port that the file fixes.
func taken(name string) func(*situation) {
	return func(s *situation) {
		c, err := candidate.Load(s.file)
		if err != nil {
			s.t.Fatal(err)
		}
		port := map[string]int{"probe": c.Listen.Ports.Probe, "revocation": c.Listen.Ports.Revocation, "provider": c.Listen.Ports.Provider, "service": c.Listen.Ports.Service, "authentication": c.Listen.Ports.Authentication}[name]
		s.occupy(c.Listen.At(port))
	}
}

// occupy listens at an address until the test ends.
func (s *situation) occupy(address string) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = l.Close() })
}

// moved is another free port in the place of one that the file fixes.
func moved(of func(candidate.Ports) int) func(*situation) {
	return func(s *situation) {
		c, err := candidate.Load(s.file)
		if err != nil {
			s.t.Fatal(err)
		}
		s.replace(fmt.Sprint(of(c.Listen.Ports)), fmt.Sprint(freePort(s.t)))
	}
}

// late sets the candidate's clock.
func late(by time.Duration) func(*situation) {
	return func(s *situation) {
		answer, err := http.Post(s.after("clock: {http: "), "text/plain", strings.NewReader(time.Now().Add(-by).UTC().Format(time.RFC3339)))
		if err != nil || answer.StatusCode >= 300 {
			s.t.Fatal(err, answer)
		}
		_ = answer.Body.Close()
	}
}

// strangers gives the mock candidate a test PKI that the harness knows nothing of.
func strangers(s *situation, o *stand.StubOptions) {
	set, err := stand.NewPKI(o.Convention, fmt.Sprintf("http://127.0.0.1:%d", s.revocation), true)
	if err != nil {
		s.t.Fatal(err)
	}
	o.PKI = set
}

// seeds are the misconfigurations, and the honest twin of each role.
func seeds() []seed {
	endpoint := "endpoint: "
	traced := []string{"fournisseur/A/X02", "fournisseur/A/V10"}
	return []seed{
		{"honnête", "fournisseur/A", "", nil, nil, []string{"fournisseur/A/A05"}},
		{"audience du candidat", "fournisseur/A", "projects[0].services[0].audience", nil, agrees("http://service-a.fournisseur.test", "http://autre.fournisseur.test"), nil},
		{"émetteur du banc", "fournisseur/A", "organisms[0].issuer", nil, agrees("urn:interops:11111111100011:idp:client-test:1", "urn:interops:11111111100011:idp:autre-test:1"), nil},
		{"PAGM inconnu du candidat", "fournisseur/A", "projects[0].pagm", nil, agrees("PAGM_CONSULTATION", "PAGM_AUTRE"), nil},
		{"convention échue", "fournisseur/A", "projects[0].end", nil, agrees("start: 2026-01-01", "start: 2025-01-01\n    end: 2026-01-01"), nil},
		{"convention à venir", "fournisseur/A", "projects[0].start", nil, agrees("start: 2026-01-01", "start: 2036-01-01"), nil},
		{"projet d'un autre mode", "fournisseur/A", "roles.fournisseur.A.project", nil, agrees("    mode: A\n    client: organisme-client", "    mode: P\n    client: organisme-client"), nil},
		{"projet inconnu", "fournisseur/A", "roles.fournisseur.A.project", nil, sets("project: ", to("inconnu")), nil},
		{"niveau hors de l'échelle", "fournisseur/A", "projects[0].services[0].minimum_level", nil, agrees("minimum_level: login-question", "minimum_level: inconnu"), nil},
		{"chemin", "fournisseur/A", "roles.fournisseur.A.endpoint", nil, sets(endpoint, part("/interops/", "/interop/")), nil},
		{"rien n'écoute", "fournisseur/A", "roles.fournisseur.A.endpoint", nil, sets(endpoint, to("https://127.0.0.1:1/interops/service-a")), nil},
		{"nom sans adresse", "fournisseur/A", "roles.fournisseur.A.endpoint", nil, sets(endpoint, to("https://absent.invalid/interops/service-a")), nil},
		{"https sur un port en clair", "fournisseur/A", "roles.fournisseur.A.endpoint", nil, func(s *situation) {
			sets(endpoint, to("https"+strings.TrimPrefix(s.after("clock: {http: "), "http")))(s)
		}, nil},
		{"certificat à un autre nom", "fournisseur/A", "roles.fournisseur.A.endpoint", nil, served(endpoint, "organisme-fournisseur/tls~wrong-host", 0, faulty("Server")), nil},
		{"certificat de serveur échu", "fournisseur/A", "roles.fournisseur.A.endpoint", nil, served(endpoint, "organisme-fournisseur/tls~expired", 0, faulty("Server")), nil},
		{"certificat de serveur à venir", "fournisseur/A", "roles.fournisseur.A.endpoint", nil, served(endpoint, "organisme-fournisseur/tls~not-yet-valid", 0, faulty("Server")), nil},
		{"cachet servi comme certificat TLS", "fournisseur/A", "roles.fournisseur.A.endpoint", nil, served(endpoint, "organisme-fournisseur/signature", 0, faulty("Server")), nil},
		{"chaîne incomplète", "fournisseur/A", "roles.fournisseur.A.endpoint", nil, served(endpoint, "organisme-fournisseur/tls", 1, faulty("Server")), nil},
		{"autorité du candidat inconnue", "fournisseur/A", "pki.trust", strangers, nil, nil},
		{"SOAPAction", "fournisseur/A", "roles.fournisseur.A.soap_action", nil, served(endpoint, "organisme-fournisseur/tls", 0, faulty("ActionNotSupported")), nil},
		{"sonde non branchée", "fournisseur/A", "roles.fournisseur.backend", nil, moved(func(p candidate.Ports) int { return p.Probe }), nil},
		{"port de la sonde pris", "fournisseur/A", "listen.ports.probe", nil, taken("probe"), nil},
		{"port des listes de révocation pris", "fournisseur/A", "listen.ports.revocation", nil, taken("revocation"), nil},
		{"horloge en retard de vingt minutes", "fournisseur/A", "roles.fournisseur.clock", nil, late(20 * time.Minute), []string{"fournisseur/A/X04", "fournisseur/A/A01", "fournisseur/A/V08"}},
		{"certificats TLS et de cachet échangés", "fournisseur/A", "pki.client", nil, presents("client", "organisme-client/signature"), nil},
		{"certificat TLS d'un autre organisme", "fournisseur/A", "pki.client", nil, presents("client", "organisme-tiers/tls"), nil},
		{"cachet d'un autre organisme", "fournisseur/A", "pki.signature", nil, presents("signature", "organisme-tiers/signature"), nil},
		{"certificat du banc échu", "fournisseur/A", "pki.client", nil, presents("client", "organisme-client/tls~expired"), nil},
		{"certificat du banc à venir", "fournisseur/A", "pki.client", nil, presents("client", "organisme-client/tls~not-yet-valid"), nil},
		{"clé d'un autre certificat", "fournisseur/A", "pki.client.key", nil, presents("client", "organisme-client/tls", "organisme-client/signature"), nil},
		{"traces absentes", "fournisseur/A", "roles.fournisseur.traces", nil, swap("traces.jsonl", "ailleurs.jsonl"), traced},
		{"traces illisibles", "fournisseur/A", "roles.fournisseur.traces.file", nil, func(s *situation) {
			if err := os.Mkdir(filepath.Join(s.dir, "dossier"), 0o700); err != nil {
				s.t.Fatal(err)
			}
			s.replace("traces.jsonl", "dossier")
		}, traced},
		{"traces qui ne sont pas du JSON", "fournisseur/A", "roles.fournisseur.traces", nil, traces("ceci n'est pas du JSON\n"), traced},
		{"traces d'une autre forme", "fournisseur/A", "roles.fournisseur.traces", nil, traces("{\"a\":1}\n"), traced},
		{"traces qui ne grandissent pas", "fournisseur/A", "roles.fournisseur.traces", nil, traces("{\"viId\":\"_1\"}\n"), traced},
	}
}
