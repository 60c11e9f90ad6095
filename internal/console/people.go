package console

import (
	"net/http"
	"strings"

	"etalon/internal/stand"
)

// peoplePage is the page of the synthetic persons.
type peoplePage struct {
	reference
	Sought string
	People []stand.Person
	Total  int
}

// found are the persons who bear the words.
func (c *Console) found(words string) (some []stand.Person, total int) {
	some = []stand.Person{}
	all := c.config.Reference.People()
	for _, p := range all {
		texts := []string{p.Login, p.Name, p.Level, strings.Join(p.Mailboxes, "\n")}
		for _, right := range p.Rights {
			texts = append(texts, right.Project, strings.Join(right.PAGM, "\n"))
		}
		if bears(words, texts...) {
			some = append(some, p)
		}
	}
	return some, len(all)
}

// people shows the synthetic persons.
func (c *Console) people(w http.ResponseWriter, r *http.Request) {
	words, ok := wordsOf(w, r)
	if !ok {
		return
	}
	p := peoplePage{reference: c.reference(r, "people"), Sought: words}
	p.People, p.Total = c.found(words)
	c.show(w, "people", http.StatusOK, p)
}

// toldPerson is a person as the API tells it.
type toldPerson struct {
	Login     string      `json:"login"`
	Secret    string      `json:"secret"`
	Name      string      `json:"name,omitempty"`
	Level     string      `json:"level"`
	At        string      `json:"at,omitempty"`
	Rights    []toldRight `json:"rights"`
	Mailboxes []string    `json:"mailboxes"`
}

type toldRight struct {
	Project string   `json:"project"`
	Mode    string   `json:"mode"`
	PAGM    []string `json:"pagm"`
}

// apiPeople tells the synthetic persons.
func (c *Console) apiPeople(w http.ResponseWriter, r *http.Request) {
	words, ok := wordsOf(w, r)
	if !ok {
		return
	}
	some, total := c.found(words)
	told := struct {
		People []toldPerson `json:"people"`
		Total  int          `json:"total"`
	}{[]toldPerson{}, total}
	for _, p := range some {
		one := toldPerson{p.Login, p.Secret, p.Name, p.Level, p.At, []toldRight{}, append([]string{}, p.Mailboxes...)}
		for _, right := range p.Rights {
			one.Rights = append(one.Rights, toldRight{right.Project, string(right.Mode), right.PAGM})
		}
		told.People = append(told.People, one)
	}
	answer(w, http.StatusOK, told)
}
