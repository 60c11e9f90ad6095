package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"etalon/internal/verdict"
)

// State is how far a campaign is.
type State string

// The states.
const (
	Running     State = "running"
	Finished    State = "finished"
	Stopped     State = "stopped"     // by a person
	Interrupted State = "interrupted" // the program ended before it
	Failed      State = "failed"      // we could not do our work
)

// Campaign is one run of the plan against a candidate, asked for from the sandbox. Its record is in a folder of its own.
type Campaign struct {
	ID    string `json:"id"`
	Owner string `json:"owner,omitempty"`
	// Candidate is its name, as its file tells it, CandidateID that by which campaigns are ordered; File is that file, in the
	// sandbox's own folder.
	Candidate   string   `json:"candidate"`
	CandidateID string   `json:"candidate_id"`
	File        string   `json:"file"`
	Selectors   []string `json:"selectors,omitempty"`
	Long        bool     `json:"long,omitempty"`
	State       State    `json:"state"`
	// Why tells what went wrong, in words.
	Why      string    `json:"why,omitempty"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished,omitzero"`
	// Cases is how many there are to be played, Counts how those that were played ended.
	Cases  int            `json:"cases"`
	Counts verdict.Counts `json:"counts"`
	Level  verdict.Levels `json:"level"`
	// Tongue is the language of its report, Seconds how long it was played, all its parts together.
	Tongue  string  `json:"lang,omitempty"`
	Seconds float64 `json:"seconds,omitempty"`
	// Resumes is the campaign of which this one plays what is left, or what failed.
	Resumes string `json:"resumes,omitempty"`
	// Waivers is the text of the waivers that it was given; Baseline what it is held against, nil for nothing.
	Waivers  string    `json:"waivers,omitempty"`
	Baseline *Baseline `json:"baseline,omitempty"`
	// Seal is how its archive was signed; nil before it is.
	Seal *Seal `json:"seal,omitempty"`
}

// Baseline is the archive that a campaign is held against, and what came of it. Its record is in the folder of the campaign.
type Baseline struct {
	Campaign string    `json:"campaign,omitempty"` // that left the archive; empty where it was given
	Digest   string    `json:"digest"`             // SHA-256 of the archive
	Version  string    `json:"version,omitempty"`  // of the candidate then
	Started  time.Time `json:"started"`
	// Held tells that the comparison was made, when the campaign ended: Regressions counts what is newly broken, and Exit is the exit
	// status of `conformance run --baseline` with the threshold that it has by default.
	Held        bool `json:"held"`
	Regressions int  `json:"regressions"`
	Exit        int  `json:"exit"`
}

// Seal tells when the archive of a campaign was signed, until when its attestation holds, and who attests that instant.
type Seal struct {
	At       time.Time `json:"at"`
	NotAfter time.Time `json:"not_after"`
	// Stamped is the instant that a time authority attests, Authority its name; zero and empty where none does.
	Stamped   time.Time `json:"stamped,omitzero"`
	Authority string    `json:"authority,omitempty"`
	// Unstamped tells why the authority that was to attest it did not; empty where it did, or where none was to.
	Unstamped string `json:"unstamped,omitempty"`
}

// Save keeps a campaign as it is now.
func (s *Store) Save(ctx context.Context, c Campaign) error {
	body, err := json.Marshal(c)
	if err == nil {
		err = s.write(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO campaign (id, owner, started, state, body) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body`, c.ID, c.Owner, c.Started.UnixNano(), c.State, string(body))
			return err
		})
	}
	if err != nil {
		return verdict.Tell("la campagne %s n'a pu être gardée : %s", "keep campaign %s: %s", c.ID, err)
	}
	return nil
}

// Campaign returns a campaign, for whoever may see those of an owner; all when the owner is empty. It returns ErrUnknown.
func (s *Store) Campaign(ctx context.Context, owner, id string) (Campaign, error) {
	var c Campaign
	var body string
	err := s.reads.QueryRowContext(ctx, "SELECT body FROM campaign WHERE id = ? AND (? = '' OR owner IN ('', ?))", id, owner, owner).Scan(&body)
	if err == nil {
		err = json.Unmarshal([]byte(body), &c)
	}
	if err != nil {
		return c, verdict.Tell("lecture de la campagne %.80q : %s", "read campaign %.80q: %s", id, told(err))
	}
	return c, nil
}

// Campaigns returns the campaigns that an owner may see, all when the owner is empty, the last first.
func (s *Store) Campaigns(ctx context.Context, owner string) ([]Campaign, error) {
	all := []Campaign{}
	rows, err := s.reads.QueryContext(ctx, "SELECT body FROM campaign WHERE ? = '' OR owner IN ('', ?) ORDER BY started DESC, id DESC LIMIT ?", owner, owner, MaxPage)
	if err != nil {
		return nil, verdict.Tell("liste des campagnes : %s", "list campaigns: %s", told(err))
	}
	defer rows.Close()
	for rows.Next() {
		var c Campaign
		var body string
		err := rows.Scan(&body)
		if err == nil {
			err = json.Unmarshal([]byte(body), &c)
		}
		if err != nil {
			return nil, verdict.Tell("liste des campagnes : %s", "list campaigns: %s", told(err))
		}
		all = append(all, c)
	}
	return all, told(rows.Err())
}

// interrupted marks the campaigns that an earlier program left running: it ended before them.
func (s *Store) interrupted(ctx context.Context) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE campaign SET state = ?, body = json_set(body, '$.state', ?) WHERE state = ?`, Interrupted, Interrupted, Running)
		return err
	})
}
