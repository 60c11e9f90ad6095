package report

import (
	"regexp"
	"strings"
)

// pretty returns a message as lines that a person can read and compare: the HTTP head as it is, then one XML
// tag per line, indented. It reads any bytes, well formed or not, and drops nothing but blanks between tags.
func pretty(text string) []string {
	var lines []string
	if head, body, found := strings.Cut(text, "\n\n"); found && httpHead.MatchString(head) {
		lines = append(strings.Split(head, "\n"), "")
		text = body
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "<") {
		return append(lines, strings.Split(text, "\n")...)
	}
	return append(lines, prettyXML(text)...)
}

var httpHead = regexp.MustCompile(`^(HTTP/[0-9.]+ |[A-Z]+ [^ ]+ HTTP/)`)

// Widths of the display: deeper levels are no longer indented, longer tags take one line per attribute.
const (
	maxIndent = 10
	maxTag    = 100
)

func prettyXML(text string) []string {
	var lines []string
	depth := 0
	add := func(s string) { lines = append(lines, strings.Repeat("  ", min(depth, maxIndent))+s) }
	tokens := tokens(text)
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		switch {
		case strings.HasPrefix(t, "</"):
			depth = max(depth-1, 0)
			add(t)
		case !opens(t):
			add(t)
		case i+1 < len(tokens) && strings.HasPrefix(tokens[i+1], "</"):
			add(t + tokens[i+1])
			i++
		case i+2 < len(tokens) && !strings.HasPrefix(tokens[i+1], "<") && strings.HasPrefix(tokens[i+2], "</"):
			add(t + tokens[i+1] + tokens[i+2])
			i += 2
		default:
			for j, part := range attributes(t) {
				if j > 0 {
					part = "    " + part
				}
				add(part)
			}
			depth++
		}
	}
	return lines
}

// opens tells an opening tag from text, comments, instructions and empty elements.
func opens(t string) bool {
	return strings.HasPrefix(t, "<") && !strings.HasPrefix(t, "<!") && !strings.HasPrefix(t, "<?") && !strings.HasSuffix(t, "/>")
}

// tokens cuts into tags and the texts between them; blanks alone are left out.
func tokens(s string) []string {
	var out []string
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
		n = tagEnd(s)
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

// tagEnd returns the length of the tag that s starts with; an attribute may hold a ">".
func tagEnd(s string) int {
	for _, pair := range [][2]string{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<!", "]>"}} {
		if strings.HasPrefix(s, pair[0]) {
			if i := strings.Index(s, pair[1]); i >= 0 {
				return i + len(pair[1])
			}
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
