package whitelist

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// Expectation is what who loads a list knows before it reads it.
type Expectation struct {
	// Signer is the subject of the publisher's certificate, as RFC 4514 writes it; Trust the authorities that it must come
	// from.
	Signer string
	Trust  pki.Trust
	Now    time.Time
	// Since is DateDeGeneration of the list in force; an older one is a step back. Zero where there is none.
	Since time.Time
}

// Judged is what a list turned out to be.
type Judged struct {
	// List is what it says, as far as it could be read.
	List     mssante.WhiteList
	Findings []verdict.Finding
}

// Rules maps each rule that Verify reports to the requirement that a list departs from.
var Rules = map[string]string{
	"whitelist-unsigned":         "WL-05",
	"whitelist-altered":          "WL-06",
	"whitelist-signer-other":     "WL-07",
	"whitelist-signer-untrusted": "WL-07",
	"whitelist-signature-form":   "WL-07",
	"whitelist-wrapped":          "WL-08",
	"whitelist-doctype":          "WL-09",
	"whitelist-oversized":        "WL-09",
	"whitelist-older":            "WL-10",
	"whitelist-malformed":        "WL-11",
	"whitelist-schema":           "WL-11",
	"whitelist-empty":            "WL-11",
}

// judge holds what the checks of one list share.
type judge struct {
	Expectation
	root *etree.Element
	out  Judged
}

func (j *judge) report(rule, want, got string) {
	j.out.Findings = append(j.out.Findings, verdict.Finding{Requirement: Rules[rule], Rule: rule, Want: want, Got: shown(got)})
}

// Verify reads a list and checks it as an operator does before it loads it: form, signature, what it covers, who signed,
// age. It returns every departure, except that a file that cannot be read has no others.
func Verify(raw []byte, x Expectation) Judged {
	j := &judge{Expectation: x}
	doc, err := xmlsec.Parse(raw, limits)
	var broken *xmlsec.ParseError
	if errors.As(err, &broken) {
		j.unreadable(broken)
		return j.out
	}
	j.root = doc.Root()
	j.content()
	j.signature()
	return j.out
}

// Read reads a list without looking at its signature. It refuses what Verify reports of the form alone.
func Read(raw []byte) (mssante.WhiteList, error) {
	judged := Verify(raw, Expectation{})
	for _, f := range judged.Findings {
		if Rules[f.Rule] == "WL-09" || Rules[f.Rule] == "WL-11" {
			return mssante.WhiteList{}, fmt.Errorf("read white list: %s: want %s, got %s", f.Rule, f.Want, f.Got)
		}
	}
	return judged.List, nil
}

// unreadable tells why a file is no XML that may be read.
func (j *judge) unreadable(err *xmlsec.ParseError) {
	switch err.Kind {
	case xmlsec.ParseDTD:
		j.report("whitelist-doctype", "no document type declaration", err.Error())
	case xmlsec.ParseOversized, xmlsec.ParseTooDeep:
		j.report("whitelist-oversized", fmt.Sprintf("≤ %d", MaxBytes), err.Error())
	default:
		j.report("whitelist-malformed", "XML", err.Error())
	}
}

// content reads the entries.
func (j *judge) content() {
	if j.root.NamespaceURI() != Namespace {
		j.report("whitelist-schema", Namespace, j.root.NamespaceURI())
	}
	j.out.List.Generated = j.date(j.root, nameGenerated)
	entries := xmlsec.Children(j.root, Namespace, nameDomain)
	for _, e := range entries {
		j.entry(e)
	}
	if len(entries) == 0 {
		j.report("whitelist-empty", "≥ 1 "+nameDomain, "0")
	}
	if g := j.out.List.Generated; !g.IsZero() && g.Before(j.Since) {
		j.report("whitelist-older", "≥ "+j.Since.UTC().Format(layout), g.Format(layout))
	}
}

// entry reads one domain. What an entry lacks beside its name and its operator accuses nobody.
func (j *judge) entry(e *etree.Element) {
	text := func(name string) string { return xmlsec.TrimmedText(xmlsec.Child(e, Namespace, name)) }
	d := mssante.ListedDomain{
		Name: text(nameName), Description: text(nameDescription), Operator: text(nameOperator),
		Responsible: text(nameResponsible), Support: text(nameSupport),
	}
	if text(nameUpdated) != "" {
		d.Updated = j.date(e, nameUpdated)
	}
	if d.Name == "" {
		j.report("whitelist-schema", nameDomain+"/"+nameName, "")
	}
	if err := pki.CheckSubject(d.Operator); err != nil {
		j.report("whitelist-schema", nameDomain+"/"+nameOperator, err.Error())
	}
	j.out.List.Domains = append(j.out.List.Domains, d)
}

// date reads the date of a child.
func (j *judge) date(of *etree.Element, name string) time.Time {
	text := xmlsec.TrimmedText(xmlsec.Child(of, Namespace, name))
	at, err := time.Parse(layout, text)
	if err != nil {
		j.report("whitelist-schema", name+" "+layout, text)
	}
	return at
}

// signature judges who signed, and what.
func (j *judge) signature() {
	var all []*etree.Element
	gather(j.root, &all)
	if len(all) == 0 {
		j.report("whitelist-unsigned", "ds:Signature", "")
		return
	}
	if len(all) > 1 || all[0].Parent() != j.root {
		j.report("whitelist-wrapped", "1 ds:Signature, "+j.root.Tag+"/ds:Signature", fmt.Sprintf("%d, %s", len(all), all[0].GetPath()))
	}
	checked := xmlsec.Verify(all[0], policy, nil)
	j.faults(checked)
	if !checked.Covers(j.root) && !checked.Has(xmlsec.FaultDigest) {
		j.report("whitelist-wrapped", "the signature covers the list", "it covers something else")
	}
	j.signer(checked.Certificates)
}

// gather lists the signatures at and below an element. The depth of a tree is bounded by the limits.
func gather(e *etree.Element, all *[]*etree.Element) {
	if xmlsec.Is(e, xmlsec.NamespaceDS, "Signature") {
		*all = append(*all, e)
	}
	for _, child := range e.ChildElements() {
		gather(child, all)
	}
}

// faults sorts what is wrong with the signature itself.
func (j *judge) faults(checked xmlsec.Checked) {
	for _, f := range checked.Faults {
		rule := "whitelist-signature-form"
		switch f.Kind {
		case xmlsec.FaultDigest, xmlsec.FaultSignature:
			rule = "whitelist-altered"
		case xmlsec.FaultObject, xmlsec.FaultReferenceAmbiguous, xmlsec.FaultReferenceUnresolved, xmlsec.FaultReferenceExternal, xmlsec.FaultReferenceCount:
			rule = "whitelist-wrapped"
		}
		j.report(rule, string(f.Kind)+": "+f.Want, f.Got)
	}
}

// signer judges whose certificate the signature bears.
func (j *judge) signer(chain []*x509.Certificate) {
	if len(chain) == 0 {
		j.report("whitelist-signer-other", j.Signer, "")
		return
	}
	if !pki.Bears(chain[0], j.Signer) {
		j.report("whitelist-signer-other", j.Signer, pki.Subject(chain[0]))
	}
	for _, trouble := range j.Trust.Verify(chain, pki.UsageSignature, j.Now) {
		j.report("whitelist-signer-untrusted", "", trouble.Error())
	}
}

// shown bounds what a list can put into a report.
func shown(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if runes := []rune(s); len(runes) > 200 {
		return string(slices.Concat(runes[:200], []rune("…")))
	}
	return s
}
