package mutation

import (
	"bytes"
	"fmt"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// Letter is a message between members of a sphere of trust that bears no VI.
type Letter string

// The letters.
const (
	AuthnRequest  Letter = "AuthnRequest"
	LogoutRequest Letter = "LogoutRequest"
	ContextToken  Letter = "ContextToken"
)

// lettersOf says of which message the faults of a table are.
func lettersOf(l Letter, faults []Mutation) []Mutation {
	for i := range faults {
		faults[i].Letter = l
	}
	return faults
}

// outsider is an organism of the convention that is no member of its sphere.
func (h Honest) outsider() (interops.Organism, bool) {
	return h.organism(func(o interops.Organism) bool {
		_, member := h.Convention.Sphere.Member(o.Name)
		return h.Convention.Sphere != nil && !member && len(o.Signature) > 0
	})
}

// without is a member in force that does not play a part, beside the two parties of the project.
func (h Honest) without(q interops.Quality) (interops.Organism, bool) {
	return h.organism(func(o interops.Organism) bool {
		m, member := h.Convention.Sphere.Member(o.Name)
		return member && !m.Plays(q) && o.Name != h.Project.Client && h.Convention.Sphere.InForce(o.Name, h.Now)
	})
}

// otherOperator is an authentication operator in force that is not the project's.
func (h Honest) otherOperator() (interops.Organism, bool) {
	return h.organism(func(o interops.Organism) bool {
		m, member := h.Convention.Sphere.Member(o.Name)
		return member && m.Plays(interops.AuthenticationOperator) && o.Name != h.Project.Client && h.Convention.Sphere.InForce(o.Name, h.Now)
	})
}

// attributed makes a form fault of one attribute of a letter, well signed all the same.
func attributed(name string, value func(Honest, string) string) func(Honest, *saml.Form) error {
	return func(h Honest, f *saml.Form) error {
		old := f.Root.SelectAttr(name)
		if old == nil {
			return fmt.Errorf("change %s: the honest %s has none", name, f.Root.Tag)
		}
		old.Value = value(h, old.Value)
		return nil
	}
}

// textual makes a form fault of the text of one element of a letter, by its path.
func textual(value func(Honest) (string, error), path ...string) func(Honest, *saml.Form) error {
	return func(h Honest, f *saml.Form) error {
		e, err := descend(f.Root, path...)
		if err != nil {
			return err
		}
		text, err := value(h)
		if err == nil {
			e.SetText(text)
		}
		return err
	}
}

// unsigned leaves a letter without its signature.
func unsigned(_ Honest, f *saml.Form) error {
	if f.Message == nil && f.Recipe == nil {
		return fmt.Errorf("leave letter unsigned: the honest one is not signed")
	}
	f.Message, f.Recipe = nil, nil
	return nil
}

// from makes another organism the issuer and the signer of a letter.
func from(who func(Honest) (interops.Organism, bool), name func(interops.Organism) string) func(Honest, *saml.Form) error {
	return func(h Honest, f *saml.Form) error {
		other, found := who(h)
		if !found {
			return fmt.Errorf("change issuer: the convention has no such organism")
		}
		issuer, err := descend(f.Root, "Issuer")
		if err != nil {
			return err
		}
		issuer.SetText(name(other))
		signature := f.Message
		if signature == nil {
			signature = f.Recipe
		}
		if signature == nil || f.Credential == nil {
			return fmt.Errorf("change signer: the honest letter is not signed, or the bench gives no credentials")
		}
		credential, err := f.Credential(other.Name + "/signature")
		if err != nil {
			return fmt.Errorf("change signer: %w", err)
		}
		signature.Key, signature.Method, signature.KeyInfo.Certificates = credential.Key, "", credential.Chain
		return nil
	}
}

func issuerOf(o interops.Organism) string { return o.Issuer }

// rewritten makes a wire fault of replacing the first of a text by another.
func rewritten(old, new string) func(Honest, []byte) ([]byte, error) {
	return func(_ Honest, raw []byte) ([]byte, error) {
		if !bytes.Contains(raw, []byte(old)) {
			return nil, fmt.Errorf("alter letter: it holds no %s", old)
		}
		return bytes.Replace(raw, []byte(old), []byte(new), 1), nil
	}
}

// dated changes instants of a letter, which stay well formed.
func dated(e *etree.Element, names []string, at string) {
	for _, name := range names {
		if a := e.SelectAttr(name); a != nil {
			a.Value = at
		}
	}
}
