package saml

import (
	"slices"
	"strconv"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/xmlsec"
)

// authentication checks the class (V11) and the instant (V12) of the user's authentication.
func (j *judge) authentication() {
	tag := "AuthnStatement"
	if j.space == Namespace11 {
		tag = "AuthenticationStatement"
	}
	statements := xmlsec.Children(j.el, j.space, tag)
	if len(statements) > 1 {
		j.report("authncontext-several", "1", strconv.Itoa(len(statements)))
	}
	j.class()
	if len(statements) > 0 {
		j.authnInstant()
	}
}

// class checks that the class is there, agreed for the service, and not below its minimum level (V11).
func (j *judge) class() {
	class, agreed := j.vi.AuthnContext, j.classes()
	if class == "" {
		j.report("authncontext-absent", strings.Join(agreed, " "), "") // V11-N1
		return
	}
	rank, minimum := j.Profile.RankOfClass(class), j.Profile.Rank(j.service.MinimumLevel)
	switch {
	case rank >= 0 && rank < minimum:
		j.report("authncontext-below-minimum", j.Profile.Levels[minimum].Class, class) // V11-N3
	case len(agreed) > 0 && !slices.Contains(agreed, class):
		j.report("authncontext-other", strings.Join(agreed, " "), class) // V11-N2
	case rank < 0 && minimum > 0:
		j.report("authncontext-below-minimum", j.Profile.Levels[minimum].Class, class)
	}
}

// classes are those agreed for the service, or else every class of the profile's ladder.
func (j *judge) classes() []string {
	if len(j.service.Classes) > 0 {
		return j.service.Classes
	}
	all := make([]string, 0, len(j.Profile.Levels))
	for _, l := range j.Profile.Levels {
		all = append(all, l.Class)
	}
	return all
}

// pagm checks that every PAGM is agreed for this project (V13, K03), none repeated or mixed with unknown
// ones unless the convention ignores those (V14), in the agreed SAML 1.1 namespace (V15).
func (j *judge) pagm() {
	if len(j.vi.PAGM) == 0 {
		if j.Mode != interops.ModeS || len(j.project.PAGM) > 0 {
			j.pagmAbsent()
		}
		return
	}
	if !slices.ContainsFunc(j.vi.PAGM, func(v string) bool { return strings.TrimSpace(v) != "" }) {
		j.report("pagm-blank", j.agreedPAGM(), "") // V13-N2
		return
	}
	if j.project.Name == "" {
		return // no project, no list: its absence has a finding
	}
	known := slices.ContainsFunc(j.vi.PAGM, func(v string) bool { _, ok := j.project.Agreed(v); return ok })
	lenient := j.project.UnknownPAGM == interops.IgnoreUnknownPAGM
	for i, v := range j.vi.PAGM {
		_, agreed := j.project.Agreed(v)
		switch {
		case slices.Contains(j.vi.PAGM[:i], v):
			if !lenient {
				j.report("pagm-repeated", "", v) // V14-N2
			}
		case agreed:
		case !known && j.agreedElsewhere(v):
			j.report("pagm-other-project", j.agreedPAGM(), v) // V13-N4, K03-N1
		case !known:
			j.report("pagm-unknown", j.agreedPAGM(), v) // V13-N3
		case !lenient:
			j.report("pagm-mixed", j.agreedPAGM(), v) // V14-N1
		}
	}
}

// pagmAbsent says why no PAGM was read: no attribute, another name, or another namespace.
func (j *judge) pagmAbsent() {
	want := j.Profile.PAGM.AttributeName
	for _, a := range j.vi.Attributes {
		switch {
		case a.Name == want && a.Namespace == "":
			j.report("pagm-namespace-absent", j.Profile.PAGM.SAML11Namespace, "") // V15-N1
			return
		case a.Name == want:
			j.report("pagm-namespace-other", j.Profile.PAGM.SAML11Namespace, a.Namespace) // V15-N2
			return
		case strings.EqualFold(a.Name, want):
			j.report("pagm-misnamed", want, a.Name) // V13-N5
			return
		}
	}
	j.report("pagm-absent", j.agreedPAGM(), "") // V13-N1
}

func (j *judge) agreedElsewhere(name string) bool {
	return slices.ContainsFunc(j.Convention.Projects, func(p interops.Project) bool {
		_, ok := p.Agreed(name)
		return ok
	})
}

func (j *judge) agreedPAGM() string {
	names := make([]string, 0, len(j.project.PAGM))
	for _, g := range j.project.PAGM {
		names = append(names, g.Name)
	}
	return strings.Join(names, " ")
}

// superfluous looks in a client's VI for attributes that no convention asks for (V19).
func (j *judge) superfluous() {
	if !j.Emitted {
		return
	}
	for _, a := range j.vi.Attributes {
		if !strings.EqualFold(a.Name, j.Profile.PAGM.AttributeName) {
			j.report("attribute-superfluous", j.Profile.PAGM.AttributeName, a.Name)
		}
	}
}
