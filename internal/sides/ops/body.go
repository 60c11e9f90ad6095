package ops

import (
	"fmt"
	"io"
	"strings"

	"etalon/internal/bench"
)

// Business namespace of the bodies that the harness makes.
const businessNamespace = "urn:etalon:test:metier"

// NewMarker draws the unique marker of one business message.
func NewMarker(r io.Reader) (string, error) {
	u, err := bench.NewUUID(r)
	return "etalon-" + u, err
}

// markerPlace is where a candidate's own body file wants the marker.
const markerPlace = "${marqueur}"

// honestBody makes the business element of a call: the candidate's own body with its marker in place, or ours.
func honestBody(template []byte, operation, marker string) []byte {
	if len(template) > 0 {
		return []byte(strings.ReplaceAll(string(template), markerPlace, marker))
	}
	return fmt.Appendf(nil, `<m:%s xmlns:m="%s"><m:marqueur>%s</m:marqueur><m:texte>Évaluation n° 1 &amp; suite</m:texte></m:%[1]s>`,
		operation, businessNamespace, marker)
}

// honestAnswer is what the application behind the provider answers.
func honestAnswer(marker, namespace string) []byte {
	return fmt.Appendf(nil, `<s:Envelope xmlns:s="%s"><s:Body><m:reponse xmlns:m="%s"><m:marqueur>%s</m:marqueur><m:texte>Réponse métier</m:texte></m:reponse></s:Body></s:Envelope>`,
		namespace, businessNamespace, marker)
}

// honestPage is the page that the application behind a provider of pages serves.
func honestPage(marker string) []byte {
	return fmt.Appendf(nil, `<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Application</title></head><body><p>Page métier</p><p>%s</p></body></html>`, marker)
}

// businessFault is the application's own fault: it must come back untouched (A06).
func businessFault(marker, namespace string) []byte {
	return fmt.Appendf(nil, `<s:Envelope xmlns:s="%s"><s:Body><s:Fault><faultcode xmlns:app="%s">app:DossierInconnu</faultcode><faultstring>Dossier inconnu</faultstring><detail><m:marqueur xmlns:m="%[2]s">%s</m:marqueur></detail></s:Fault></s:Body></s:Envelope>`,
		namespace, businessNamespace, marker)
}
