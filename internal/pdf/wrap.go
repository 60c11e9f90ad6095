package pdf

import "strings"

// maxText bounds one text, in octets: what is behind is left out, and the text then ends with an ellipsis.
const maxText = 1 << 20

// wrap breaks a text into lines no wider than that, at blanks where there are any; a word that is wider is broken at a sign
// in it, else anywhere.
func wrap(words string, width float64, s style) []string {
	var out []string
	width = max(width, s.size) // a place too narrow for a letter holds one all the same
	for part := range strings.SplitSeq(clean(bounded(words)), "\n") {
		out = append(out, folded(part, width, s)...)
	}
	return out
}

// bounded cuts what is too long for one text.
func bounded(words string) string {
	if len(words) <= maxText {
		return words
	}
	return strings.ToValidUTF8(words[:maxText], "") + "…"
}

// folded breaks one line of a text.
func folded(part string, width float64, s style) []string {
	var out []string
	var line strings.Builder
	used := 0.0
	flush := func() {
		out = append(out, strings.TrimRight(line.String(), " "))
		line.Reset()
		used = 0
	}
	for word := range strings.SplitSeq(part, " ") {
		w := s.width(word)
		if used > 0 && used+s.of(' ')+w > width {
			flush()
		}
		if used > 0 {
			line.WriteByte(' ')
			used += s.of(' ')
		}
		for w > width {
			head := breakable(word, width, s)
			line.WriteString(word[:head])
			flush()
			word = word[head:]
			w = s.width(word)
		}
		line.WriteString(word)
		used += w
	}
	flush()
	return out
}

// breakable returns how many octets of a word that is too wide go on a line of their own: up to a sign between its parts when
// there is one in the second half, else as many as there is room for, and one character at least.
func breakable(word string, width float64, s style) int {
	used, sign := 0.0, 0
	for i, r := range word {
		w := s.of(r)
		if used+w > width && i > 0 {
			if sign > 0 {
				return sign
			}
			return i
		}
		used += w
		if used > width/2 && strings.ContainsRune("/-_.:,;=&?@+|", r) {
			sign = i + len(string(r))
		}
	}
	return len(word)
}

// wrapExact breaks a text into lines no wider than that, blanks kept, wherever the width ends.
func wrapExact(words string, width float64, s style) []string {
	var out []string
	for part := range strings.SplitSeq(strings.TrimRight(clean(bounded(words)), "\n"), "\n") {
		begin, used := 0, 0.0
		for i, r := range part {
			w := s.of(r)
			if used+w > width && i > begin {
				out = append(out, part[begin:i])
				begin, used = i, 0
			}
			used += w
		}
		out = append(out, part[begin:])
	}
	return out
}

// oneLine is a text as it can be drawn, on one line.
func oneLine(words string) string { return strings.ReplaceAll(clean(bounded(words)), "\n", " ") }

// shortened cuts one line to a width, with an ellipsis where something is left out.
func shortened(words string, width float64, s style) string {
	words = oneLine(words)
	if s.width(words) <= width {
		return words
	}
	used := s.of('…')
	for i, r := range words {
		if used += s.of(r); used > width {
			return words[:i] + "…"
		}
	}
	return words
}
