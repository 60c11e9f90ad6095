package reporttest

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// At is the instant of the samples; Later is when they are signed.
var (
	At    = time.Date(2036, 3, 10, 9, 30, 0, 0, time.UTC)
	Later = At.Add(2 * time.Minute)
)

// Catalogue is a small one, with every severity and both kinds of basis.
var Catalogue = []verdict.Requirement{
	Row("T01", "fournisseur", verdict.Bloquante, "S,P", "La liaison entre partenaires est authentifiée des deux côtés", "The partner link is mutually authenticated"),
	Row("V10", "fournisseur", verdict.Bloquante, "I,N", "L'audience du VI désigne le service visé", "The VI's audience is the target service"),
	Row("G01", "fournisseur", verdict.Bloquante, "S,I", "Le VI est signé par son émetteur", "The VI is signed by its issuer"),
	Row("V09", "fournisseur", verdict.Majeure, "P", "La fenêtre de validité n'excède pas ce qui est convenu", "The validity window is not longer than agreed"),
	Row("F02", "fournisseur", verdict.Mineure, "I", "Le code d'erreur SOAP est celui de la faute", "The SOAP fault code is that of the fault"),
	Row("V18", "client", verdict.Bloquante, "S,I", "Le VI émis contient tous les éléments attendus", "The emitted VI contains every expected element"),
	Row("K06", "client", verdict.Mineure, "S", "Les documents de référence sont cités avec leur version", "Reference documents are cited with their version"),
}

// Row is one requirement of it, in mode A.
func Row(id, role string, s verdict.Severity, b verdict.Basis, fr, en string) verdict.Requirement {
	q := verdict.Requirement{ID: id, Severity: s, Basis: b, Title: verdict.Text{FR: fr, EN: en}, Modes: []string{"A"}, Roles: []string{role}, Source: "spécification du VI, 2.0"}
	if id == "V10" {
		q.Text = verdict.Text{FR: "Le fournisseur n'accepte un VI que si son audience est, caractère pour caractère, celle du service appelé.",
			EN: "The provider accepts a VI only if its audience is, character for character, that of the service called."}
	}
	if id == "K06" {
		q.Untested = map[string]verdict.Text{"P": {FR: "se lit dans la convention, qu'une personne relit", EN: "stands in the convention, which a person reads"}}
	}
	return q
}

// sample is a record under construction, in a journal.
type sample struct {
	j   *record.Journal
	n   int
	err error
}

// Sample is a record with a name.
type Sample struct {
	Name string
	play func(*sample)
}

// Play appends the entries of a sample to a journal.
func Play(j *record.Journal, name string) error {
	i := slices.IndexFunc(Samples, func(s Sample) bool { return s.Name == name })
	if i < 0 {
		return fmt.Errorf("no sample %q", name)
	}
	s := &sample{j: j}
	Samples[i].play(s)
	return s.err
}

// Write makes the record of a sample anew in a folder, which it empties first.
func Write(dir, name string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	header := Header()
	switch name {
	case "identity":
		header.Items = lines()
	case "mixed":
		header.Waivers = waivers()
	}
	j, err := record.Create(dir, header, Catalogue)
	if err != nil {
		return err
	}
	played := Play(j, name)
	_, err = j.Finish(At.Add(time.Minute))
	return errors.Join(played, err)
}

// Samples are the records whose reports are goldens.
var Samples = []Sample{
	{"all-pass", func(s *sample) {
		s.honest("fournisseur/A/T01-P", "S")
		s.refused("fournisseur/A/V10-N1", "I,N", "vi-audience-absent", audience, "")
		s.refused("fournisseur/A/G01-N2", "S,I", "vi-signature-altered", "S1gn3d", "S1gn3e")
		s.honest("fournisseur/A/V09-P", "P")
		s.honest("fournisseur/A/F02-P", "I")
		s.honest("client/A/V18-P", "S,I")
		s.keep(s.j.NotRun(verdict.NotRun{Address: "fournisseur/A/V10-N4", Declared: true, Why: verdict.Reason{Key: verdict.ReasonNotDeclared, Args: []string{"SAML 1.1"}}}))
	}},
	{"mixed", mixed},
	{"inconclusive", func(s *sample) {
		why := verdict.Reason{Key: verdict.ReasonRoleHonestRefused, Args: []string{"fournisseur/A", "HTTP 500"}}
		s.keep(s.j.Trouble(verdict.Trouble{Scope: "fournisseur/A", Reason: why}))
		for _, id := range []string{"T01-P", "V10-N1", "G01-N2", "V09-P", "F02-P"} {
			s.add(verdict.Case{Address: "fournisseur/A/" + id, Basis: "I", Title: "Un cas sans échange honnête", Why: why})
		}
		s.honest("client/A/V18-P", "S,I")
	}},
	{"empty", func(*sample) {}},
	{"identity", identity},
}

