package stand

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
	"etalon/stubs/authentication"
)

// The means and the persons of the mock operators of a sphere.
const (
	ladderCode   = "login-code"
	ladderVitale = "vitale-code"
)

// errNoSphere tells that the convention organises no sphere in which someone authenticates for another.
var errNoSphere = verdict.Tell("opérateur : aucun projet de mode S de la convention n'a deux parties", "play an operator: no project of mode S in the convention has two parties")

// operatedProject is the project of mode S that a mock authentication operator plays: of its first operator, towards a
// service operator that is another organism, with rights to grant when there is one.
func operatedProject(c *interops.Convention) (interops.Project, bool) {
	var found interops.Project
	for _, p := range c.Opened() {
		if p.Mode != interops.ModeS || p.Client == p.Provider || !p.End.IsZero() || found.Name != "" && p.Client != found.Client {
			continue
		}
		if found.Name == "" || len(found.PAGM) == 0 && len(p.PAGM) > 0 {
			found = p
		}
	}
	return found, found.Name != ""
}

// startAuthentication starts the mock authentication operator among the members that the harness plays.
func (s *Stub) startAuthentication(o StubOptions, parts stubParts) error {
	project, ok := operatedProject(o.Convention)
	if !ok {
		return errNoSphere
	}
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	config := authentication.Config{
		Bench: parts.bench, Organism: project.Client, Traces: parts.traces, Log: parts.log, Flaws: o.Flaws,
		Listen: fmt.Sprintf("127.0.0.1:%d", ports[0]), Manage: fmt.Sprintf("127.0.0.1:%d", ports[1]),
	}
	if config.Peers, err = peersOf(o, parts, project.Client); err != nil {
		return err
	}
	role := authenticationRole(o, project, "https://"+config.Listen, "http://"+config.Manage+"/gestion/")
	var reading atomic.Value // an http.HandlerFunc, once the operator runs
	mux := http.NewServeMux()
	mux.Handle("POST /read-metadata", bench.LocalOnly(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if read, runs := reading.Load().(http.HandlerFunc); runs {
			read(w, r)
		}
	})))
	desk, err := s.serve(mux)
	if err != nil {
		return err
	}
	role.Verbs[candidate.ReadMetadata] = desk + "/read-metadata"
	if err := s.write(o, candidate.StubCandidate{Name: "Souche opérateur d'authentification", Authentication: role}); err != nil {
		return err
	}
	c, err := candidate.Load(s.Candidate)
	if err != nil {
		return err
	}
	config.Habilitations = rights(c.Authentication.Users)
	for _, u := range c.Authentication.Users {
		config.Accounts = append(config.Accounts, authentication.Account{ID: u.ID, Secret: u.Secret})
	}
	operator, err := authentication.Start(config)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, operator.Close)
	reading.Store(readingPeers(operator, config.Peers, parts.bench))
	return nil
}

// readingPeers has a mock authentication operator read the metadata of its members. Not believing them is its right.
func readingPeers(operator *authentication.Operator, peers []authentication.Peer, b *bench.Bench) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, p := range peers {
			raw, err := FetchMetadata(r.Context(), strings.TrimSuffix(p.Front, "/slo")+"/metadata", b)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
				return
			}
			_, _ = operator.Register(raw)
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// peersOf are the addresses of the service operators at the harness, as it lays them out. The first can only be told of
// logouts through the browser.
func peersOf(o StubOptions, parts stubParts, operator string) ([]authentication.Peer, error) {
	var all []authentication.Peer
	for _, m := range o.Convention.Sphere.Members {
		if !m.Plays(interops.ServiceOperator) || m.Organism == operator {
			continue
		}
		credential, err := parts.bench.PKI.Credential(m.Organism + "/signature")
		if err != nil {
			return nil, err
		}
		at := fmt.Sprintf("https://127.0.0.1:%d/%s", o.Ports.Service, url.PathEscape(m.Organism))
		p := authentication.Peer{
			Organism: m.Organism, ACS: []string{at + "/acs"}, Front: at + "/slo", Keys: [][]*x509.Certificate{credential.Chain},
		}
		if len(all) > 0 {
			p.Back = p.Front
		}
		all = append(all, p)
	}
	return all, nil
}

// authenticationRole is what the candidate file says of the mock operator.
func authenticationRole(o StubOptions, project interops.Project, face, manage string) *candidate.StubRole {
	rebond := func(p interops.Project, service string) string {
		return face + authentication.PathRebond + url.PathEscape(p.Provider) + "/" + url.PathEscape(service) + "?RelayState=" + candidate.MarkerPlace
	}
	main := project.Services[0].Name
	declared := candidate.AuthenticationS{
		SSO: face + authentication.PathSSO, SLO: face + authentication.PathSLO, SOAP: face + authentication.PathSLO,
		Context: face + authentication.PathContext, Metadata: face + authentication.PathMetadata, Logout: face + authentication.PathLogout,
		Login: candidate.Recipe{
			URL: face + authentication.PathLogin, Success: candidate.Success{Cookie: "session-operateur"},
			Form: candidate.Form{
				User: authentication.FieldName, Password: authentication.FieldSecret,
				Extra: map[string]string{authentication.FieldMeans: "${classe}"},
			},
		},
		Rebound: rebond(project, main), Services: map[string]string{}, Choice: candidate.Choice{Project: project.Name, Service: main},
	}
	granted := map[string][]string{}
	for _, p := range o.Convention.Opened() {
		if p.Mode != interops.ModeS || p.Client != project.Client {
			continue
		}
		for _, service := range p.Services {
			if p.Provider != project.Client && service.Name != main {
				declared.Services[service.Name] = rebond(p, service.Name)
			}
		}
		for _, g := range p.PAGM[:min(1, len(p.PAGM))] {
			granted[p.Name] = append(granted[p.Name], g.Name)
		}
	}
	role := &candidate.StubRole{
		Organism: project.Client, Modes: []candidate.Declared{declared}, Users: sphereUsers(o.Profile, granted),
		Traces: "traces.jsonl", Logs: []string{"application.log"}, Clock: manage + "clock", Verbs: map[candidate.Verb]string{},
	}
	for _, verb := range []candidate.Verb{
		candidate.WithdrawRight, candidate.GrantRight, candidate.Restart, candidate.BreakTraces, candidate.MendTraces,
	} {
		role.Verbs[verb] = manage + string(verb)
	}
	return role
}

// sphereUsers are those who log in to the mock operators: by a code, one of them by a card.
func sphereUsers(profile *interops.Profile, granted map[string][]string) []candidate.StubUser {
	code, vitale := classOf(profile, ladderCode), classOf(profile, ladderVitale)
	return []candidate.StubUser{
		{ID: "agent-%04d", Count: 50, Class: code, Rights: granted},
		{ID: "agent-fort", Class: vitale, Rights: granted},
		{ID: "agent-sans-droit", Class: code},
	}
}

// classOf is the authentication class of a level of the ladder.
func classOf(profile *interops.Profile, level string) string {
	if rank := profile.Rank(level); rank >= 0 {
		return profile.Levels[rank].Class
	}
	return ""
}
