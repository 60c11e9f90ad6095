package console

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"

	"etalon/internal/legible"
	"etalon/internal/seal"
)

// upload is what is to be verified, and with what.
type upload struct {
	archive []byte
	// of is the report that the archive, a review, is about; nil where none is given.
	of []byte
	// roots are the authorities to trust, timeRoots those of time; nil where none is given.
	roots, timeRoots []*x509.Certificate
	// revoked are lists of what was revoked.
	revoked []seal.List
	lang    string
}

// uploaded reads an archive, and what it is verified with, out of a request: a form, or the archive itself. Nothing is written
// to the disk.
func uploaded(r *http.Request) (u upload, err error) {
	if r.ContentLength > maxUpload {
		return u, errLarge
	}
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		u.archive, err = bounded(r.Body, maxArchive)
		return u, err
	}
	for err == nil {
		part, next := parts.NextPart()
		if errors.Is(next, io.EOF) {
			break
		}
		if next != nil {
			return u, fmt.Errorf("%w: %w", errNone, next)
		}
		err = u.take(part)
	}
	if err == nil && len(u.archive) == 0 {
		err = errNone
	}
	return u, err
}

// take reads one part of a form.
func (u *upload) take(part *multipart.Part) (err error) {
	switch part.FormName() {
	case "archive":
		u.archive, err = bounded(part, maxArchive)
	case "of":
		u.of, err = bounded(part, maxArchive)
	case "roots":
		u.roots, err = rootsOf(part)
	case "time_roots":
		u.timeRoots, err = rootsOf(part)
	case "revoked":
		err = u.list(part)
	default:
		_, err = bounded(part, maxForm)
	}
	return err
}

// list reads a list of what was revoked; an empty one is none.
func (u *upload) list(part *multipart.Part) error {
	size := int64(0)
	for _, one := range u.revoked {
		size += int64(len(one.Bytes))
	}
	raw, err := bounded(part, maxRevoked-size)
	switch {
	case err != nil:
		return err
	case len(raw) == 0:
		return nil
	case len(u.revoked) == maxLists:
		return errLarge
	}
	u.revoked = append(u.revoked, seal.List{Name: legible.Text(filepath.Base(part.FileName())), Bytes: raw})
	return nil
}

// bounded reads all, as far as a bound.
func bounded(from io.Reader, most int64) ([]byte, error) {
	var all bytes.Buffer
	n, err := all.ReadFrom(io.LimitReader(from, most+1))
	if err == nil && n > most {
		err = errLarge
	}
	if err != nil {
		return nil, err
	}
	return all.Bytes(), nil
}

// rootsOf reads authorities in PEM; nil where none is given.
func rootsOf(from io.Reader) (roots []*x509.Certificate, err error) {
	raw, err := bounded(from, maxRoots)
	if err != nil || len(bytes.TrimSpace(raw)) == 0 {
		return nil, err
	}
	for rest := bytes.TrimSpace(raw); len(rest) > 0; rest = bytes.TrimSpace(rest) {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil || block.Type != "CERTIFICATE" {
			return nil, errRoots
		}
		one, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errRoots, err)
		}
		roots = append(roots, one)
	}
	return roots, nil
}
