package candidate

// LPS is a professional's mail program.
type LPS struct {
	// Mailbox is the address that it opens.
	Mailbox string `json:"mailbox"`
	Reach
}

// lps checks and completes it.
func (l *loading) lps(p *LPS) {}
