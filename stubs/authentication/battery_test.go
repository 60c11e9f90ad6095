package authentication_test

import (
	"bytes"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/internal/sso"
)

// battery tries an operator in every way that its flaws can show, and keeps the requirements that failed.
type battery struct {
	*rig
	benchtest.Failures
	ids map[string]bool // of every VI that came
	vis []interops.VI
}

// emission are the trials that show what is wrong with every VI alike; behaviour are the others.
var (
	emission  = []func(*battery){(*battery).rebonds, (*battery).browsers}
	behaviour = []func(*battery){
		(*battery).coincidence, (*battery).levels, (*battery).logins, (*battery).fixation, (*battery).asked, (*battery).requests, (*battery).rights,
		(*battery).metadata, (*battery).contexts, (*battery).contextRefusals, (*battery).otherPerson, (*battery).logout,
		(*battery).ordered, (*battery).orders, (*battery).sessions, (*battery).failures, (*battery).strays, (*battery).untraced,
	}
)

// tried plays trials on an operator with those flaws, and looks at the traces in the end.
func tried(t testing.TB, trials []func(*battery), flaws ...string) map[string][]string {
	b := &battery{rig: newRig(t, flaws), ids: map[string]bool{}}
	for _, trial := range trials {
		b.bench.Clock.Freeze(b.Now)
		trial(b)
	}
	b.records()
	return b.Failed()
}

// conforms judges a VI that reached a member: what it is by itself, and what it says of a person who logged in at an
// instant and reached a class. It returns nothing when none came.
func (b *battery) conforms(a *arrival, who string, login time.Time, class string, request *sso.AuthnRequest) (interops.VI, bool) {
	b.t.Helper()
	if a == nil {
		b.Unless(false, "S01", "no VI came")
		return interops.VI{}, false
	}
	j := b.judged(a, request)
	for _, f := range j.Findings {
		b.Unless(false, f.Requirement, f.Rule)
		b.Unless(f.Rule != "authninstant-absent", "V18", f.Rule)
	}
	vi := j.VI
	b.Unless(a.in.Method == http.MethodPost, "L08", "address")
	b.Unless(vi.NameID.Value == "" || vi.NameID.Value == who, "S13", "person")
	b.Unless(vi.NameID.Value == "" || vi.NameID.Value == who, "V20", "person")
	b.Unless(vi.AuthnInstant.IsZero() || vi.AuthnInstant.Equal(login), "V20", "instant")
	b.Unless(vi.AuthnContext == "" || vi.AuthnContext == class, "S08", "class")
	b.Unless(vi.AuthnContext == "" || vi.AuthnContext == class, "V20", "class")
	b.Unless(vi.ID == "" || !b.ids[vi.ID], "V02", "repeated")
	b.Unless(vi.ID == "" || !b.ids[vi.ID], "S03", "repeated")
	b.Unless(!b.ids[string(j.Response)], "S03", "same Response")
	us, _ := b.Convention.Organism(operator)
	b.Unless(vi.Issuer == us.Issuer || vi.Issuer == "", "S05", "issuer")
	b.ids[vi.ID], b.ids[string(j.Response)] = true, true
	b.vis = append(b.vis, vi)
	return vi, true
}

// classes of the means.
const (
	strong = interops.ClassSmartcard
	middle = interops.ClassPPT
	weak   = interops.ClassPassword
)

// rebonds is one person at three services, and at the first again.
func (b *battery) rebonds() {
	p := b.person(1)
	p.login(vitale)
	login := b.Now
	index := ""
	for i, service := range [][2]string{{operator, "compte-assure"}, {serving, "carte-europeenne"}, {attesting, "attestations"}, {operator, "compte-assure"}} {
		b.bench.Clock.Freeze(b.Now.Add(time.Duration(i) * time.Minute))
		a, _ := p.rebond(service[0], service[1])
		vi, came := b.conforms(a, p.id, login, strong, nil)
		if !came {
			continue
		}
		b.Unless(vi.AuthnInstant.IsZero() || vi.AuthnInstant.Equal(login), "S12", "instant")
		want := map[string]string{operator: "PAGM_COMPTE", attesting: "PAGM_ATTESTATION"}[service[0]]
		b.Unless(strings.Join(vi.PAGM, " ") == want || len(vi.PAGM) == 0, "S18", "PAGM "+strings.Join(vi.PAGM, " "))
		b.Unless(index == "" || vi.SessionIndex == "" || vi.SessionIndex == index, "S19", "changes within the session")
		index = vi.SessionIndex
	}
	b.Unless(!strings.Contains(b.log.String(), "SignatureValue"), "L08", "log")
}

// browsers are two persons in two browsers, whose ways cross.
func (b *battery) browsers() {
	one, two := b.person(2), b.person(3)
	one.login(question)
	b.bench.Clock.Freeze(b.Now.Add(time.Minute))
	two.login(vitale)
	a, _ := one.rebond(serving, "carte-europeenne")
	first, came := b.conforms(a, one.id, b.Now, weak, nil)
	a, _ = two.rebond(serving, "carte-europeenne")
	second, too := b.conforms(a, two.id, b.Now.Add(time.Minute), strong, nil)
	if came && too {
		b.Unless(first.SessionIndex != second.SessionIndex || first.SessionIndex == "", "S19", "the same for two persons")
	}
}

// untraced is an operator whose traces cannot be kept.
func (b *battery) untraced() {
	p := b.person(34)
	p.login(vitale)
	b.traces.Break(true)
	a, _ := p.rebond(serving, "carte-europeenne")
	b.traces.Break(false)
	b.Unless(a == nil, "X06", "VI left")
}

// records looks at all that was traced.
func (b *battery) records() {
	raw, err := os.ReadFile(b.path)
	if err != nil {
		b.t.Fatal(err)
	}
	if len(raw) == 0 {
		b.Unless(len(b.vis) == 0, "X01", "no trace at all")
		return
	}
	export, err := journey.Read("traces.jsonl", bytes.NewReader(raw), journey.ReadOptions{})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, remark := range export.Remarks {
		b.Unless(false, remark.Requirement, remark.Rule)
	}
	fates := map[string][]interops.Decision{}
	for _, t := range export.Records {
		if t.VIID != nil {
			fates[*t.VIID] = append(fates[*t.VIID], t.Decision)
		}
		b.Unless(t.At.IsZero() || t.At.Sub(b.Now).Abs() != 20*time.Minute, "X04", "clock")
		if t.Direction == interops.Emission && t.Decision != interops.LoggedOut {
			b.Unless(t.VIID != nil && t.Audience != nil && t.Issuer != nil && t.Recipient != nil && t.NameID != nil && t.SignerCertificate != nil, "X03", "field")
		}
	}
	for _, vi := range b.vis {
		fate := fates[vi.ID]
		b.Unless(slices.Contains(fate, interops.Created), "X01", "VI without trace")
		b.Unless(slices.Contains(fate, interops.Sent) || slices.Contains(fate, interops.Rebounded), "X10", "VI whose sending has no trace")
		b.Unless(len(fate) > 0, "X04", "identifier")
	}
	b.Unless(!bytes.Contains(raw, []byte("PRIVATE KEY")), "X08", "key")
}
