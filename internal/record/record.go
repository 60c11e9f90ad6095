// Package record keeps the record of a run on the disk while the run goes on, verdict by verdict, and reads it back however the run
// ended: whole, stopped, or killed in the middle of a line. Beside the record stands the evidence, each piece under its digest.
//
// It concludes nothing by itself: verdicts and levels are those of internal/verdict.
package record

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/verdict"
)

// File is the name of the record in a run's folder; evidence stands beside it in the folder "evidence".
const File = "record.jsonl"

const evidenceFolder = "evidence"

// Journal is a record that is being written: one JSON line per event, on the disk before the call returns.
// Its methods may be called from several goroutines. After a failed write every later one fails with the
// same error, so that the lines before it stay readable.
type Journal struct {
	mu        sync.Mutex
	dir       string
	file      *os.File // nil where nothing is written
	run       verdict.Run
	catalogue []verdict.Requirement
	kept      map[string]bool // digests of the evidence
	told      map[string]bool // addresses of which the part before the run was resumed tells
	failed    error
}

// entry is one line of the record: exactly one field is set.
type entry struct {
	Run      *header           `json:"run,omitempty"`
	Trouble  *verdict.Trouble  `json:"trouble,omitempty"`
	Evidence *verdict.Evidence `json:"evidence,omitempty"`
	Case     *verdict.Case     `json:"case,omitempty"`
	NotRun   *verdict.NotRun   `json:"not_run,omitempty"`
	Order    *Order            `json:"order,omitempty"`
	Resumed  *resumption       `json:"resumed,omitempty"`
	Finish   *finish           `json:"finish,omitempty"`
}

// header is the first line: what is known before the first case, with the catalogue that will judge.
type header struct {
	Run       verdict.Run           `json:"header"`
	Catalogue []verdict.Requirement `json:"catalogue"`
}

// finish is the last line of a run that reached its end.
type finish struct {
	At time.Time `json:"at"`
}

// Create starts the record of a run in a folder, which it makes if need be. The header holds what is known
// before the first case. It refuses a folder that already holds a record.
func Create(dir string, run *verdict.Run, catalogue []verdict.Requirement) (*Journal, error) {
	if err := os.MkdirAll(filepath.Join(dir, evidenceFolder), 0o700); err != nil {
		return nil, verdict.Tell("enregistrement impossible : %s : donnez à --out un dossier où écrire", "create record: %s: give --out a folder that can be written", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, File), os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, verdict.Tell("%s contient déjà une exécution : donnez un autre dossier à --out", "create record: %s already holds a run: give --out another folder", dir)
	}
	if err != nil {
		return nil, verdict.Tell("enregistrement impossible : %s", "create record: %s", err)
	}
	if err := claim(file); err != nil {
		return nil, errors.Join(verdict.Tell("enregistrement impossible : %s", "create record: %s", err), file.Close())
	}
	j := &Journal{dir: dir, file: file, run: *run, catalogue: catalogue, kept: map[string]bool{}}
	j.run.Schema, j.run.Complete = verdict.Schema, false
	if err := j.append(entry{Run: &header{j.run, catalogue}}, true); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return j, nil
}

// Unwritten is the record of a run of which the verdicts alone matter: of its evidence only the digests are kept, and nothing
// is written. It cannot be resumed, nor made into an archive.
func Unwritten(run *verdict.Run, catalogue []verdict.Requirement) *Journal {
	j := &Journal{run: *run, catalogue: catalogue, kept: map[string]bool{}}
	j.run.Schema, j.run.Complete = verdict.Schema, false
	return j
}

// Case adds the verdict of a case; it is on the disk when the call returns.
func (j *Journal) Case(c verdict.Case) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.run.Cases = append(j.run.Cases, c)
	return j.append(entry{Case: &c}, true)
}

// Trouble adds the reason for which a role could not be judged.
func (j *Journal) Trouble(t verdict.Trouble) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.run.Trouble = append(j.run.Trouble, t)
	return j.append(entry{Trouble: &t}, true)
}

// NotRun adds a case in scope that will not be played.
func (j *Journal) NotRun(n verdict.NotRun) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.run.NotRun = append(j.run.NotRun, n)
	return j.append(entry{NotRun: &n}, false)
}

// Evidence keeps bytes that were seen, already redacted, under their digest, which it returns; the same bytes
// are kept once. A file of evidence is either whole or absent.
func (j *Journal) Evidence(b []byte, mediaType string) (string, error) {
	digest := Digest(b)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.kept[digest] {
		return digest, nil
	}
	if j.file != nil {
		if err := writeWhole(filepath.Join(j.dir, EvidencePath(digest)), b); err != nil {
			return "", verdict.Tell("une preuve n'a pu être gardée : %s", "keep evidence: %s", err)
		}
	}
	e := verdict.Evidence{Digest: digest, MediaType: mediaType, Size: len(b)}
	j.run.Evidence, j.kept[digest] = append(j.run.Evidence, e), true
	return digest, j.append(entry{Evidence: &e}, false)
}

// Finish ends a run that reached its end at an instant of the wall clock, closes the record and returns it
// concluded. Nothing may be added afterwards.
func (j *Journal) Finish(at time.Time) (*verdict.Run, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := errors.Join(j.append(entry{Finish: &finish{at}}, true), j.close()); err != nil {
		return nil, err
	}
	j.failed = verdict.Tell("ajout à l'enregistrement : l'exécution est finie", "add to the record: the run is finished")
	run := j.run
	run.Complete, run.Finished = true, at
	conclude(&run, j.catalogue)
	return &run, nil
}

// Close ends a run that cannot reach its end; its record stays incomplete.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.failed = verdict.Tell("ajout à l'enregistrement : il est fermé", "add to the record: it is closed")
	return j.close()
}

func (j *Journal) close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}

// conclude gives the record its conclusions and its order, whatever the order of the lines.
func conclude(run *verdict.Run, catalogue []verdict.Requirement) {
	slices.SortFunc(run.Evidence, func(a, b verdict.Evidence) int { return strings.Compare(a.Digest, b.Digest) })
	run.Conclude(catalogue)
}

func (j *Journal) append(e entry, sync bool) error {
	if j.failed != nil || j.file == nil {
		return j.failed
	}
	line, err := json.Marshal(e)
	if err == nil {
		_, err = j.file.Write(append(line, '\n'))
	}
	if err == nil && sync {
		err = j.file.Sync()
	}
	if err != nil {
		j.failed = verdict.Tell("ajout à l'enregistrement : %s : le disque est-il plein ?", "add to the record: %s: is the disk full?", err)
	}
	return j.failed
}

// Digest returns the address of bytes in a record: "sha256:" and 64 hexadecimal digits.
func Digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// IsDigest tells whether a text has the form of what Digest returns.
func IsDigest(s string) bool { return digestForm.MatchString(s) }

// EvidencePath returns where evidence stands, in a run's folder and in an archive alike.
func EvidencePath(digest string) string {
	return evidenceFolder + "/sha256-" + digest[len("sha256:"):]
}

// writeWhole writes a file that is whole or absent, whenever the program is killed.
func writeWhole(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
