package seal

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"etalon/internal/record"
	"etalon/internal/verdict"
)

// Types of what is signed (in-toto Attestation Framework v1, DSSE v1).
const (
	payloadType          = "application/vnd.in-toto+json"
	statementType        = "https://in-toto.io/Statement/v1"
	conformancePredicate = "urn:etalon:attestation:conformance-run:1"
	testResultPredicate  = "https://in-toto.io/attestation/test-result/v0.1"
)

// statement is an in-toto Statement v1.
type statement[P any] struct {
	Type          string     `json:"_type"`
	Subject       []resource `json:"subject"`
	PredicateType string     `json:"predicateType"`
	Predicate     P          `json:"predicate"`
}

// resource is an in-toto ResourceDescriptor; its digest is a hex SHA-256.
type resource struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"`
}

func resourceOf(name, digest string) resource {
	return resource{name, map[string]string{"sha256": strings.TrimPrefix(digest, "sha256:")}}
}

// conformanceRun is our own predicate: everything that the run concluded, and on what.
type conformanceRun struct {
	SignedAt     time.Time                   `json:"signed_at"`
	NotBefore    time.Time                   `json:"not_before,omitzero"` // with NotAfter, when the attestation holds; none before they were signed
	NotAfter     time.Time                   `json:"not_after,omitzero"`
	Test         bool                        `json:"test"` // made with the harness's test key
	Suite        verdict.Suite               `json:"suite"`
	Candidate    verdict.Candidate           `json:"candidate"`
	Profile      verdict.Profile             `json:"profile"`
	Scope        []string                    `json:"scope"`
	Partial      bool                        `json:"partial"`
	Complete     bool                        `json:"complete"`
	Seed         string                      `json:"seed"`
	Place        string                      `json:"place"`
	Started      time.Time                   `json:"started"`
	Finished     time.Time                   `json:"finished"`
	Level        verdict.Levels              `json:"level"`
	Counts       verdict.Counts              `json:"counts"`
	Trouble      []verdict.Trouble           `json:"trouble,omitempty"`
	Waivers      []verdict.Waiver            `json:"waivers,omitempty"`
	Requirements []verdict.RequirementResult `json:"requirements"`
	Items        []verdict.Item              `json:"items,omitempty"`
	Verdicts     []signedVerdict             `json:"verdicts"`
	Evidence     []string                    `json:"evidence"`
	TestResult   testResult                  `json:"test_result"`
}

// signedVerdict is one line of the verdict list.
type signedVerdict struct {
	Address     string            `json:"address"`
	Requirement string            `json:"requirement"`
	Basis       verdict.Basis     `json:"basis"`
	Verdict     verdict.Verdict   `json:"verdict"`
	Why         verdict.Reason    `json:"why"`
	Findings    []verdict.Finding `json:"findings"`
}

// testResult is the predicate of the in-toto vocabulary. It has no word for undetermined: all that is not
// proved conforme is FAILED there, even with an empty list of failed tests.
type testResult struct {
	Result        string     `json:"result"`
	Configuration []resource `json:"configuration"`
	Passed        []string   `json:"passedTests"`
	Warned        []string   `json:"warnedTests"`
	Failed        []string   `json:"failedTests"`
}

// sealing is what a signature says of itself.
type sealing struct {
	at, notBefore, notAfter time.Time
	test                    bool
}

func newConformanceRun(run *verdict.Run, s sealing) conformanceRun {
	run = record.Filled(run)
	p := conformanceRun{
		SignedAt: s.at.UTC(), NotBefore: s.notBefore.UTC(), NotAfter: s.notAfter.UTC(), Test: s.test, Suite: run.Suite, Candidate: run.Candidate, Profile: run.Profile,
		Scope: run.Scope, Partial: run.Partial, Complete: run.Complete, Seed: run.Seed, Place: run.Place,
		Started: run.Started, Finished: run.Finished, Level: run.Level, Counts: run.Counts, Trouble: run.Trouble, Waivers: run.Waivers,
		Requirements: run.Requirements, Items: run.Items, Verdicts: []signedVerdict{}, Evidence: []string{}, TestResult: newTestResult(run),
	}
	for _, c := range run.Cases {
		p.Verdicts = append(p.Verdicts, signedVerdict{c.Address, c.Requirement, c.Basis, c.Verdict, c.Why, c.Findings})
	}
	for _, e := range run.Evidence {
		p.Evidence = append(p.Evidence, e.Digest)
	}
	return p
}

func newTestResult(run *verdict.Run) testResult {
	t := testResult{Result: "FAILED", Configuration: []resource{}, Passed: []string{}, Warned: []string{}, Failed: []string{}}
	if run.Level.Profile == verdict.Conforme {
		t.Result = "PASSED"
	}
	for _, r := range []resource{
		resourceOf("candidate", run.Candidate.Config), resourceOf("profile", run.Profile.Digest),
		resourceOf("catalogue", run.Suite.Catalogue), resourceOf("conformance", run.Suite.Binary),
	} {
		if r.Digest["sha256"] != "" {
			t.Configuration = append(t.Configuration, r)
		}
	}
	for _, c := range run.Cases {
		switch c.Verdict {
		case verdict.Pass:
			t.Passed = append(t.Passed, c.Address)
		case verdict.Fail:
			t.Failed = append(t.Failed, c.Address)
		case verdict.NotApplicable:
		default:
			t.Warned = append(t.Warned, c.Address)
		}
	}
	if t.Result == "PASSED" && len(t.Warned)+len(t.Failed) > 0 {
		t.Result = "WARNED"
	}
	return t
}

