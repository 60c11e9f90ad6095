package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"etalon/internal/verdict"
)

// maxJudged is how many verdicts that came late are remembered, for those who follow.
const maxJudged = 20_000

// judgements are the numbers of the exchanges that had their verdict after they were kept, in that order.
type judgements struct {
	before int64 // forgotten
	ids    []int64
}

// add remembers.
func (j *judgements) add(ids []int64) {
	if j.ids = append(j.ids, ids...); len(j.ids) > maxJudged {
		gone := len(j.ids) - maxJudged/2
		j.before, j.ids = j.before+int64(gone), append([]int64(nil), j.ids[gone:]...)
	}
}

// Judged gives the exchanges of a case that have no verdict yet the verdict of that case; those of every case that is not
// judged, where the address is empty.
func (s *Store) Judged(ctx context.Context, campaign, address, word string) error {
	var ids []int64
	err := s.write(ctx, func(tx *sql.Tx) error {
		query, args := "UPDATE exchange SET verdict = ? WHERE campaign = ? AND verdict = '' AND address <> ''", []any{word, campaign}
		if address != "" {
			query, args = query+" AND address = ?", append(args, address)
		}
		rows, err := tx.QueryContext(ctx, query+" RETURNING id", args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return rows.Err()
	}, func() { s.late.add(ids) })
	if err != nil {
		return verdict.Tell("le verdict de %s n'a pu être gardé : %s", "keep verdict of %s: %s", address, err)
	}
	return nil
}

// LastJudged counts the exchanges that had their verdict after they were kept, since the store was opened.
func (s *Store) LastJudged() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.late.before + int64(len(s.late.ids))
}

// JudgedSince returns those of them that came after so many, and that a filter chooses, in their order, with how many there
// are now. A number of an earlier program stands for none.
func (s *Store) JudgedSince(ctx context.Context, f Filter, seen int64) (all []Exchange, now int64, err error) {
	s.mu.Lock()
	if now = s.late.before + int64(len(s.late.ids)); seen > now {
		seen = 0
	}
	ids := append([]int64(nil), s.late.ids[max(seen-s.late.before, 0):]...)
	s.mu.Unlock()
	for len(ids) > 0 && err == nil {
		part := ids[:min(len(ids), MaxPage)]
		ids = ids[len(part):]
		var some []Exchange
		some, err = s.chosen(ctx, f, part)
		all = append(all, some...)
	}
	return all, now, err
}

// chosen are the exchanges among some that a filter chooses, its bounds of numbers apart.
func (s *Store) chosen(ctx context.Context, f Filter, ids []int64) (all []Exchange, err error) {
	where, args := f.where()
	for _, id := range ids {
		args = append(args, id)
	}
	rows, err := s.reads.QueryContext(ctx, "SELECT id, verdict, body FROM exchange WHERE "+where+" AND id IN (?"+strings.Repeat(", ?", len(ids)-1)+") ORDER BY id", args...)
	if err != nil {
		return nil, fmt.Errorf("list exchanges: %w", told(err))
	}
	defer rows.Close()
	for rows.Next() {
		x, err := scanned(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("list exchanges: %w", told(err))
		}
		all = append(all, x)
	}
	return all, told(rows.Err())
}
