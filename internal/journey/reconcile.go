package journey

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// Options say how records are compared.
type Options struct {
	// Skew is the clock offset that two parties may have; DefaultSkew when zero.
	Skew time.Duration
	// Key is the HMAC key under which a party keeps its nameIds; nil when all are in clear, or all under one key.
	Key []byte
	// Convention tells which organism an Issuer or a Recipient is; nil when only the traces do.
	Convention *interops.Convention
}

// Join is how an emission and a reception were found to be one.
type Join string

// The joins, the surest first (§10; §14, 15).
const (
	ByVI      Join = "vi"      // (issuer, viId)
	ByRequest Join = "request" // the X-Request-Id
	ByPerson  Join = "person"  // (audience, nameId, time within the skew)
)

// Exchange is a VI, or a context token, that went from one party to another. One of the two records may be missing.
type Exchange struct {
	Sent, Received *Record
	By             Join // "" where a record is missing
	// Outside tells that the missing record belongs to a party of which no export was given.
	Outside     bool
	Differences []Difference
	// Rebond tells a token given to a person who had logged in before.
	Rebond bool
}

// Difference is a value that the two records state differently.
type Difference struct {
	Field    string `json:"field"`
	Sent     string `json:"sent"`
	Received string `json:"received"`
}

// Refused tells that the receiver refused the VI.
func (x *Exchange) Refused() bool {
	return x.Received != nil && x.Received.Decision == interops.Rejected
}

// Missing tells that one of the two records should be there and is not.
func (x *Exchange) Missing() bool { return !x.Outside && (x.Sent == nil || x.Received == nil) }

// first returns the emission, or the reception where it is missing.
func (x *Exchange) first() *Record {
	if x.Sent != nil {
		return x.Sent
	}
	return x.Received
}

// Reconciliation is what the traces of several parties say together.
type Reconciliation struct {
	Exports   []Export
	Parties   []string // organisations, in the order of the exports
	Exchanges []*Exchange
	Offsets   []Offset
	Journeys  []*Journey
	// Remarks tell everything that is wrong, those of the exports first.
	Remarks []Remark
	options Options
}

// Sound tells that every file is whole, every exchange has its two records, alike, and every journey can be told.
func (r *Reconciliation) Sound() bool { return len(r.Remarks) == 0 }

// Matched counts the exchanges that have both records.
func (r *Reconciliation) Matched() int {
	n := 0
	for _, x := range r.Exchanges {
		if x.By != "" {
			n++
		}
	}
	return n
}

// Reconcile joins the records of the exports and tells what matches, what does not, and the way of each person.
func Reconcile(exports []Export, o Options) *Reconciliation {
	if o.Skew == 0 {
		o.Skew = DefaultSkew
	}
	r := &Reconciliation{Exports: exports, options: o}
	var all []*Record
	for _, e := range exports {
		r.Remarks = append(r.Remarks, e.Remarks...)
		all = append(all, e.Records...)
	}
	for _, at := range all {
		if !slices.Contains(r.Parties, at.Organisation) {
			r.Parties = append(r.Parties, at.Organisation)
		}
	}
	m := newMatching(all, o)
	r.Remarks = append(r.Remarks, m.fates()...)
	r.Exchanges = m.join()
	r.place(all)
	for _, x := range r.Exchanges {
		if x.By != "" {
			x.Differences = differences(x, o.Key)
		}
	}
	r.Offsets = offsets(r.Exchanges)
	r.Journeys = rebuild(r, all)
	r.Remarks = append(r.Remarks, r.exchangeRemarks()...)
	r.Remarks = append(r.Remarks, r.offsetRemarks()...)
	for _, j := range r.Journeys {
		r.Remarks = append(r.Remarks, j.Remarks...)
	}
	return r
}

