package provider

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"

	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/soap"
)

// namespaceFaults is that of the provider's own fault codes, as an application has its own beside the norm's.
const namespaceFaults = "urn:etalon:fournisseur:faultcodes"

// answer is what goes back to the partner.
type answer = gateway.Answer

// send writes the answer, whole, before it returns: the connection may be ended afterwards.
func (p *Provider) send(w http.ResponseWriter, c *call, a answer) {
	h := w.Header()
	for name, values := range a.Header {
		h[name] = values
	}
	h.Set("Date", p.config.Bench.Clock.Now().UTC().Format(http.TimeFormat))
	h.Set("X-Request-Id", c.id)
	h.Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body)
	_ = http.NewResponseController(w).Flush()
}

// refuse keeps the trace of a refused call and answers with the fault. A refusal is sound without a trace (X06).
func (p *Provider) refuse(c *call, f soap.Fault, cause string) answer {
	c.decision = interops.Rejected
	p.config.Log.Warn("appel refusé", "requete", c.id, "vi", c.judged.VI.ID, "cause", cause)
	a := p.fault(c, f)
	if err := p.trace(c, f.Name()); err != nil {
		p.config.Log.Error("trace impossible", "requete", c.id, "cause", err.Error())
	}
	p.policy.refused(p, c, &a)
	return a
}

// fault makes the answer that carries a fault, in the SOAP version of the call.
func (p *Provider) fault(c *call, f soap.Fault) answer {
	f.SOAP = versionOf(c)
	a := answer{Status: f.Status(), Header: soapHeader(f.SOAP), Body: f.Bytes()}
	if c.request.Method != http.MethodPost {
		a.Status = http.StatusMethodNotAllowed
		a.Header.Set("Allow", http.MethodPost)
	}
	p.policy.fault(&a, f, c)
	return a
}

// soapHeader gives the media type of an answer.
func soapHeader(version string) http.Header {
	media := "text/xml; charset=utf-8"
	if version == soap.V12 {
		media = "application/soap+xml; charset=utf-8"
	}
	return http.Header{"Content-Type": {media}}
}

// unavailable says that the provider cannot do its work, and no more.
func unavailable() soap.Fault {
	return soap.Fault{Code: xml.Name{Space: soap.Namespace11, Local: "Server"}, String: "Le service est momentanément indisponible"}
}

// operationFault says that the VI is good and gives no right to the operation: a fault of the application,
// not of the VI.
func operationFault(c *call) soap.Fault {
	return soap.Fault{
		Code:   xml.Name{Space: namespaceFaults, Local: "DroitsInsuffisants"},
		String: fmt.Sprintf("Les PAGM présentés n'ouvrent pas l'opération %.80q", c.judged.Operation),
	}
}

// refuseOverlong refuses a message that is longer than what is read; nothing of it is parsed (G09-N4).
func (p *Provider) refuseOverlong(c *call) answer {
	f := soap.Fault{Code: xml.Name{Space: soap.Namespace11, Local: "Client"}, String: "Le message est trop long"}
	a := p.refuse(c, f, "message trop long")
	a.Status = http.StatusRequestEntityTooLarge
	return a
}

// echo is the answer of the application that the provider plays itself: the Body that it received.
func echo(c *call, message []byte) answer {
	body := "<reponse xmlns=\"urn:etalon:fournisseur:echo\"/>"
	if inner, err := bodyContent(message); err == nil {
		body = string(inner)
	}
	space := soap.Namespace11
	if c.judged.SOAP == soap.V12 {
		space = soap.Namespace12
	}
	return answer{
		Status: http.StatusOK, Header: soapHeader(c.judged.SOAP),
		Body: fmt.Appendf(nil, `<s:Envelope xmlns:s="%s"><s:Body><e:reponse xmlns:e="urn:etalon:fournisseur:echo">%s</e:reponse></s:Body></s:Envelope>`, space, body),
	}
}

// versionOf is the SOAP version in which a call is answered.
func versionOf(c *call) string {
	if c.judged.SOAP == "" {
		return soap.V11
	}
	return c.judged.SOAP
}
