package stand

import (
	"fmt"
	"net/url"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/stubs/identification"
)

// startIdentification starts the mock identification operator before the authentication operator that the harness plays:
// the first member that identifies without authenticating, else the first that identifies.
func (s *Stub) startIdentification(o StubOptions, parts stubParts) error {
	var member interops.Member
	for _, m := range o.Convention.Sphere.Members {
		alone := !m.Plays(interops.AuthenticationOperator)
		if m.Plays(interops.IdentificationOperator) && (member.Organism == "" || alone && member.Plays(interops.AuthenticationOperator)) {
			member = m
		}
	}
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	config := identification.Config{
		Bench: parts.bench, Organism: member.Organism, Traces: parts.traces, Log: parts.log, Flaws: o.Flaws, Operators: map[string]string{},
		Listen: fmt.Sprintf("127.0.0.1:%d", ports[0]), Manage: fmt.Sprintf("127.0.0.1:%d", ports[1]),
	}
	for _, m := range o.Convention.Sphere.Members {
		if m.Plays(interops.AuthenticationOperator) {
			config.Operators[m.Organism] = fmt.Sprintf("https://127.0.0.1:%d/contexte/%s", o.Ports.Authentication, url.PathEscape(m.Organism))
		}
	}
	role := identificationRole(o, member, "https://"+config.Listen, "http://"+config.Manage+"/gestion/")
	if err := s.write(o, candidate.StubCandidate{Name: "Souche opérateur d'identification", Identification: role}); err != nil {
		return err
	}
	c, err := candidate.Load(s.Candidate)
	if err != nil {
		return err
	}
	for _, u := range c.Identification.Users {
		a := identification.Account{ID: u.ID, Secret: u.Secret}
		for _, m := range member.Identification {
			if classOf(o.Profile, m.Level) == u.Class {
				a.Means = append(a.Means, m.Name)
			}
		}
		config.Accounts = append(config.Accounts, a)
	}
	operator, err := identification.Start(config)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, operator.Close)
	return nil
}

// lastOperator is the last authentication operator in force of a sphere, but for an organism: not the one that whoever
// looks no further takes.
func lastOperator(c *interops.Convention, but string) (name string) {
	for _, m := range c.Sphere.Members {
		if m.Plays(interops.AuthenticationOperator) && m.Organism != but && c.Sphere.InForce(m.Organism, bench.Wall()) {
			name = m.Organism
		}
	}
	return name
}

// identificationRole is what the candidate file says of the mock operator.
func identificationRole(o StubOptions, member interops.Member, face, manage string) *candidate.StubRole {
	role := &candidate.StubRole{
		Organism: member.Organism, Users: sphereUsers(o.Profile, nil), Traces: "traces.jsonl", Logs: []string{"application.log"},
		Clock: manage + "clock", Verbs: map[candidate.Verb]string{},
		Modes: []candidate.Declared{candidate.IdentificationS{
			Operator:       lastOperator(o.Convention, member.Organism),
			Identification: face + identification.PathIdentification + "?" + identification.FieldOperator + "=" + candidate.OperatorPlace,
			Login: candidate.Recipe{
				URL: face + identification.PathLogin, Success: candidate.Success{Cookie: "identification"},
				Form: candidate.Form{
					User: identification.FieldName, Password: identification.FieldSecret,
					Extra: map[string]string{identification.FieldMeans: "${classe}"},
				},
			},
		}},
	}
	for _, verb := range []candidate.Verb{candidate.Logout, candidate.Restart, candidate.BreakTraces, candidate.MendTraces} {
		role.Verbs[verb] = manage + string(verb)
	}
	return role
}