// identity is a part of what an identity provider is held to, with documents that wait for a person.
func identity(s *sample) {
	review := func(document string) verdict.Reason {
		return verdict.Reason{Key: verdict.ReasonReview, Args: []string{document}}
	}
	s.add(verdict.Case{Address: "fournisseur/A/T01-P", Basis: "S", Title: "Une pièce est jointe", Verdict: verdict.Review, Why: review("organigramme.pdf")})
	s.add(verdict.Case{Address: "fournisseur/A/V09-P", Basis: "P", Title: "Une pièce illisible", Why: verdict.Reason{Key: verdict.ReasonMisdeclared, Args: []string{"evidence.V09.file", "vide"}}})
	s.honest("fournisseur/A/V10-P", "I,N")
	s.accepted("fournisseur/A/G01-N2", "S,I", "vi-signature-altered", "S1gn3d", "S1gn3e", verdict.Finding{Requirement: "G01", Rule: "accepted", Want: "refus", Got: "HTTP 200"})
	s.keep(s.j.NotRun(verdict.NotRun{Address: "fournisseur/A/F02-P", Declared: true, Why: verdict.Reason{Key: verdict.ReasonNotDeclared, Args: []string{"établissement"}}}))
}

// lines are those of the référentiel of identity.
func lines() []verdict.Item {
	line := func(id, entities, kind, fr, en string, rows ...string) verdict.Item {
		return verdict.Item{ID: id, Entities: strings.Fields(entities), Kind: kind, Title: verdict.Text{FR: fr, EN: en}, Requirements: rows}
	}
	all := []verdict.Item{
		line("EXI FI 01", "FI ES", verdict.KindDeclared, "Équipes de sécurité", "Security teams", "T01"),
		line("EXI FI 04", "ES", verdict.KindDeclared, "Antivirus", "Antivirus", "F02"),
		line("EXI FI 06", "FI", verdict.KindMixed, "Test d'intrusion", "Penetration test", "V10", "V09"),
		line("EXI FI 16", "FI", verdict.KindAutomatic, "Flux par code", "Code flow", "V10", "G01"),
		line("RECO FI 01", "FI", verdict.KindAutomatic, "Paramètre max_age", "Parameter max_age", "V10"),
		line("RECO FI 04", "FI", verdict.KindAutomatic, "API d'audit", "Audit API", "X99"),
	}
	all[0].Evidence = []verdict.Document{{Requirement: "T01", File: "organigramme.pdf", Digest: record.Digest([]byte("organigramme")), Size: 12, Date: "2036-01-31", Note: "page 3"}}
	all[1].Elsewhere = true
	all[2].Evidence = []verdict.Document{{Requirement: "V09", File: `"><script>alert(1)</script>` + "\x1b[31m\u202e.pdf", Date: "2036-02-01"}}
	return all
}

// waivers are one in each state.
func waivers() []verdict.Waiver {
	return []verdict.Waiver{
		{Case: "fournisseur/A/F02-N9", Reason: "correctif planifié", Owner: "le responsable de l'interopérabilité", Expires: "2036-06-30"},
		{Requirement: "V18", Role: "client", Reason: "relecture en cours", Owner: "Exemple SA", Expires: "2036-04-01"},
		{Case: "fournisseur/A/G01-N2", Reason: "une ancienne signature </li><b>" + "\x1b[31m", Owner: "Exemple SA", Expires: "2036-04-02"},
		{Requirement: "V15", Role: "fournisseur", Mode: "A", Reason: "SAML 1.1 à venir", Owner: "=Exemple SA", Expires: "2036-04-03"},
	}
}

