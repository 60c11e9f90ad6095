package console

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/go-chi/chi/v5"

	"etalon/internal/campaign"
	"etalon/internal/door"
)

// uploads puts a file with a candidate.
func (c *Console) uploads(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	r.Body = http.MaxBytesReader(w, r.Body, campaign.MaxFileBytes+maxForm)
	file, header, err := r.FormFile("file")
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			err = campaign.ErrMany
		} else {
			err = campaign.ErrFile
		}
		c.troubled(w, r, err)
		return
	}
	defer file.Close()
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }()
	}
	content, err := io.ReadAll(file)
	if err == nil {
		err = c.config.Made.Put(door.PersonOf(r).Owner(), id, header.Filename, content)
	}
	if err != nil {
		c.troubled(w, r, err)
		return
	}
	http.Redirect(w, r, "/candidates/"+id+"#files", http.StatusSeeOther)
}

// discards removes a file of a candidate.
func (c *Console) discards(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	if err := c.config.Made.Remove(door.PersonOf(r).Owner(), id, chi.URLParam(r, "name")); err != nil {
		c.troubled(w, r, err)
		return
	}
	http.Redirect(w, r, "/candidates/"+id+"#files", http.StatusSeeOther)
}

// candidateFile gives a file of a candidate, to be kept and never shown.
func (c *Console) candidateFile(w http.ResponseWriter, r *http.Request) {
	name := chi.URLParam(r, "name")
	content, err := c.config.Made.File(door.PersonOf(r).Owner(), chi.URLParam(r, "id"), name)
	if err != nil {
		c.troubled(w, r, err)
		return
	}
	saved(w, name, "application/octet-stream", content)
}

// saved answers a file to be kept; its name is one that a candidate's file may have.
func saved(w http.ResponseWriter, name, media string, content []byte) {
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(content)
}

// material gives what a vendor loads in its candidate.
func (c *Console) material(w http.ResponseWriter, r *http.Request) {
	var archive bytes.Buffer
	id := chi.URLParam(r, "id")
	if err := c.config.Made.Material(door.PersonOf(r).Owner(), id, &archive); err != nil {
		c.troubled(w, r, err)
		return
	}
	saved(w, id+".zip", "application/zip", archive.Bytes())
}
