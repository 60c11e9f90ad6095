package journey

import (
	"slices"
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// matching joins emissions and receptions.
type matching struct {
	options    Options
	emissions  map[string]*emission // by organisation and VI
	order      []*emission
	receptions []*Record
	exchanges  []*Exchange
}

// emission is what one party traced of one VI of its own.
type emission struct {
	created, sent, discarded []*Record
	rebond                   bool
}

// newMatching sorts the records.
func newMatching(all []*Record, o Options) *matching {
	m := &matching{options: o, emissions: map[string]*emission{}}
	for _, at := range all {
		switch {
		case at.Direction == interops.Reception && (at.Decision == interops.Accepted || at.Decision == interops.Rejected):
			m.receptions = append(m.receptions, at)
		case at.Direction == interops.Emission && at.Decision != interops.LoggedOut:
			m.emission(at)
		}
	}
	return m
}

// emission sorts a record of an emitter. A rebond told beside the sending of the same VI is the same sending.
func (m *matching) emission(at *Record) {
	key := at.Organisation + "\x00" + keyOf(at)
	e := m.emissions[key]
	if e == nil {
		e = &emission{}
		m.emissions[key] = e
		m.order = append(m.order, e)
	}
	switch at.Decision {
	case interops.Created:
		e.created = append(e.created, at)
	case interops.Discarded:
		e.discarded = append(e.discarded, at)
	case interops.Sent:
		if e.rebond && len(e.sent) > 0 && e.sent[len(e.sent)-1].Decision == interops.Rebounded {
			e.sent = e.sent[:len(e.sent)-1]
		}
		e.sent = append(e.sent, at)
	case interops.Rebounded:
		if e.rebond = true; len(e.sent) == 0 {
			e.sent = append(e.sent, at)
		}
	}
}

// keyOf is the first key of reconciliation.
func keyOf(at *Record) string { return text(at.Issuer) + "\x00" + text(at.VIID) }

// fates remarks the VIs of which it is not told what became of them (X01).
func (m *matching) fates() []Remark {
	var all []Remark
	for _, e := range m.order {
		if len(e.created) > 0 && len(e.sent)+len(e.discarded) == 0 {
			r := remark(ruleFate, verdict.Text{
				FR: "VI créé, dont la trace ne dit ni l'envoi ni l'abandon", EN: "VI created, of which the trace tells neither sending nor discarding",
			}, e.created[0])
			r.Want = name(e.created[0])
			all = append(all, r)
		}
	}
	return all
}

// join makes the exchanges: by VI, then by request, then by person and time.
func (m *matching) join() []*Exchange {
	var sendings []*Exchange
	byVI := map[string][]*Exchange{}
	for _, e := range m.order {
		sent := e.sent
		if len(sent) == 0 && len(e.discarded) == 0 {
			sent = e.created[:min(1, len(e.created))] // its fate is not told: it may have left
		}
		for _, at := range sent {
			x := &Exchange{Sent: at, Rebond: e.rebond}
			sendings = append(sendings, x)
			if at.VIID != nil {
				byVI[keyOf(at)] = append(byVI[keyOf(at)], x)
			}
		}
	}
	rest := m.joinVI(byVI)
	rest = m.joinRequests(sendings, rest)
	rest = m.joinPersons(sendings, rest)
	m.exchanges = sendings
	for _, at := range rest {
		m.exchanges = append(m.exchanges, &Exchange{Received: at})
	}
	slices.SortStableFunc(m.exchanges, func(a, b *Exchange) int { return a.first().At.Compare(b.first().At) })
	return m.exchanges
}

// pair makes one exchange of two records.
func pair(x *Exchange, received *Record, by Join) { x.Received, x.By = received, by }

// joinVI pairs by (issuer, viId). A VI may be sent several times: sendings and receptions of one request belong
// together, the others go in order. It returns the receptions that are left.
func (m *matching) joinVI(byVI map[string][]*Exchange) (rest []*Record) {
	var left []*Record
	for _, at := range m.receptions {
		same := func(x *Exchange) bool {
			return x.Received == nil && x.Sent.RequestID == at.RequestID && at.RequestID != ""
		}
		if i := slices.IndexFunc(byVI[keyOf(at)], same); at.VIID != nil && i >= 0 {
			pair(byVI[keyOf(at)][i], at, ByVI)
		} else {
			left = append(left, at)
		}
	}
	for _, at := range left {
		free := func(x *Exchange) bool { return x.Received == nil }
		if i := slices.IndexFunc(byVI[keyOf(at)], free); at.VIID != nil && i >= 0 {
			pair(byVI[keyOf(at)][i], at, ByVI)
		} else {
			rest = append(rest, at)
		}
	}
	return rest
}

// joinRequests pairs what is left by the request that carried the VI (§14, 15).
func (m *matching) joinRequests(sendings []*Exchange, receptions []*Record) (rest []*Record) {
	free := map[string][]*Exchange{}
	for _, x := range sendings {
		if x.Received == nil && x.Sent.RequestID != "" {
			free[x.Sent.RequestID] = append(free[x.Sent.RequestID], x)
		}
	}
	for _, at := range receptions {
		if waiting := free[at.RequestID]; len(waiting) > 0 && at.RequestID != "" {
			pair(waiting[0], at, ByRequest)
			free[at.RequestID] = waiting[1:]
		} else {
			rest = append(rest, at)
		}
	}
	return rest
}

// joinPersons pairs what is left by audience, nameId and time, the nearest first come.
func (m *matching) joinPersons(sendings []*Exchange, receptions []*Record) (rest []*Record) {
	free := map[string][]*Exchange{}
	for _, x := range sendings {
		if key := m.personKey(x.Sent); x.Received == nil && key != "" {
			free[key] = append(free[key], x)
		}
	}
	for _, at := range receptions {
		nearest, distance := -1, m.options.Skew+1
		waiting := free[m.personKey(at)]
		for i, x := range waiting {
			if d := at.At.Sub(x.Sent.At).Abs(); d < distance && !at.At.IsZero() && !x.Sent.At.IsZero() {
				nearest, distance = i, d
			}
		}
		if nearest < 0 {
			rest = append(rest, at)
			continue
		}
		pair(waiting[nearest], at, ByPerson)
		free[m.personKey(at)] = slices.Delete(waiting, nearest, nearest+1)
	}
	return rest
}

// personKey is the second key of reconciliation; "" where a part of it is missing.
func (m *matching) personKey(at *Record) string {
	audience, person := text(at.Audience), personOf(at, m.options.Key)
	if audience == "" || person == "" {
		return ""
	}
	return audience + "\x00" + person
}

// personOf is the nameId of a record, under the key where there is one.
func personOf(at *Record, key []byte) string {
	id := text(at.NameID)
	if id == "" || key == nil || strings.HasPrefix(id, pseudonymPrefix) {
		return id
	}
	return Pseudonym(key, id)
}

// differences compares the two records of an exchange. What a refusal holds are claims, as far as they were read.
func differences(x *Exchange, key []byte) []Difference {
	var all []Difference
	differ := func(field, sent, received string) {
		if sent != received && (received != "" || !x.Refused()) {
			all = append(all, Difference{field, brief(sent), brief(received)})
		}
	}
	s, r := x.Sent, x.Received
	differ("mode", string(s.Mode), string(r.Mode))
	differ("viId", text(s.VIID), text(r.VIID))
	differ("issuer", text(s.Issuer), text(r.Issuer))
	differ("recipient", text(s.Recipient), text(r.Recipient))
	differ("audience", text(s.Audience), text(r.Audience))
	differ("project", text(s.Project), text(r.Project))
	differ("convention", text(s.Convention), text(r.Convention))
	differ("nameId", personOf(s, key), personOf(r, key))
	differ("nameIdFormat", text(s.NameIDFormat), text(r.NameIDFormat))
	differ("authnContext", text(s.AuthnContext), text(r.AuthnContext))
	differ("authnInstant", instant(s.AuthnInstant), instant(r.AuthnInstant))
	differ("notBefore", instant(s.NotBefore), instant(r.NotBefore))
	differ("notOnOrAfter", instant(s.NotOnOrAfter), instant(r.NotOnOrAfter))
	differ("pagm", strings.Join(s.PAGM, " "), strings.Join(r.PAGM, " "))
	differ("sessionIndex", text(s.SessionIndex), text(r.SessionIndex))
	differ("signerCertificate", certificate(s), certificate(r))
	return all
}

// instant is a date of a record in one form, so that two spellings of one instant are alike.
func instant(p *string) string {
	at, err := time.Parse(time.RFC3339Nano, text(p))
	if err != nil {
		return text(p)
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// certificate names the signer of a record.
func certificate(at *Record) string {
	if at.SignerCertificate == nil {
		return ""
	}
	return at.SignerCertificate.Issuer + " " + at.SignerCertificate.Serial
}
