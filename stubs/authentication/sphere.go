package authentication

import (
	"time"

	"etalon/internal/interops"
)

// target is a service of the sphere to which a person may be sent.
type target struct {
	operator interops.Organism
	project  interops.Project
	service  interops.Service
}

// convention is the convention at an instant, with the dates that its amendments leave to its members (S15).
func (o *Operator) convention(now time.Time) *interops.Convention {
	return o.policy.members(o.config.Bench.Convention.Settled(), now)
}

// sphere is the sphere of trust.
func (o *Operator) sphere() *interops.Sphere { return o.config.Bench.Convention.Settled().Sphere }

// target returns a service that an organism offers to us at an instant; false when it offers none of that name or is
// no member then (S15, K04).
func (o *Operator) target(organism, service string, now time.Time) (target, bool) {
	operator, known := o.config.Bench.Convention.Organism(organism)
	if !known {
		return target{}, false
	}
	for _, p := range o.convention(now).Between(o.config.Organism, organism) {
		if p.Mode != interops.ModeS || p.Client != o.config.Organism || p.Provider != organism || !p.InForce(now) {
			continue
		}
		if s, offered := p.Service(service); offered {
			return target{operator, p, s}, true
		}
	}
	return target{}, false
}

// services lists what the person may be sent to at an instant.
func (o *Operator) services(now time.Time) []target {
	var all []target
	for _, p := range o.convention(now).Opened() {
		if p.Mode != interops.ModeS || p.Client != o.config.Organism || !p.InForce(now) {
			continue
		}
		operator, _ := o.config.Bench.Convention.Organism(p.Provider)
		for _, s := range p.Services {
			all = append(all, target{operator, p, s})
		}
	}
	return all
}

// member is the operator's own part in the sphere.
func (o *Operator) member() interops.Member {
	member, _ := o.sphere().Member(o.config.Organism)
	return member
}

// means lists the means of authentication that we declare in the sphere.
func (o *Operator) means() []interops.Means {
	return o.member().Authentication
}

// rank is the place on the ladder of what a session reached: that of its means, and no higher than the identification
// on which it stands (C08).
func (o *Operator) rank(s session) int {
	rank := o.config.Bench.Profile.Rank(s.means.Level)
	if s.identified != nil {
		rank = min(rank, o.config.Bench.Profile.Rank(s.identified.Level))
	}
	return rank
}

// demanded is the place on the ladder that a passage asks for, the service's minimum or the request's, whichever is
// higher; false when the request names no level that exists.
func (o *Operator) demanded(p passage) (int, bool) {
	profile, least := o.config.Bench.Profile, 0
	if p.target != nil && p.target.service.MinimumLevel != "" {
		least = profile.Rank(p.target.service.MinimumLevel)
	}
	if p.request == nil || len(p.request.Classes) == 0 {
		return least, true
	}
	asked := -1
	for _, class := range p.request.Classes { // one of them is enough (SAML core §3.3.2.2.1)
		if rank := profile.RankOfClass(class); rank >= 0 && (asked < 0 || rank < asked) {
			asked = rank
		}
	}
	return max(least, asked), asked >= 0
}

// sufficient lists the means that reach a place on the ladder, none when the identification does not.
func (o *Operator) sufficient(least int, identified *interops.ContextToken) []interops.Means {
	profile := o.config.Bench.Profile
	if identified != nil && profile.Rank(identified.Level) < least {
		return nil
	}
	var all []interops.Means
	for _, m := range o.means() {
		if profile.Rank(m.Level) >= least {
			all = append(all, m)
		}
	}
	return all
}
