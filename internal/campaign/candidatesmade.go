package campaign

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
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
		return nil, verdict.Tell("liste des candidats : %s", "list candidates: %s", err)
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
	unknown := verdict.Tell("candidat %.80q : %s", "find candidate %.80q: %s", id, ErrUnknown)
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
		return nil, "", verdict.Tell("lecture du candidat : %s", "read candidate: %s", err)
	}
	return text, versionOf(text), nil
}

// versionOf names the bytes of a candidate file.
func versionOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
