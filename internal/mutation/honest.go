package mutation

import (
	"crypto/x509"
	"slices"
	"time"

	"etalon/internal/interops"
)

// Honest is what an honest message would be made of; faults compute their departure from it.
type Honest struct {
	Now        time.Time // protocol time
	Profile    *interops.Profile
	Convention *interops.Convention
	Project    interops.Project
	Service    interops.Service
	// Canary is a loopback http address that the harness watches: an external entity points there, so
	// that a parser that fetches it is seen.
	Canary string
	// Link is the TLS certificate of the honest client, which spoofed headers carry; may be nil.
	Link *x509.Certificate
}

// beyond is how far past a tolerated limit a fault goes when no exact distance is asked for.
const beyond = 5 * time.Minute

// late returns an instant that is past by more than the tolerance.
func (h Honest) late() time.Time { return h.Now.Add(-h.Profile.Skew() - beyond) }

// early returns an instant that is to come by more than the tolerance.
func (h Honest) early() time.Time { return h.Now.Add(h.Profile.Skew() + beyond) }

// signature names a variant of the client's signature credential, as pki does.
func (h Honest) signature(variant string) string { return h.Project.Client + "/signature~" + variant }

// third returns an organism that is neither the client nor the provider and that may open projects
// with the same provider: the most credible impostor of the convention.
func (h Honest) third() (interops.Organism, bool) {
	parties := func(o interops.Organism) bool {
		return o.Name != h.Project.Client && o.Name != h.Project.Provider
	}
	for _, p := range h.Convention.Projects {
		if o, ok := h.Convention.Organism(p.Client); ok && parties(o) && p.Provider == h.Project.Provider {
			return o, true
		}
	}
	if i := slices.IndexFunc(h.Convention.Organisms, parties); i >= 0 {
		return h.Convention.Organisms[i], true
	}
	return interops.Organism{}, false
}

// idle returns an organism of the convention that neither a project nor the sphere names.
func (h Honest) idle() (interops.Organism, bool) {
	return h.organism(func(o interops.Organism) bool {
		_, member := h.Convention.Sphere.Member(o.Name)
		return !member && !slices.ContainsFunc(h.Convention.Projects, func(p interops.Project) bool {
			return p.Client == o.Name || p.Provider == o.Name
		})
	})
}

// reversed returns an organism whose only projects with the provider go the other way: it serves, the provider calls.
func (h Honest) reversed() (interops.Organism, bool) {
	return h.organism(func(o interops.Organism) bool {
		calls := func(p interops.Project) bool { return p.Client == o.Name && p.Provider == h.Project.Provider }
		serves := func(p interops.Project) bool { return p.Provider == o.Name && p.Client == h.Project.Provider }
		return !slices.ContainsFunc(h.Convention.Projects, calls) && slices.ContainsFunc(h.Convention.Projects, serves)
	})
}

func (h Honest) organism(is func(interops.Organism) bool) (interops.Organism, bool) {
	i := slices.IndexFunc(h.Convention.Organisms, is)
	if i < 0 {
		return interops.Organism{}, false
	}
	return h.Convention.Organisms[i], true
}

// otherService returns a service of the same project, which only its Audience tells apart.
func (h Honest) otherService() (interops.Service, bool) {
	i := slices.IndexFunc(h.Project.Services, func(s interops.Service) bool { return s.Audience != h.Service.Audience })
	if i < 0 {
		return interops.Service{}, false
	}
	return h.Project.Services[i], true
}

// otherPAGM returns a profile agreed for another project and not for this one.
func (h Honest) otherPAGM() (string, bool) {
	for _, p := range h.Convention.Projects {
		for _, g := range p.PAGM {
			if _, agreed := h.Project.Agreed(g.Name); !agreed {
				return g.Name, true
			}
		}
	}
	return "", false
}

// weakerClass returns the class of the strongest level below the service's minimum.
func (h Honest) weakerClass() (string, bool) {
	rank := h.Profile.Rank(h.Service.MinimumLevel)
	if rank < 1 {
		return "", false
	}
	return h.Profile.Levels[rank-1].Class, true
}

// project returns a project of the same pair and mode, with a service, that is not in force for the reason given.
func (h Honest) project(is func(interops.Project) bool) (interops.Project, bool) {
	i := slices.IndexFunc(h.Convention.Projects, func(p interops.Project) bool {
		return p.Client == h.Project.Client && p.Provider == h.Project.Provider && p.Mode == h.Project.Mode && len(p.Services) > 0 && is(p)
	})
	if i < 0 {
		return interops.Project{}, false
	}
	return h.Convention.Projects[i], true
}

// ended returns a project of the same pair that is over.
func (h Honest) ended() (interops.Project, bool) {
	return h.project(func(p interops.Project) bool { return !p.End.IsZero() && !h.Now.Before(p.End.Time) })
}

// future returns a project of the same pair that has not begun.
func (h Honest) future() (interops.Project, bool) {
	return h.project(func(p interops.Project) bool { return h.Now.Before(p.Start.Time) })
}
