package sso

import (
	"crypto/x509"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

// JudgedMetadata is what a member's metadata turned out to be.
type JudgedMetadata struct {
	Metadata
	Document *etree.Document
	// Organism is the one that EntityID names; zero when unknown.
	Organism interops.Organism
	// Signer is the certificate with which the signature was checked; nil when there was none.
	Signer *x509.Certificate
	// Trusted tells that nothing is wrong: only then may keys and addresses be used.
	Trusted  bool
	Findings []verdict.Finding
}

// VerifyMetadata judges the metadata of an organism, by Organism.Name; empty for any that the convention knows. They
// must be signed by a trusted key that the convention lists for it, still valid, and give keys that it lists (S16).
// It returns every departure, except that an unreadable document has no others.
func VerifyMetadata(raw []byte, organism string, c Circle) JudgedMetadata {
	var out JudgedMetadata
	report := func(name, want, got string) {
		out.Findings = append(out.Findings, verdict.Finding{
			Requirement: Rules["metadata-"+name], Rule: "metadata-" + name, Want: saml.Shorten(want), Got: saml.Shorten(got),
		})
	}
	doc, rule, detail := parse(raw)
	switch {
	case rule != "":
		report("unreadable", "", rule+": "+detail)
		return out
	case named(doc.Root()) != "md:EntityDescriptor":
		report("malformed", "EntityDescriptor", named(doc.Root()))
		return out
	}
	out.Document, out.Metadata = doc, readMetadata(doc.Root())
	out.Organism, _, _ = c.Entity(out.EntityID)
	switch {
	case out.Organism.Name == "":
		report("entity-unknown", "", out.EntityID)
	case organism != "" && out.Organism.Name != organism:
		report("entity-other", organism, out.EntityID)
	}
	l := &letter{root: doc.Root(), profile: c.Profile}
	for _, d := range slices.Concat(l.sealed(), l.signer(out.Organism, c.Now, c.Trust), out.Metadata.validity(c), out.Metadata.parts(c, out.Organism)) {
		report(d.name, d.want, d.got)
	}
	if len(l.chain) > 0 {
		out.Signer = l.chain[0]
	}
	out.Trusted = len(out.Findings) == 0
	return out
}

// validity checks that the document has an end and has not reached it (S16-N2).
func (m Metadata) validity(c Circle) []departure {
	switch {
	case m.ValidUntil.IsZero():
		return []departure{{"validity-absent", "validUntil", ""}}
	case !c.Now.Before(m.ValidUntil.Add(c.Profile.Skew())):
		return []departure{{"expired", "> " + stamp(c.Now), stamp(m.ValidUntil)}}
	}
	return nil
}

// parts checks that the document gives addresses over TLS, and keys that the convention lists (S16-N3, T07).
func (m Metadata) parts(c Circle, o interops.Organism) []departure {
	var all []departure
	if len(m.Keys) == 0 {
		all = append(all, departure{"key-absent", "KeyDescriptor", ""})
	}
	for _, chain := range m.Keys {
		if o.Name != "" && !pki.Listed(o.Signature, chain[0], c.Now) {
			all = append(all, departure{"key-other", o.Title(), pki.Subject(chain[0])})
		}
	}
	if m.IDP && len(m.SSO) == 0 || m.SP && len(m.ACS) == 0 || !m.IDP && !m.SP {
		all = append(all, departure{"endpoint-absent", "SingleSignOnService | AssertionConsumerService", ""})
	}
	for _, e := range slices.Concat(m.SSO, m.ACS, m.SLO) {
		if !strings.HasPrefix(e.Location, "https://") {
			all = append(all, departure{"endpoint-unprotected", "https://", e.Location})
		}
	}
	return all
}
