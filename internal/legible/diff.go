package legible

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of a comparison.
const (
	MaxCompare = 200_000 // characters of a text that is compared with its twin
	maxLine    = 4_000   // characters of a line of a comparison
	MaxChanges = 300     // lines of a comparison
)

// Difference is one line of a comparison. Sign is "-" for the honest twin, "+" for what was sent, " " for both,
// and "" where Skipped lines that are the same are left out. Before, Changed and After cut it at the change.
type Difference struct {
	Sign    string `json:"sign"`
	Before  string `json:"before"`
	Changed string `json:"changed"`
	After   string `json:"after"`
	Derived bool   `json:"derived,omitempty"` // a digest or a signature that changes only because the rest does
	Skipped int    `json:"skipped,omitempty"`
}

// Differences returns what a message has that its honest twin has not, and the reverse, line by line as they are shown; cut tells
// that there is more. It is empty where they are the same, and where one of them is no text.
func Differences(honest, sent []byte) (changes []Difference, cut bool) {
	if len(honest) == 0 || len(sent) == 0 || Unreadable(honest) || Unreadable(sent) || bytes.Equal(honest, sent) {
		return nil, false
	}
	changes = Compare(unfoldedWithin(honest), unfoldedWithin(sent))
	if !slices.ContainsFunc(changes, Difference.Differs) {
		return nil, false
	}
	return changes, len(changes) == MaxChanges || max(len(honest), len(sent)) > MaxCompare
}

// Differs tells a line that one of the two has alone.
func (d Difference) Differs() bool { return d.Sign == "-" || d.Sign == "+" }

// unfoldedWithin is a message unfolded, as far as it is compared.
func unfoldedWithin(raw []byte) string {
	return Cut(Unfolded(string(raw[:min(len(raw), 2*MaxCompare)])), MaxCompare)
}

// Compare returns the changes of two messages, unfolded; lines and their number are cut.
func Compare(honest, sent string) []Difference {
	a, b := Pretty(Text(honest)), Pretty(Text(sent))
	if slices.Equal(a, b) {
		a, b = strings.Split(Visible(honest), "\n"), strings.Split(Visible(sent), "\n")
	}
	for _, lines := range [][]string{a, b} {
		for i, l := range lines {
			lines[i] = Cut(l, maxLine)
		}
	}
	out := diff(a, b)
	return out[:min(len(out), MaxChanges)]
}

// maxCells bounds the work of a comparison; beyond, the parts that differ are shown whole.
const maxCells = 4_000_000

// diff compares two texts line by line and keeps the changes, with two lines around them.
func diff(honest, sent []string) []Difference {
	lines := markDerived(pairUp(align(honest, sent)))
	const around = 2
	keep := make([]bool, len(lines))
	for i, l := range lines {
		if l.Sign != " " {
			for j := max(i-around, 0); j <= min(i+around, len(lines)-1); j++ {
				keep[j] = true
			}
		}
	}
	var out []Difference
	for i, l := range lines {
		switch {
		case keep[i]:
			out = append(out, l)
		case len(out) > 0 && out[len(out)-1].Sign == "":
			out[len(out)-1].Skipped++
		default:
			out = append(out, Difference{Skipped: 1})
		}
	}
	return dedent(out)
}

// dedent takes off the indentation that all lines share.
func dedent(lines []Difference) []Difference {
	shared := -1
	for _, l := range lines {
		if whole := l.Before + l.Changed + l.After; l.Sign != "" && whole != "" {
			if n := indent(whole); shared < 0 || n < shared {
				shared = n
			}
		}
	}
	for i := range lines {
		if len(lines[i].Before) >= shared && shared > 0 {
			lines[i].Before = lines[i].Before[shared:]
		}
	}
	return lines
}

func indent(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }

// align returns the lines of both, those that are the same once.
func align(a, b []string) []Difference {
	var head, tail []Difference
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, Difference{Sign: " ", Before: a[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append(tail, Difference{Sign: " ", Before: a[len(a)-1]})
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	slices.Reverse(tail)
	return slices.Concat(head, middle(a, b), tail)
}

// middle aligns by the longest common subsequence.
func middle(a, b []string) []Difference {
	longest := make([][]int, len(a)+1)
	if len(a)*len(b) <= maxCells {
		for i := range longest {
			longest[i] = make([]int, len(b)+1)
		}
		for i := len(a) - 1; i >= 0; i-- {
			for j := len(b) - 1; j >= 0; j-- {
				if a[i] == b[j] {
					longest[i][j] = longest[i+1][j+1] + 1
				} else {
					longest[i][j] = max(longest[i+1][j], longest[i][j+1])
				}
			}
		}
	}
	var out []Difference
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, Difference{Sign: " ", Before: a[i]})
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || longest[i] == nil || longest[i+1][j] >= longest[i][j+1]):
			out = append(out, Difference{Sign: "-", Before: a[i]})
			i++
		default:
			out = append(out, Difference{Sign: "+", Before: b[j]})
			j++
		}
	}
	return out
}

// pairUp marks, in runs of removed lines followed by as many added ones, the part of each line that changed;
// a line without a pair changed whole.
func pairUp(lines []Difference) []Difference {
	for i := 0; i < len(lines); {
		removed := run(lines[i:], "-")
		added := run(lines[i+removed:], "+")
		for k := range removed + added {
			if removed == added && k < removed {
				cutBoth(&lines[i+k], &lines[i+removed+k])
			} else if removed != added {
				l := &lines[i+k]
				n := indent(l.Before)
				l.Before, l.Changed = l.Before[:n], l.Before[n:]
			}
		}
		i += max(removed+added, 1)
	}
	return lines
}

func run(lines []Difference, sign string) int {
	n := 0
	for n < len(lines) && lines[n].Sign == sign {
		n++
	}
	return n
}

// cutBoth cuts two lines where they begin and where they cease to differ.
func cutBoth(a, b *Difference) {
	x, y := a.Before, b.Before
	start := 0
	for start < min(len(x), len(y)) && x[start] == y[start] {
		start++
	}
	for start > 0 && (start < len(x) && !utf8.RuneStart(x[start]) || start < len(y) && !utf8.RuneStart(y[start])) {
		start--
	}
	end := 0
	for end < min(len(x), len(y))-start && x[len(x)-1-end] == y[len(y)-1-end] {
		end++
	}
	for end > 0 && !utf8.RuneStart(x[len(x)-end]) {
		end--
	}
	start, end = widen(x, start, end)
	a.Before, a.Changed, a.After = x[:start], x[start:len(x)-end], x[len(x)-end:]
	b.Before, b.Changed, b.After = y[:start], y[start:len(y)-end], y[len(y)-end:]
}

// maxWiden is how far a change grows to show the whole value that it is in; a long one, such as a signature,
// shows only what differs.
const maxWiden = 48

// widen grows a change, between its common start and end, to the delimiters of the value that it is in.
func widen(x string, start, end int) (int, int) {
	const delimiters = "\"'<>= "
	from := strings.LastIndexAny(x[:start], delimiters) + 1
	to := strings.IndexAny(x[len(x)-end:], delimiters)
	if to < 0 || start-from > maxWiden || to > maxWiden {
		return start, end
	}
	return from, end - to
}

var derivedValue = regexp.MustCompile(`^\s*<([\w.-]+:)?(DigestValue|SignatureValue)\b`)

// markDerived marks the digests and signatures that changed, unless nothing else did: then they are the fault.
func markDerived(lines []Difference) []Difference {
	whole := func(l Difference) string { return l.Before + l.Changed + l.After }
	other := slices.ContainsFunc(lines, func(l Difference) bool {
		return l.Sign != " " && strings.TrimSpace(whole(l)) != "" && !derivedValue.MatchString(whole(l))
	})
	for i, l := range lines {
		lines[i].Derived = other && l.Sign != " " && derivedValue.MatchString(whole(l))
	}
	return lines
}

// Cut returns the first n bytes at most, not inside a character.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
