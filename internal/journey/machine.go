package journey

import "time"

// Told is a reconciliation for machines.
type Told struct {
	Schema    string        `json:"schema"` // "etalon/traces/1"
	Sound     bool          `json:"sound"`
	Exports   []ToldExport  `json:"exports"`
	Parties   []string      `json:"parties"`
	Matched   int           `json:"matched"`
	Exchanges []ToldHop     `json:"exchanges"`
	Offsets   []ToldOffset  `json:"offsets"`
	Journeys  []ToldJourney `json:"journeys"`
	Remarks   []Remark      `json:"remarks"`
}

// ToldExport is one file.
type ToldExport struct {
	File    string `json:"file"`
	Records int    `json:"records"`
	Chained bool   `json:"chained"` // the chain was looked at
	Whole   bool   `json:"whole"`   // and it holds
}

// ToldHop is one exchange; the place of a missing record is absent.
type ToldHop struct {
	Kind        Kind         `json:"kind,omitempty"` // within a journey
	Issuer      string       `json:"issuer"`
	VIID        string       `json:"viId"`
	From        string       `json:"from,omitempty"` // organisation
	To          string       `json:"to,omitempty"`
	Sent        *Place       `json:"sent,omitempty"`
	Received    *Place       `json:"received,omitempty"`
	At          string       `json:"at"`
	By          Join         `json:"by,omitempty"`
	Refused     bool         `json:"refused,omitempty"`
	Outside     bool         `json:"outside,omitempty"`
	Differences []Difference `json:"differences,omitempty"`
}

// ToldOffset is how far two clocks are apart, in milliseconds.
type ToldOffset struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Median int64  `json:"median_ms"`
	Least  int64  `json:"least_ms"`
	Most   int64  `json:"most_ms"`
	Count  int    `json:"count"`
}

// ToldJourney is the way of one person.
type ToldJourney struct {
	Person  string    `json:"person"`
	Session string    `json:"session,omitempty"`
	Mode    string    `json:"mode"`
	Steps   []ToldHop `json:"steps"`
}

// Machine returns the reconciliation for machines.
func (r *Reconciliation) Machine() Told {
	t := Told{
		Schema: "etalon/traces/1", Sound: r.Sound(), Parties: r.Parties, Matched: r.Matched(), Exports: []ToldExport{},
		Exchanges: []ToldHop{}, Offsets: []ToldOffset{}, Journeys: []ToldJourney{}, Remarks: append([]Remark{}, r.Remarks...),
	}
	for _, e := range r.Exports {
		t.Exports = append(t.Exports, ToldExport{e.File, len(e.Records), e.Chained, e.Whole})
	}
	for _, x := range r.Exchanges {
		t.Exchanges = append(t.Exchanges, toldHop(x, ""))
	}
	for _, o := range r.Offsets {
		t.Offsets = append(t.Offsets, ToldOffset{o.From, o.To, ms(o.Median), ms(o.Least), ms(o.Most), o.Count})
	}
	for _, j := range r.Journeys {
		told := ToldJourney{Person: j.Person, Session: j.Session, Mode: string(j.Mode), Steps: []ToldHop{}}
		for _, s := range j.Steps {
			told.Steps = append(told.Steps, toldStep(s)...)
		}
		t.Journeys = append(t.Journeys, told)
	}
	return t
}

func ms(d time.Duration) int64 { return d.Milliseconds() }

// toldStep is a step: an exchange, or the logout of each member.
func toldStep(s Step) []ToldHop {
	if s.Exchange != nil {
		return []ToldHop{toldHop(s.Exchange, s.Kind)}
	}
	var all []ToldHop
	for _, at := range s.Logouts {
		all = append(all, ToldHop{
			Kind: Logout, Issuer: text(at.Issuer), VIID: text(at.VIID), From: at.Organisation, Sent: &at.Place, At: at.Timestamp,
		})
	}
	return all
}

func toldHop(x *Exchange, kind Kind) ToldHop {
	at := x.first()
	t := ToldHop{
		Kind: kind, Issuer: text(at.Issuer), VIID: text(at.VIID), At: at.Timestamp, By: x.By, Refused: x.Refused(),
		Outside: x.Outside, Differences: x.Differences,
	}
	if x.Sent != nil {
		t.From, t.Sent = x.Sent.Organisation, &x.Sent.Place
	}
	if x.Received != nil {
		t.To, t.Received = x.Received.Organisation, &x.Received.Place
	}
	return t
}
