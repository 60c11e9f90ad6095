package record

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"etalon/internal/verdict"
)

// ErrFinished tells that a run reached its end: nothing of it is left to play. ErrPlaying tells that a program is playing it.
var (
	ErrFinished = verdict.Tell("l'exécution a atteint sa fin", "the run reached its end")
	ErrPlaying  = verdict.Tell("l'exécution est en train d'être jouée", "the run is being played")
)

// Order is what was asked of a run, besides what its header tells: enough to go on with it.
type Order struct {
	// Candidate and Profile are the files that were given, absolute; Profile is empty when none was.
	Candidate string `json:"candidate,omitempty"`
	Profile   string `json:"profile,omitempty"`
	// Waivers is the file of the waivers, absolute; empty when none was given. The waivers are in the header.
	Waivers   string   `json:"waivers,omitempty"`
	Selectors []string `json:"selectors,omitempty"`
	Long      bool     `json:"long,omitempty"`
	Jobs      int      `json:"jobs,omitempty"`
}

// resumption is the line of a run that goes on after it was stopped, or killed: what was being played then does not count.
type resumption struct {
	At time.Time `json:"at"`
}

// Begun is the record of a run that did not reach its end, as far as it went.
type Begun struct {
	Run   *verdict.Run
	Order Order
}

// Order keeps what was asked of the run.
func (j *Journal) Order(o Order) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.append(entry{Order: &o}, true)
}

// Glance reads the record of a run that is to go on. It returns ErrFinished.
func Glance(dir string) (Begun, error) {
	l, _, err := read(dir)
	if err != nil {
		return Begun{}, err
	}
	if l.run.Complete {
		return Begun{}, verdict.Tell("reprise de %s : %s", "resume run %s: %s", dir, ErrFinished)
	}
	return Begun{&l.run, l.order}, nil
}

// OrderOf is what was asked of the run of a folder, finished or not, with its record as far as it went.
func OrderOf(dir string) (Begun, error) {
	l, _, err := read(dir)
	if err != nil {
		return Begun{}, err
	}
	return Begun{&l.run, l.order}, nil
}

// Reopen goes on with a record at an instant of the wall clock: a last line that was torn is cut off, and cases that were
// stopped in the middle do not count any more. It returns ErrFinished, or ErrPlaying while another program writes there.
func Reopen(dir string, at time.Time) (*Journal, error) {
	path := filepath.Join(dir, File)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, verdict.Tell("reprise : %s", "resume run: %s", err)
	}
	j, err := reopened(dir, file, at)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return j, nil
}

// reopened is Reopen, the file open.
func reopened(dir string, file *os.File, at time.Time) (*Journal, error) {
	if err := claim(file); err != nil {
		return nil, verdict.Tell("reprise de %s : %s", "resume run %s: %s", dir, err)
	}
	l, whole, err := read(dir)
	if err != nil {
		return nil, err
	}
	if l.run.Complete {
		return nil, verdict.Tell("reprise de %s : %s", "resume run %s: %s", dir, ErrFinished)
	}
	if err := file.Truncate(whole); err != nil {
		return nil, verdict.Tell("reprise : %s", "resume run: %s", err)
	}
	j := &Journal{dir: dir, file: file, run: l.run, catalogue: l.catalogue, kept: map[string]bool{}, told: map[string]bool{}}
	for _, e := range j.run.Evidence {
		j.kept[e.Digest] = true
	}
	j.run.Resume(at)
	for _, c := range j.run.Cases {
		j.told[c.Address] = true
	}
	for _, n := range j.run.NotRun {
		j.told[n.Address] = true
	}
	return j, j.append(entry{Resumed: &resumption{at}}, true)
}

// Has tells whether the part of the run before it was resumed tells of a case: its verdict, or why it is not played.
func (j *Journal) Has(address string) bool { return j.told[address] }

// TroubleOf is the reason for which that part could not judge a role; false when it had none.
func (j *Journal) TroubleOf(scope string) (verdict.Trouble, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := slices.IndexFunc(j.run.Trouble, func(t verdict.Trouble) bool { return t.Scope == scope })
	if i < 0 || len(j.run.Resumed) == 0 {
		return verdict.Trouble{}, false
	}
	return j.run.Trouble[i], true
}

// read reads a record as far as its lines are whole; whole is how many octets those are.
func read(dir string) (l loading, whole int64, err error) {
	path := filepath.Join(dir, File)
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return l, 0, verdict.Tell("%s n'a pas de %s : donnez le dossier que « conformance run » a écrit", "load run: %s has no %s: give the folder that `conformance run` wrote", dir, File)
	}
	if err != nil {
		return l, 0, verdict.Tell("lecture de l'exécution : %s", "load run: %s", err)
	}
	lines, _, found := cutLast(b, '\n')
	if !found {
		return l, 0, verdict.Tell("%s : l'exécution a été arrêtée, ou son disque était plein, avant qu'elle ait commencé : relancez-la dans un autre dossier", "load run: %s: the run was ended, or its disk was full, before it had begun: start it again, in another folder", path)
	}
	whole = int64(len(lines)) + 1
	for i, line := range bytes.Split(lines, []byte{'\n'}) {
		if err := l.line(line); err != nil {
			return l, 0, verdict.Tell("%s ligne %d : %s : le fichier a été modifié, prenez une copie intacte", "load run: %s line %d: %s: the file was changed, take a copy that was not", path, i+1, err)
		}
	}
	return l, whole, nil
}
