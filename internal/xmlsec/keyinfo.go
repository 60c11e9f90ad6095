package xmlsec

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"

	"github.com/beevik/etree"
)

func (r *Recipe) writeKeyInfo(sig *etree.Element) error {
	if r.KeyInfo.Form == KeyInfoNone {
		return nil
	}
	info := sig.CreateElement("ds:KeyInfo")
	switch r.KeyInfo.Form {
	case KeyInfoX509:
		if len(r.KeyInfo.Certificates) == 0 {
			return errors.New("write key info: no certificate")
		}
		list := info.CreateElement("ds:X509Data")
		for _, c := range r.KeyInfo.Certificates {
			list.CreateElement("ds:X509Certificate").SetText(base64.StdEncoding.EncodeToString(c.Raw))
		}
	case KeyInfoKeyValue:
		return r.writeKeyValue(info.CreateElement("ds:KeyValue"))
	case KeyInfoTokenReference:
		str := info.CreateElement("wsse:SecurityTokenReference")
		str.CreateAttr("xmlns:wsse", NamespaceWSSE)
		ref := str.CreateElement("wsse:Reference")
		ref.CreateAttr("URI", r.KeyInfo.TokenURI)
		ref.CreateAttr("ValueType", cmp.Or(r.KeyInfo.TokenType, TokenX509v3))
	default:
		return fmt.Errorf("write key info: form %d is not known", r.KeyInfo.Form)
	}
	return nil
}

// writeKeyValue tells the bare public key (XML-DSig 1.1 §4.5.2).
func (r *Recipe) writeKeyValue(el *etree.Element) error {
	if r.Key == nil {
		return errors.New("write key value: no key")
	}
	switch key := r.Key.Public().(type) {
	case *rsa.PublicKey:
		value := el.CreateElement("ds:RSAKeyValue")
		value.CreateElement("ds:Modulus").SetText(base64.StdEncoding.EncodeToString(key.N.Bytes()))
		exponent := big.NewInt(int64(key.E)).Bytes()
		value.CreateElement("ds:Exponent").SetText(base64.StdEncoding.EncodeToString(exponent))
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		if err != nil {
			return fmt.Errorf("write key value: %w", err)
		}
		value := el.CreateElement("dsig11:ECKeyValue")
		value.CreateAttr("xmlns:dsig11", NamespaceDS11)
		value.CreateElement("dsig11:NamedCurve").CreateAttr("URI", "urn:oid:"+curves[key.Curve.Params().Name])
		value.CreateElement("dsig11:PublicKey").SetText(base64.StdEncoding.EncodeToString(point))
	default:
		return fmt.Errorf("write key value: no form for a key of type %T", key)
	}
	return nil
}

var curves = map[string]string{
	"P-224": "1.3.132.0.33", "P-256": "1.2.840.10045.3.1.7", "P-384": "1.3.132.0.34", "P-521": "1.3.132.0.35",
}
