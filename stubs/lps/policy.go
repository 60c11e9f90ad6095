package lps

import (
	"etalon/internal/mail"
	"etalon/internal/missive"
	"etalon/internal/pki"
)

// policy is how the program behaves; the zero value is honest.
type policy struct {
	// the link
	oldTLS, weakSuites, goesOnInClear, goesOnAfterRefusal bool
	pardoned                                              []pki.PathKind
	forgetsCRL, blind, trustsTyped                        bool
	// how servers are found
	ignoresSRV, followsSRV, ignoresAutoconfig, trustsDescription, describedByAnybody, describedInClear bool
	// how it logs in
	skipsCapabilities, twoSteps, oneStepAlways, longLine bool
	namesPerson, endsShort, basicScheme                  bool
	challenged                                           mail.Reaction // what is said to the error challenge
	hangs, insists, repeats, fallsBack, hidesErrors      bool
	logsDigest                                           bool // of tokens, rightly
	keepsLink, inBackground                              bool // how it works, rightly
	// the session
	neverRenews, keepsOldToken, asksAgain, storesToken, logsResponse bool
	keepsSession, forgetsOnLoss, hangsWithMail                       bool
	neverIdle, neverOver                                             bool
	// what it writes
	forgetsNIL, otherNIL, nilWithDocuments     bool
	forgetsCodes, firstCode, codesAlways       bool
	forgetsINS, qualifiesAll, insAlways        bool
	forgetsEnd, smallEnd, endAlways            bool
	breaksReferences, unlinksReplies           bool
	asksNoReport, failuresAlone, sendsAnySize  bool
	asksByField                                string // the field in which a report is asked for, in the place of NOTIFY
	plainSubject, otherPatient, forgetsArchive bool
	forgetsPDF                                 bool
	archiveName                                string
	changes                                    []func(*missive.Draft)
	archive                                    func([]missive.File) []missive.File
	pdf                                        func(*missive.File)
	// what it reads
	breaksOnArchive, receiptsAlways, forgetsReceipt bool
	receipt                                         func(*missive.Draft)
}

// pardons tells whether a trouble of a certificate is overlooked.
func (p *policy) pardons(kind pki.PathKind) bool {
	for _, k := range p.pardoned {
		if k == kind {
			return true
		}
	}
	return false
}

// marksNIL tells whether the reference of the product is put on a message.
func (p *policy) marksNIL(documents bool) bool {
	return !p.forgetsNIL && (documents || !p.nilWithDocuments)
}

// nilOf is the reference that is put.
func (p *policy) nilOf(reference string) string {
	if p.otherNIL {
		return "Messagerie 1.0"
	}
	return reference
}

// endWord ends a discussion.
func (p *policy) endWord() string {
	if p.smallEnd {
		return "fin"
	}
	return "FIN"
}

// notify are the reports that are asked for on RCPT; "" for none.
func (p *policy) notify() string {
	switch {
	case p.asksNoReport || p.asksByField != "":
		return ""
	case p.failuresAlone:
		return "FAILURE"
	}
	return "SUCCESS,FAILURE"
}
