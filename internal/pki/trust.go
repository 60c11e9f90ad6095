package pki

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
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
	if len(chain) == 0 {
		return []PathError{{PathMalformed, "no certificate was presented"}}
	}
	if len(chain) > maxChain {
		return []PathError{{PathMalformed, fmt.Sprintf("%d certificates were presented, %d at most are read", len(chain), maxChain)}}
	}
	leaf := chain[0]
	troubles := t.CheckAlone(leaf, at)
	troubles = append(troubles, checkUsage(leaf, u)...)
	path := t.path(chain)
	if path == nil {
		return append(troubles, noPath(leaf))
	}
	for i, cert := range path[1:] {
		isRoot := i == len(path)-2
		troubles = append(troubles, t.checkAuthority(cert, isRoot, at)...)
	}
	troubles = append(troubles, t.checkRevocation(path, at)...)
	if len(troubles) == 0 {
		troubles = lastWord(path, at)
	}
	return troubles
}

// VerifyServer is Verify for a TLS server that was called by that host name or address (T02).
func (t *Trust) VerifyServer(chain []*x509.Certificate, host string, at time.Time) []PathError {
	troubles := t.Verify(chain, UsageServer, at)
	if len(chain) == 0 {
		return troubles
	}
	if err := chain[0].VerifyHostname(host); err != nil {
		troubles = append(troubles, PathError{PathName, err.Error()})
	}
	return troubles
}

// CheckAlone returns what ails a certificate by itself, whoever issued it: dates, key, digest.
func (t *Trust) CheckAlone(cert *x509.Certificate, at time.Time) []PathError {
	troubles := t.checkDatesAndKey(cert, at)
	switch cert.SignatureAlgorithm {
	case x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA1, x509.MD5WithRSA, x509.MD2WithRSA: // T05-N2
		troubles = append(troubles, PathError{PathWeakDigest, fmt.Sprintf("%s is signed with %s", Subject(cert), cert.SignatureAlgorithm)})
	}
	return troubles
}

func (t *Trust) checkDatesAndKey(cert *x509.Certificate, at time.Time) []PathError {
	var troubles []PathError
	if at.After(cert.NotAfter) {
		troubles = append(troubles, PathError{PathExpired, fmt.Sprintf("%s was valid until %s", Subject(cert), cert.NotAfter.Format(time.RFC3339))})
	}
	if at.Before(cert.NotBefore) {
		troubles = append(troubles, PathError{PathNotYetValid, fmt.Sprintf("%s is valid from %s", Subject(cert), cert.NotBefore.Format(time.RFC3339))})
	}
	if weak := t.weakness(cert.PublicKey); weak != "" { // T05-N1
		troubles = append(troubles, PathError{PathWeakKey, fmt.Sprintf("the key of %s is %s", Subject(cert), weak)})
	}
	return troubles
}

// checkAuthority is CheckAlone for an authority of the path; a root's own signature proves nothing.
func (t *Trust) checkAuthority(cert *x509.Certificate, isRoot bool, at time.Time) []PathError {
	if isRoot {
		return t.checkDatesAndKey(cert, at)
	}
	return t.CheckAlone(cert, at)
}

// weakness describes a key below the floor; "" for a sound one.
func (t *Trust) weakness(key any) string {
	least := t.MinRSA
	if least == 0 {
		least = 2048
	}
	switch k := key.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() < least {
			return fmt.Sprintf("RSA of %d bits, less than %d", k.N.BitLen(), least)
		}
	case *ecdsa.PublicKey:
		if k.Curve.Params().BitSize < 256 {
			return fmt.Sprintf("on %s, less than 256 bits", k.Curve.Params().Name)
		}
	case ed25519.PublicKey:
	default:
		return fmt.Sprintf("of a kind that the profile does not allow (%T)", key)
	}
	return ""
}

// checkUsage holds the leaf to its usage (T04). A certificate that states no usage allows all.
func checkUsage(leaf *x509.Certificate, u Usage) []PathError {
	var troubles []PathError
	if leaf.IsCA { // T04-N2
		troubles = append(troubles, PathError{PathCA, Subject(leaf) + " is an authority's certificate, presented as an end entity's"})
	}
	bits, wanted := x509.KeyUsageDigitalSignature, x509.ExtKeyUsageAny
	switch u {
	case UsageClient:
		wanted = x509.ExtKeyUsageClientAuth
	case UsageServer:
		wanted = x509.ExtKeyUsageServerAuth
	case UsageSignature:
		bits |= x509.KeyUsageContentCommitment
	}
	if leaf.KeyUsage != 0 && leaf.KeyUsage&bits == 0 {
		troubles = append(troubles, PathError{PathUsage, Subject(leaf) + " lacks the key usage digitalSignature"})
	}
	states := len(leaf.ExtKeyUsage)+len(leaf.UnknownExtKeyUsage) > 0
	allows := slices.Contains(leaf.ExtKeyUsage, wanted) || slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageAny)
	if u != UsageSignature && states && !allows { // T04-N1
		troubles = append(troubles, PathError{PathUsage, fmt.Sprintf("%s lacks the extended key usage %s", Subject(leaf), usageNames[u])})
	}
	return troubles
}

var usageNames = map[Usage]string{UsageClient: "clientAuth", UsageServer: "serverAuth"}

// checkRevocation asks for every certificate of the path but the root (T01-N5, T08).
func (t *Trust) checkRevocation(path []*x509.Certificate, at time.Time) []PathError {
	if t.Revocation == nil {
		return nil
	}
	var troubles []PathError
	for i := range len(path) - 1 {
		trouble := t.Revocation.Check(path[i], path[i+1], at)
		if trouble != nil && (trouble.Kind == PathRevoked || !t.FailOpen) {
			troubles = append(troubles, *trouble)
		}
	}
	return troubles
}
