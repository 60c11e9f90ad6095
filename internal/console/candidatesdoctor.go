package console

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"etalon/internal/campaign"
	"etalon/internal/door"
)

// doctorPage is how far the examination of a candidate is, or what it found.
type doctorPage struct {
	sight
	campaign.Candidate
	campaign.Examined
	// Known tells that there was an examination; Trouble is the word of why what was asked was not done.
	Known   bool
	Trouble string
}

// Made tells whether a page made the candidate, so that a page may change it.
func (p doctorPage) Made() bool { return p.Origin == campaign.OfPage }

// doctor shows the last examination.
func (c *Console) doctor(w http.ResponseWriter, r *http.Request) {
	c.showDoctor(w, r, http.StatusOK, "")
}

func (c *Console) showDoctor(w http.ResponseWriter, r *http.Request, status int, trouble string) {
	owner, id := door.PersonOf(r).Owner(), chi.URLParam(r, "id")
	seen, known, err := c.config.Clinic.Examined(owner, id)
	if err != nil {
		c.troubled(w, r, err)
		return
	}
	p := doctorPage{sight: c.sight(r, "candidates"), Examined: seen, Known: known, Trouble: trouble}
	p.Back = "/candidates/" + id + "/doctor"
	if p.Candidate, err = c.sought(r, id); err != nil {
		c.troubled(w, r, err)
		return
	}
	c.show(w, "doctor", status, p)
}

// examines begins an examination.
func (c *Console) examines(w http.ResponseWriter, r *http.Request) {
	c.examined(c.config.Clinic.Examine)(w, r)
}

// examined does something about an examination, and shows it.
func (c *Console) examined(act func(owner, id string) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := chi.URLParam(r, "id")
		if err := act(door.PersonOf(r).Owner(), id); err != nil {
			status, word := candidateTrouble(err)
			switch word {
			case "unknown-candidate":
				c.troubled(w, r, err)
			case "internal":
				fail(w, err)
			default:
				c.showDoctor(w, r, status, word)
			}
			return
		}
		http.Redirect(w, r, "/candidates/"+id+"/doctor", http.StatusSeeOther)
	}
}
