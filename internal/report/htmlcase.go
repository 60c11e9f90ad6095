package report

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"etalon/internal/legible"
	"etalon/internal/record"
	"etalon/internal/verdict"
)

// caseBlock is a case with its exchanges, as the page shows it.
type caseBlock struct {
	*page
	C         verdict.Case
	Open      bool
	Exchanged []exchange
}

// exchange is a message and its answer, with its evidence.
type exchange struct {
	verdict.Exchange
	Name     string
	Brief    bool // an honest exchange of a passed case: named, its evidence left in the archive
	Changes  []legible.Difference
	Compared bool
	Sent     *exhibit
	Received *exhibit
	Members  []string
	// Protected is TLS where it differs from that of the exchange before.
	Protected *verdict.TLS
}

// Cut tells that a comparison was too long to be shown whole.
func (x exchange) Cut() bool { return len(x.Changes) == legible.MaxChanges }

// Faulty tells the message that the case is about from the honest ones around it.
func (x exchange) Faulty() bool { return x.Label != "honest" && x.Label != "closing" }

// Block prepares a case. Open is for those that a reader must see; the others are folded, and show the honest
// exchanges around the faulty one by name alone.
func (p *page) Block(c verdict.Case, open bool) caseBlock {
	b := caseBlock{page: p, C: c, Open: open}
	faulty := slices.ContainsFunc(c.Exchanges, func(x verdict.Exchange) bool { return x.Twin != "" })
	var last *verdict.TLS
	for _, x := range c.Exchanges {
		brief := faulty && !open && (x.Label == "honest" || x.Label == "closing")
		e := p.exchange(x, brief)
		if !reflect.DeepEqual(x.TLS, last) {
			e.Protected, last = x.TLS, x.TLS
		}
		b.Exchanged = append(b.Exchanged, e)
	}
	return b
}

// Noted are the findings to list with the case: all of them, but for a failed case, whose own stand above it.
func (b caseBlock) Noted() []verdict.Finding {
	var out []verdict.Finding
	for _, f := range b.C.Findings {
		if !b.Open || f.Requirement != b.C.Requirement {
			out = append(out, f)
		}
	}
	return out
}

// RuleTitle says what a finding is called.
func (b caseBlock) RuleTitle(f verdict.Finding) string { return b.o.Texts.Rule(f).Title.In(b.o.Lang) }

func (p *page) exchange(x verdict.Exchange, brief bool) exchange {
	out := exchange{Exchange: x, Name: p.w("label." + x.Label), Brief: brief}
	if out.Name == "label."+x.Label {
		out.Name = legible.OneLine(x.Label)
	}
	for _, digest := range []string{x.Request, x.Response} {
		if record.IsDigest(digest) {
			out.Members = append(out.Members, record.EvidencePath(digest))
		}
	}
	if brief {
		return out
	}
	if x.Twin != "" {
		out.Changes, out.Compared = p.compare(x.Twin, x.Request), true
	}
	out.Sent, out.Received = p.show(x.Request), p.show(x.Response)
	return out
}

// Direction says who sent the message.
func (b caseBlock) Direction(x exchange) string {
	if x.From == "candidate" {
		return b.w("from.candidate")
	}
	return b.w("from.harness")
}

// Played says when a case was played and how long it took.
func (b caseBlock) Played() string {
	return b.w("started at", b.instant(b.C.Started), b.C.MS)
}

// Protection says in one line what protected an exchange.
func (b caseBlock) Protection(t *verdict.TLS) string {
	parts := []string{t.Version, t.Cipher}
	if t.Resumed {
		parts = append(parts, b.w("tls.resumed"))
	}
	return legible.OneLine(strings.Join(parts, ", "))
}

// Chain lists subjects, leaf first.
func (b caseBlock) Chain(subjects []string) string {
	return legible.OneLine(strings.Join(subjects, " ← "))
}

// Same tells that a comparison found no line that differs.
func (x exchange) Same() bool {
	return x.Compared && !slices.ContainsFunc(x.Changes, legible.Difference.Differs)
}

// Judged returns the cases with a verdict, by reason: what is true of many is said once.
func (p *page) Judged(word string) ([]group, error) {
	var v verdict.Verdict
	if err := v.UnmarshalText([]byte(word)); err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	var out []group
	for _, c := range p.judged(v) {
		reason := p.Reason(c)
		i := slices.IndexFunc(out, func(g group) bool { return g.Reason == reason })
		if i < 0 {
			i, out = len(out), append(out, group{Reason: reason})
		}
		out[i].Cases = append(out[i].Cases, c)
	}
	return out, nil
}

// group is cases that share a reason.
type group struct {
	Reason string
	Cases  []verdict.Case
}

// section is the cases of one verdict.
type section struct {
	*page
	Word   string
	Groups []group
}

// Section gathers the cases of a verdict for its part of the page.
func (p *page) Section(word string) (section, error) {
	groups, err := p.Judged(word)
	return section{p, word, groups}, err
}

// shownExhibit is a piece of evidence with its caption.
type shownExhibit struct {
	exhibit
	Caption, MemberLine string
	Open                bool
}

// Exhibit prepares a piece of evidence, unfolded where the case is and the reader must see it.
func (b caseBlock) Exhibit(key string, x *exhibit, unfold bool) shownExhibit {
	caption := b.w(key)
	if x.Dialogue {
		caption = b.w("dialogue")
	}
	return shownExhibit{*x, caption, b.w("member", x.Member), b.Open && unfold}
}
