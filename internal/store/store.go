// Package store keeps what a sandbox saw, so that nothing of it is lost when the program is killed: its exchanges, which can
// be looked for, the messages that they carried, and its campaigns. One SQLite file holds them, with a folder of evidence
// beside it. It does not judge, and knows neither pages nor partners; runs keep their own records, in internal/report.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"etalon/internal/verdict"
)

// File is the name of the database in a store's folder.
const File = "etalon.db"

// ErrBusy tells that another program uses the store, ErrFull that the disk has no room, ErrDamaged that the file is
// not a whole store, ErrNewer that a later version of the program made it, and ErrUnknown that what is asked for is not there.
var (
	ErrBusy    = verdict.Tell("un autre programme se sert du magasin", "another program uses the store")
	ErrFull    = verdict.Tell("le disque du magasin est plein", "the disk of the store is full")
	ErrDamaged = verdict.Tell("le magasin est abîmé : restaurez une sauvegarde", "the store is damaged: restore a backup")
	ErrNewer   = verdict.Tell("le magasin vient d'une version plus récente de ce programme", "the store was made by a later version of this program")
	ErrUnknown = verdict.Tell("cela n'est pas dans le magasin", "not in the store")
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is an open store. Its methods may be called from several goroutines.
type Store struct {
	dir    string
	writes *sql.DB // one connection: what is committed has rising numbers
	reads  *sql.DB
	held   *sql.DB // keeps other programs out; nil for one who only looks

	mu      sync.Mutex
	changed chan struct{} // closed when something is added or changed
	lost    int           // exchanges that could not be kept
	late    judgements

	// removing is held while messages are removed that nothing needs any more.
	removing sync.RWMutex
}

// Open opens the store of a folder, which it makes if need be, for this program alone. A store of an earlier version is
// brought up to date.
// It returns ErrNewer, ErrBusy or ErrDamaged.
func Open(ctx context.Context, dir string) (*Store, error) {
	s, err := look(ctx, dir, (*Store).hold)
	if err != nil {
		return nil, err
	}
	if err := s.interrupted(ctx); err != nil {
		return nil, errors.Join(verdict.Tell("ouverture du magasin : %s", "open store: %s", told(err)), s.Close())
	}
	return s, nil
}

// Look opens a store that another program may be using: the campaigns that run there go on.
func Look(ctx context.Context, dir string) (*Store, error) {
	return look(ctx, dir, func(*Store, context.Context) error { return nil })
}

// look opens a store, when something was done first in its folder.
func look(ctx context.Context, dir string, first func(*Store, context.Context) error) (*Store, error) {
	if err := os.MkdirAll(filepath.Join(dir, evidenceFolder), 0o700); err != nil {
		return nil, verdict.Tell("ouverture du magasin : %s", "open store: %s", err)
	}
	file := filepath.Join(dir, File)
	if err := private(file); err != nil {
		return nil, verdict.Tell("ouverture du magasin : %s", "open store: %s", err)
	}
	s := &Store{dir: dir, writes: connections(file, 1), reads: connections(file, 4), changed: make(chan struct{})}
	err := first(s, ctx)
	if err == nil {
		err = s.migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(verdict.Tell("ouverture du magasin : %s", "open store: %s", told(err)), s.Close())
	}
	return s, nil
}

// lockFile is held by the program that has the store open.
const lockFile = "etalon.lock"

// hold keeps other programs from opening the store until this one closes it, or ends, however it ends.
func (s *Store) hold(ctx context.Context) error {
	file := filepath.Join(s.dir, lockFile)
	if err := private(file); err != nil {
		return err
	}
	s.held = opened(file, 1, "busy_timeout(0)")
	_, err := s.held.ExecContext(ctx, "BEGIN EXCLUSIVE")
	return err
}

// private makes the database where there is none, for its user alone.
func private(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// connections opens a database lazily.
func connections(file string, many int) *sql.DB {
	return opened(file, many, "busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)", "cache_size(-8000)")
}

// opened opens a database lazily, as pragmas say.
func opened(file string, many int, pragmas ...string) *sql.DB {
	options := url.Values{"_txlock": {"immediate"}, "_pragma": pragmas}
	connector, err := sqlite.NewConnector((&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file), RawQuery: options.Encode()}).String())
	if err != nil {
		panic(err) // the options are ours
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(many)
	return db
}

// migrate plays the migrations that the store has not seen, each whole or not at all.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	slices.Sort(files)
	return s.write(ctx, func(tx *sql.Tx) error {
		var done int
		if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&done); err != nil {
			return err
		}
		if done > len(files) {
			return ErrNewer
		}
		for _, file := range files[done:] {
			raw, err := migrations.ReadFile(file)
			if err == nil {
				_, err = tx.ExecContext(ctx, string(raw))
			}
			if err != nil {
				return verdict.Tell("%s : %s", "%s: %s", file, err)
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(files)))
		return err
	})
}

// write does what changes the store, whole or not at all, then what remembers it, and tells those who watch.
func (s *Store) write(ctx context.Context, change func(*sql.Tx) error, then ...func()) error {
	tx, err := s.writes.BeginTx(ctx, nil)
	if err != nil {
		return told(err)
	}
	if err := change(tx); err != nil {
		return errors.Join(told(err), tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return told(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, remember := range then {
		remember()
	}
	close(s.changed)
	s.changed = make(chan struct{})
	return nil
}

// Changed is closed at the next change of the store: to be taken before reading, so that none is missed.
func (s *Store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Lost counts the exchanges that could not be kept since the store was opened.
func (s *Store) Lost() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost
}

// lose counts one.
func (s *Store) lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost++
}

// Close ends the use of the store.
func (s *Store) Close() error {
	err := errors.Join(s.reads.Close(), s.writes.Close())
	if s.held != nil {
		err = errors.Join(err, s.held.Close())
	}
	return err
}

// told says in our words what the database says in its own.
func told(err error) error {
	var trouble *sqlite.Error
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrUnknown
	case !errors.As(err, &trouble):
		return err
	}
	switch trouble.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return said(ErrBusy, trouble)
	case sqlite3.SQLITE_FULL:
		return said(ErrFull, trouble)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return said(fs.ErrPermission, trouble)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return said(ErrDamaged, trouble)
	}
	return err
}

// said is an error of ours with what the database said: in French its code alone, for it speaks English.
func said(ours error, trouble *sqlite.Error) error {
	return verdict.Tell("%[1]s (SQLite, code %[3]d)", "%[1]s: %[2]s", ours, trouble, trouble.Code())
}
