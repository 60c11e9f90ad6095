package verdict

import "time"

// Schema is the name of the record's format.
const Schema = "etalon/run/1"

// Run is the record of one run: the single source of every report (rule 6). It is what run.json holds.
type Run struct {
	Schema    string    `json:"schema"`
	Suite     Suite     `json:"suite"`
	Candidate Candidate `json:"candidate"`
	Profile   Profile   `json:"profile"`
	Scope     []string  `json:"scope"` // role/mode
	// Partial tells that less than the scope was selected; Complete that the run reached its end.
	Partial  bool   `json:"partial"`
	Complete bool   `json:"complete"`
	Seed     string `json:"seed"`
	// Place says where the harness ran: "local" or the name of a hosted sandbox.
	Place    string    `json:"place"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	// Resumed are the instants at which the run, stopped or killed, went on.
	Resumed []time.Time `json:"resumed,omitempty"`
	// ProtocolTime is the protocol clock at the start, when it was set; zero when it followed the wall clock.
	ProtocolTime time.Time `json:"protocol_time,omitzero"`
	Level        Levels    `json:"level"`
	Counts       Counts    `json:"counts"`
	// Trouble says, once per role, why a role could not be judged (rule 2), or why the run has no level.
	Trouble []Trouble `json:"trouble,omitempty"`
	// Waivers are the failures that were accepted beforehand, with what became of each.
	Waivers      []Waiver            `json:"waivers,omitempty"`
	Requirements []RequirementResult `json:"requirements"`
	// Items are the lines of the référentiel that the candidate is held to, in its order; none where it has none.
	Items []Item `json:"items,omitempty"`
	Cases []Case `json:"cases"`
	// NotRun lists the cases in scope that were not generated or not selected, each with its reason.
	NotRun   []NotRun   `json:"not_run,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Suite identifies what judged.
type Suite struct {
	Version   string `json:"version"`
	Catalogue string `json:"catalogue"` // digest of features and requirements
	Binary    string `json:"binary"`    // digest of the program
}

// Candidate identifies what was judged, as declared by its vendor.
type Candidate struct {
	Name    string `json:"name"`
	Vendor  string `json:"vendor"`
	Version string `json:"version"`
	Config  string `json:"config"` // digest of the candidate file and of the files that it names
	// Excludes lists what the vendor does not claim; printed on the first page.
	Excludes []Exclusion `json:"excludes,omitempty"`
}

// Exclusion is a requirement that a candidate does not claim to meet, and why: it reads sans objet.
type Exclusion struct {
	Role        string `json:"role"`
	Requirement string `json:"requirement"`
	Reason      string `json:"reason"` // the vendor's words
}

// Profile identifies the choices in force.
type Profile struct {
	Name      string            `json:"name"`
	Digest    string            `json:"digest"`
	Overrides map[string]string `json:"overrides"` // key to value; printed on the first page
}

// Trouble is a reason for which a role was not judged. Configuration tells that the exit status is 2:
// something is unreachable or misdeclared; else the candidate refused the honest exchange (indéterminé).
type Trouble struct {
	Scope         string `json:"scope"` // role/mode
	Configuration bool   `json:"configuration"`
	Reason        Reason `json:"reason"`
}

// Reason is why a verdict is what it is: a key of the catalogue of texts with its values, and the French sentence.
type Reason struct {
	Key  string   `json:"key,omitempty"`
	Args []string `json:"args,omitempty"`
}

// Case is the result of one trial.
type Case struct {
	Address     string  `json:"address"` // ROLE/MODE/CASE[~VARIANT]
	Requirement string  `json:"requirement"`
	Basis       Basis   `json:"basis"`
	Title       string  `json:"title"` // the scenario's name, French
	Fault       string  `json:"fault,omitempty"`
	Verdict     Verdict `json:"verdict"`
	// Reason is the sentence, in French, that Why makes; kept so that the record reads alone.
	Reason   string    `json:"reason"`
	Why      Reason    `json:"why"`
	Findings []Finding `json:"findings"`
	// Steps tells the scenario's steps with what each saw.
	Steps []Step `json:"steps,omitempty"`
	// Exchanges lists what went over the wire, in order.
	Exchanges []Exchange `json:"exchanges,omitempty"`
	Started   time.Time  `json:"started"`
	MS        int64      `json:"ms"`
}

// Step is one step of a scenario as it was played.
type Step struct {
	Text string `json:"text"` // keyword and sentence, French
	OK   bool   `json:"ok"`   // no finding and no error in it
	Note string `json:"note,omitempty"`
}

// Exchange is one message and its answer, by the digests of their evidence.
type Exchange struct {
	Label    string `json:"label"`  // "honest", "faulty", "closing", "application", …
	From     string `json:"from"`   // "harness" or "candidate"
	Marker   string `json:"marker"` // the unique marker of the business body
	Request  string `json:"request,omitempty"`
	Response string `json:"response,omitempty"`
	// Twin is the digest of the honest twin of a faulty request: the same message without the fault.
	Twin   string `json:"twin,omitempty"`
	Status int    `json:"status,omitempty"` // HTTP status of the answer; 0 when none came
	Error  string `json:"error,omitempty"`  // why no answer came
	TLS    *TLS   `json:"tls,omitempty"`
	// At is when it began by the wall clock, MS how long it took in milliseconds. Where that is not known, At is when it was kept
	// and MS is 0. Now is when that was by the protocol clock, which judges messages.
	At  time.Time `json:"at,omitzero"`
	MS  float64   `json:"ms,omitempty"`
	Now time.Time `json:"now,omitzero"`
}

// Timed returns the exchange with its instants.
func (e Exchange) Timed(began, ended time.Time) Exchange {
	if e.At = began; !began.IsZero() && ended.After(began) {
		e.MS = float64(ended.Sub(began).Microseconds()) / 1000
	}
	return e
}

// TLS says what protected an exchange.
type TLS struct {
	Version string   `json:"version"`
	Cipher  string   `json:"cipher"`
	Peer    []string `json:"peer"`    // the candidate's chain: subjects, leaf first
	Leaf    string   `json:"leaf"`    // sha256:hex of the candidate's leaf certificate
	Ours    []string `json:"ours"`    // the chain that we presented: subjects
	Resumed bool     `json:"resumed"` // session resumption
	// ServerName is the name by which the server was called in the handshake; empty when it was called by none.
	ServerName string `json:"server_name,omitempty"`
	// PeerChain and OurChain are the evidence of the certificates of both chains, in PEM, the leaf first.
	PeerChain string `json:"peer_chain,omitempty"`
	OurChain  string `json:"our_chain,omitempty"`
}

// NotRun is a case in scope that was not played.
type NotRun struct {
	Address string `json:"address"`
	// Selected is false where the selection left it out, true where its conditions were not met.
	Declared bool   `json:"declared"` // true: the candidate declares that it does not apply
	Reason   string `json:"reason"`
	Why      Reason `json:"why"`
}

// RequirementResult is the verdict on one requirement for one role and mode.
type RequirementResult struct {
	ID       string   `json:"id"`
	Role     string   `json:"role"`
	Mode     string   `json:"mode"`
	Severity Severity `json:"severity"`
	Verdict  Verdict  `json:"verdict"`
	// Standard is the verdict of the cases that count for the level "au standard"; NotApplicable when none does.
	Standard Verdict `json:"standard"`
}

// Counts counts cases.
type Counts struct {
	Pass          int `json:"pass"`
	Fail          int `json:"fail"`
	Review        int `json:"review"`
	Waived        int `json:"waived"`
	Inconclusive  int `json:"inconclusive"`
	NotApplicable int `json:"not_applicable"`
}