// descriptor is the member candidate.json, the first subject of the signature: what the vendor declares, and
// the certificates that answered.
type descriptor struct {
	verdict.Candidate
	Certificates []string `json:"certificates"` // sha256 of each TLS leaf seen
}

func newDescriptor(run *verdict.Run) descriptor {
	d := descriptor{Candidate: run.Candidate, Certificates: []string{}}
	for _, c := range run.Cases {
		for _, x := range c.Exchanges {
			if x.TLS != nil && x.TLS.Leaf != "" && !slices.Contains(d.Certificates, x.TLS.Leaf) {
				d.Certificates = append(d.Certificates, x.TLS.Leaf)
			}
		}
	}
	slices.Sort(d.Certificates)
	return d
}

// enveloped signs a statement into an envelope, on one line.
func enveloped[P any](key envelopeKey, subject []resource, predicateType string, predicate P) ([]byte, error) {
	payload, err := record.EncodeLine(statement[P]{statementType, subject, predicateType, predicate})
	if err != nil {
		return nil, verdict.Tell("écriture de l'énoncé : %s", "write statement: %s", err)
	}
	signer, err := dsse.NewEnvelopeSigner(key)
	if err != nil {
		return nil, unsigned(err)
	}
	envelope, err := signer.SignPayload(context.Background(), payloadType, payload)
	if err != nil {
		return nil, unsigned(err)
	}
	return record.EncodeLine(envelope)
}

// unseal verifies an envelope over subjects that are known, and returns what it says of them.
func unseal[P any](key envelopeKey, b []byte, subject []resource, predicateType string) (P, error) {
	s, err := unsealed[P](key, b, predicateType)
	if err == nil && !sameSubjects(s.Subject, subject) {
		err = verdict.Tell("la signature porte sur un autre manifeste ou un autre candidat que ceux de l'archive", "the signature is over another manifest or candidate than those of the archive")
	}
	return s.Predicate, err
}

// unsealed verifies an envelope and only then reads the statement in the very bytes that were signed. Each
// envelope has one form alone: what its signature does not cover cannot vary.
func unsealed[P any](key envelopeKey, b []byte, predicateType string) (s statement[P], err error) {
	var envelope dsse.Envelope
	if err := json.Unmarshal(b, &envelope); err != nil {
		return s, unread("l'enveloppe ne se lit pas", "read envelope", err)
	}
	payload, err := base64.StdEncoding.Strict().DecodeString(envelope.Payload)
	if err != nil {
		return s, unread("l'enveloppe ne se lit pas", "read envelope", err)
	}
	if len(envelope.Signatures) != 1 || envelope.Signatures[0].KeyID != keyID(key.leaf) || envelope.PayloadType != payloadType {
		return s, verdict.Tell("ce n'est pas une seule signature, du premier certificat de chain.pem, sur un énoncé in-toto", "not one signature by the first certificate of chain.pem over an in-toto statement")
	}
	sig, err := base64.StdEncoding.Strict().DecodeString(envelope.Signatures[0].Sig)
	if err != nil {
		return s, unread("l'enveloppe ne se lit pas", "read envelope", err)
	}
	if again, err := record.EncodeLine(envelope); err != nil || !bytes.Equal(again, b) {
		return s, verdict.Tell("l'enveloppe n'est pas écrite comme les nôtres : elle a été changée autour de la signature", "the envelope is not written as ours are: it was changed around the signature")
	}
	if err := key.Verify(context.Background(), dsse.PAE(payloadType, payload), sig); err != nil {
		return s, err
	}
	if err := json.Unmarshal(payload, &s); err != nil {
		return s, unread("l'énoncé ne se lit pas", "read statement", err)
	}
	if s.Type != statementType {
		return s, verdict.Tell("l'énoncé n'est pas du type %s", "the statement is not one of %s", statementType)
	}
	if err := record.KnownSchema("predicateType", s.PredicateType, predicateType); err != nil {
		return s, err
	}
	return s, nil
}

// unread tells that something is not written as its form wants it; why, as the reader of that form puts it, in English alone.
func unread(fr, en string, err error) error { return verdict.Tell(fr+"%.0s", en+": %s", err) }

// unsigned tells why no signature could be made.
func unsigned(err error) error {
	return verdict.Tell("signature du rapport : %s", "sign report: %s", err)
}

func sameSubjects(a, b []resource) bool {
	return slices.EqualFunc(a, b, func(x, y resource) bool {
		return x.Name == y.Name && len(x.Digest) == 1 && x.Digest["sha256"] == y.Digest["sha256"]
	})
}
