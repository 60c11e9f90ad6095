package verdict

// Finding is one departure from a requirement: what was wanted, what was got, and the proof.
// It counts for the requirement that it names, never for the case's title (rule 1).
type Finding struct {
	Requirement string `json:"requirement"`
	// Rule is the stable name of the check, such as "audience-other"; the catalogue of rules explains it.
	Rule string `json:"rule"`
	// Want and Got are values, not sentences; Got may hold what a partner sent and is never trusted by a renderer.
	Want string `json:"want"`
	Got  string `json:"got"`
	// Evidence lists digests ("sha256:…") of members of the record's evidence.
	Evidence []string `json:"evidence,omitempty"`
}

// Evidence is one piece of what was seen, addressed by its content.
type Evidence struct {
	Digest    string `json:"digest"` // sha256:hex
	MediaType string `json:"media_type"`
	Size      int    `json:"size"`
	Bytes     []byte `json:"-"`
}
