package stand

import (
	"net/http"
	"path/filepath"

	"etalon/internal/candidate"
	"etalon/stubs/lps"
)

// The sample mail program, and the mailbox that it opens.
const (
	LPSReference = "DEV935997"
	LPSAuthor    = "Dr Anne TEST-UN Cabinet des Tilleuls"
	LPSMailbox   = "anne.test-un@" + OperatorDomain
)

// startLPS starts the mock mail program, which the harness makes act by HTTP. Each gesture tells it where the harness
// listens.
func (s *Stub) startLPS(o StubOptions, parts stubParts) error {
	client := candidate.SampleMailClient()
	log := filepath.Join(o.Dir, "messagerie.log")
	program, err := lps.Start(lps.Config{
		Bench: parts.bench, Client: client.ID, Secret: client.Secret, NIL: LPSReference, Author: LPSAuthor, Log: log, Flaws: o.Flaws,
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, program.Close)
	desk, err := s.serve(program.Handler())
	if err != nil {
		return err
	}
	call := candidate.Driver{HTTP: &candidate.HTTPCall{URL: desk + "/", Method: http.MethodPost}}
	listen := "auto"
	if o.PSC != "" {
		listen = o.PSC
	}
	declared := &candidate.LPS{
		Mailbox: LPSMailbox, NIL: LPSReference, Author: LPSAuthor, Drive: call, DeliveryField: lps.DeliveryField, Finds: []candidate.Finding{candidate.FindsSRV, candidate.FindsAutoconfig},
		Logs: []string{log}, PSC: candidate.LPSProvider{PSC: candidate.PSC{Listen: listen}}, Operator: candidate.LPSOperator{Ports: candidate.FreeLPSPorts()},
	}
	declared.Clock, declared.Verbs = &candidate.Clock{HTTP: desk + "/clock"}, map[candidate.Verb]candidate.Driver{}
	for _, verb := range candidate.LPSVerbs() {
		declared.Verbs[verb] = call
	}
	return s.write(o, candidate.StubCandidate{Name: "Souche logiciel de messagerie", LPS: declared})
}
