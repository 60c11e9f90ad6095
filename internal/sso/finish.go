package sso

import (
	"fmt"
	"io"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// finish takes a form through its remaining moments: form, signatures, signed, bytes.
func finish(f *saml.Form, hooks saml.Hooks, rand io.Reader) ([]byte, error) {
	raw, err := seal(f, hooks, rand)
	if err != nil {
		return nil, err
	}
	return onWire(raw, hooks)
}

// seal signs a form and serialises it.
func seal(f *saml.Form, hooks saml.Hooks, rand io.Reader) ([]byte, error) {
	if err := run(hooks.Form, f); err != nil {
		return nil, fmt.Errorf("alter form: %w", err)
	}
	doc := etree.NewDocument()
	doc.SetRoot(f.Root)
	if f.Recipe != nil && f.VI != nil {
		if _, err := f.Recipe.Sign(rand, f.VI, f.Index); err != nil {
			return nil, fmt.Errorf("sign VI: %w", err)
		}
	}
	if f.Message != nil {
		if _, err := f.Message.Sign(rand, f.Root, signatureIndex(f.Root)); err != nil {
			return nil, fmt.Errorf("sign %s: %w", f.Root.Tag, err)
		}
	}
	if err := run(hooks.Signed, f); err != nil {
		return nil, fmt.Errorf("alter signed form: %w", err)
	}
	raw, err := xmlsec.Serialize(doc)
	if err != nil {
		return nil, fmt.Errorf("serialise %s: %w", f.Root.Tag, err)
	}
	return raw, nil
}

// signatureIndex is the place of a message's own signature: after the Issuer, first where there is none.
func signatureIndex(root *etree.Element) int {
	if issuer := xmlsec.Child(root, saml.Namespace20, "Issuer"); issuer != nil {
		return issuer.Index() + 1
	}
	return 0
}

func run(hook func(*saml.Form) error, f *saml.Form) error {
	if hook == nil {
		return nil
	}
	return hook(f)
}

func onWire(raw []byte, hooks saml.Hooks) ([]byte, error) {
	if hooks.Wire == nil {
		return raw, nil
	}
	raw, err := hooks.Wire(raw)
	if err != nil {
		return nil, fmt.Errorf("alter bytes: %w", err)
	}
	return raw, nil
}
