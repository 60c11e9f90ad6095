// Package campaign runs the plan against candidates as people ask for it from a sandbox, and as the command line does: it
// knows the candidates, plays, tells how far a run is, asks for gestures, stops and goes on, and publishes the report. It
// judges nothing itself, which internal/scenario does, and draws no page.
package campaign

import (
	"errors"
	"time"

	"etalon/internal/verdict"
)

// Why a campaign, or a candidate, is not what was asked for.
var (
	ErrRunning   = errors.New("a campaign already runs against that candidate")
	ErrPorts     = errors.New("another campaign needs the same ports")
	ErrOver      = errors.New("the campaign is over")
	ErrNoGesture = errors.New("no such gesture is awaited")
	ErrWhole     = errors.New("the campaign is whole: nothing of it is left to play")
	ErrNoneFails = errors.New("nothing of the campaign failed")
	ErrUnknown   = verdict.Tell("aucun candidat de ce nom", "no such candidate")
	ErrBarred    = verdict.Tell("une page ne peut pas demander cela : cela vient d'un fichier du disque du serveur", "a page may not ask for that: it comes from a file on the server's disk")
	ErrStamped   = errors.New("no time-stamp is missing")
	ErrUnstamped = verdict.Tell("l'autorité d'horodatage n'a pas attesté la signature", "the time authority did not attest the signature")
	ErrWaivers   = verdict.Tell("les dérogations sont refusées", "the waivers are refused")
	ErrBaseline  = verdict.Tell("la référence est refusée", "the baseline is refused")
	ErrTarget    = verdict.Tell("l'opérateur du bac à sable ne laisse pas appeler cette cible", "the operator of the sandbox does not let that target be called")
)

// Candidate is one that campaigns may be run against.
type Candidate struct {
	// ID names it in addresses: lower-case letters, digits and dashes.
	ID    string `json:"id"`
	Owner string `json:"owner,omitempty"`
	Name  string `json:"name"`
	// Vendor and Version are as its file tells them, Scope the roles and modes that it declares, ROLE/MODE.
	Vendor  string   `json:"vendor,omitempty"`
	Version string   `json:"version,omitempty"`
	Scope   []string `json:"scope"`
	// Origin tells where it comes from: disk (a file that the operator put there), page (made by the form), bundled (a mock
	// candidate of ours).
	Origin string `json:"origin"`
	// Certification tells that its profile makes each campaign one of certification, which accepts no waiver.
	Certification bool `json:"certification,omitempty"`
	// File is the path of its candidate file; never shown.
	File string `json:"-"`
	// Problem is why the file cannot be used, empty when it can.
	Problem string `json:"problem,omitempty"`
}

// Order is what a person asks for.
type Order struct {
	// Owner is who asks; empty for an operator.
	Owner     string   `json:"-"`
	Candidate string   `json:"candidate"`
	Selectors []string `json:"selectors,omitempty"`
	Long      bool     `json:"long,omitempty"`
	Lang      string   `json:"lang,omitempty"` // of the report: fr, en
	// Waivers is the text of a file of waivers; empty for none.
	Waivers string `json:"waivers,omitempty"`
	// Baseline is the earlier campaign that this one is held against, Archive an archive instead; both empty for none.
	Baseline string `json:"baseline,omitempty"`
	Archive  []byte `json:"-"`
}

// Forecast is what an order would play.
type Forecast struct {
	Cases        int `json:"cases"`
	Requirements int `json:"requirements"`
	// Scopes are the roles and modes with how much each would play.
	Scopes []ScopeForecast `json:"scopes"`
	// Expected is how long it should take, as earlier campaigns took, or cases on average; in seconds.
	Expected float64 `json:"expected_s"`
}

// ScopeForecast is the part of one role in one mode, with its requirements.
type ScopeForecast struct {
	Scope        string                `json:"scope"`
	Cases        int                   `json:"cases"`
	Requirements []RequirementForecast `json:"requirements"`
}

// RequirementForecast is one requirement, how many cases it has, and whether the order chooses it.
type RequirementForecast struct {
	ID       string           `json:"id"`
	Title    verdict.Text     `json:"title"`
	Severity verdict.Severity `json:"severity"`
	Cases    int              `json:"cases"`
	Chosen   bool             `json:"chosen"`
}

// Kind is what an event is about.
type Kind string

// The kinds of events.
const (
	EventState   Kind = "state"   // the campaign began or ended: Text is the state
	EventRole    Kind = "role"    // a role begins: Scope, Cases
	EventPlaying Kind = "playing" // a case begins: Address
	EventStep    Kind = "step"    // a step of a case begins, in words: Address, Text
	EventJudged  Kind = "judged"  // a case ended: Address, Verdict, Text its title
	EventSaid    Kind = "said"    // a line: Text
	EventGesture Kind = "gesture" // a person is awaited: Gesture, Text the sentence
	EventDone    Kind = "done"    // the gesture was made, or is awaited no more: Gesture
)

// Event is what those who follow a campaign are told.
type Event struct {
	// Seq rises by one from one event of a campaign to the next, from 1.
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Kind    Kind      `json:"kind"`
	Scope   string    `json:"scope,omitempty"`
	Address string    `json:"address,omitempty"`
	Verdict string    `json:"verdict,omitempty"`
	Text    string    `json:"text,omitempty"`
	Gesture string    `json:"gesture,omitempty"`
	Cases   int       `json:"cases,omitempty"`
}

// Gesture is what a person is asked to do.
type Gesture struct {
	ID       string `json:"id"`
	Address  string `json:"address,omitempty"`
	Sentence string `json:"sentence"`
}

// Standing is how far a campaign is: what a page that is opened, or opened again, shows at once.
type Standing struct {
	// Seq is that of the last event that it counts.
	Seq int64 `json:"seq"`
	// Requirements tell how each stands, in the order of the plan.
	Requirements []RequirementStanding `json:"requirements"`
	// Playing are the cases that are being played, with the step that each is at, in words.
	Playing []Playing `json:"playing"`
	// Gestures are those that are awaited.
	Gestures []Gesture `json:"gestures"`
	Played   int       `json:"played"`
	// Left is how long the rest should take, in seconds; 0 when it is over.
	Left float64 `json:"left_s"`
	// Said are the last lines that were told.
	Said []string `json:"said"`
}

// Playing is a case that is being played.
type Playing struct {
	Address string `json:"address"`
	Title   string `json:"title"`
	Step    string `json:"step,omitempty"`
}

// RequirementStanding is how one requirement in one role and mode stands.
type RequirementStanding struct {
	ID       string           `json:"id"`
	Scope    string           `json:"scope"`
	Title    verdict.Text     `json:"title"`
	Severity verdict.Severity `json:"severity"`
	Cases    int              `json:"cases"`
	Played   int              `json:"played"`
	// Verdict is that of the cases played so far; inconclusive while none is.
	Verdict verdict.Verdict `json:"verdict"`
}
