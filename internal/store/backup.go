package store

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"etalon/internal/verdict"
)

// campaignsFolder holds a folder for each campaign: its candidate's files, and the record of its run.
const campaignsFolder = "campaigns"

// ErrTaken tells that a folder already holds a store, ErrForeign that a file is no backup of one.
var (
	ErrTaken   = verdict.Tell("le dossier contient déjà un magasin", "the folder already holds a store")
	ErrForeign = verdict.Tell("ce n'est pas la sauvegarde d'un magasin", "not a backup of a store")
)

// Folder is where the files of a campaign are, in the store's folder.
func (s *Store) Folder(campaign string) string {
	return filepath.Join(s.dir, campaignsFolder, filepath.Base(campaign))
}

// Backup writes the whole store as one file, while it is in use: the database as it stands, and all files beside it, in a
// ZIP without compression.
func (s *Store) Backup(ctx context.Context, w io.Writer) error {
	s.removing.RLock()
	defer s.removing.RUnlock()
	dir, err := os.MkdirTemp(s.dir, ".backup-*")
	if err != nil {
		return verdict.Tell("sauvegarde : %s", "back up: %s", kept(err))
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, File)
	if _, err := s.reads.ExecContext(ctx, "VACUUM INTO ?", copied); err != nil {
		return verdict.Tell("sauvegarde : %s", "back up: %s", told(err))
	}
	archive := zip.NewWriter(w)
	err = pack(archive, copied, File)
	for _, folder := range []string{evidenceFolder, campaignsFolder} {
		if err == nil {
			err = s.packAll(ctx, archive, folder)
		}
	}
	if err == nil {
		err = archive.Close()
	}
	if err != nil {
		return verdict.Tell("sauvegarde : %s", "back up: %s", err)
	}
	return nil
}

// packAll adds the files of a folder, those apart that are being written.
func (s *Store) packAll(ctx context.Context, archive *zip.Writer, folder string) error {
	root := filepath.Join(s.dir, folder)
	return filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil || ctx.Err() != nil:
			return errors.Join(err, ctx.Err())
		case !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), "."):
			return nil
		}
		name, err := filepath.Rel(s.dir, file)
		if err != nil {
			return err
		}
		return pack(archive, file, filepath.ToSlash(name))
	})
}

// pack adds a file under a name.
func pack(archive *zip.Writer, file, name string) error {
	from, err := os.Open(file)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return err
}

// Restore makes the store of a folder from a backup: all of it, or nothing. It returns ErrTaken, ErrForeign or ErrDamaged.
func Restore(ctx context.Context, backup, dir string) (err error) {
	defer func() {
		if err != nil {
			err = verdict.Tell("restauration de %s : %s", "restore %s: %s", backup, err)
		}
	}()
	if _, err := os.Stat(filepath.Join(dir, File)); err == nil {
		return ErrTaken
	}
	archive, err := zip.OpenReader(backup)
	if errors.Is(err, zip.ErrFormat) {
		return ErrForeign
	}
	if err != nil {
		return err
	}
	defer archive.Close()
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), ".restore-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	for _, f := range archive.File {
		if err := unpack(f, fresh); err != nil {
			return err
		}
	}
	if err := whole(ctx, fresh); err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return verdict.Tell("%s : attendu un dossier vide", "%s: want an empty folder", ErrTaken)
	}
	return os.Rename(fresh, dir)
}

// unpack writes one file of a backup, if it is as Backup writes it: its place in the store, bytes that were not compressed,
// and for a message those that its name tells.
func unpack(f *zip.File, dir string) error {
	first, _, nested := strings.Cut(f.Name, "/")
	known := f.Name == File || nested && (first == evidenceFolder || first == campaignsFolder)
	if !known || path.Clean(f.Name) != f.Name || !filepath.IsLocal(filepath.FromSlash(f.Name)) || f.Method != zip.Store || !f.Mode().IsRegular() {
		return verdict.Tell("%s : membre %.80q", "%s: member %.80q", ErrForeign, f.Name)
	}
	from, err := f.Open()
	if err != nil {
		return verdict.Tell("%s : %s", "%s: %s", ErrForeign, err)
	}
	defer from.Close()
	to := filepath.Join(dir, filepath.FromSlash(f.Name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return verdict.Tell("%s : le membre %.80q s'y trouve deux fois", "%s: member %.80q stands twice", ErrForeign, f.Name)
	}
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(file, sum), from)
	if err = errors.Join(err, file.Close()); errors.Is(err, zip.ErrChecksum) {
		return verdict.Tell("%s : membre %.80q", "%s: member %.80q", ErrDamaged, f.Name)
	}
	if err == nil && first == evidenceFolder && member("sha256:"+hex.EncodeToString(sum.Sum(nil))) != filepath.FromSlash(f.Name) {
		return verdict.Tell("%s : membre %.80q", "%s: member %.80q", ErrDamaged, f.Name)
	}
	return err
}

// whole opens a store that was restored, and has the database look at itself.
func whole(ctx context.Context, dir string) (err error) {
	if _, err := os.Stat(filepath.Join(dir, File)); err != nil {
		return verdict.Tell("%s : il n'y a pas de %s", "%s: no %s", ErrForeign, File)
	}
	s, err := Open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var said string
	if err := s.reads.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
		return errors.Join(verdict.Tell("%s : %.200s", "%s: %.200s", ErrDamaged, said), told(err))
	}
	return nil
}
