package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"

	"etalon/internal/store"
)

// refusal is what the API answers when it does not do what is asked: a word that stays the same, and what it is about.
type refusal struct {
	Error string `json:"error"`
	About string `json:"about,omitempty"`
}

// maxAbout bounds how much of a request is said back.
const maxAbout = 200

// refuse answers a refusal: to a person as a page.
func refuse(w http.ResponseWriter, status int, word, about string) {
	about = about[:min(len(about), maxAbout)]
	if p, person := w.(*forPerson); person && p.refuse(status, word, about) {
		return
	}
	answer(w, status, refusal{word, about})
}

// answer answers an object in JSON; < and & in it are escaped, so that no reader takes it for a page.
func answer(w http.ResponseWriter, status int, object any) {
	raw, err := json.Marshal(object)
	if err != nil {
		status, raw = http.StatusInternalServerError, []byte(`{"error":"internal"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(raw, '\n'))
}

// fail answers why the store did not do what was asked.
func fail(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, store.ErrUnknown):
		refuse(w, http.StatusNotFound, "unknown", err.Error())
	case errors.Is(err, store.ErrBusy):
		refuse(w, http.StatusServiceUnavailable, "store-busy", err.Error())
	case errors.Is(err, store.ErrFull):
		refuse(w, http.StatusInsufficientStorage, "store-full", err.Error())
	default:
		refuse(w, http.StatusInternalServerError, "internal", err.Error())
	}
}

// show answers a page, whole or not at all.
func (c *Console) show(w http.ResponseWriter, name string, status int, data any) {
	var out bytes.Buffer
	if err := c.pages[name].ExecuteTemplate(&out, "layout", data); err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
}
