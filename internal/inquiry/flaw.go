package inquiry

import (
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pivot"
	"etalon/internal/xmlsec"
)

// Neglect is what a desk overlooks.
type Neglect struct {
	Clear           bool // a demand without TLS is answered
	Strangers       bool // whoever asks is answered
	LaxDemands      bool // demands that break the schema are answered
	LaxDeclarations bool // declarations that break the schema are acknowledged
	Unverified      bool // the signature of a file is not looked at
	Unsigned        bool // answers go without signature
	Silent          bool // answers hold nothing
	Invents         bool // a VI without trace is answered all the same
	Everyone        bool // the traces of all VIs go with each answer
	Mute            bool // declarations are not acknowledged
	Forgets         bool // declarations leave no trace
}

// Flaw is one neglect of a desk, with the requirements that fail by it.
type Flaw = bench.Flaw[Neglect]

// Flaws returns the neglects of the exchange of traces, the same for every party (X12 to X14).
func Flaws() []Flaw {
	return []Flaw{
		neglecting("answers-no-traces", "X12", "X14", "répond à toute demande de traces qu'il n'a rien", "answers every demand of traces that there is nothing",
			func(n *Neglect) { n.Silent = true }),
		neglecting("invents-traces", "X12", "", "invente les traces d'un VI inconnu", "makes up the traces of an unknown VI",
			func(n *Neglect) { n.Invents = true }),
		neglecting("answers-strangers", "X12", "X14", "livre ses traces à qui n'est pas partie à la convention", "hands its traces to who is not party to the convention",
			func(n *Neglect) { n.Strangers = true }),
		neglecting("answers-malformed-demand", "X12", "", "répond à une demande de traces que le schéma refuse", "answers a demand of traces that the schema refuses",
			func(n *Neglect) { n.LaxDemands = true }),
		neglecting("accepts-malformed-declaration", "X13", "", "accepte une déclaration de comportement suspect que le schéma refuse", "accepts a declaration of suspect behaviour that the schema refuses",
			func(n *Neglect) { n.LaxDeclarations = true }),
		neglecting("acknowledges-nothing", "X13", "", "n'accuse pas réception des déclarations de comportement suspect", "does not acknowledge declarations of suspect behaviour",
			func(n *Neglect) { n.Mute = true }),
		neglecting("forgets-declarations", "X13", "", "ne trace pas les déclarations de comportement suspect", "keeps no trace of declarations of suspect behaviour",
			func(n *Neglect) { n.Forgets = true }),
		neglecting("answers-traces-in-clear", "X14", "", "livre ses traces par un canal en clair", "hands its traces over a clear channel",
			func(n *Neglect) { n.Clear = true }),
		neglecting("skips-demand-signature", "X14", "", "ne vérifie pas la signature des demandes de traces", "does not verify the signature of demands of traces",
			func(n *Neglect) { n.Unverified = true }),
		neglecting("answers-traces-unsigned", "X14", "X12 X13", "ne signe pas ses réponses aux demandes de traces", "does not sign its answers to demands of traces",
			func(n *Neglect) { n.Unsigned = true }),
		neglecting("answers-everyones-traces", "X14", "X12", "livre les traces de tous les utilisateurs", "hands over the traces of all users",
			func(n *Neglect) { n.Everyone = true }),
	}
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*Neglect)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// loosely reads a file that breaks the schema as a careless reader does: by the names of its elements, wherever they
// stand. It tells whether such a file is read at all.
func (n Neglect) loosely(raw []byte) (pivot.Document, bool) {
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err != nil {
		return pivot.Document{}, false
	}
	said := map[string][]string{}
	gather(doc.Root(), said)
	first := func(name string) string { return strings.Join(said[name][:min(1, len(said[name]))], "") }
	id := doc.Root().SelectAttrValue("xml:id", "")
	switch {
	case doc.Root().Tag == "DemandeTraces" && n.LaxDemands:
		return pivot.Document{Request: &interops.TraceRequest{
			ID: id, From: first("Emetteur"), To: first("Destinataire"), VIs: said["ViId"], Kind: interops.AllTraces,
		}}, true
	case doc.Root().Tag == "DeclarationComportementSuspect" && n.LaxDeclarations:
		return pivot.Document{Report: &interops.SuspicionReport{
			ID: id, From: first("Emetteur"), To: first("Destinataire"), VIs: said["ViId"], Description: first("Description"),
		}}, true
	}
	return pivot.Document{}, false
}

// gather collects texts by the names of their elements.
func gather(e *etree.Element, said map[string][]string) {
	for _, child := range e.ChildElements() {
		said[child.Tag] = append(said[child.Tag], child.Text())
		gather(child, said)
	}
}

// invent makes up what a careless desk says of a VI that it does not know.
func (d *Desk) invent(a *interops.TraceAnswer, q *interops.TraceRequest, found map[string]bool) {
	for _, vi := range q.VIs {
		if !found[vi] {
			a.Verifications = append(a.Verifications, interops.VIVerification{VI: vi, Date: d.now(), Accepted: true})
			found[vi] = true
		}
	}
}
