package saml

import (
	"slices"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/interops"
)

// subjects returns the Subject of a 2.0 assertion, or that of each statement of a 1.1 one.
func (j *judge) subjects() []*etree.Element {
	if j.space == Namespace20 {
		return children(j.el, j.space, "Subject")
	}
	var all []*etree.Element
	for _, statement := range []string{"AuthenticationStatement", "AttributeStatement"} {
		for _, s := range children(j.el, j.space, statement) {
			all = append(all, children(s, j.space, "Subject")...)
		}
	}
	return all
}

// subject checks that the VI carries the user identifier, in an agreed format (V05), as the service wants (A07).
func (j *judge) subject() {
	subjects := j.subjects()
	if len(subjects) == 0 {
		j.report("subject-absent", "Subject", "") // V05-N1
		return
	}
	tag := "NameID"
	if j.space == Namespace11 {
		tag = "NameIdentifier"
	}
	id := child(subjects[0], j.space, tag)
	for _, other := range subjects[1:] {
		if name := child(other, j.space, tag); text(name) != text(id) || value(name, "Format") != value(id, "Format") {
			j.report("subject-several", text(id), text(name))
		}
	}
	if id == nil {
		j.report("nameid-absent", tag, "")
		return
	}
	if strings.TrimSpace(j.vi.NameID.Value) == "" {
		j.report("nameid-empty", tag, j.vi.NameID.Value) // V05-N2
		return
	}
	j.nameID()
}

func (j *judge) nameID() {
	formats := j.project.NameIDFormats
	if len(formats) == 0 {
		formats = j.Profile.NameID.Formats
	}
	format := j.vi.NameID.Format
	if format == "" {
		format = interops.FormatUnspecified // SAML core §2.2.2
	}
	if len(formats) > 0 && !slices.Contains(formats, format) {
		j.report("nameid-format-other", strings.Join(formats, " "), format) // V05-N3
	}
	switch {
	case j.service.User == interops.UserRequired && j.pure:
		j.report("nameid-placeholder", "NameID", j.vi.NameID.Value) // V05-N4, A07-N1
	case j.service.User == interops.UserForbidden && !j.pure:
		j.report("nameid-user", j.Profile.NameID.ApplicationContextValue, j.vi.NameID.Value) // A07-N2
	}
}

// confirmation checks the agreed method (V06) and to whom the VI is confirmed (V07).
func (j *judge) confirmation() {
	subjects := j.subjects()
	if len(subjects) == 0 {
		return
	}
	found := children(subjects[0], j.space, "SubjectConfirmation")
	if len(found) == 0 || j.vi.Confirmation.Method == "" {
		j.report("confirmation-absent", j.agreedMethod(), "") // V06-N1
		return
	}
	if len(found) > 1 {
		j.report("confirmation-several", "1", found[1].SelectAttrValue("Method", ""))
	}
	if got := j.vi.Confirmation.Method; got != j.agreedMethod() {
		j.report("confirmation-method-other", j.agreedMethod(), got) // V06-N2, V06-N3
	}
	if j.space == Namespace20 {
		j.confirmationData(child(found[0], j.space, "SubjectConfirmationData"))
	}
}

// agreedMethod is the confirmation method of the profile, bearer unless sender-vouches.
func (j *judge) agreedMethod() string {
	if j.Profile.SubjectConfirmation.Method == "sender-vouches" {
		return interops.MethodSenderVouches
	}
	return interops.MethodBearer
}

// confirmationData checks that this provider is designated, and now (V07). SAML 1.1 has no such data.
func (j *judge) confirmationData(data *etree.Element) {
	bearer := j.agreedMethod() == interops.MethodBearer
	provider, _ := j.Convention.Organism(j.Provider)
	c := j.vi.Confirmation
	switch {
	case c.Recipient == "" && j.Profile.Recipient.Required && bearer:
		j.report("recipient-absent", provider.Recipient, "") // V07-N2
	case c.Recipient != "" && c.Recipient != provider.Recipient:
		j.report("recipient-other", provider.Recipient, c.Recipient) // V07-N1
	}
	if c.Recipient != "" && !matches(j.Profile.Recipient.Pattern, c.Recipient) {
		j.report("recipient-pattern-other", j.Profile.Recipient.Pattern, c.Recipient)
	}
	if bearer && value(data, "NotOnOrAfter") == "" {
		j.report("confirmation-end-absent", "NotOnOrAfter", "")
	}
	limit := c.NotOnOrAfter.Add(j.Profile.Skew())
	if j.Emitted {
		limit = c.NotOnOrAfter
	}
	if !c.NotOnOrAfter.IsZero() && !j.Now.Before(limit) {
		j.report("confirmation-expired", "> "+shown(j.Now), shown(c.NotOnOrAfter)) // V07-N3
	}
	if _, there := attr(data, "NotBefore"); there && bearer {
		j.report("confirmation-notbefore", "", value(data, "NotBefore")) // V07-N4
	}
}

// conditions checks the window (V08, V09), the audience (V10) and that no condition is unknown (V16).
func (j *judge) conditions() {
	conditions := child(j.el, j.space, "Conditions")
	if conditions == nil {
		j.report("conditions-absent", "Conditions", "") // V08-N5
		return
	}
	j.window()
	j.audience()
	for _, c := range children(conditions, j.space, "Condition") {
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
