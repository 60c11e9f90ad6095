package campaign

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// Check tells what is wrong with a candidate file before it is kept: with the files of one that is there, or of a new one where
// the ID is empty. The error is ErrUnknown or ours.
func (m *Made) Check(owner, id string, text []byte) (candidate.Problems, error) {
	folder, of := "", owner
	var err error
	if id != "" {
		if folder, of, err = m.folder(owner, id); err != nil {
			return nil, err
		}
	} else {
		if folder, err = m.aside(text); err != nil {
			return nil, err
		}
		defer os.RemoveAll(folder)
	}
	trial, err := os.CreateTemp(folder, "trial-*.tmp")
	if err != nil {
		return nil, verdict.Tell("examen du candidat : %s", "check candidate: %s", err)
	}
	defer os.Remove(trial.Name())
	if _, err := trial.Write(text); err != nil {
		return nil, verdict.Tell("examen du candidat : %s", "check candidate: %s", errors.Join(err, trial.Close()))
	}
	if err := trial.Close(); err != nil {
		return nil, verdict.Tell("examen du candidat : %s", "check candidate: %s", err)
	}
	_, err = candidate.LoadOwn(trial.Name(), m.Within(of))
	var problems candidate.Problems
	if err == nil || errors.As(err, &problems) {
		return inFolder(problems), nil
	}
	return nil, verdict.Tell("examen du candidat : %s", "check candidate: %s", err)
}

// inFolder names the files of problems as their author does.
func inFolder(problems candidate.Problems) candidate.Problems {
	named := slices.Clone(problems)
	for i, p := range named {
		if named[i].File = filepath.Base(p.File); strings.HasPrefix(named[i].File, "trial-") {
			named[i].File = candidateFile
		}
	}
	return named
}

// asidePattern is how folders of candidates that are not yet kept are called.
const asidePattern = ".new-"

// Sweep removes what a program that was killed left of candidates that it was about to keep. It is to be called before the first
// is made.
func (m *Made) Sweep() error {
	left, err := filepath.Glob(filepath.Join(m.Dir, asidePattern+"*"))
	if err != nil {
		return verdict.Tell("rangement des candidats : %s", "sweep candidates: %s", err)
	}
	for _, folder := range left {
		if err := os.RemoveAll(folder); err != nil {
			return verdict.Tell("rangement des candidats : %s", "sweep candidates: %s", err)
		}
	}
	return nil
}

// aside is a folder with the files that go with a new candidate file; the caller removes it or gives it a name.
func (m *Made) aside(text []byte) (folder string, err error) {
	if err := os.MkdirAll(m.Dir, 0o700); err != nil {
		return "", fmt.Errorf("make folder: %w", err)
	}
	if folder, err = os.MkdirTemp(m.Dir, asidePattern); err != nil {
		return "", fmt.Errorf("make folder: %w", err)
	}
	draft, err := candidate.DraftOf(text)
	if err != nil {
		return folder, nil // it has problems, which are told elsewhere
	}
	for name, content := range candidate.CandidateFiles(draft.Scopes...) {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return "", errors.Join(fmt.Errorf("write %s: %w", name, err), os.RemoveAll(folder))
		}
	}
	return folder, nil
}

// Create keeps a new candidate file, and returns its ID. Mistakes in it are kept too, to be mended; what a page may not ask for
// is refused: Problems with a barrier, which wrap ErrBarred or ErrTarget. It returns ErrMany.
func (m *Made) Create(owner string, text []byte) (id string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.keepable(owner, "", text); err != nil {
		return "", err
	}
	mine, err := m.List(owner)
	if err != nil {
		return "", err
	}
	if len(mine) >= MaxMade {
		return "", fmt.Errorf("make candidate: %w", ErrMany)
	}
	folder, err := m.aside(text)
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	mark, err := json.Marshal(owned{owner})
	if err == nil {
		err = errors.Join(os.WriteFile(filepath.Join(folder, ownedFile), mark, 0o600), os.WriteFile(filepath.Join(folder, candidateFile), text, 0o600))
	}
	if err != nil {
		return "", fmt.Errorf("make candidate: %w", err)
	}
	draft, _ := candidate.DraftOf(text)
	id = newID(draft.Values["candidate.name"])
	if err := os.Rename(folder, filepath.Join(m.Dir, id)); err != nil {
		return "", fmt.Errorf("make candidate: %w", err)
	}
	return id, m.certify(filepath.Join(m.Dir, id), owner)
}

