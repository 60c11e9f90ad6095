package saml

import (
	"regexp"
	"slices"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/xmlsec"
)

// parties finds who speaks (V04) and under which project and service (K01, K02), and the version agreed (V15).
func (j *judge) parties() {
	j.issuer()
	if j.client.Name != "" {
		j.choose()
	}
	agreed := j.project.SAML
	switch {
	case j.Mode != interops.ModeA:
		agreed = []string{Version20} // what a SAML 2.0 Response holds (P01), and a token of mode R
	case len(agreed) == 0:
		agreed = j.Profile.SAML.Versions
	}
	if version := j.version(); !slices.Contains(agreed, version) {
		j.report("version-not-agreed", strings.Join(agreed, " "), version) // V15-N3
	}
	j.pure = j.vi.NameID.Value == j.Profile.NameID.ApplicationContextValue && j.vi.NameID.Value != ""
}

// version is that of the assertion's namespace.
func (j *judge) version() string {
	if j.space == Namespace11 {
		return Version11
	}
	return Version20
}

// issuer checks that the VI names a client organism of the convention, and finds it (V04).
func (j *judge) issuer() {
	there := xmlsec.Child(j.el, j.space, "Issuer") != nil
	if j.space == Namespace11 {
		_, there = xmlsec.Attribute(j.el, "Issuer")
	}
	issuer := j.vi.Issuer
	switch {
	case !there:
		j.report("issuer-absent", "Issuer", "")
		return
	case strings.TrimSpace(issuer) == "":
		j.report("issuer-empty", "Issuer", issuer) // V04-N1
		return
	}
	if !matches(j.Profile.Issuer.Pattern, issuer) {
		j.report("issuer-pattern-other", j.Profile.Issuer.Pattern, issuer) // V04-N4
	}
	org, known := j.Convention.OrganismByIssuer(issuer)
	if !known {
		j.report("issuer-unknown", "", issuer) // V04-N2
		return
	}
	j.client = org
}

// matches tells whether a value has the pattern of the profile; no pattern, or one that is no regular
// expression (the profile's reader refuses those), lets everything through.
func matches(pattern, value string) bool {
	if pattern == "" {
		return true
	}
	re, err := regexp.Compile(pattern)
	return err != nil || re.MatchString(value)
}

// choose finds the project and the service that the VI calls upon. Of several it takes one in force.
func (j *judge) choose() {
	j.between = j.Convention.Between(j.client.Name, j.Provider)
	candidates := j.projects(func(p interops.Project) bool {
		return j.direct(p) && p.Mode == j.Mode
	})
	targeted := slices.DeleteFunc(slices.Clone(candidates), func(p interops.Project) bool {
		_, ok := j.target(p)
		return !ok
	})
	switch {
	case len(targeted) > 0:
		j.take(targeted)
	case j.elsewhere():
	case len(candidates) > 0 && j.Audience == "":
		// No such service between the two: the audience has a finding (V10), the rest is still judged.
		j.take(candidates)
	case len(candidates) > 0:
		j.report("issuer-without-project", j.Audience, j.vi.Issuer) // V04-N3
		j.take(candidates)
	default:
		j.report("issuer-without-project", j.Provider, j.vi.Issuer) // V04-N3, K01-N1
	}
}

// projects returns those of the projects between the two that are such.
func (j *judge) projects(such func(interops.Project) bool) []interops.Project {
	return slices.DeleteFunc(slices.Clone(j.between), func(p interops.Project) bool { return !such(p) })
}

// direct tells whether a project has the issuer as client and the receiver as provider.
func (j *judge) direct(p interops.Project) bool {
	return p.Client == j.client.Name && p.Provider == j.Provider
}

// target returns the project's service behind the endpoint, or else the one that the VI names.
func (j *judge) target(p interops.Project) (interops.Service, bool) {
	i := slices.IndexFunc(p.Services, func(s interops.Service) bool {
		if j.Audience != "" {
			return s.Audience == j.Audience
		}
		return slices.ContainsFunc(j.vi.Audiences, func(as []string) bool { return slices.Contains(as, s.Audience) })
	})
	if i < 0 {
		return interops.Service{}, false
	}
	return p.Services[i], true
}

// take retains the project in force, or else the first, which is then ended or to come (K01).
func (j *judge) take(ps []interops.Project) {
	at := slices.IndexFunc(ps, func(p interops.Project) bool { return p.InForce(j.Now) })
	if at < 0 {
		at = 0
		if p := ps[0]; j.Now.Before(p.Start.Time) {
			j.report("project-future", "≥ "+shown(p.Start.Time), shown(j.Now)) // K01-N3
		} else {
			j.report("project-ended", "< "+shown(p.End.Time), shown(j.Now)) // K01-N2
		}
	}
	j.project = ps[at]
	j.service, _ = j.target(j.project)
}

// elsewhere reports a project that binds the two another way: in another mode or in the other direction (K02).
func (j *judge) elsewhere() bool {
	mode := j.projects(func(p interops.Project) bool {
		_, ok := j.target(p)
		return j.direct(p) && p.Mode != j.Mode && ok
	})
	if len(mode) > 0 {
		j.report("project-mode-other", string(mode[0].Mode), string(j.Mode)) // K02-N2
		return true
	}
	if len(j.between) == 0 || slices.ContainsFunc(j.between, j.direct) {
		return false
	}
	j.report("project-reversed", j.Provider+" → "+j.client.Name, j.client.Name+" → "+j.Provider) // K02-N1
	return true
}