// place tells, of each exchange with one record, whether the other was to be found in the exports.
func (r *Reconciliation) place(all []*Record) {
	receivers, issuers := map[string]bool{}, map[string]bool{}
	for _, at := range all {
		if at.Direction == interops.Emission && at.Decision != interops.LoggedOut {
			issuers[text(at.Issuer)] = true
		} else if at.Decision == interops.Accepted {
			receivers[receiverOf(at)] = true
		}
	}
	for _, x := range r.Exchanges {
		switch {
		case x.Sent == nil:
			x.Outside = !r.given(text(x.Received.Issuer), issuers)
		case x.Received == nil:
			x.Outside = !r.given(receiverOf(x.Sent), receivers)
		}
	}
}

// receiverOf is what names the receiver in a record: the Recipient, else the Audience.
func receiverOf(at *Record) string {
	if s := text(at.Recipient); s != "" {
		return s
	}
	return text(at.Audience)
}

// given tells whether the party of that Issuer or Recipient is among those whose exports are read: by the convention
// where there is one, else by the traces themselves.
func (r *Reconciliation) given(name string, met map[string]bool) bool {
	if c := r.options.Convention; c != nil {
		i := slices.IndexFunc(c.Organisms, func(o interops.Organism) bool { return name != "" && (o.Issuer == name || o.Recipient == name) })
		if i >= 0 {
			return slices.Contains(r.Parties, c.Organisms[i].Name)
		}
	}
	return name != "" && met[name]
}

// exchangeRemarks tells the records without their counterpart, and the values that differ.
func (r *Reconciliation) exchangeRemarks() []Remark {
	var all []Remark
	for _, x := range r.Exchanges {
		if x.Missing() && x.first().Mode != interops.ModeS { // those of mode S are hops of a journey
			all = append(all, alone(x))
		}
		if len(x.Differences) > 0 {
			all = append(all, differing(x))
		}
	}
	if len(r.Parties) > 1 && r.Matched() == 0 {
		all = append(all, remark(ruleAlone, verdict.Text{
			FR: fmt.Sprintf("les exports de %s n'ont aucun VI en commun : périodes différentes, ou identifiants refaits", strings.Join(r.Parties, ", ")),
			EN: fmt.Sprintf("the exports of %s have no VI in common: different periods, or identifiers made anew", strings.Join(r.Parties, ", ")),
		}))
	}
	return all
}

// alone is the remark on an exchange with one record.
func alone(x *Exchange) Remark {
	if x.Sent == nil {
		m := remark(ruleNotEmitted, verdict.Text{
			FR: fmt.Sprintf("VI reçu par %s et jamais émis : l'émetteur n'en a pas trace", x.Received.Organisation),
			EN: fmt.Sprintf("VI received by %s and never emitted: the emitter has no trace of it", x.Received.Organisation),
		}, x.Received)
		m.Want = name(x.Received)
		return m
	}
	m := remark(ruleNotReceived, verdict.Text{
		FR: fmt.Sprintf("VI émis par %s et jamais reçu : le destinataire n'en a pas trace", x.Sent.Organisation),
		EN: fmt.Sprintf("VI emitted by %s and never received: the recipient has no trace of it", x.Sent.Organisation),
	}, x.Sent)
	m.Want = name(x.Sent)
	return m
}

// name says which VI a record is about.
func name(at *Record) string {
	if at.VIID == nil {
		return brief(at.RequestID)
	}
	return brief(strings.TrimSpace(text(at.Issuer) + " " + text(at.VIID)))
}

// differing is the remark on an exchange whose two records differ.
func differing(x *Exchange) Remark {
	var fields, sent, received []string
	for _, d := range x.Differences {
		fields, sent, received = append(fields, d.Field), append(sent, d.Sent), append(received, d.Received)
	}
	m := remark(ruleValue, verdict.Text{
		FR: fmt.Sprintf("les deux traces du VI diffèrent : %s", strings.Join(fields, ", ")),
		EN: fmt.Sprintf("the two traces of the VI differ: %s", strings.Join(fields, ", ")),
	}, x.Sent, x.Received)
	m.Want, m.Got = brief(strings.Join(sent, " ; ")), brief(strings.Join(received, " ; "))
	return m
}
