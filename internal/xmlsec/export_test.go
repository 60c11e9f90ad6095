package xmlsec

import "github.com/beevik/etree"

// CanonicalizeBy opens the other canonicalisations to the tests.
func CanonicalizeBy(el *etree.Element, t Transform) ([]byte, error) { return canonicalize(el, t, nil) }
