package soap

import (
	"encoding/base64"
	"errors"

	"github.com/beevik/etree"

	"etalon/internal/pki"
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
func messageRecipe(f *Form, signer pki.Credential) (*xmlsec.Recipe, error) {
	if signer.Leaf() == nil {
		return nil, errors.New("no certificate")
	}
	token := etree.NewElement("wsse:BinarySecurityToken")
	identify(token, tokenID)
	token.CreateAttr("ValueType", xmlsec.TokenX509v3)
	token.CreateAttr("EncodingType", xmlsec.EncodingBase64)
	token.SetText(base64.StdEncoding.EncodeToString(signer.Leaf().Raw))
	f.Security.InsertChildAt(0, token)

	recipe := &xmlsec.Recipe{
		Key:     signer.Key,
		KeyInfo: xmlsec.KeyInfo{Form: xmlsec.KeyInfoTokenReference, TokenURI: "#" + tokenID},
	}
	identify(f.Body, bodyID)
	recipe.References = append(recipe.References, covering(bodyID))
	if t := child(f.Security, xmlsec.NamespaceWSU, "Timestamp"); t != nil {
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
