package interops

import "time"

// TraceRequest is a Demande of the exchange of traces: one party asks another for what it traced (X12).
type TraceRequest struct {
	ID string
	// From and To are the Issuers of who asks and who is asked.
	From, To string
	Date     time.Time
	Motive   TraceMotive
	// Criteria: the VIs by identifier, or else the user, or else all, in a span of time. One of the three is set.
	VIs          []string
	NameID       string
	Since, Until time.Time // Until is exclusive
	Kind         TraceKind
}

// TraceMotive is why traces are asked for.
type TraceMotive string

// The motives.
const (
	MotiveControl   TraceMotive = "CONTROLE"
	MotiveSuspicion TraceMotive = "SUSPICION"
)

// TraceKind is which traces are asked for.
type TraceKind string

// The kinds.
const (
	VerificationTraces TraceKind = "VERIFICATION_VI"
	ApplicationTraces  TraceKind = "APPLICATIVE"
	AllTraces          TraceKind = "TOUTES"
)

// TraceAnswer is the Réponse to a TraceRequest.
type TraceAnswer struct {
	ID, RequestID string
	From, To      string // Issuers: who answers, who asked
	Date          time.Time
	Status        TraceStatus
	Verifications []VIVerification
	Applications  []ApplicationTrace
}

// TraceStatus tells how much of what was asked for is there.
type TraceStatus string

// The statuses.
const (
	TracesComplete TraceStatus = "COMPLETE"     // something of each VI that was asked for
	TracesPartial  TraceStatus = "PARTIELLE"    // of some of them
	TracesNone     TraceStatus = "AUCUNE_TRACE" // of none
)

// VIVerification is what the checks of a received VI came to.
type VIVerification struct {
	VI       string
	Date     time.Time
	Accepted bool
	Code     string // the fault code of a refusal
}

// ApplicationTrace is what was done with a VI.
type ApplicationTrace struct {
	VI                     string
	Date                   time.Time
	Action, Object, Result string
}

// SuspicionReport is a declaration of suspect behaviour about VIs (X13).
type SuspicionReport struct {
	ID          string
	From, To    string // Issuers
	VIs         []string
	Description string
	Date        time.Time
}

// SuspicionReceipt acknowledges a SuspicionReport.
type SuspicionReceipt struct {
	ID, ReportID string
	From, To     string // Issuers
	Date         time.Time
}
