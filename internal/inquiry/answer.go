package inquiry

import (
	"net/http"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pivot"
)

// answer tells what the traces hold of what is asked for, and of nothing else (X12, X14-N2).
func (d *Desk) answer(q *interops.TraceRequest, asker interops.Organism) (*pivot.Document, *refusal) {
	records, err := d.config.Traces.Records()
	if err != nil {
		d.config.Log.Error("traces illisibles", "cause", err.Error())
		return nil, &refusal{http.StatusServiceUnavailable, "traces indisponibles"}
	}
	id, err := bench.NewID(d.ids)
	if err != nil {
		return nil, &refusal{http.StatusInternalServerError, "réponse impossible"}
	}
	a := &interops.TraceAnswer{ID: id, RequestID: q.ID, From: d.organism.Issuer, To: q.From, Date: d.now()}
	found, opened := map[string]bool{}, d.convention().Opened()
	for _, t := range records {
		if wanted := asks(q, t) && d.concerns(t, asker, opened); !wanted && !d.config.Neglect.Everyone || t.VIID == nil {
			continue
		}
		if tell(a, t, q.Kind) {
			found[*t.VIID] = true
		}
	}
	if d.config.Neglect.Invents {
		d.invent(a, q, found)
	}
	if d.config.Neglect.Silent {
		a.Verifications, a.Applications, found = nil, nil, nil
	}
	a.Status = status(q, found)
	return &pivot.Document{Answer: a}, nil
}

// status tells how much of what was asked for was found.
func status(q *interops.TraceRequest, found map[string]bool) interops.TraceStatus {
	missing := slices.ContainsFunc(q.VIs, func(vi string) bool { return !found[vi] })
	switch {
	case len(found) == 0:
		return interops.TracesNone
	case missing:
		return interops.TracesPartial
	}
	return interops.TracesComplete
}

// asks tells whether a demand is about a record.
func asks(q *interops.TraceRequest, t interops.Trace) bool {
	if len(q.VIs) > 0 {
		return t.VIID != nil && slices.Contains(q.VIs, *t.VIID)
	}
	at, err := time.Parse(interops.InstantLayout, t.Timestamp)
	if err != nil || at.Before(q.Since) || !at.Before(q.Until) {
		return false
	}
	return q.NameID == "" || t.NameID != nil && *t.NameID == q.NameID
}

// concerns tells whether a record is of an exchange with an organism, under one of the projects opened: one learns of
// its own exchanges alone.
func (d *Desk) concerns(t interops.Trace, other interops.Organism, opened []interops.Project) bool {
	if d.config.Neglect.Strangers {
		return true
	}
	is := func(p *string, value string) bool { return p != nil && value != "" && *p == value }
	if t.Direction == interops.Reception {
		return is(t.Issuer, other.Issuer)
	}
	if is(t.Recipient, other.Recipient) {
		return true
	}
	i := slices.IndexFunc(opened, func(p interops.Project) bool { return is(t.Project, p.Name) })
	return i >= 0 && opened[i].Provider == other.Name
}

// actions are what a record's decision is called in a trace of application.
var actions = map[interops.Decision][2]string{
	interops.Accepted:  {"APPEL", "TRANSMIS"},
	interops.Created:   {"CREATION", "FAIT"},
	interops.Sent:      {"ENVOI", "ENVOYE"},
	interops.Rebounded: {"REBOND", "ENVOYE"},
	interops.Discarded: {"ABANDON", "NON_ENVOYE"},
	interops.LoggedOut: {"DECONNEXION", "FAIT"},
}

// tell adds what a record says to an answer; false when it says nothing of the kind that is asked for.
func tell(a *interops.TraceAnswer, t interops.Trace, kind interops.TraceKind) bool {
	at, err := time.Parse(interops.InstantLayout, t.Timestamp)
	if err != nil {
		return false
	}
	told := false
	verified := t.Decision == interops.Accepted || t.Decision == interops.Rejected
	if kind != interops.ApplicationTraces && t.Direction == interops.Reception && verified {
		a.Verifications = append(a.Verifications, interops.VIVerification{
			VI: *t.VIID, Date: at, Accepted: t.Decision == interops.Accepted, Code: t.FaultCode,
		})
		told = true
	}
	if action, acted := actions[t.Decision]; acted && kind != interops.VerificationTraces {
		object := "-"
		if t.Audience != nil {
			object = *t.Audience
		}
		a.Applications = append(a.Applications, interops.ApplicationTrace{VI: *t.VIID, Date: at, Action: action[0], Object: object, Result: action[1]})
		told = true
	}
	return told
}

// acknowledge keeps the trace of a declaration, one record for each VI, and makes its receipt (X13).
func (d *Desk) acknowledge(s *interops.SuspicionReport, author interops.Organism, request string) (*pivot.Document, *refusal) {
	for _, vi := range s.VIs {
		event, err := bench.NewUUID(d.ids)
		if err != nil {
			return nil, &refusal{http.StatusInternalServerError, "accusé impossible"}
		}
		t := interops.Trace{
			EventID: event, Timestamp: d.now().UTC().Format(interops.InstantLayout), Organisation: d.organism.Name,
			Role: d.config.Role, Mode: d.config.Mode, Convention: interops.TraceText(d.convention().Name),
			Direction: interops.Reception, VIID: interops.TraceText(vi), Decision: interops.Suspected, RequestID: request,
		}
		if len(author.TLS) > 0 {
			t.TLSPeer = interops.TraceText(author.TLS[0].Subject)
		}
		if d.config.Neglect.Forgets {
			continue
		}
		if err := d.config.Traces.Append(t); err != nil {
			return nil, &refusal{http.StatusServiceUnavailable, "traces indisponibles"}
		}
	}
	if d.config.Neglect.Mute {
		return nil, nil
	}
	id, err := bench.NewID(d.ids)
	if err != nil {
		return nil, &refusal{http.StatusInternalServerError, "accusé impossible"}
	}
	return &pivot.Document{Receipt: &interops.SuspicionReceipt{
		ID: id, ReportID: s.ID, From: d.organism.Issuer, To: s.From, Date: d.now(),
	}}, nil
}
