package campaign

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// File is one that goes with a candidate made in a page: a convention, its authorities, a document.
type File struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
}

// Files lists those that go with a candidate.
func (m *Made) Files(owner, id string) ([]File, error) {
	folder, _, err := m.folder(owner, id)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, verdict.Tell("liste des fichiers : %s", "list files: %s", err)
	}
	files := []File{}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && candidate.OwnFile(e.Name()) {
			files = append(files, File{e.Name(), info.Size()})
		}
	}
	return files, nil
}

// Put puts a file with a candidate, over an older one of its name. It returns ErrFile for a name that no file may have, and
// ErrMany.
func (m *Made) Put(owner, id, name string, content []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	folder, _, err := m.folder(owner, id)
	if err != nil {
		return err
	}
	if !candidate.OwnFile(name) {
		return fmt.Errorf("put file: %w", ErrFile)
	}
	files, err := m.Files(owner, id)
	if err != nil {
		return err
	}
	total, many := int64(len(content)), 1
	for _, f := range files {
		if f.Name != name {
			total, many = total+f.Size, many+1
		}
	}
	if many > MaxFiles || len(content) > MaxFileBytes || total > maxAll {
		return fmt.Errorf("put file: %w", ErrMany)
	}
	if err := replace(filepath.Join(folder, name), content); err != nil {
		return fmt.Errorf("put file: %w", err)
	}
	return nil
}

// File is the content of one that goes with a candidate. It returns ErrFile when there is none of that name.
func (m *Made) File(owner, id, name string) ([]byte, error) {
	folder, _, err := m.folder(owner, id)
	if err != nil {
		return nil, err
	}
	if !candidate.OwnFile(name) {
		return nil, fmt.Errorf("read file: %w", ErrFile)
	}
	content, err := os.ReadFile(filepath.Join(folder, name))
	if errors.Is(err, fs.ErrNotExist) {
		err = ErrFile
	}
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	return content, nil
}

// Remove removes a file that goes with a candidate.
func (m *Made) Remove(owner, id, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.File(owner, id, name); err != nil {
		return err
	}
	folder, _, err := m.folder(owner, id)
	if err == nil {
		err = os.Remove(filepath.Join(folder, name))
	}
	if err != nil {
		return fmt.Errorf("remove file: %w", err)
	}
	return nil
}

// ToLoad says, line by line, what to load in a candidate made in a page; nothing when its file cannot be used. The files that
// it names are those of Material.
func (m *Made) ToLoad(owner, id string) ([]verdict.Text, error) {
	folder, of, err := m.folder(owner, id)
	if err != nil {
		return nil, err
	}
	subject, err := candidate.LoadOwn(filepath.Join(folder, candidateFile), m.Within(of))
	if err != nil {
		return nil, nil
	}
	lines := ToLoad(subject, path.Join(madePKI, "roots.pem"), madePKI)
	return lines, nil
}

// Material writes, as a ZIP archive, what the vendor of a candidate loads in it: the TEST roots and lists of its PKI, and the
// keys and certificates of the organisms that the candidate stands for. No key of another party is in it.
func (m *Made) Material(owner, id string, w io.Writer) error {
	folder, of, err := m.folder(owner, id)
	if err != nil {
		return err
	}
	subject, err := candidate.LoadOwn(filepath.Join(folder, candidateFile), m.Within(of))
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(folder, madePKI, "INDEX")); err != nil {
		return fmt.Errorf("write material: %w", ErrFile)
	}
	own := organismsOf(subject)
	archive := zip.NewWriter(w)
	err = filepath.WalkDir(filepath.Join(folder, madePKI), func(file string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(folder, file)
		if err != nil || !loadable(filepath.ToSlash(name), own) {
			return err
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return packed(archive, filepath.ToSlash(name), content)
	})
	for _, name := range []string{candidateFile, "convention.yaml"} {
		if content, readErr := os.ReadFile(filepath.Join(folder, name)); err == nil && readErr == nil {
			err = packed(archive, name, content)
		}
	}
	if err = errors.Join(err, archive.Close()); err != nil {
		return fmt.Errorf("write material: %w", err)
	}
	return nil
}

// packed adds one member.
func packed(archive *zip.Writer, name string, content []byte) error {
	member, err := archive.Create(name)
	if err == nil {
		_, err = io.Copy(member, bytes.NewReader(content))
	}
	return err
}

// organismsOf are the organisms that a candidate stands for.
func organismsOf(c *candidate.Candidate) (names []string) {
	for _, role := range candidate.Roles() {
		if access := c.Access(role); access != nil {
			names = append(names, access.Organism)
		}
	}
	return names
}

// loadable tells whether a file of the PKI may leave: the roots, what is honest of the candidate's own organisms, and the
// honest certificates of the others.
func loadable(name string, own []string) bool {
	parts := strings.Split(name, "/")
	if len(parts) == 4 && parts[1] == "organisms" && !strings.Contains(parts[3], "~") {
		return slices.Contains(own, parts[2]) || path.Ext(name) == ".pem"
	}
	return name == path.Join(madePKI, "roots.pem")
}
