package mutation_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// widest is the length at which a line of a golden is cut.
const widest = 160

// lines lays out a message for a reader: one tag or text a line, whatever it is worth as XML.
func lines(raw []byte) []string {
	spread := bytes.ReplaceAll(raw, []byte("><"), []byte(">\n<"))
	var out []string
	for line := range strings.SplitSeq(string(spread), "\n") {
		if !utf8.ValidString(line) {
			line = fmt.Sprintf("%q", line)
		}
		out = append(out, line)
	}
	return out
}

// difference shows what b has and a has not, and the reverse, with one line around.
func difference(a, b []string) string {
	edits := diff(a, b)
	near := func(i int) bool {
		for j := max(i-1, 0); j <= min(i+1, len(edits)-1); j++ {
			if edits[j][0] != ' ' {
				return true
			}
		}
		return false
	}
	var out strings.Builder
	skipped := false
	for i, e := range edits {
		if !near(i) {
			skipped = true
			continue
		}
		if skipped {
			out.WriteString("  …\n")
			skipped = false
		}
		out.WriteString(strings.TrimRight(cut(e), " ") + "\n")
	}
	return out.String()
}

// cut shortens a line to what a reader can take in.
func cut(line string) string {
	if len(line) <= widest {
		return line
	}
	return fmt.Sprintf("%s … (%d bytes)", strings.ToValidUTF8(line[:widest], ""), len(line))
}

// diff returns the lines of both, each marked "- ", "+ " or "  ", by the longest common subsequence.
func diff(a, b []string) []string {
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	var out []string
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out, i, j = append(out, "  "+a[i]), i+1, j+1
		case i < len(a) && (j == len(b) || length[i+1][j] >= length[i][j+1]):
			out, i = append(out, "- "+a[i]), i+1
		default:
			out, j = append(out, "+ "+b[j]), j+1
		}
	}
	return out
}

func TestDifference(t *testing.T) {
	tests := []struct{ name, a, b, want string }{
		{"nothing", "<a><b></b></a>", "<a><b></b></a>", ""},
		{"one value", "<a><b>1</b><c/></a>", "<a><b>2</b><c/></a>", "  <a>\n- <b>1</b>\n+ <b>2</b>\n  <c/>\n"},
		{"one more", "<a><b/><c/><d/></a>", "<a><b/><c/><x/><d/></a>", "  …\n  <c/>\n+ <x/>\n  <d/>\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := difference(lines([]byte(test.a)), lines([]byte(test.b)))
			if got != test.want {
				t.Errorf("got\n%s want\n%s", got, test.want)
			}
		})
	}
}