func mixed(s *sample) {
	s.honest("fournisseur/A/T01-P", "S")
	s.accepted("fournisseur/A/V10-N1", "I,N", "vi-audience-absent", audience, "", verdict.Finding{
		Requirement: "V10", Rule: "accepted", Want: "refus, et rien derrière le candidat", Got: "HTTP 200, et le marqueur vu par la sonde"})
	s.refused("fournisseur/A/V10-N2", "I,N", "vi-audience-other-service", ">http://service-a.fournisseur.test<", ">http://service-b.fournisseur.test<",
		verdict.Finding{Requirement: "F02", Rule: "fault-code-other", Want: "vi:InvalidService", Got: `soap:Server </td><script>alert("x")</script>` + "\x1b[31m\u202e"})
	s.refused("fournisseur/A/G01-N2", "S,I", "vi-signature-altered", "S1gn3d", "S1gn3e")
	s.accepted("fournisseur/A/V09-N1", "P", "vi-window-too-long", `NotOnOrAfter="2036-03-10T09:40:00.000Z"`, `NotOnOrAfter="2036-03-11T09:30:00.000Z"`, verdict.Finding{
		Requirement: "V09", Rule: "accepted", Want: "refus, et rien derrière le candidat", Got: "HTTP 200, et le marqueur vu par la sonde"})
	s.add(verdict.Case{Address: "fournisseur/A/T01-N5", Basis: "S,P", Title: "Un certificat client révoqué est refusé", Fault: "tls-client-revoked",
		Why: verdict.Reason{Key: verdict.ReasonControlRefusedAfter, Args: []string{"HTTP 503"}}})
	s.add(verdict.Case{Address: "fournisseur/A/F02-N9", Basis: "I", Title: "Une dérogation", Verdict: verdict.Waived,
		Why: verdict.Reason{Key: verdict.ReasonWaived, Args: []string{"le responsable de l'interopérabilité", "2036-06-30", "correctif planifié"}}})
	s.add(verdict.Case{Address: "client/A/V18-N1~issuer", Basis: "S,I", Title: "Le VI émis nomme son émetteur", Verdict: verdict.Review,
		Why: verdict.Reason{Key: verdict.ReasonReview, Args: []string{"copie d'écran de la configuration"}}})
	for _, id := range []string{"T01-N3", "T01-N4"} {
		s.keep(s.j.NotRun(verdict.NotRun{Address: "fournisseur/A/" + id, Why: verdict.Reason{Key: verdict.ReasonPKIBound, Args: []string{"un certificat aux dates fautives"}}}))
	}
	s.keep(s.j.NotRun(verdict.NotRun{Address: "fournisseur/A/V15-N1", Declared: true, Why: verdict.Reason{Key: verdict.ReasonNotDeclared, Args: []string{"SAML 1.1"}}}))
}

const audience = "<saml2:Audience>http://service-a.fournisseur.test</saml2:Audience>"

// Message is an honest request as it goes over the wire, on one line as gateways write it.
func Message(marker string) string {
	return "POST /interops/consultation HTTP/1.1\r\nHost: 127.0.0.1:8443\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: \"\"\r\n\r\n" +
		`<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header><wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" soap:mustUnderstand="1">` +
		`<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="_` + marker + `" Version="2.0" IssueInstant="2036-03-10T09:30:00.000Z"><saml2:Issuer>urn:interops:11111111100011:idp:client-test:1</saml2:Issuer>` +
		`<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:Reference URI="#_` + marker + `"><ds:DigestValue>q1Zk3d` + marker + `=</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>S1gn3d` + strings.Repeat("kV7Qx0", 40) + `==</ds:SignatureValue></ds:Signature>` +
		`<saml2:Subject><saml2:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">agent-0042</saml2:NameID></saml2:Subject>` +
		`<saml2:Conditions NotBefore="2036-03-10T09:28:00.000Z" NotOnOrAfter="2036-03-10T09:40:00.000Z"><saml2:AudienceRestriction>` + audience + `</saml2:AudienceRestriction></saml2:Conditions>` +
		`<saml2:AttributeStatement><saml2:Attribute Name="PAGM"><saml2:AttributeValue>PAGM_CONSULTATION</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement></saml2:Assertion></wsse:Security></soap:Header>` +
		`<soap:Body><app:Consultation xmlns:app="urn:exemple:consultation"><app:Marqueur>` + marker + `</app:Marqueur></app:Consultation></soap:Body></soap:Envelope>`
}

// Answer is what comes back: a status line and the body of a SOAP envelope.
func Answer(status, body string) string {
	return "HTTP/1.1 " + status + "\r\nContent-Type: text/xml; charset=utf-8\r\n\r\n" + `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>` + body + `</soap:Body></soap:Envelope>`
}

// Bodies of answers.
const (
	BusinessAnswer = `<app:Reponse xmlns:app="urn:exemple:consultation">présent</app:Reponse>`
	faultAnswer    = `<soap:Fault><faultcode xmlns:vi="urn:iops:vi:faultcodes">vi:InvalidService</faultcode><faultstring>Le service visé par le VI n'existe pas ou est invalide</faultstring></soap:Fault>`
)

// TLS is how the exchanges of the samples were secured.
var TLS = &verdict.TLS{Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", Leaf: strings.Repeat("5e", 32),
	Peer: []string{"CN=candidat.test,O=TEST Fournisseur", "CN=TEST AC racine"}, Ours: []string{"CN=client.test,O=TEST Client", "CN=TEST AC racine"}}

