// Package whitelist is the liste blanche of MSSanté on the wire: the XML file of its published namespace, made, signed,
// read and verified, its deliberate faults by name, and the server that publishes it, honest or not.
//
// It decides about no mail: who may write to whom is told by the entries of mssante.WhiteList. That the list is signed, and
// how (XML-DSig enveloped, RSA-SHA256, exclusive canonicalisation), is our test profile's: the public text tells the fields
// and the address alone.
package whitelist

import (
	"time"

	"etalon/internal/xmlsec"
)

// What is published.
const (
	// Namespace is that of every element of the list.
	Namespace = "https://listeblanche.mssante.fr/schema"
	// FileName is the last part of the address under which the list stands.
	FileName = "listeblanchemssante.xml"
	// ContentType is that of the file over HTTP.
	ContentType = "application/xml; charset=utf-8"
)

// The names of the elements. That of the root is our profile's: a reader takes any name in the namespace.
const (
	nameList        = "ListeBlanche"
	nameGenerated   = "DateDeGeneration"
	nameDomain      = "Domaine"
	nameName        = "Nom"
	nameDescription = "Description"
	nameOperator    = "DNCertificatOperateur"
	nameResponsible = "ResponsableContact"
	nameSupport     = "SupportContact"
	nameUpdated     = "DateMAJ"
)

// layout is that of dates in the list. It tells no zone: dates are compared with one another alone, and written in UTC.
const layout = time.DateTime

// limits bound the list that is read: that of 2026 has 8,655 domains, which is some 3 MB.
var limits = xmlsec.Limits{Bytes: MaxBytes, Depth: 16, Elements: 200_000, Attributes: 16, Text: 64 << 10}

// MaxBytes is the longest list that is read.
const MaxBytes = 16 << 20

// policy is what a signature of the list may be made of. The empty URI designates the whole file.
var policy = func() xmlsec.Policy {
	p := xmlsec.CurrentPolicy
	p.AllowEmptyURI = true
	return p
}()
