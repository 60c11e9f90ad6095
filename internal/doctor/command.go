package doctor

import (
	"errors"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
)

// commands tells which programs that the file names cannot be started.
func (p Patient) commands() (symptoms []Symptom) {
	for _, n := range p.Candidate.Names() {
		if len(n.Command) == 0 {
			continue
		}
		program := n.Command[0]
		if strings.Contains(program, "/") && !filepath.IsAbs(program) {
			program = filepath.Join(p.Candidate.Folder(), program)
		}
		_, err := exec.LookPath(program)
		if err == nil || errors.Is(err, exec.ErrDot) {
			continue
		}
		s := Symptom{Sign: NoCommand, Scope: p.scopeOf(n.Key), Field: n.Key, Closed: !aside(n.Key), What: say("le programme %s ne se trouve pas", "the program %s is not found", n.Command[0]),
			Remedy: say("Donnez son chemin : absolu, ou depuis le dossier de ce fichier.", "Give its path: absolute, or from the folder of this file.")}
		if errors.Is(err, fs.ErrPermission) {
			s.What = say("le programme %s n'est pas exécutable", "the program %s is not executable", n.Command[0])
			s.Remedy = say("Rendez-le exécutable (chmod +x), ou nommez l'interprète devant lui.", "Make it executable (chmod +x), or name the interpreter before it.")
		}
		symptoms = append(symptoms, s)
	}
	return symptoms
}
