package whitelist

import (
	"fmt"
	"slices"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// Effect is what is seen of a reader that falls for a fault.
type Effect string

// The effects.
const (
	// Loaded: mail of the intruder's domain is taken, since the list that names it is in force.
	Loaded Effect = "loaded"
	// Lost: mail of the domains that were listed is refused, since the list in force is no longer the last good one.
	Lost Effect = "lost"
	// Called: the trap is called.
	Called Effect = "called"
)

// Fault is one deliberate fault of a list, by name. Content, Form or Wire commits it.
type Fault struct {
	// Name is what features write: "whitelist-<part>-<departure>".
	Name string
	// Violates is the one requirement that must catch the fault: "WL-05".
	Violates string
	Title    verdict.Text
	// Caught is the rule by which Verify catches it.
	Caught string
	// Effect is how a reader that does not catch it is told.
	Effect Effect
	// Content changes the draft: entries, date, signer.
	Content func(Honest, *Draft) error
	// Form changes the tree before it is signed.
	Form func(Honest, *etree.Element) error
	// Wire changes the signed file.
	Wire func(Honest, []byte) ([]byte, error)
}

// Honest is what a fault departs from, and with what.
type Honest struct {
	// List is the list in force: what the intruder is not in.
	List mssante.WhiteList
	// Now is the date of a list made now.
	Now time.Time
	// Signer is the publisher; Variant returns a bad certificate of the publisher, as pki names it ("outside").
	Signer  pki.Credential
	Variant func(name string) (pki.Credential, error)
	// Intruder is an entry that the faulty list holds and the list in force does not.
	Intruder mssante.ListedDomain
	// Trap is an address that nobody has a reason to call.
	Trap string
}

// Draft is an honest list made now, with the intruder in it: it is what each fault spoils, and a control for who would
// know that the intruder's mail is taken once a list names it.
func (h Honest) Draft() Draft {
	list := h.List.With(h.Intruder)
	list.Generated = h.Now
	return Draft{List: list, Signer: h.Signer}
}

// Make writes the list with the fault. It fails when the fault cannot be committed.
func (f Fault) Make(h Honest) ([]byte, error) {
	d := h.Draft()
	if f.Content != nil {
		if err := f.Content(h, &d); err != nil {
			return nil, fmt.Errorf("commit %s: %w", f.Name, err)
		}
	}
	if f.Form != nil {
		d.Form = func(root *etree.Element) error { return f.Form(h, root) }
	}
	if f.Wire != nil {
		d.Wire = func(raw []byte) ([]byte, error) { return f.Wire(h, raw) }
	}
	raw, err := d.Build()
	if err != nil {
		return nil, fmt.Errorf("commit %s: %w", f.Name, err)
	}
	return raw, nil
}

// Faults returns every fault, in the order of the requirements.
func Faults() []Fault {
	return slices.Concat(signatureFaults(), signerFaults(), wrappingFaults(), parserFaults(), contentFaults())
}

// FaultByName returns the fault of that name.
func FaultByName(name string) (Fault, bool) {
	all := Faults()
	i := slices.IndexFunc(all, func(f Fault) bool { return f.Name == name })
	if i < 0 {
		return Fault{}, false
	}
	return all[i], true
}

// signatureFaults leave the signature out, or what it covers changed (WL-05, WL-06).
func signatureFaults() []Fault {
	return []Fault{
		{
			Name: "whitelist-unsigned", Violates: "WL-05", Caught: "whitelist-unsigned", Effect: Loaded,
			Title: verdict.Text{FR: "la liste n'est pas signée", EN: "the list is not signed"},
			Content: func(_ Honest, d *Draft) error {
				d.Signer.Key = nil
				return nil
			},
		},
		{
			Name: "whitelist-domain-renamed", Violates: "WL-06", Caught: "whitelist-altered", Effect: Loaded,
			Title: verdict.Text{FR: "un domaine de la liste est remplacé par un autre après la signature", EN: "a domain of the list is replaced by another after the signature"},
			Content: func(h Honest, d *Draft) error {
				d.List.Domains[len(d.List.Domains)-1].Name = "remplace." + h.Intruder.Name
				return nil
			},
			Wire: func(h Honest, raw []byte) ([]byte, error) {
				return replaced(raw, text(nameName, "remplace."+h.Intruder.Name), text(nameName, h.Intruder.Name))
			},
		},
		{
			Name: "whitelist-domain-added", Violates: "WL-06", Caught: "whitelist-altered", Effect: Loaded,
			Title:   verdict.Text{FR: "un domaine est ajouté à la liste après la signature", EN: "a domain is added to the list after the signature"},
			Content: withoutIntruder,
			Wire: rearranged(func(h Honest, root *etree.Element) error {
				root.InsertChildAt(1, entry(etree.NewElement("x"), h.Intruder))
				return nil
			}),
		},
		{
			Name: "whitelist-signature-flipped", Violates: "WL-06", Caught: "whitelist-altered", Effect: Loaded,
			Title: verdict.Text{FR: "un octet de la signature de la liste est changé", EN: "an octet of the signature of the list is changed"},
			Wire:  flipped,
		},
	}
}

// withoutIntruder takes the intruder out again, for faults that bring it in after the signature.
func withoutIntruder(h Honest, d *Draft) error {
	d.List.Domains = slices.Clone(h.List.Domains)
	return nil
}

// signerFaults sign well, with a key that is not the publisher's (WL-07).
func signerFaults() []Fault {
	by := func(name, variant, fr, en, caught string) Fault {
		return Fault{
			Name: name, Violates: "WL-07", Caught: caught, Effect: Loaded, Title: verdict.Text{FR: fr, EN: en},
			Content: func(h Honest, d *Draft) (err error) {
				d.Signer, err = h.Variant(variant)
				return err
			},
		}
	}
	return []Fault{
		by("whitelist-signer-other", "outside", "la liste est signée par un autre porteur de la même autorité",
			"the list is signed by another holder of the same authority", "whitelist-signer-other"),
		by("whitelist-signer-self-signed", "self-signed", "la liste est signée sous le nom de l'éditeur, par un certificat autosigné",
			"the list is signed in the publisher's name, by a self-signed certificate", "whitelist-signer-untrusted"),
		by("whitelist-signer-foreign-authority", "other-ca", "la liste est signée sous le nom de l'éditeur, par un certificat d'une autorité inconnue",
			"the list is signed in the publisher's name, by a certificate of an unknown authority", "whitelist-signer-untrusted"),
		by("whitelist-signer-expired", "expired", "la liste est signée par un certificat de l'éditeur qui a expiré",
			"the list is signed by a certificate of the publisher that has expired", "whitelist-signer-untrusted"),
		{
			Name: "whitelist-signer-bare-key", Violates: "WL-07", Caught: "whitelist-signature-form", Effect: Loaded,
			Title: verdict.Text{FR: "la signature de la liste donne une clé étrangère, sans certificat", EN: "the signature of the list gives a strange key, without a certificate"},
			Content: func(h Honest, d *Draft) (err error) {
				d.Signer, err = h.Variant("self-signed")
				d.BareKey = true
				return err
			},
		},
	}
}

// contentFaults are well signed and must not be loaded for what they say, or are no list (WL-10, WL-11).
func contentFaults() []Fault {
	return []Fault{
		{
			Name: "whitelist-older", Violates: "WL-10", Caught: "whitelist-older", Effect: Loaded,
			Title: verdict.Text{FR: "la liste est bien signée, et plus ancienne que celle en vigueur", EN: "the list is well signed, and older than the one in force"},
			Content: func(h Honest, d *Draft) error {
				d.List.Generated = h.List.Generated.Add(-24 * time.Hour)
				return nil
			},
		},
		{
			Name: "whitelist-truncated", Violates: "WL-11", Caught: "whitelist-malformed", Effect: Lost,
			Title: verdict.Text{FR: "la liste s'arrête au milieu d'un domaine", EN: "the list stops in the middle of a domain"},
			Wire:  truncated,
		},
		{
			Name: "whitelist-no-domain", Violates: "WL-11", Caught: "whitelist-empty", Effect: Lost,
			Title: verdict.Text{FR: "la liste est bien signée et ne contient aucun domaine", EN: "the list is well signed and holds no domain"},
			Content: func(_ Honest, d *Draft) error {
				d.List.Domains = nil
				return nil
			},
		},
		{
			Name: "whitelist-blank", Violates: "WL-11", Caught: "whitelist-malformed", Effect: Lost,
			Title: verdict.Text{FR: "le fichier de la liste est vide", EN: "the file of the list is empty"},
			Wire:  func(Honest, []byte) ([]byte, error) { return nil, nil },
		},
		{
			Name: "whitelist-page", Violates: "WL-11", Caught: "whitelist-schema", Effect: Lost,
			Title: verdict.Text{FR: "une page de maintenance est servie à la place de la liste", EN: "a page about maintenance is served in place of the list"},
			Wire: func(Honest, []byte) ([]byte, error) {
				return []byte(`<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Maintenance</title></head><body><p>Service indisponible</p></body></html>`), nil
			},
		},
	}
}
