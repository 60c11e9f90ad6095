package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"etalon/internal/verdict"
)

// Outcome is what became of an exchange, as the partner that took part in it saw it.
type Outcome string

// The outcomes.
const (
	Accepted Outcome = "accepted" // the message was taken
	Refused  Outcome = "refused"  // it was answered, and not taken
	Broken   Outcome = "broken"   // the link or the request failed: nothing was answered
)

// Exchange is one message and its answer, or one dialogue, on a wire of the sandbox.
type Exchange struct {
	// ID is given by Add: it rises from one exchange to the next.
	ID int64 `json:"id"`
	// At is when it began, by the wall clock, and MS how long it took, in milliseconds. Now is when that was by the protocol
	// clock; zero when it is not known.
	At  time.Time `json:"at"`
	MS  float64   `json:"ms"`
	Now time.Time `json:"now,omitzero"`
	// Owner is whose it is; empty when it is everybody's.
	Owner string `json:"owner,omitempty"`
	// Protocol is SOAP, HTTP, IMAP or SMTP.
	Protocol string `json:"protocol"`
	// Role and Mode are those of the sandbox's own partner, Partner its organism.
	Role    string `json:"role"`
	Mode    string `json:"mode"`
	Partner string `json:"partner"`
	// From tells who began: partner or peer. Peer is the other side: the subject of its certificate, else its address.
	From string `json:"from"`
	Peer string `json:"peer"`
	// Method and Target are those of the request; Status is that of the answer, 0 when none came.
	Method string `json:"method,omitempty"`
	Target string `json:"target,omitempty"`
	Status int    `json:"status,omitempty"`
	// Outcome is what became of it, and Findings why it was refused or what was wrong all the same.
	Outcome  Outcome           `json:"outcome"`
	Findings []verdict.Finding `json:"findings,omitempty"`
	// Fault is the armed fault that the partner committed, Violates the requirement that it breaks.
	Fault    string `json:"fault,omitempty"`
	Violates string `json:"violates,omitempty"`
	// Error is why no answer came.
	Error string       `json:"error,omitempty"`
	TLS   *verdict.TLS `json:"tls,omitempty"`
	// Campaign and Address tell of which case of which campaign it is, and Verdict that of the case, once it is known; Label is
	// what the exchange is in the case.
	Campaign string `json:"campaign,omitempty"`
	Address  string `json:"address,omitempty"`
	Label    string `json:"label,omitempty"`
	Verdict  string `json:"verdict,omitempty"`
	// Request, Response and Twin are what was said; Twin is the honest request of which a faulty one was made.
	Request  *Message `json:"request,omitempty"`
	Response *Message `json:"response,omitempty"`
	Twin     *Message `json:"twin,omitempty"`
	// PeerChain and OurChain are the certificates that the sides of the link presented, in PEM, the leaf first.
	PeerChain *Message `json:"peer_chain,omitempty"`
	OurChain  *Message `json:"our_chain,omitempty"`
	// World names the convention, profile and authorities in force when it happened; empty when that is not known.
	World string `json:"world,omitempty"`
}

// Client are the certificates that the side which began the exchange presented, by subject, the leaf first.
func (x Exchange) Client() []string {
	switch {
	case x.TLS == nil:
		return nil
	case x.From == "peer":
		return x.TLS.Peer
	}
	return x.TLS.Ours
}

// Message is what one side said.
type Message struct {
	// Media is its type, as of HTTP, its head apart; Head the lines before its body, if the protocol has any.
	Media string `json:"media"`
	Head  string `json:"head,omitempty"`
	// Digest names the kept bytes, sha256:hex; Size is how many there were, which may be more than were kept.
	Digest string `json:"digest,omitempty"`
	Size   int    `json:"size"`
	// Raw are the bytes to keep; they come back by Store.Message.
	Raw []byte `json:"-"`
}

// maxText bounds how much of a message can be looked for, maxHead how much is kept of its head, in octets.
const (
	maxText = 64 << 10
	maxHead = 64 << 10
)

// Add keeps an exchange with its messages, and returns the number that it gave it. When the call returns, it outlives the
// program. It returns ErrFull or ErrBusy, and Lost counts it.
func (s *Store) Add(ctx context.Context, x Exchange) (id int64, err error) {
	defer func() {
		if err != nil {
			s.lose()
		}
	}()
	s.removing.RLock()
	defer s.removing.RUnlock()
	x.bound()
	var size int
	var digests []string
	text := []string{x.Partner, x.Peer, x.Method, x.Target, x.Fault, x.Error, x.Address}
	for i, m := range []**Message{&x.Request, &x.Response, &x.Twin, &x.PeerChain, &x.OurChain} {
		if *m == nil {
			continue
		}
		kept := **m
		kept.Size, kept.Head = max(kept.Size, len(kept.Raw)), strings.ToValidUTF8(kept.Head[:min(len(kept.Head), maxHead)], "\uFFFD")
		kept.Raw = kept.Raw[:min(len(kept.Raw), MaxMessage)]
		if len(kept.Raw) > 0 {
			var err error
			if kept.Digest, err = s.keep(kept.Raw); err != nil {
				return 0, err
			}
			size += len(kept.Raw)
			digests = append(digests, kept.Digest)
		}
		if i < 3 { // nobody looks for words in a chain
			text = append(text, kept.Head, readable(kept.Raw))
		}
		*m = &kept
	}
	for _, f := range x.Findings {
		text = append(text, f.Requirement, f.Rule, f.Want, f.Got)
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		return x.insert(ctx, tx, size, digests, strings.Join(text, "\n"))
	})
	if err != nil {
		return 0, verdict.Tell("un échange n'a pu être gardé : %s", "keep exchange: %s", err)
	}
	return x.ID, nil
}

