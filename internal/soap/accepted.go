package soap

import (
	"encoding/xml"
	"slices"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/xmlsec"
)

// known are the codes with a fixed namespace (F09): those of the standard and of WS-Security. MessageExpired
// is also accepted in the utility namespace.
var known = []xml.Name{
	codeInvalidVI, codeInvalidService, codeInvalidIssuer, codeInvalidAuthLevel, codeInvalidPagm,
	codeTokenUnavailable, codeInvalidToken, codeUnsupportedToken, codeUnsupportedAlgorithm, codeInvalidSecurity,
	codeFailedCheck, wsse("FailedAuthentication"), codeMessageExpired, {Space: xmlsec.NamespaceWSU, Local: "MessageExpired"},
}

// standard are the codes of the two SOAP versions.
var standard = []xml.Name{
	codeVersionMismatch, codeMustUnderstand, codeClient, soap11("Server"),
	soap12("VersionMismatch"), soap12("MustUnderstand"), soap12("DataEncodingUnknown"), soap12("Sender"), soap12("Receiver"),
}

func soap12(local string) xml.Name { return xml.Name{Space: Namespace12, Local: local} }

// anyCode is what is accepted where no code is given.
var anyCode = slices.Concat(known, standard)

var (
	unreadable = []xml.Name{codeInvalidToken, codeClient, soap12("Sender")}
	expired    = []xml.Name{codeMessageExpired, {Space: xmlsec.NamespaceWSU, Local: "MessageExpired"}}
)

// accepted holds the codes with which a candidate may refuse, by case and else by requirement. An empty
// list means that any status of refusal will do, without a fault. What the schema makes mandatory may
// also be refused as a bad format.
var accepted = map[string][]xml.Name{
	"A01":    {codeTokenUnavailable, codeInvalidSecurity},
	"A03":    {codeMustUnderstand, soap12("MustUnderstand")},
	"A08":    {},
	"A08-N3": {codeVersionMismatch, soap12("VersionMismatch")},
	"A09":    expired,
	"F01":    {codeTokenUnavailable},
	"F02":    unreadable,
	"F03":    {codeFailedCheck},
	"F04":    {codeInvalidVI},
	"F05":    {codeInvalidService},
	"F06":    {codeInvalidIssuer, codeInvalidPagm},
	"F07":    {codeInvalidAuthLevel},
	"F08":    {codeInvalidPagm, codeInvalidIssuer},
	"G01":    {codeFailedCheck},
	"G03":    {codeUnsupportedAlgorithm, codeFailedCheck},
	"G06":    {codeFailedCheck, codeInvalidIssuer},
	"G09-N4": {},
	"V01":    {codeInvalidToken, codeUnsupportedToken},
	"V01-N1": unreadable,
	"V04-N1": {codeInvalidToken, codeInvalidIssuer},
	"V04-N2": {codeInvalidIssuer},
	"V04-N3": {codeInvalidIssuer, codeInvalidService, codeInvalidPagm},
	"V04-N4": {codeInvalidIssuer, codeInvalidToken},
	"V08":    {codeInvalidVI},
	"V08-N5": {codeInvalidVI, codeInvalidToken},
	"V10":    {codeInvalidService},
	"V10-N1": {codeInvalidService, codeInvalidToken, codeInvalidVI},
	"V11":    {codeInvalidAuthLevel},
	"V11-N1": {codeInvalidAuthLevel, codeInvalidToken},
	"V13":    {codeInvalidPagm, codeInvalidIssuer},
	"V17-N1": unreadable,
}

// Accepted returns the fault codes with which a candidate may refuse a case, such as "V10-N1": the
// profile's fault.expected for the case when it has one (written vi:InvalidVI, wsse:FailedCheck,
// soap:Client), else the set of the standard's table, else any known code. It is nil where no code is
// asked for: any refusal by status will do.
func Accepted(caseID string, p *interops.Profile) []xml.Name {
	if written, ok := p.Fault.Expected[caseID]; ok {
		codes := make([]xml.Name, 0, len(written))
		for _, w := range written {
			codes = append(codes, readCode(w)...)
		}
		return codes
	}
	requirement, _, _ := strings.Cut(caseID, "-")
	for _, key := range []string{caseID, requirement} {
		if codes, ok := accepted[key]; ok {
			if len(codes) == 0 {
				return nil
			}
			return slices.Clone(codes)
		}
	}
	return slices.Clone(anyCode)
}

// readCode reads a code as profiles write it. A soap: code stands for both versions.
func readCode(written string) []xml.Name {
	prefix, local, _ := strings.Cut(written, ":")
	switch prefix {
	case "vi":
		return []xml.Name{vi(local)}
	case "wsse":
		return []xml.Name{wsse(local)}
	case "wsu":
		return []xml.Name{{Space: xmlsec.NamespaceWSU, Local: local}}
	case "soap":
		return []xml.Name{soap11(local), code12(soap11(local))}
	}
	return []xml.Name{{Local: written}}
}
