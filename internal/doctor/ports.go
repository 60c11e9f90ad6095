package doctor

import (
	"errors"
	"maps"
	"net"
	"slices"
	"strconv"
	"syscall"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
)

// Ports tells which of the harness's own ports, fixed by the file, it cannot listen at, among those that the roles of the
// candidate need. It is asked before the harness serves anything, as nobody listens twice at a port.
func Ports(c *candidate.Candidate) (symptoms []Symptom) {
	ports := c.Listen.Ports
	needed := map[string]int{"revocation": ports.Revocation}
	for _, scope := range c.Scope() {
		switch role, mode := candidate.SplitScope(scope); {
		case role.WithoutMode():
		case role == candidate.RoleProvider && c.Provider.Backend == candidate.BackendProbe:
			needed["probe"] = ports.Probe
		case role == candidate.RoleService:
			needed["authentication"] = ports.Authentication
			if c.Service.Backend == candidate.BackendProbe {
				needed["probe"] = ports.Probe
			}
		case role == candidate.RoleIdentification:
			needed["authentication"] = ports.Authentication
		case role == candidate.RoleAuthentication, role == candidate.RoleClient && mode == interops.ModeP:
			needed["service"] = ports.Service
		case role == candidate.RoleClient:
			needed["provider"] = ports.Provider
		}
	}
	for _, name := range slices.Sorted(maps.Keys(needed)) {
		if needed[name] != 0 {
			symptoms = append(symptoms, listens("listen.ports."+name, c.Listen.At(needed[name]), "listen.address")...)
		}
	}
	if m := c.MSSOperator; m != nil {
		symptoms = append(symptoms, listens("roles.mss-operateur.neighbours.listen", m.Neighbours.Listen, "")...)
		symptoms = append(symptoms, listens("roles.mss-operateur.neighbours.dns", m.Neighbours.DNS, "")...)
		symptoms = append(symptoms, listens("roles.mss-operateur.white_list.listen", m.WhiteList.Listen, "")...)
	}
	return symptoms
}

// listens tells whether the harness can listen at an address of its own; host is the key of the address where it is another.
func listens(field, address, host string) []Symptom {
	if at, port, err := net.SplitHostPort(address); err != nil || at == "" || port == "0" {
		return nil
	} else if _, err := strconv.Atoi(port); err != nil {
		return nil
	}
	listener, err := bench.Listen(address)
	if err == nil {
		err = listener.Close()
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EADDRINUSE):
		return []Symptom{{Sign: PortTaken, Field: field, Closed: true, What: say("le port de %s est pris", "the port of %s is in use", address),
			Remedy: say("Arrêtez ce qui s'en sert (une campagne, un autre examen, un « sandbox » ?), ou changez de port ici et chez le candidat.", "End what uses it (a campaign, another examination, a “sandbox”?), or change the port here and at the candidate's.")}}
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		if host == "" {
			host = field
		}
		return []Symptom{{Sign: NotHere, Field: host, Closed: true, What: say("%s n'est pas une adresse de cette machine", "%s is no address of this machine", address),
			Remedy: say("Donnez l'une des siennes.", "Give one of its own.")}}
	}
	return []Symptom{{Sign: PortRefused, Field: field, Closed: true, What: say("le banc ne peut écouter à %s (%v)", "the harness cannot listen at %s (%v)", address, err),
		Remedy: say("Donnez une adresse de cette machine et un port libre.", "Give an address of this machine and a free port.")}}
}