// What a peer may write into an exchange beside its messages: so much of a line, so many findings and certificates.
const (
	maxLine     = 8 << 10
	maxFindings = 200
	maxSubjects = 20
)

// bound keeps the beginning of what a peer may have made long, as text that is UTF-8.
func (x *Exchange) bound() {
	lines := []*string{&x.Protocol, &x.Role, &x.Mode, &x.Partner, &x.Peer, &x.Method, &x.Target, &x.Fault, &x.Violates, &x.Error, &x.Campaign, &x.Address}
	for _, m := range []**Message{&x.Request, &x.Response, &x.Twin} {
		if *m != nil {
			kept := **m
			*m = &kept
			lines = append(lines, &kept.Media)
		}
	}
	x.Findings = slices.Clone(x.Findings[:min(len(x.Findings), maxFindings)])
	for i := range x.Findings {
		f := &x.Findings[i]
		lines = append(lines, &f.Requirement, &f.Rule, &f.Want, &f.Got)
	}
	if x.TLS != nil {
		facts := *x.TLS
		x.TLS = &facts
		lines = append(lines, &facts.Version, &facts.Cipher, &facts.ServerName)
		for _, chain := range []*[]string{&facts.Peer, &facts.Ours} {
			*chain = slices.Clone((*chain)[:min(len(*chain), maxSubjects)])
			for i := range *chain {
				lines = append(lines, &(*chain)[i])
			}
		}
	}
	for _, line := range lines {
		*line = strings.ToValidUTF8((*line)[:min(len(*line), maxLine)], "\uFFFD")
	}
}

// insert writes the rows of an exchange, and gives it its number.
func (x *Exchange) insert(ctx context.Context, tx *sql.Tx, size int, digests []string, text string) error {
	body, err := json.Marshal(x)
	if err != nil {
		return err
	}
	done, err := tx.ExecContext(ctx, `INSERT INTO exchange (at, owner, protocol, role, mode, partner, fault, outcome, campaign, address, verdict, size, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		x.At.UnixNano(), x.Owner, x.Protocol, x.Role, x.Mode, x.Partner, x.Fault, x.Outcome, x.Campaign, x.Address, x.Verdict, size+len(body), string(body))
	if err != nil {
		return err
	}
	if x.ID, err = done.LastInsertId(); err != nil {
		return err
	}
	about := []string{x.Violates, verdict.RequirementOf(x.Address)}
	for _, f := range x.Findings {
		about = append(about, f.Requirement)
	}
	slices.Sort(about)
	for _, id := range slices.Compact(about) {
		if id == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO about (exchange, requirement) VALUES (?, ?)", x.ID, id); err != nil {
			return err
		}
	}
	slices.Sort(digests)
	for _, digest := range slices.Compact(digests) {
		if _, err := tx.ExecContext(ctx, "INSERT INTO message (exchange, digest) VALUES (?, ?)", x.ID, digest); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO words (rowid, text) VALUES (?, ?)", x.ID, text)
	return err
}

// readable is the beginning of a message as text to look for; nothing of one that is no text.
func readable(raw []byte) string {
	text := strings.ToValidUTF8(string(raw[:min(len(raw), maxText)]), " ")
	strange := 0
	for _, r := range text[:min(len(text), 512)] {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			strange++
		}
	}
	if strange > 16 {
		return ""
	}
	return strings.ReplaceAll(text, "\x00", " ")
}

// Exchange returns an exchange by its number, for whoever may see those of an owner; all when the owner is empty. It
// returns ErrUnknown.
func (s *Store) Exchange(ctx context.Context, owner string, id int64) (Exchange, error) {
	row := s.reads.QueryRowContext(ctx, "SELECT id, verdict, body FROM exchange WHERE id = ? AND (? = '' OR owner IN ('', ?))", id, owner, owner)
	x, err := scanned(row.Scan)
	if err != nil {
		return x, fmt.Errorf("read exchange %d: %w", id, told(err))
	}
	return x, nil
}

// scanned reads a row of an exchange: its number, its verdict and the rest.
func scanned(scan func(...any) error) (Exchange, error) {
	var x Exchange
	var id int64
	var word, body string
	if err := scan(&id, &word, &body); err != nil {
		return x, err
	}
	err := json.Unmarshal([]byte(body), &x)
	x.ID, x.Verdict = id, word
	return x, err
}
