package pki

import "time"

// The addresses of the revocation server, below Options.Revocation.
const (
	crlPath  = "/crl/"
	ocspPath = "/ocsp/"
)

// signedAnswer is a CRL or OCSP response kept until the clock leaves its window.
type signedAnswer struct {
	der         []byte
	from, until time.Time
}