// newID names a candidate after its product.
func newID(name string) string {
	readable := strings.Trim(notInID.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if readable == "" {
		readable = "candidat"
	}
	return strings.Trim(readable[:min(len(readable), 40)], "-") + "-" + string(bench.NewSeed())[:8]
}

// keepable refuses what a page may not ask for, and what is no candidate file at all.
func (m *Made) keepable(owner, id string, text []byte) error {
	problems, err := m.Check(owner, id, text)
	if err != nil {
		return err
	}
	var refused Refused
	for _, p := range problems {
		if p.Barrier != "" {
			refused.Problems = append(refused.Problems, p)
		}
	}
	if len(refused.Problems) > 0 {
		return refused
	}
	if _, err := candidate.DraftOf(text); err != nil {
		return Refused{inFolder(problems)}
	}
	return nil
}

// Refused is why a candidate file of a page is not kept.
type Refused struct{ candidate.Problems }

// Unwrap tells whether it is ErrBarred or ErrTarget; a file that is no YAML is neither.
func (r Refused) Unwrap() []error {
	causes := []error{r.Problems}
	for _, p := range r.Problems {
		switch p.Barrier {
		case candidate.OnDisk:
			causes = append(causes, ErrBarred)
		case candidate.OnTarget:
			causes = append(causes, ErrTarget)
		}
	}
	return causes
}

// Save changes a candidate file that was read at a version, and returns the new one. It returns ErrChanged when another is
// there by now, and the errors of Create.
func (m *Made) Save(owner, id, version string, text []byte) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, now, err := m.Text(owner, id)
	if err != nil {
		return "", err
	}
	if now != version {
		return now, fmt.Errorf("save candidate: %w", ErrChanged)
	}
	if err := m.keepable(owner, id, text); err != nil {
		return "", err
	}
	folder, of, err := m.folder(owner, id)
	if err != nil {
		return "", err
	}
	if err := replace(filepath.Join(folder, candidateFile), text); err != nil {
		return "", fmt.Errorf("save candidate: %w", err)
	}
	return versionOf(text), m.certify(folder, of)
}

// replace writes a file whole or not at all.
func replace(path string, content []byte) error {
	next, err := os.CreateTemp(filepath.Dir(path), "next-*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(next.Name())
	_, err = next.Write(content)
	if err = errors.Join(err, next.Sync(), next.Close()); err != nil {
		return err
	}
	return os.Rename(next.Name(), path)
}

// certify makes the test PKI of a candidate that has none yet, when its file tells enough.
func (m *Made) certify(folder, owner string) error {
	subject, err := candidate.LoadOwn(filepath.Join(folder, candidateFile), m.Within(owner))
	if err != nil || subject.PKI.Dir != filepath.Join(folder, madePKI) {
		return nil // its problems are told with it
	}
	if _, err := os.Stat(filepath.Join(subject.PKI.Dir, "INDEX")); err == nil {
		return nil
	}
	set, err := stand.NewPKI(subject.Convention, "http://"+subject.Listen.At(max(subject.Listen.Ports.Revocation, candidate.FixedPorts.Revocation)), true, subject.Hosts()...)
	if err == nil {
		err = set.Save(subject.PKI.Dir)
	}
	if err != nil {
		return fmt.Errorf("make test PKI: %w", err)
	}
	return nil
}

// Renew makes the test PKI of a candidate anew; what was loaded of the former is worth nothing then.
func (m *Made) Renew(owner, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	folder, of, err := m.folder(owner, id)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(folder, madePKI)); err != nil {
		return fmt.Errorf("renew test PKI: %w", err)
	}
	return m.certify(folder, of)
}

// Delete removes a candidate with all that goes with it. Campaigns that were run against it stay.
func (m *Made) Delete(owner, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	folder, _, err := m.folder(owner, id)
	if err == nil {
		err = os.RemoveAll(folder)
	}
	if err != nil {
		return fmt.Errorf("delete candidate: %w", err)
	}
	return nil
}
