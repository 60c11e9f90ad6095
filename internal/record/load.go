package record

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"

	"etalon/internal/verdict"
)

// Load reads the record of a run's folder and concludes it with the catalogue that it holds. A run that was
// killed is read as far as it went, with Complete false; a torn last line is left out. Any other line that
// cannot be read is an error that names it.
func Load(dir string) (*verdict.Run, error) {
	l, _, err := read(dir)
	if err != nil {
		return nil, err
	}
	conclude(&l.run, l.catalogue)
	return &l.run, nil
}

// cutLast cuts at the last separator: what comes after it was being written when the program stopped.
func cutLast(b []byte, sep byte) (before, after []byte, found bool) {
	if i := bytes.LastIndexByte(b, sep); i >= 0 {
		return b[:i], b[i+1:], true
	}
	return nil, b, false
}

// loading is a record that is being read.
type loading struct {
	started   bool
	run       verdict.Run
	catalogue []verdict.Requirement
	order     Order
}

func (l *loading) line(line []byte) error {
	var e entry
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return verdict.Tell("entrée illisible : %s", "read entry: %s", err)
	}
	if d.More() {
		return verdict.Tell("entrée illisible : il y en a plus d'une sur la ligne", "read entry: more than one on the line")
	}
	switch {
	case l.run.Complete:
		return verdict.Tell("une entrée après la fin de l'exécution", "an entry after the end of the run")
	case l.started == (e.Run != nil):
		return verdict.Tell("l'en-tête doit venir en premier, et une seule fois", "the header must come first, and once")
	}
	l.started = true
	return l.apply(e)
}

func (l *loading) apply(e entry) error {
	switch {
	case e.Run != nil:
		if e.Run.Run.Schema != verdict.Schema {
			return verdict.Tell("le schéma %q n'est pas %q", "schema %q is not %q", e.Run.Run.Schema, verdict.Schema)
		}
		l.run, l.catalogue = e.Run.Run, e.Run.Catalogue
	case e.Case != nil:
		l.run.Cases = append(l.run.Cases, *e.Case)
	case e.Trouble != nil:
		l.run.Trouble = append(l.run.Trouble, *e.Trouble)
	case e.NotRun != nil:
		l.run.NotRun = append(l.run.NotRun, *e.NotRun)
	case e.Evidence != nil:
		l.run.Evidence = append(l.run.Evidence, *e.Evidence)
	case e.Order != nil:
		l.order = *e.Order
	case e.Resumed != nil:
		l.run.Resume(e.Resumed.At)
	case e.Finish != nil:
		l.run.Complete, l.run.Finished = true, e.Finish.At
	default:
		return verdict.Tell("une entrée vide", "an empty entry")
	}
	return nil
}

// EvidenceOf returns the reader of the evidence of a run's folder, for Options. What does not match its
// digest is an error.
func EvidenceOf(dir string) func(digest string) ([]byte, error) {
	return func(digest string) ([]byte, error) {
		if !IsDigest(digest) {
			return nil, verdict.Tell("preuve %q : ce n'est pas une empreinte", "read evidence %q: not a digest", digest)
		}
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(EvidencePath(digest))))
		if err != nil {
			return nil, verdict.Tell("lecture d'une preuve : %s", "read evidence: %s", err)
		}
		if Digest(b) != digest {
			return nil, verdict.Tell("preuve %s : le fichier a été modifié : prenez une copie intacte de l'exécution", "read evidence %s: the file was changed: take a copy of the run that was not", digest)
		}
		return b, nil
	}
}
