package ops

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

// bodyDigest is the digest of what stands in the Body of an envelope, by exclusive c14n of each of its elements
// (A05): further namespace declarations on ancestors change nothing. "" when there is no readable envelope.
func bodyDigest(raw []byte) string {
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err != nil || doc.Root() == nil {
		return ""
	}
	var body *etree.Element
	for _, e := range doc.Root().ChildElements() {
		if e.Tag == "Body" {
			body = e
		}
	}
	if body == nil {
		return ""
	}
	h := sha256.New()
	for _, e := range body.ChildElements() {
		canonical, err := xmlsec.Canonicalize(e)
		if err != nil {
			return ""
		}
		h.Write(canonical)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// compareBodies finds a business message that changed on its way (A05).
func (w *World) compareBodies(sent, arrived []byte, evidence []string) {
	if want, got := bodyDigest(sent), bodyDigest(arrived); want != got {
		w.Sees(w.Own("body-changed", want, got, append(evidence, w.evidence(arrived))...))
	}
}

var signatureValue = regexp.MustCompile(`<(?:[A-Za-z0-9_-]+:)?SignatureValue[^>]*>\s*([A-Za-z0-9+/=]{40,})`)

// fingerprints are what no other text than a message's signed VI holds: the beginnings of its signature values.
func fingerprints(message []byte) []string {
	var all []string
	for _, m := range signatureValue.FindAllSubmatch(message, 8) {
		all = append(all, string(m[1][:40]))
	}
	return all
}
