package saml

import (
	"crypto/x509"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// judge holds what the checks of one message share.
type judge struct {
	Expectation
	root  *etree.Element
	vis   []*etree.Element
	el    *etree.Element // the VI judged
	space string         // its namespace
	id    string
	vi    interops.VI // what el claims
	// pure tells that the VI states an application context: no user stands behind the call (A07).
	pure bool
	// claims tells that el only says again what a token claims that is no assertion.
	claims bool

	chain   []*x509.Certificate // what the signature carries, signer first
	client  interops.Organism
	between []interops.Project // all that bind client and Provider, in either direction, mode and time
	project interops.Project
	service interops.Service

	findings []verdict.Finding
}

// Verify judges the VI among the elements that the envelope holds at the place of a VI. It returns every
// departure, never the first alone, and reads content from the element that the signature covers: when
// the signature is broken the content is still judged, as claims. root is the whole message: identifiers
// must be unique in it and no other assertion may hide there.
func Verify(root *etree.Element, vis []*etree.Element, x Expectation) Judged {
	j := &judge{Expectation: x, root: root, vis: vis}
	switch len(vis) {
	case 0:
		j.report("vi-absent", "1", "0") // A01
		return Judged{Findings: j.findings}
	case 1:
	default:
		j.report("vi-several", "1", strconv.Itoa(len(vis))) // A02
	}
	j.el, j.space = vis[0], vis[0].NamespaceURI()
	j.vi = Decode(j.el, x.Profile)
	j.id = j.vi.ID
	sound := false
	if j.form() {
		sound = j.binding()
		j.structure()
		j.parties()
		sound = j.signed() && sound
		j.link()
		j.content()
	}
	out := Judged{
		VI: j.vi, Verified: sound && len(vis) == 1, Chain: j.chain,
		Client: j.client, Project: j.project, Service: j.service, Findings: j.findings,
	}
	if out.Verified {
		out.Element = j.el
	}
	if len(j.chain) > 0 {
		out.Signer = j.chain[0]
	}
	return out
}

// form checks that the element is an assertion of a version that exists (V01), and tells whether its
// namespace is one that can be read.
func (j *judge) form() bool {
	if j.space != Namespace20 && j.space != Namespace11 {
		j.report("assertion-namespace-other", Namespace20, j.space)
		return false
	}
	want := Version20
	if j.space == Namespace11 {
		want = Version11
	}
	if j.vi.Version != want {
		j.report("assertion-version-unknown", want, j.vi.Version)
	}
	return true
}

// content checks what the VI says.
func (j *judge) content() {
	j.issueInstant()
	j.subject()
	if !j.claims {
		j.confirmation()
	}
	j.conditions()
	j.authentication()
	j.pagm()
	j.superfluous()
}

// report adds a finding under the requirement of the side that is judged.
func (j *judge) report(rule, want, got string) {
	j.findings = append(j.findings, verdict.Finding{
		Requirement: Requirement(rule, j.Mode, j.Emitted), Rule: rule, Want: Shorten(want), Got: Shorten(got),
	})
}

// reported tells whether a rule has a finding already.
func (j *judge) reported(rule string) bool {
	return slices.ContainsFunc(j.findings, func(f verdict.Finding) bool { return f.Rule == rule })
}

// longest is the length of a value in a finding; the whole is in the evidence.
const longest = 200

// Shorten keeps a partner's value at a length that a report can print.
func Shorten(s string) string {
	if len(s) > longest {
		cut := longest
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
