package rest

import (
	"encoding/base64"
	"fmt"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// Build makes the token, as a header carries it after its scheme. It fails when a hook fails or a signature cannot be
// made. The Draft is not changed.
func (d *Draft) Build() (string, error) {
	vi := d.VI
	if d.Hooks.Content != nil {
		d.Hooks.Content(&vi)
	}
	if d.Token == TokenJWT {
		t, err := newJWT(vi, d.Signer)
		if err != nil {
			return "", err
		}
		t.Credential, t.Now = d.Credential, d.Now
		if d.Hooks.JWT != nil {
			if err := d.Hooks.JWT(t); err != nil {
				return "", fmt.Errorf("alter JWT: %w", err)
			}
		}
		return t.compact()
	}
	el, err := saml.Encode(vi, d.Profile)
	if err != nil {
		return "", err
	}
	f := &saml.Form{Root: el, VI: el, Index: saml.SignatureIndex(el), Credential: d.Credential, Now: d.Now}
	recipe, err := xmlsec.EnvelopedRecipe(vi.ID, d.Signer.Key, d.Signer.Chain)
	if err != nil {
		return "", fmt.Errorf("sign VI: %w", err)
	}
	if vi.ID == "" {
		recipe.References[0].URI = "" // nothing else to name it by
	}
	f.Recipe = &recipe
	raw, err := d.seal(f)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}

// seal takes an assertion through its remaining moments: form, signature, signed, bytes.
func (d *Draft) seal(f *saml.Form) ([]byte, error) {
	if err := run(d.Hooks.Form, f); err != nil {
		return nil, fmt.Errorf("alter form: %w", err)
	}
	doc := etree.NewDocument()
	doc.SetRoot(f.Root)
	if f.Recipe != nil && f.VI != nil {
		if _, err := f.Recipe.Sign(d.Rand, f.VI, f.Index); err != nil {
			return nil, fmt.Errorf("sign VI: %w", err)
		}
	}
	if err := run(d.Hooks.Signed, f); err != nil {
		return nil, fmt.Errorf("alter signed form: %w", err)
	}
	raw, err := xmlsec.Serialize(doc)
	if err != nil {
		return nil, fmt.Errorf("serialise VI: %w", err)
	}
	if d.Hooks.Wire == nil {
		return raw, nil
	}
	if raw, err = d.Hooks.Wire(raw); err != nil {
		return nil, fmt.Errorf("alter bytes: %w", err)
	}
	return raw, nil
}

func run(hook func(*saml.Form) error, f *saml.Form) error {
	if hook == nil {
		return nil
	}
	return hook(f)
}
