package soap

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// The identifiers of the parts that a message signature refers to; none of them can be a VI's.
const (
	bodyID      = "corps"
	timestampID = "horodatage"
	tokenID     = "certificat"
)

// messageRecipe lays the signer's certificate in the header and tells how Body and Timestamp are signed:
// one reference each, exclusive c14n, the key by reference to the token (X.509 Token Profile 1.1 §3.2).
func messageRecipe(f *saml.Form, signer pki.Credential) (*xmlsec.Recipe, error) {
	if signer.Leaf() == nil {
		return nil, errors.New("no certificate")
	}
	token := etree.NewElement("wsse:BinarySecurityToken")
	identify(token, tokenID)
	token.CreateAttr("ValueType", xmlsec.TokenX509v3)
	token.CreateAttr("EncodingType", xmlsec.EncodingBase64)
	token.SetText(base64.StdEncoding.EncodeToString(signer.Leaf().Raw))
	f.Holder.InsertChildAt(0, token)

	recipe := &xmlsec.Recipe{
		Key:     signer.Key,
		KeyInfo: xmlsec.KeyInfo{Form: xmlsec.KeyInfoTokenReference, TokenURI: "#" + tokenID},
	}
	identify(f.Body, bodyID)
	recipe.References = append(recipe.References, covering(bodyID))
	if t := xmlsec.Child(f.Holder, xmlsec.NamespaceWSU, "Timestamp"); t != nil {
		t.CreateAttr("wsu:Id", timestampID)
		recipe.References = append(recipe.References, covering(timestampID))
	}
	return recipe, nil
}

func covering(id string) xmlsec.Reference {
	return xmlsec.Reference{URI: "#" + id, Transforms: []xmlsec.Transform{{Algorithm: xmlsec.TransformExclusive}}}
}

// identify gives an element the wsu:Id by which a signature refers to it.
func identify(el *etree.Element, id string) {
	el.CreateAttr("xmlns:wsu", xmlsec.NamespaceWSU)
	el.CreateAttr("wsu:Id", id)
}

// message checks the message's own signature, where the project or the confirmation method asks for one:
// it must cover Body and Timestamp, by a trusted key that the convention lists for the client (A10).
func (j *judge) message() {
	vouched := j.Profile.SubjectConfirmation.Method == "sender-vouches"
	if j.security == nil || j.out.Body == nil || !j.out.Project.MessageSignature && !vouched {
		return
	}
	found := xmlsec.Children(j.security, xmlsec.NamespaceDS, "Signature")
	if len(found) == 0 {
		j.report("message-signature-absent", "Security/ds:Signature", "") // A10-N2
		return
	}
	if len(found) > 1 {
		j.report("message-signature-several", "1", strconv.Itoa(len(found)))
	}
	policy := xmlsec.CurrentPolicy
	if j.Profile.Legacy() {
		policy = xmlsec.LegacyPolicy
		policy.AllowEmptyURI = false
	}
	checked := xmlsec.Verify(found[0], policy, nil)
	for _, f := range checked.Faults {
		rule := "message-signature-invalid"
		switch f.Kind {
		case xmlsec.FaultDigest:
			rule = "message-altered" // A10-N1
		case xmlsec.FaultReferenceUnresolved, xmlsec.FaultReferenceExternal:
			rule = "message-reference-other" // A10-N3
		}
		j.report(rule, f.Want, string(f.Kind)+": "+f.Got)
	}
	j.covered(checked)
	j.messageSigner(checked.Certificates)
}

// covered checks that the signature refers to the very Body and Timestamp that are read.
func (j *judge) covered(checked xmlsec.Checked) {
	refers := func(el *etree.Element) bool {
		return slices.ContainsFunc(checked.References, func(r xmlsec.CheckedReference) bool { return r.Element == el })
	}
	if !refers(j.out.Body) {
		rule := "message-body-unsigned" // A10-N2
		for _, r := range checked.References {
			if r.Element != nil && r.Element.Tag == j.out.Body.Tag {
				rule = "message-reference-other" // A10-N3
			}
		}
		j.report(rule, "#"+xmlsec.QualifiedValue(j.out.Body, xmlsec.NamespaceWSU, "Id"), uris(checked))
	}
	if t := xmlsec.Child(j.security, xmlsec.NamespaceWSU, "Timestamp"); t != nil && !refers(t) {
		j.report("message-timestamp-unsigned", "#"+xmlsec.QualifiedValue(t, xmlsec.NamespaceWSU, "Id"), uris(checked))
	}
}

func uris(checked xmlsec.Checked) string {
	var all []string
	for _, r := range checked.References {
		all = append(all, r.URI)
	}
	return strings.Join(all, " ")
}

// messageSigner checks that the key is trusted and is the client's. A token holds one certificate: the
// authorities that the VI carries help to find its path.
func (j *judge) messageSigner(chain []*x509.Certificate) {
	if len(chain) == 0 {
		return // a signature without certificate has its finding
	}
	if j.Trust == nil {
		j.report("message-signer-untrusted", "", pki.Subject(chain[0]))
		return
	}
	for _, trouble := range j.Trust(slices.Concat(chain, j.out.Chain), j.Now) {
		j.report("message-signer-untrusted", "", trouble.Error())
	}
	if client := j.out.Client; client.Name != "" && !pki.Listed(client.Signature, chain[0], j.Now) {
		j.report("message-signer-other", client.Title(), pki.Subject(chain[0]))
	}
}
