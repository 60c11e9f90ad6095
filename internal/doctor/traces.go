package doctor

import (
	"errors"
	"io/fs"
	"os"

	"etalon/internal/candidate"
)

// traces tells which files of traces cannot be read. One that does not exist yet is told after the honest exchange alone.
func (p Patient) traces() (symptoms []Symptom) {
	for _, role := range candidate.Roles() {
		a := p.Candidate.Access(role)
		if role.WithoutMode() || a == nil || a.Traces == nil || a.Traces.File == "" {
			continue
		}
		field, scope := "roles."+string(role)+".traces.file", p.scopeOf("roles."+string(role))
		info, err := os.Stat(a.Traces.File)
		if err == nil && !info.Mode().IsRegular() {
			symptoms = append(symptoms, Symptom{Sign: TracesUnread, Scope: scope, Field: field, What: say("%s n'est pas un fichier ordinaire", "%s is no regular file", a.Traces.File),
				Remedy: say("Donnez le fichier où le candidat écrit, un enregistrement JSON par ligne.", "Give the file in which the candidate writes, one JSON record a line.")})
			continue
		}
		file, err := os.Open(a.Traces.File)
		if err == nil {
			_ = file.Close()
			continue
		}
		if !errors.Is(err, fs.ErrNotExist) {
			symptoms = append(symptoms, Symptom{Sign: TracesUnread, Scope: scope, Field: field, What: say("les traces ne se lisent pas (%v)", "the traces cannot be read (%v)", err),
				Remedy: say("Donnez au banc le droit de lire ce fichier, ou corrigez le chemin.", "Let the harness read this file, or correct the path.")})
		}
	}
	return symptoms
}