func (s *sample) keep(err error) { s.err = errors.Join(s.err, err) }

func (s *sample) evidence(text string) string {
	digest, err := s.j.Evidence([]byte(text), "message/http")
	s.keep(err)
	return digest
}

func (s *sample) add(c verdict.Case) {
	s.n++
	c.Requirement = verdict.RequirementOf(c.Address)
	c.Started, c.MS = At.Add(time.Duration(s.n)*100*time.Millisecond), int64(10*s.n)
	texts, err := report.NewTexts()
	if err != nil {
		s.keep(err)
		return
	}
	c.Reason = texts.Reason("fr", c.Why)
	s.keep(s.j.Case(c))
}

func (s *sample) exchange(label, marker, request, response string, status int) verdict.Exchange {
	return verdict.Exchange{Label: label, From: "harness", Marker: marker, Request: s.evidence(request), Response: s.evidence(response), Status: status, TLS: TLS}
}

func (s *sample) honest(address string, b verdict.Basis) {
	marker := fmt.Sprintf("m%03d", s.n)
	s.add(verdict.Case{Address: address, Basis: b, Title: "Un message honnête est accepté", Verdict: verdict.Pass, Why: verdict.Reason{Key: verdict.ReasonOK},
		Exchanges: []verdict.Exchange{s.exchange("honest", marker, Message(marker), Answer("200 OK", BusinessAnswer), 200)}})
}

// trial plays a negative: an honest exchange, the faulty one, and again an honest one.
func (s *sample) trial(c verdict.Case, from, to, got string, status int) {
	marker := fmt.Sprintf("m%03d", s.n)
	twin := Message(marker + "b")
	faulty := s.exchange("faulty", marker+"b", strings.Replace(strings.Replace(twin, from, to, 1), "q1Zk3d", "b7Yt0p", 1), got, status)
	faulty.Twin = s.evidence(twin)
	c.Exchanges = []verdict.Exchange{
		s.exchange("honest", marker+"a", Message(marker+"a"), Answer("200 OK", BusinessAnswer), 200), faulty,
		s.exchange("closing", marker+"c", Message(marker+"c"), Answer("200 OK", BusinessAnswer), 200)}
	for i := range c.Findings {
		c.Findings[i].Evidence = []string{faulty.Request, faulty.Response}
	}
	c.Steps = []verdict.Step{{Text: "Étant donné un VI honnête accepté par le candidat", OK: true},
		{Text: `Quand l'organisme client envoie un VI avec la faute "` + c.Fault + `"`, OK: true},
		{Text: "Alors le candidat refuse le VI", OK: status != 200, Note: fmt.Sprint("HTTP ", status)},
		{Text: "Et un VI honnête est de nouveau accepté", OK: true}}
	s.add(c)
}

func (s *sample) refused(address string, b verdict.Basis, fault, from, to string, findings ...verdict.Finding) {
	s.trial(verdict.Case{Address: address, Basis: b, Fault: fault, Title: "Un message fautif est refusé", Verdict: verdict.Pass,
		Why: verdict.Reason{Key: verdict.ReasonOK}, Findings: findings}, from, to, Answer("500 Internal Server Error", faultAnswer), 500)
}

func (s *sample) accepted(address string, b verdict.Basis, fault, from, to string, f verdict.Finding) {
	s.trial(verdict.Case{Address: address, Basis: b, Fault: fault, Title: "Un message fautif est refusé", Verdict: verdict.Fail,
		Why: verdict.Reason{Key: verdict.ReasonFinding, Args: []string{f.Requirement, f.Rule}}, Findings: []verdict.Finding{f}}, from, to, Answer("200 OK", BusinessAnswer), 200)
}

// Header is that of a sample record.
func Header() *verdict.Run {
	return &verdict.Run{
		Suite: verdict.Suite{Version: "0.1.0", Catalogue: "sha256:" + strings.Repeat("ca", 32), Binary: "sha256:" + strings.Repeat("b1", 32)},
		Candidate: verdict.Candidate{Name: "Passerelle Exemple", Vendor: "Exemple SA", Version: "2.3.1", Config: "sha256:" + strings.Repeat("c0", 32),
			Excludes: []verdict.Exclusion{{Role: "fournisseur", Requirement: "L06", Reason: "une seule machine <b>par site</b>"}}},
		Profile: verdict.Profile{Name: "current", Digest: "sha256:" + strings.Repeat("f0", 32), Overrides: map[string]string{"time.maxWindow": "2h"}},
		Scope:   []string{"fournisseur/A", "client/A"}, Seed: "42", Place: "local", Started: At,
	}
}
