package saml

import (
	"slices"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/xmlsec"
)

// subjects returns the Subject of a 2.0 assertion, or that of each statement of a 1.1 one.
func (j *judge) subjects() []*etree.Element {
	if j.space == Namespace20 {
		return xmlsec.Children(j.el, j.space, "Subject")
	}
	var all []*etree.Element
	for _, statement := range []string{"AuthenticationStatement", "AttributeStatement"} {
		for _, s := range xmlsec.Children(j.el, j.space, statement) {
			all = append(all, xmlsec.Children(s, j.space, "Subject")...)
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
	id := xmlsec.Child(subjects[0], j.space, tag)
	for _, other := range subjects[1:] {
		if name := xmlsec.Child(other, j.space, tag); xmlsec.Text(name) != xmlsec.Text(id) || xmlsec.Value(name, "Format") != xmlsec.Value(id, "Format") {
			j.report("subject-several", xmlsec.Text(id), xmlsec.Text(name))
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
	if len(formats) > 0 && !slices.Contains(formats, format) && !j.claims {
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
	found := xmlsec.Children(subjects[0], j.space, "SubjectConfirmation")
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
		j.confirmationData(xmlsec.Child(found[0], j.space, "SubjectConfirmationData"))
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
	if bearer && xmlsec.Value(data, "NotOnOrAfter") == "" {
		j.report("confirmation-end-absent", "NotOnOrAfter", "")
	}
	limit := c.NotOnOrAfter.Add(j.Profile.Skew())
	if j.Emitted {
		limit = c.NotOnOrAfter
	}
	if !c.NotOnOrAfter.IsZero() && !j.Now.Before(limit) {
		j.report("confirmation-expired", "> "+shown(j.Now), shown(c.NotOnOrAfter)) // V07-N3
	}
	if _, there := xmlsec.Attribute(data, "NotBefore"); there && bearer {
		j.report("confirmation-notbefore", "", xmlsec.Value(data, "NotBefore")) // V07-N4
	}
}
