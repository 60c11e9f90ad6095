package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"etalon/internal/verdict"
)

// Retention is how much is kept; campaigns stay.
type Retention struct {
	// Age is how long an exchange is kept; for ever when zero.
	Age time.Duration
	// Size bounds the messages and what is known of them, in octets; unbounded when zero.
	Size int64
}

// Pruned tells what retention removed.
type Pruned struct {
	At        time.Time `json:"at"`
	Exchanges int       `json:"exchanges"`
	// Size is that of what they said, in octets; Oldest is when the oldest that is kept began, zero when none is.
	Size   int64     `json:"size"`
	Oldest time.Time `json:"oldest,omitzero"`
}

// Prune removes the oldest exchanges, those past the age and those past the size, with the messages that no other needs,
// and keeps note of it. It returns what it removed, nothing when nothing was.
func (s *Store) Prune(ctx context.Context, r Retention, now time.Time) (Pruned, error) {
	s.removing.Lock()
	defer s.removing.Unlock()
	p := Pruned{At: now}
	var orphans []string
	last, err := s.past(ctx, r, now)
	if err == nil && last > 0 {
		err = s.write(ctx, func(tx *sql.Tx) (err error) {
			orphans, err = p.remove(ctx, tx, last)
			return err
		})
	}
	if err != nil {
		return Pruned{}, verdict.Tell("rétention : %s", "apply retention: %s", told(err))
	}
	for _, digest := range orphans {
		if err := os.Remove(filepath.Join(s.dir, member(digest))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return p, verdict.Tell("rétention : %s", "apply retention: %s", err)
		}
	}
	return p, nil
}

// past is the number of the last exchange that is past the age or the size; 0 when none is.
func (s *Store) past(ctx context.Context, r Retention, now time.Time) (int64, error) {
	var old, large sql.NullInt64
	if r.Age > 0 {
		if err := s.reads.QueryRowContext(ctx, "SELECT max(id) FROM exchange WHERE at < ?", now.Add(-r.Age).UnixNano()).Scan(&old); err != nil {
			return 0, err
		}
	}
	if r.Size > 0 {
		err := s.reads.QueryRowContext(ctx, `SELECT max(id) FROM (SELECT id, sum(size) OVER (ORDER BY id DESC) AS kept FROM exchange) WHERE kept > ?`, r.Size).Scan(&large)
		if err != nil {
			return 0, err
		}
	}
	return max(old.Int64, large.Int64), nil
}

// remove removes the exchanges up to one, notes it, and returns the messages that nothing needs any more.
func (p *Pruned) remove(ctx context.Context, tx *sql.Tx, last int64) ([]string, error) {
	if err := tx.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(size), 0) FROM exchange WHERE id <= ?", last).Scan(&p.Exchanges, &p.Size); err != nil {
		return nil, err
	}
	orphans, err := digests(tx.QueryContext(ctx, `SELECT DISTINCT digest FROM message WHERE exchange <= ?
		AND digest NOT IN (SELECT digest FROM message WHERE exchange > ?)`, last, last))
	if err != nil {
		return nil, err
	}
	for _, query := range []string{"DELETE FROM words WHERE rowid IN (SELECT id FROM exchange WHERE id <= ?)", "DELETE FROM exchange WHERE id <= ?"} {
		if _, err := tx.ExecContext(ctx, query, last); err != nil {
			return nil, err
		}
	}
	var oldest sql.NullInt64
	if err := tx.QueryRowContext(ctx, "SELECT min(at) FROM exchange").Scan(&oldest); err != nil {
		return nil, err
	}
	if oldest.Valid {
		p.Oldest = time.Unix(0, oldest.Int64).UTC()
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO pruning (at, exchanges, size, oldest) VALUES (?, ?, ?, ?)", p.At.UnixNano(), p.Exchanges, p.Size, oldest.Int64)
	return orphans, err
}

// digests reads a list of digests.
func digests(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var digest string
		if err := rows.Scan(&digest); err != nil {
			return nil, err
		}
		all = append(all, digest)
	}
	return all, rows.Err()
}

// LastPruned returns what retention removed last; nothing when it never did.
func (s *Store) LastPruned(ctx context.Context) (Pruned, error) {
	var p Pruned
	var at, oldest int64
	err := s.reads.QueryRowContext(ctx, "SELECT at, exchanges, size, oldest FROM pruning ORDER BY at DESC LIMIT 1").Scan(&at, &p.Exchanges, &p.Size, &oldest)
	if errors.Is(err, sql.ErrNoRows) {
		return Pruned{}, nil
	}
	if err != nil {
		return Pruned{}, verdict.Tell("rétention : %s", "read retention: %s", told(err))
	}
	p.At = time.Unix(0, at).UTC()
	if oldest != 0 {
		p.Oldest = time.Unix(0, oldest).UTC()
	}
	return p, nil
}
