package campaign

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// The origins of candidates.
const (
	OfDisk  = "disk"    // a file that the operator of the sandbox put there
	OfPage  = "page"    // made by the form
	Bundled = "bundled" // a mock candidate of ours
)

// Roster knows the candidates that campaigns may be run against.
type Roster interface {
	// List are those that an owner may see, all when the owner is empty: those of the disk first, then those of pages, then the
	// bundled ones.
	List(owner string) ([]Candidate, error)
	// Find is one that an owner may see. It returns ErrUnknown.
	Find(owner, id string) (Candidate, error)
	// Open readies a candidate for one campaign: its file is read, and a mock candidate of ours is started, which writes in dir.
	// A container is not started. release ends what was started; it is never nil unless there is an error, which is
	// candidate.Problems, ErrUnknown, or ours.
	Open(ctx context.Context, id, dir string) (opened *candidate.Candidate, release func(), err error)
}

// Rosters are several as one, asked in their order.
type Rosters []Roster

// List implements Roster.
func (all Rosters) List(owner string) ([]Candidate, error) {
	list := []Candidate{}
	for _, r := range all {
		some, err := r.List(owner)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

// Find implements Roster.
func (all Rosters) Find(owner, id string) (Candidate, error) {
	for _, r := range all {
		if c, err := r.Find(owner, id); !errors.Is(err, ErrUnknown) {
			return c, err
		}
	}
	return Candidate{}, verdict.Tell("candidat %.80q : %s", "find candidate %.80q: %s", id, ErrUnknown)
}

// Open implements Roster.
func (all Rosters) Open(ctx context.Context, id, dir string) (*candidate.Candidate, func(), error) {
	for _, r := range all {
		if opened, release, err := r.Open(ctx, id, dir); !errors.Is(err, ErrUnknown) {
			return opened, release, err
		}
	}
	return nil, nil, verdict.Tell("candidat %.80q : %s", "open candidate %.80q: %s", id, ErrUnknown)
}

// Disk are the candidate files that the operator of a sandbox names, and those of a folder: a file DIR/NAME.yaml, or
// DIR/NAME/candidate.yaml. They are everybody's, and are read each time that they are asked for: a change is seen at once.
type Disk struct {
	Files []string
	Dir   string // empty for none
}

// candidateFile is the name of a candidate file in a folder of its own.
const candidateFile = "candidate.yaml"

// List implements Roster. A file that cannot be used is there, with its problem.
func (d Disk) List(string) ([]Candidate, error) {
	files := slices.Clone(d.Files)
	if d.Dir != "" {
		found, err := filesIn(d.Dir)
		if err != nil {
			return nil, verdict.Tell("liste des candidats : %s", "list candidates: %s", err)
		}
		files = append(files, found...)
	}
	list := []Candidate{}
	taken := map[string]int{}
	for _, file := range files {
		id := idOf(file)
		if taken[id]++; taken[id] > 1 {
			id = fmt.Sprintf("%s-%d", id, taken[id])
		}
		list = append(list, Describe(Candidate{ID: id, Origin: OfDisk, File: file}))
	}
	return list, nil
}

// Find implements Roster.
func (d Disk) Find(_, id string) (Candidate, error) {
	list, err := d.List("")
	if err != nil {
		return Candidate{}, err
	}
	if i := slices.IndexFunc(list, func(c Candidate) bool { return c.ID == id }); i >= 0 {
		return list[i], nil
	}
	return Candidate{}, verdict.Tell("candidat %.80q : %s", "find candidate %.80q: %s", id, ErrUnknown)
}

// Open implements Roster.
func (d Disk) Open(_ context.Context, id, _ string) (*candidate.Candidate, func(), error) {
	found, err := d.Find("", id)
	if err != nil {
		return nil, nil, err
	}
	opened, err := candidate.Ahead(found.File)
	return opened, func() {}, err
}

// filesIn lists the candidate files of a folder, in the order of their names.
func filesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if e.IsDir() {
			path = filepath.Join(path, candidateFile)
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
				continue
			}
		} else if ext := filepath.Ext(path); ext != ".yaml" && ext != ".yml" {
			continue
		}
		files = append(files, path)
	}
	return files, nil
}

// notInID is what an ID does not hold.
var notInID = regexp.MustCompile(`[^a-z0-9]+`)

// idOf names a candidate after its file, or after the folder that is its own.
func idOf(file string) string {
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	if filepath.Base(file) == candidateFile {
		if whole, err := filepath.Abs(file); err == nil {
			name = filepath.Base(filepath.Dir(whole))
		}
	}
	if id := strings.Trim(notInID.ReplaceAllString(strings.ToLower(name), "-"), "-"); id != "" {
		return id
	}
	return "candidat"
}

// Describe completes what is known of a candidate with what its file says, or with why it says nothing that can be used.
func Describe(c Candidate) Candidate {
	c.Name, c.Scope = c.ID, []string{}
	read, err := candidate.Ahead(c.File)
	var problems candidate.Problems
	switch {
	case errors.As(err, &problems):
		c.Problem = problems.In("fr")
	case err != nil:
		c.Problem = err.Error()
	default:
		c.Name, c.Vendor, c.Version, c.Scope = read.Name, read.Vendor, read.Version, read.Scope()
		c.Certification = scenario.Certifies(read)
	}
	return c
}
