package legible

import (
	"regexp"
	"strings"
)

// Line is a line of a message as it is shown. Tag is the number, from 0, of the start tag that it belongs to: the innermost
// that is open there; -1 outside of all.
type Line struct {
	Text string
	Tag  int
}

// Lines returns a text as lines that a person can read and compare, one XML tag a line, with what is not printable shown by
// its code; tags are the names of its start tags, as written and in order, by whose numbers the lines tell where they belong.
func Lines(text string) (lines []Line, tags []string) {
	text = Text(text)
	if !strings.HasPrefix(strings.TrimSpace(text), "<") {
		for _, line := range strings.Split(text, "\n") {
			lines = append(lines, Line{line, -1})
		}
		return lines, nil
	}
	return spread(text)
}

// Pretty returns a message as lines that a person can read and compare: the HTTP head as it is, then one XML
// tag per line, indented. It reads any bytes, well formed or not, and drops nothing but blanks between tags.
func Pretty(text string) []string {
	var lines []string
	if head, body, found := strings.Cut(text, "\n\n"); found && httpHead.MatchString(head) {
		lines = append(carried(head), "")
		text = body
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "<") {
		return append(lines, carried(text)...)
	}
	shown, _ := spread(text)
	for _, line := range shown {
		lines = append(lines, line.Text)
	}
	return lines
}

// carried returns the lines of a head or of a form, with the XML that was written out in them laid out.
func carried(text string) []string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(line, "<") {
			lines = append(lines, line)
			continue
		}
		shown, _ := spread(line)
		for _, l := range shown {
			lines = append(lines, l.Text)
		}
	}
	return lines
}

var httpHead = regexp.MustCompile(`^(HTTP/[0-9.]+ |[A-Z]+ [^ ]+ HTTP/)`)

// Widths of the display: deeper levels are no longer indented, longer tags take one line per attribute.
const (
	maxIndent = 10
	maxTag    = 100
)

// spread lays XML out, one tag a line.
func spread(text string) (lines []Line, tags []string) {
	var open []int
	add := func(s string, tag int) {
		lines = append(lines, Line{strings.Repeat("  ", min(len(open), maxIndent)) + s, tag})
	}
	within := func() int {
		if len(open) == 0 {
			return -1
		}
		return open[len(open)-1]
	}
	tokens := tokens(text)
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		if starts(t) {
			tags = append(tags, name(t))
		}
		switch {
		case strings.HasPrefix(t, "</"):
			at := within()
			open = open[:max(len(open)-1, 0)]
			add(t, at)
		case !opens(t) && starts(t):
			add(t, len(tags)-1)
		case !opens(t):
			add(t, within())
		case i+1 < len(tokens) && strings.HasPrefix(tokens[i+1], "</"):
			add(t+tokens[i+1], len(tags)-1)
			i++
		case i+2 < len(tokens) && !strings.HasPrefix(tokens[i+1], "<") && strings.HasPrefix(tokens[i+2], "</"):
			add(t+tokens[i+1]+tokens[i+2], len(tags)-1)
			i += 2
		default:
			for j, part := range attributes(t) {
				if j > 0 {
					part = "    " + part
				}
				add(part, len(tags)-1)
			}
			open = append(open, len(tags)-1)
		}
	}
	return lines, tags
}

// starts tells a start tag, of an empty element too.
func starts(t string) bool {
	return strings.HasPrefix(t, "<") && !strings.HasPrefix(t, "<!") && !strings.HasPrefix(t, "<?") && !strings.HasPrefix(t, "</")
}

// name is that of a start tag, as written.
func name(t string) string {
	t = strings.TrimPrefix(t, "<")
	if i := strings.IndexAny(t, " \t\n\r/>"); i >= 0 {
		t = t[:i]
	}
	return t
}

// opens tells an opening tag from text, comments, instructions and empty elements.
func opens(t string) bool {
	return strings.HasPrefix(t, "<") && !strings.HasPrefix(t, "<!") && !strings.HasPrefix(t, "<?") && !strings.HasSuffix(t, "/>")
}

// tokens cuts into tags and the texts between them; blanks alone are left out.
func tokens(s string) []string {
	var out []string
	never := map[string]bool{}
	for s != "" {
		n := strings.IndexByte(s, '<')
		if n != 0 {
			if n < 0 {
				n = len(s)
			}
			if text := strings.TrimSpace(s[:n]); text != "" {
				out = append(out, s[:n])
			}
			s = s[n:]
			continue
		}
		n = tagEnd(s, never)
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

// tagEnd returns the length of the tag that s starts with; an attribute may hold a ">". never gathers the ends that s has no
// more, so that each is looked for in vain but once.
func tagEnd(s string, never map[string]bool) int {
	for _, pair := range [][2]string{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<!", "]>"}, {"<?", "?>"}} {
		if strings.HasPrefix(s, pair[0]) && !never[pair[1]] {
			if i := strings.Index(s, pair[1]); i >= 0 {
				return i + len(pair[1])
			}
			never[pair[1]] = true
		}
	}
	var quote byte
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0 && c == '>':
			return i + 1
		}
	}
	return len(s)
}

var betweenAttributes = regexp.MustCompile(`["']\s+`)

// attributes cuts a long opening tag after each attribute.
func attributes(tag string) []string {
	if len(tag) <= maxTag {
		return []string{tag}
	}
	var out []string
	for {
		at := betweenAttributes.FindStringIndex(tag)
		if at == nil {
			return append(out, tag)
		}
		out = append(out, tag[:at[0]+1])
		tag = tag[at[1]:]
	}
}
