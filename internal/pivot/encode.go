package pivot

import (
	"fmt"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/xmlsec"
)

// Draft is a document to write.
type Draft struct {
	Document
	// Signer signs it; without a key the file is left unsigned, which no honest party does.
	Signer pki.Credential
	// Form alters the tree before it is signed, Wire the bytes after; nil leaves them.
	Form func(root *etree.Element)
	Wire func([]byte) []byte
}

// Build writes the file. It refuses a draft that holds no document, or several, and a key that fits no method.
func (d Draft) Build() ([]byte, error) {
	root, id, err := d.tree()
	if err != nil {
		return nil, err
	}
	if d.Form != nil {
		d.Form(root)
	}
	doc := etree.NewDocumentWithRoot(root)
	if d.Signer.Key != nil {
		recipe, err := xmlsec.EnvelopedRecipe(id, d.Signer.Key, d.Signer.Chain)
		if err != nil {
			return nil, fmt.Errorf("sign traces file: %w", err)
		}
		recipe.References[0].Target = root
		if _, err := recipe.Sign(nil, root, len(root.Child)); err != nil {
			return nil, fmt.Errorf("sign traces file: %w", err)
		}
	}
	raw, err := xmlsec.Serialize(doc)
	if err != nil {
		return nil, fmt.Errorf("write traces file: %w", err)
	}
	if d.Wire != nil {
		raw = d.Wire(raw)
	}
	return raw, nil
}

// tree makes the elements of the document that is set.
func (d Draft) tree() (*etree.Element, string, error) {
	switch {
	case d.Request != nil:
		return request(d.Request), d.Request.ID, nil
	case d.Answer != nil:
		return answer(d.Answer), d.Answer.ID, nil
	case d.Report != nil:
		return report(d.Report), d.Report.ID, nil
	case d.Receipt != nil:
		return receipt(d.Receipt), d.Receipt.ID, nil
	}
	return nil, "", fmt.Errorf("write traces file: no document")
}

// header starts a document with what all have.
func header(name, id, from, to string, date time.Time) *etree.Element {
	root := etree.NewElement(prefix + ":" + name)
	root.CreateAttr("xmlns:"+prefix, Namespace)
	root.CreateAttr("xml:id", id)
	add(root, "Emetteur", from)
	add(root, "Destinataire", to)
	add(root, "Date", instant(date))
	return root
}

func add(parent *etree.Element, name, text string) *etree.Element {
	e := parent.CreateElement(prefix + ":" + name)
	if text != "" {
		e.SetText(text)
	}
	return e
}

func instant(at time.Time) string { return at.UTC().Format(interops.InstantLayout) }

func request(r *interops.TraceRequest) *etree.Element {
	root := header(nameRequest, r.ID, r.From, r.To, r.Date)
	add(root, "Motif", string(r.Motive))
	criteria := add(root, "Criteres", "")
	for _, vi := range r.VIs {
		add(criteria, "ViId", vi)
	}
	if len(r.VIs) == 0 {
		if r.NameID != "" {
			add(criteria, "NameId", r.NameID)
		}
		span := add(criteria, "Periode", "")
		add(span, "Debut", instant(r.Since))
		add(span, "Fin", instant(r.Until))
	}
	add(root, "TypeTraces", string(r.Kind))
	return root
}

func answer(a *interops.TraceAnswer) *etree.Element {
	root := header(nameAnswer, a.ID, a.From, a.To, a.Date)
	add(root, "IdDemande", a.RequestID)
	add(root, "Statut", string(a.Status))
	for _, v := range a.Verifications {
		e := add(root, "VerificationVI", "")
		add(e, "ViId", v.VI)
		add(e, "DateVerification", instant(v.Date))
		result := resultRefused
		if v.Accepted {
			result = resultAccepted
		}
		add(e, "Resultat", result)
		if v.Code != "" {
			add(e, "CodeErreur", v.Code)
		}
	}
	for _, t := range a.Applications {
		e := add(root, "TraceApplicative", "")
		add(e, "ViId", t.VI)
		add(e, "Date", instant(t.Date))
		add(e, "Action", t.Action)
		add(e, "Objet", t.Object)
		add(e, "Resultat", t.Result)
	}
	return root
}

// The results of a verification.
const (
	resultAccepted = "ACCEPTE"
	resultRefused  = "REFUSE"
)

func report(r *interops.SuspicionReport) *etree.Element {
	root := header(nameReport, r.ID, r.From, r.To, r.Date)
	for _, vi := range r.VIs {
		add(root, "ViId", vi)
	}
	add(root, "Description", r.Description)
	return root
}

func receipt(r *interops.SuspicionReceipt) *etree.Element {
	root := header(nameReceipt, r.ID, r.From, r.To, r.Date)
	add(root, "IdDeclaration", r.ReportID)
	return root
}
