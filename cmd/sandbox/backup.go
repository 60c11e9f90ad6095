package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"etalon/internal/store"
	"etalon/internal/verdict"
)

// backupCommand writes the store as one file.
type backupCommand struct {
	File  string `arg:"" help:"${backupfile}"`
	Store string `placeholder:"DIR" help:"${store}"`
}

// Run writes the backup whole, or not at all; a sandbox may be using the store.
func (c *backupCommand) Run(ctx context.Context, s *streams) error {
	dir, err := keeping{Store: c.Store}.folder()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, store.File)); err != nil {
		return hinted{verdict.Tell("sauvegarde : %s", "back up: %s", err), "sandbox backup --store etalon " + c.File}
	}
	if _, err := os.Lstat(c.File); err == nil {
		return hinted{verdict.Tell("sauvegarde : %s existe déjà, et reste tel quel", "back up: %s is there already", c.File), "sandbox backup autre.zip"}
	}
	opened, err := store.Look(ctx, dir)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(c.File), ".etalon-*")
	if err != nil {
		return errors.Join(hinted{verdict.Tell("sauvegarde : %s", "back up: %s", err), "sandbox backup sauvegarde.zip"}, opened.Close())
	}
	err = errors.Join(opened.Backup(ctx, file), file.Sync(), file.Close(), opened.Close())
	if err == nil {
		err = os.Rename(file.Name(), c.File)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	s.say("sauvegarde : %s", "backup: %s", c.File)
	return nil
}

// restoreCommand makes a store from a backup.
type restoreCommand struct {
	File  string `arg:"" help:"${restorefile}"`
	Store string `placeholder:"DIR" help:"${store}"`
}

// Run makes the store in a folder that holds none.
func (c *restoreCommand) Run(ctx context.Context, s *streams) error {
	dir, err := keeping{Store: c.Store}.folder()
	if err != nil {
		return err
	}
	err = store.Restore(ctx, c.File, dir)
	switch {
	case errors.Is(err, store.ErrTaken):
		return hinted{err, "sandbox restore --store " + dir + "-2 " + c.File}
	case err != nil:
		return hinted{err, "sandbox backup sauvegarde.zip"}
	}
	s.say("magasin : %s", "store: %s", dir)
	return nil
}
