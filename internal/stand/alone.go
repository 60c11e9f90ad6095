package stand

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// stubPKI is the folder of the test PKI of a mock candidate that plays alone, beside its candidate file.
const stubPKI = "pki"

// StartAlone starts a mock candidate with the sample convention of its mode and a test PKI of its own, which the harness finds
// in the folder of the candidate file. Traces of an earlier one there are removed.
func StartAlone(o StubOptions) (*Stub, error) {
	o.Convention, _ = ConventionOf(o.Mode)
	o.Profile, o.PKIDir = candidate.DefaultProfile("current"), stubPKI
	dir := filepath.Join(o.Dir, stubPKI)
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, verdict.Tell("démarrage du candidat d'essai : %s", "start stub: %s", err)
	}
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	o.Ports.Revocation = port
	set, err := NewPKI(o.Convention, fmt.Sprintf("http://127.0.0.1:%d", port), false)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(os.RemoveAll(dir), set.Save(dir)); err != nil {
		return nil, err
	}
	if o.PKI, err = pki.Load(dir); err != nil {
		return nil, err
	}
	if err := os.Remove(filepath.Join(o.Dir, "traces.jsonl")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	stub, err := StartStub(o)
	if err != nil {
		release(port)
		return nil, err
	}
	stub.closers = append(stub.closers, func() error { release(port); return nil })
	return stub, nil
}
