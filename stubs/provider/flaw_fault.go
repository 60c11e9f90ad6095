package provider

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"

	"github.com/beevik/etree"

	"etalon/internal/gateway"
	"etalon/internal/soap"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// faultFlaws answer with the wrong fault, or not with a fault (F01 to F11). The refusal itself is sound.
func faultFlaws() []Flaw {
	return []Flaw{
		neglecting("vague-on-missing-vi", "F01", "A01 A11",
			"répond soap:Server quand le VI manque", "answers soap:Server when the VI is missing", vague("SecurityTokenUnavailable")),
		neglecting("answers-business-without-vi", "F01", "A01 A04 F10",
			"répond 200 et une réponse métier quand le VI manque", "answers 200 and a business answer when the VI is missing",
			answersFaults(func(a *answer, f soap.Fault, c *call) {
				if f.Code.Local == "SecurityTokenUnavailable" {
					*a = echo(c, nil)
				}
			})),
		neglecting("vague-on-format", "F02", "V01 V04",
			"répond soap:Server quand le VI est mal formé", "answers soap:Server when the VI is malformed", vague("InvalidSecurityToken")),
		neglecting("shows-stack-trace", "F02", "F10 F09 L08 V01 V04",
			"montre une trace d'exécution quand le VI est mal formé", "shows a stack trace when the VI is malformed",
			answersFaults(func(a *answer, f soap.Fault, _ *call) {
				if f.Code.Local == "InvalidSecurityToken" || f.Code.Local == "Client" {
					f.Detail = etree.NewElement("exception")
					f.Detail.SetText(gateway.StackTrace)
					a.Body = f.Bytes()
				}
			})),
		neglecting("vague-on-signature", "F03", "G01 F11",
			"répond soap:Server quand la signature est fausse", "answers soap:Server when the signature is wrong", vague("FailedCheck")),
		neglecting("reveals-path-trouble", "F03", "",
			"dit par le code quelle vérification du certificat a échoué", "tells by the code which check of the certificate failed",
			answersFaults(func(a *answer, f soap.Fault, c *call) {
				if len(c.heeded) > 0 && c.heeded[0].Rule == "certificate-expired" {
					f.Code.Local, f.String = "InvalidSecurityToken", "PKIX path validation failed: "+c.heeded[0].Got
					a.Body = f.Bytes()
				}
			})),
		neglecting("vague-on-dates", "F04", "V08 F11",
			"répond soap:Server quand le VI est hors de sa durée", "answers soap:Server when the VI is out of its window", vague("InvalidVI")),
		neglecting("vague-on-service", "F05", "V10",
			"répond soap:Server quand l'audience est fausse", "answers soap:Server when the Audience is wrong", vague("InvalidService")),
		neglecting("vague-on-issuer", "F06", "V04 K01 K02",
			"répond soap:Server quand l'organisme est inconnu", "answers soap:Server when the organism is unknown", vague("InvalidIssuer")),
		neglecting("vague-on-level", "F07", "V11",
			"répond soap:Server quand le niveau ne suffit pas", "answers soap:Server when the level is too low", vague("InvalidAuthLevel")),
		neglecting("vague-on-pagm", "F08", "V13 V14 V15",
			"répond soap:Server quand les PAGM sont faux", "answers soap:Server when the PAGM are wrong", vague("InvalidPagm")),
		neglecting("faults-in-other-namespace", "F09", "F04 F05 F06 F07 F08",
			"place les codes du standard dans un autre espace de noms", "puts the standard's codes in another namespace",
			answersFaults(func(a *answer, f soap.Fault, _ *call) {
				if f.Code.Space == soap.NamespaceVI {
					f.Code.Space = "urn:iops:faultcodes"
					a.Body = f.Bytes()
				}
			})),
		neglecting("undeclared-fault-prefix", "F10", "F01 F02 F03 F04 F05 F06 F07 F08 F09 F11 A03 A09 G01 V01",
			"ne déclare pas le préfixe du code", "does not declare the prefix of the code",
			answersFaults(func(a *answer, f soap.Fault, _ *call) {
				for prefix, space := range map[string]string{"wsse": xmlsec.NamespaceWSSE, "vi": soap.NamespaceVI} {
					a.Body = bytes.ReplaceAll(a.Body, []byte(` xmlns:`+prefix+`="`+space+`"`), nil)
				}
			})),
		neglecting("faults-in-html", "F10", "F01 F02 F03 F04 F05 F06 F07 F08 F09 F11 A03 A09 G01 V01",
			"répond une page HTML au lieu d'un fault", "answers an HTML page in place of a fault",
			answersFaults(func(a *answer, f soap.Fault, _ *call) {
				a.Header = http.Header{"Content-Type": {"text/html; charset=utf-8"}}
				a.Body = fmt.Appendf(nil, "<!DOCTYPE html><html><body><h1>%s</h1></body></html>", f.String)
			})),
		neglecting("faults-with-status-200", "F10", "F01 F02 F03 F04 F05 F06 F07 F08 F09 F11",
			"rend ses faults avec le statut 200", "answers its faults with status 200",
			answersFaults(func(a *answer, _ soap.Fault, _ *call) { a.Status = http.StatusOK })),
		neglecting("reports-dates-first", "F11", "",
			"annonce les dates d'un VI mal signé", "reports the dates of a badly signed VI",
			answersFaults(func(a *answer, f soap.Fault, c *call) {
				dated := slices.ContainsFunc(c.heeded, func(h verdict.Finding) bool { return h.Requirement == "V08" })
				if f.Code.Local == "FailedCheck" && dated {
					f.Code = xml.Name{Space: soap.NamespaceVI, Local: "InvalidVI"}
					a.Body = f.Bytes()
				}
			})),
	}
}

// vague makes the provider answer soap:Server in place of a code.
func vague(local string) func(*policy) {
	return answersFaults(func(a *answer, f soap.Fault, _ *call) {
		if f.Code.Local == local {
			general := unavailable()
			general.SOAP = f.SOAP
			a.Body = general.Bytes()
		}
	})
}
