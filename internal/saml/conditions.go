package saml

import (
	"slices"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/xmlsec"
)

// conditions checks the window (V08, V09), the audience (V10) and that no condition is unknown (V16).
func (j *judge) conditions() {
	conditions := xmlsec.Child(j.el, j.space, "Conditions")
	if conditions == nil {
		j.report("conditions-absent", "Conditions", "") // V08-N5
		return
	}
	j.window()
	j.audience()
	for _, c := range xmlsec.Children(conditions, j.space, "Condition") {
		kind := ""
		for i := range c.Attr {
			if c.Attr[i].Key == "type" && c.Attr[i].NamespaceURI() == namespaceXSI {
				kind = c.Attr[i].Value
			}
		}
		j.report("condition-unknown", "", "Condition "+kind) // V16-N1
	}
}

// audience checks every restriction of the VI against the target service, byte for byte (V10).
func (j *judge) audience() {
	want := j.Audience
	if want == "" {
		want = j.service.Audience
	}
	if want == "" {
		want = j.offered()
	}
	if len(slices.Concat(j.vi.Audiences...)) == 0 {
		j.report("audience-absent", want, "") // V10-N1
		return
	}
	if want == "" {
		return // a provider without services: the missing project has its finding
	}
	met := 0
	var unmet []string
	for _, restriction := range j.vi.Audiences {
		if slices.Contains(restriction, want) {
			met++
		} else {
			unmet = append(unmet, strings.Join(restriction, " "))
		}
	}
	for _, got := range unmet {
		switch {
		case met > 0:
			j.report("audience-restriction-unmet", want, got) // V10-N4
		case fold(got) == fold(want):
			j.report("audience-variant", want, got) // V10-N3
		default:
			j.report("audience-other", want, got) // V10-N2
		}
	}
}

// offered is the audience to hold against a VI whose service is not known: the one that it names, if the
// provider has such a service in any project, else the first that the provider has.
func (j *judge) offered() string {
	services := j.project.Services
	if j.project.Name == "" {
		for _, p := range j.Convention.Projects {
			if p.Provider == j.Provider {
				services = append(services, p.Services...)
			}
		}
	}
	named := slices.IndexFunc(services, func(s interops.Service) bool {
		return slices.Contains(slices.Concat(j.vi.Audiences...), s.Audience)
	})
	if len(services) == 0 {
		return ""
	}
	return services[max(named, 0)].Audience
}

// fold takes away what a lenient comparison of addresses would overlook.
func fold(uri string) string {
	return strings.TrimSuffix(strings.ToLower(strings.TrimSpace(uri)), "/")
}
