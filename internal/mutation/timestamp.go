package mutation

import (
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// timestampFaults give the message a Timestamp that is not of now (A09).
func timestampFaults() []Mutation {
	return []Mutation{
		{
			Name: "soap-timestamp-expired", Violates: "A09",
			Title: says("l'horodatage du message est expiré", "the timestamp of the message has expired"),
			Form: func(h Honest, f *saml.Form) error {
				stamp(f, h.late().Add(-beyond), h.late())
				return nil
			},
		},
		{
			Name: "soap-timestamp-future", Violates: "A09",
			Title: says("l'horodatage du message est dans l'avenir", "the timestamp of the message is in the future"),
			Form: func(h Honest, f *saml.Form) error {
				stamp(f, h.early(), h.early().Add(beyond))
				return nil
			},
		},
	}
}

// stamp gives the message these dates: in its Timestamp, where it stays and keeps its identifier, or in a new one.
func stamp(f *saml.Form, created, expires time.Time) {
	fresh := timestamp(created, expires)
	old := child(f.Holder, "Timestamp")
	if old == nil {
		f.Holder.InsertChildAt(0, fresh)
		return
	}
	old.Child = nil
	for _, el := range fresh.ChildElements() {
		el.Space = old.Space
		old.AddChild(el)
	}
}

// timestamp is a WS-Security Timestamp.
func timestamp(created, expires time.Time) *etree.Element {
	t := etree.NewElement("wsu:Timestamp")
	t.CreateAttr("xmlns:wsu", xmlsec.NamespaceWSU)
	t.CreateElement("wsu:Created").SetText(created.UTC().Format(interops.InstantLayout))
	t.CreateElement("wsu:Expires").SetText(expires.UTC().Format(interops.InstantLayout))
	return t
}
