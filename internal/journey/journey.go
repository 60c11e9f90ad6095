// Package journey reads what several parties traced and tells what it says together: whether each file is whole and
// its chain holds, which emissions meet which receptions and where the two records differ, how far the clocks are
// apart, and the way of each person from login to logout, drawn as a diagram.
//
// It fetches nothing, maps no format of a candidate's own, and accuses nobody: it remarks, by requirement and rule.
package journey

import (
	"time"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// The roles of a trace.
const (
	Client                 = "client"
	Provider               = "fournisseur"
	IdentificationOperator = "operateur-identification"
	AuthenticationOperator = "operateur-authentification"
	ServiceOperator        = "operateur-service"
)

// DefaultSkew is the clock offset that two parties may have when no profile says otherwise.
const DefaultSkew = 120 * time.Second

// Record is one trace, with its place.
type Record struct {
	interops.Trace
	Place
	At  time.Time // the timestamp; zero where it cannot be read
	seq int       // place among the records of its export, from 0
}

// Place is a line of a file.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"` // from 1
}

// Remark is something wrong with the traces, named by the requirement that it departs from.
type Remark struct {
	Requirement string       `json:"requirement"`
	Rule        string       `json:"rule"`
	Text        verdict.Text `json:"text"`
	Want        string       `json:"want,omitempty"`
	Got         string       `json:"got,omitempty"`
	At          []Place      `json:"at"`
}

// Rules lists every rule of a remark with its requirement.
var Rules = map[string]string{
	ruleUnreadable: "X03", ruleTruncated: "X03", ruleField: "X03", ruleChain: "X05", ruleStart: "X05",
	ruleNotEmitted: "X01", ruleFate: "X01", ruleNotReceived: "X02", ruleValue: "X04", ruleOffset: "X04", ruleAlone: "X04",
	ruleHop: "X10", ruleOrder: "X10", ruleContradicted: "X10", ruleLogout: "X11",
}

const (
	ruleUnreadable   = "trace-line-unreadable"
	ruleTruncated    = "trace-file-truncated"
	ruleField        = "trace-value-unknown"
	ruleChain        = "trace-chain-broken"
	ruleStart        = "trace-chain-headless"
	ruleNotEmitted   = "trace-not-emitted"
	ruleFate         = "trace-fate-missing"
	ruleNotReceived  = "trace-not-received"
	ruleValue        = "trace-value-differs"
	ruleOffset       = "trace-clock-offset"
	ruleAlone        = "trace-nothing-in-common"
	ruleHop          = "journey-hop-missing"
	ruleOrder        = "journey-order-undecidable"
	ruleContradicted = "journey-order-contradicted"
	ruleLogout       = "journey-logout-missing"
)

// remark makes a remark of a rule about records.
func remark(rule string, text verdict.Text, about ...*Record) Remark {
	r := Remark{Requirement: Rules[rule], Rule: rule, Text: text, At: []Place{}}
	for _, at := range about {
		if at != nil {
			r.At = append(r.At, at.Place)
		}
	}
	return r
}

// text returns what a pointer field holds; "" for null.
func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
