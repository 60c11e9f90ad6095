package pki

import (
	"crypto/x509"
	"time"
)

// Usage is what a certificate is presented for.
type Usage int

// The usages.
const (
	UsageClient    Usage = iota + 1 // TLS client
	UsageServer                     // TLS server
	UsageSignature                  // signature of a VI or a message
)

// PathKind is the kind of a trouble with a certificate path.
type PathKind string

// The kinds of trouble.
const (
	PathSelfSigned            PathKind = "self-signed"            // the certificate is its own, untrusted, authority (G05-N1, T02-N1)
	PathUnknownAuthority      PathKind = "unknown-authority"      // no path to a root (T01-N2, G05-N2)
	PathExpired               PathKind = "expired"                // T01-N3, G05-N3
	PathNotYetValid           PathKind = "not-yet-valid"          // T01-N4
	PathRevoked               PathKind = "revoked"                // T01-N5, G05-N4
	PathRevocationStale       PathKind = "revocation-stale"       // T08-N1
	PathRevocationUnreachable PathKind = "revocation-unreachable" // T08-N2; also: no source is named
	PathUsage                 PathKind = "usage"                  // key usage or extended key usage (T04-N1)
	PathCA                    PathKind = "ca"                     // an authority as end entity (T04-N2)
	PathWeakKey               PathKind = "weak-key"               // T05-N1
	PathWeakDigest            PathKind = "weak-digest"            // T05-N2
	PathMalformed             PathKind = "malformed"              // empty or endless chain, unknown critical extension
	PathName                  PathKind = "name"                   // not the host that was called (T02-N2)
)

// PathError is one trouble with a certificate path.
type PathError struct {
	Kind   PathKind
	Detail string
}

// Error gives the kind and the detail.
func (e PathError) Error() string { return string(e.Kind) + ": " + e.Detail }

// Trust decides on certificate paths.
type Trust struct {
	// Roots are the trust anchors.
	Roots []*x509.Certificate
	// Revocation fetches CRL and OCSP; revocation is not checked when nil.
	Revocation *Checker
	// FailOpen accepts a certificate whose revocation data are stale or unreachable. Off, as T08 wants.
	FailOpen bool
	// MinRSA is the least length of RSA keys in bits; 2048 when zero (T05).
	MinRSA int
}

// Verify returns every trouble of the path, the leaf's first; none means that the leaf is trusted for
// that usage at that instant. The chain is leaf first; what follows may be in any order, superfluous
// or hold the root. The result does not say whether the leaf belongs to the partner: see Listed.
func (t *Trust) Verify(chain []*x509.Certificate, u Usage, at time.Time) []PathError {
	return []PathError{{PathMalformed, "not written yet"}}
}

// VerifyServer is Verify for a TLS server that was called by that host name or address.
func (t *Trust) VerifyServer(chain []*x509.Certificate, host string, at time.Time) []PathError {
	return t.Verify(chain, UsageServer, at)
}
