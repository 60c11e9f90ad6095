package journey

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"etalon/internal/verdict"
)

// Offset is how far the clock of one party is ahead of another's, the way included, over their exchanges.
type Offset struct {
	From   string        `json:"from"` // organisation of the emissions
	To     string        `json:"to"`   // of the receptions
	Median time.Duration `json:"median"`
	Least  time.Duration `json:"least"`
	Most   time.Duration `json:"most"`
	Count  int           `json:"count"`
}

// offsets measures the clocks of each pair of parties.
func offsets(exchanges []*Exchange) []Offset {
	measured := map[[2]string][]time.Duration{}
	for _, x := range exchanges {
		if x.By == "" || x.Sent.At.IsZero() || x.Received.At.IsZero() || x.Sent.Organisation == x.Received.Organisation {
			continue
		}
		key := [2]string{x.Sent.Organisation, x.Received.Organisation}
		measured[key] = append(measured[key], x.Received.At.Sub(x.Sent.At))
	}
	all := make([]Offset, 0, len(measured))
	for key, d := range measured {
		slices.Sort(d)
		all = append(all, Offset{From: key[0], To: key[1], Median: d[len(d)/2], Least: d[0], Most: d[len(d)-1], Count: len(d)})
	}
	slices.SortFunc(all, func(a, b Offset) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return all
}

// offsetRemarks tells the clocks that are too far apart (X04).
func (r *Reconciliation) offsetRemarks() []Remark {
	var all []Remark
	for _, o := range r.Offsets {
		if o.Median.Abs() <= r.options.Skew {
			continue
		}
		m := remark(ruleOffset, verdict.Text{
			FR: fmt.Sprintf("l'horloge de %s s'écarte de celle de %s de %s (médiane de %d échanges)", o.To, o.From, o.Median, o.Count),
			EN: fmt.Sprintf("the clock of %s is off that of %s by %s (median of %d exchanges)", o.To, o.From, o.Median, o.Count),
		})
		m.Want, m.Got = "±"+r.options.Skew.String(), o.Median.String()
		all = append(all, m)
	}
	return all
}

// clocks gives each party's clock relative to one of them, as far as exchanges relate them.
type clocks struct {
	ahead map[string]time.Duration
	group map[string]int // parties whose clocks can be compared share a number
}

// relate spreads the offsets from party to party.
func relate(parties []string, all []Offset) clocks {
	c := clocks{map[string]time.Duration{}, map[string]int{}}
	for i, start := range parties {
		if _, known := c.group[start]; known {
			continue
		}
		c.group[start] = i
		for queue := []string{start}; len(queue) > 0; queue = queue[1:] {
			for _, o := range all {
				here, there, d := o.From, o.To, o.Median
				if there == queue[0] {
					here, there, d = there, here, -d
				}
				if _, known := c.group[there]; here == queue[0] && !known {
					c.ahead[there], c.group[there] = c.ahead[here]+d, i
					queue = append(queue, there)
				}
			}
		}
	}
	return c
}

// between returns how far the clock of b is ahead of that of a; false when nothing relates them.
func (c clocks) between(a, b string) (time.Duration, bool) {
	return c.ahead[b] - c.ahead[a], c.group[a] == c.group[b]
}

// real is the instant of a record by the clock to which its party is related.
func (c clocks) real(at *Record) time.Time { return at.At.Add(-c.ahead[at.Organisation]) }
