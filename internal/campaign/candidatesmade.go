package campaign

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/stand"
)

// Made are the candidates that people made in pages, each in a folder of its own with the files that go with it and a test PKI
// that lasts. An empty owner is an operator, who sees all of them.
type Made struct {
	// Dir is the folder that holds them.
	Dir string
	// Targets are what the operator of the sandbox lets them call; nil when it said nothing.
	Targets *candidate.Targets
	// Management are the ports of the sandbox's own management, which none of them calls.
	Management []int

	mu sync.Mutex
}

// Why a candidate that a page made is not kept.
var (
	ErrChanged = errors.New("the candidate was changed by someone else since it was read")
	ErrMany    = errors.New("there are too many candidates or files, or they are too large")
	ErrFile    = errors.New("want a plain file name, such as autorites.pem")
)

// What one owner may keep.
const (
	MaxMade      = 200
	MaxFiles     = 50
	MaxFileBytes = 20 << 20
	maxAll       = 100 << 20 // of the files of one candidate
)

// owned is what is kept beside a candidate: who made it.
type owned struct {
	Owner string `json:"owner"`
}

// The names of what is kept beside a candidate; no person can put a file of such a name.
const (
	ownedFile = "owner.made"
	madePKI   = "pki"
)

// madeID is the form of the ID of a candidate made in a page.
var madeID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,79}$`)

// Within are the targets that an owner's candidates may call: those that the operator lists, and this machine where the owner
// is the operator.
func (m *Made) Within(owner string) *candidate.Targets {
	within := &candidate.Targets{}
	if m.Targets != nil {
		within = m.Targets
	}
	if owner == "" {
		within = within.WithLoopback()
	}
	return within.Without(m.Management...)
}

// List implements Roster.
func (m *Made) List(owner string) ([]Candidate, error) {
	entries, err := os.ReadDir(m.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list candidates: %w", err)
	}
	var list []Candidate
	for _, e := range entries {
		if found, err := m.Find(owner, e.Name()); err == nil {
			list = append(list, found)
		}
	}
	return list, nil
}

// Find implements Roster.
func (m *Made) Find(owner, id string) (Candidate, error) {
	folder, of, err := m.folder(owner, id)
	if err != nil {
		return Candidate{}, err
	}
	c := Candidate{ID: id, Owner: of, Name: id, Origin: OfPage, File: filepath.Join(folder, candidateFile), Scope: []string{}}
	read, err := candidate.LoadOwn(c.File, m.Within(of))
	var problems candidate.Problems
	switch {
	case errors.As(err, &problems):
		c.Problem = inFolder(problems).In("fr")
		if raw, err := os.ReadFile(c.File); err == nil {
			if draft, err := candidate.DraftOf(raw); err == nil {
				c.Name, c.Vendor, c.Version = draft.Values["candidate.name"], draft.Values["candidate.vendor"], draft.Values["candidate.version"]
				c.Scope = draft.Scopes
			}
		}
	case err != nil:
		c.Problem = "le fichier ne peut être lu"
	default:
		c.Name, c.Vendor, c.Version, c.Scope = read.Name, read.Vendor, read.Version, read.Scope()
	}
	if strings.TrimSpace(c.Name) == "" {
		c.Name = id
	}
	return c, nil
}

// folder is that of a candidate which an owner may see, and whose it is.
func (m *Made) folder(owner, id string) (folder, of string, err error) {
	unknown := fmt.Errorf("find candidate %.80q: %w", id, ErrUnknown)
	if !madeID.MatchString(id) {
		return "", "", unknown
	}
	folder = filepath.Join(m.Dir, id)
	raw, err := os.ReadFile(filepath.Join(folder, ownedFile))
	var o owned
	if err != nil || json.Unmarshal(raw, &o) != nil || owner != "" && o.Owner != owner {
		return "", "", unknown
	}
	return folder, o.Owner, nil
}

// Open implements Roster. What the candidate may call is in what is opened; Refused when its file cannot be used, or
// the operator no longer lets that be called.
func (m *Made) Open(_ context.Context, id, _ string) (*candidate.Candidate, func(), error) {
	folder, of, err := m.folder("", id)
	if err != nil {
		return nil, nil, err
	}
	opened, err := candidate.LoadOwn(filepath.Join(folder, candidateFile), m.Within(of))
	var problems candidate.Problems
	if errors.As(err, &problems) {
		return nil, nil, Refused{inFolder(problems)}
	}
	if err != nil {
		return nil, nil, err
	}
	return opened, func() {}, nil
}

// Text is the candidate file, and the version of it.
func (m *Made) Text(owner, id string) (text []byte, version string, err error) {
	folder, _, err := m.folder(owner, id)
	if err != nil {
		return nil, "", err
	}
	if text, err = os.ReadFile(filepath.Join(folder, candidateFile)); err != nil {
		return nil, "", fmt.Errorf("read candidate: %w", err)
	}
	return text, versionOf(text), nil
}

// versionOf names the bytes of a candidate file.
func versionOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

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
		return nil, fmt.Errorf("check candidate: %w", err)
	}
	defer os.Remove(trial.Name())
	if _, err := trial.Write(text); err != nil {
		return nil, fmt.Errorf("check candidate: %w", errors.Join(err, trial.Close()))
	}
	if err := trial.Close(); err != nil {
		return nil, fmt.Errorf("check candidate: %w", err)
	}
	_, err = candidate.LoadOwn(trial.Name(), m.Within(of))
	var problems candidate.Problems
	if err == nil || errors.As(err, &problems) {
		return inFolder(problems), nil
	}
	return nil, fmt.Errorf("check candidate: %w", err)
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

// aside is a folder with the files that go with a new candidate file; the caller removes it or gives it a name.
func (m *Made) aside(text []byte) (folder string, err error) {
	if err := os.MkdirAll(m.Dir, 0o700); err != nil {
		return "", fmt.Errorf("make folder: %w", err)
	}
	if folder, err = os.MkdirTemp(m.Dir, ".new-"); err != nil {
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
