package mta

import (
	"crypto/tls"

	"etalon/internal/pki"
)

// policy is how an operator behaves; each flaw changes it.
type policy struct {
	in  inbound
	out outbound
	// size is the greatest message, in octets.
	size int
	list listPolicy
}

// inbound is how it takes mail from the others.
type inbound struct {
	noTLS, clearMail bool
	settings         func(*tls.Config)
	// noCertificate takes mail of who shows none; overlooks names what of a certificate is not looked at.
	noCertificate bool
	overlooks     map[pki.PathKind]bool
	// pinned takes the certificate that a domain showed first, and no other.
	pinned bool
	// anyName does not compare the subject with the list's; anyDomain takes a listed subject for every listed domain;
	// unlisted takes domains that are not listed.
	anyName, anyDomain, unlisted bool
	noNull, anyNull              bool
	relays, swallows             bool
	// smallSize refuses what is over 1 MiB, anySize takes everything.
	smallSize, anySize bool
	noTrace, loops     bool
	bare               bool
	malware            bool
	noReport           bool
	defers             bool
	rewrite            func([]byte) []byte
}

// outbound is how it sends mail to the others.
type outbound struct {
	noCertificate bool
	clear         bool
	settings      func(*tls.Config)
	overlooks     map[pki.PathKind]bool
	anyName       bool
	anyDomain     bool
	noRetry       bool
	keepsLinks    bool
	twice         bool
	noBounce      bool
	mute          bool // bounces do not say the code
	// inside lets mail programs write to no other operator, loses drops what they write to one.
	inside, loses bool
	sender        func(string) string
	rewrite       func([]byte) []byte
}

// honest is the policy of a sound operator.
func honest() policy {
	same := func(*tls.Config) {}
	return policy{in: inbound{settings: same}, out: outbound{settings: same}, list: honestList()}
}

// overlooked keeps of troubles those that are looked at.
func overlooked(troubles []pki.PathError, kinds map[pki.PathKind]bool) []pki.PathError {
	var left []pki.PathError
	for _, t := range troubles {
		if !kinds[t.Kind] {
			left = append(left, t)
		}
	}
	return left
}
