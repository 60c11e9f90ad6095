package redact

import (
	"encoding/hex"
	"html"
	"net/url"
	"regexp"
	"strings"
)

// What is read of what a text encodes: so many encodings within each other, so many texts; and how much of a text is read at once,
// with what two such readings have in common, in octets.
const (
	maxWithin   = 3
	maxReadings = 128
	maxRead     = 1 << 20
	overlap     = 64 << 10
)

// readingsOf are a text and what it encodes, each once.
func readingsOf(text string) []string {
	all, seen, left, from := []string{text}, map[string]bool{text: true}, 32*len(text), 0
	if said := marks.ReplaceAllLiteralString(text, ""); said != text {
		all, seen[said], from = append(all, said), true, 1 // what a line of it encodes, its text does
	}
	for within := 0; within < maxWithin && from < len(all); within++ {
		level := all[from:]
		from = len(all)
		for _, t := range level {
			for _, read := range decoded(t) {
				if len(read) < minSecret || seen[read] || len(all) >= maxReadings || left < len(read) {
					continue
				}
				seen[read] = true
				left -= len(read)
				all = append(all, read)
			}
		}
	}
	return all
}

// marks are what a dialogue writes before each line: who says it, and how.
var marks = regexp.MustCompile(`(?m)^[CS]\*?(?: \(clair\))?: `)

var (
	softened = regexp.MustCompile(`=[0-9A-Fa-f]{2}|=\r?\n`)
	escaped  = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
)

// decoded is what a text says once one encoding is taken off it; what each run of base64 or of hexadecimal says is put together.
func decoded(text string) []string {
	var all []string
	if strings.IndexByte(text, '%') >= 0 && escaped.MatchString(text) {
		all = append(all, unpercented(text))
		if strings.IndexByte(text, '+') >= 0 {
			all = append(all, unpercented(strings.ReplaceAll(text, "+", " ")))
		}
	}
	if strings.Contains(text, "=\n") || strings.Contains(text, "=\r\n") || strings.Contains(text, "=3D") || strings.Contains(text, "=22") {
		all = append(all, unprinted(text))
	}
	if strings.IndexByte(text, '&') >= 0 {
		all = append(all, html.UnescapeString(text))
	}
	if strings.Contains(text, `\"`) || strings.Contains(text, `\u`) || strings.Contains(text, `\/`) || strings.Contains(text, `\n`) {
		all = append(all, unbackslashed(text))
	}
	if wide(text) {
		all = append(all, narrowed(text))
	}
	return append(all, unrun(text)...)
}

// wide tells whether a text may be one of UTF-16, and narrowed is it in octets.
func wide(text string) bool { return strings.Count(text, "\x00") > len(text)/4 }

func narrowed(text string) string { return strings.ReplaceAll(text, "\x00", "") }

// The least length of a run that is read, and of a line of one that goes on in the next.
const (
	minRun  = 12
	minLine = 32
)

// runs are those of base64 and of hexadecimal in a text, without their line breaks; lines that go on are told alone too.
func runs(text string) []string {
	var all []string
	var joined strings.Builder
	lines := 0
	for at := 0; at < len(text); {
		end := at
		for end < len(text) && inWord(text[end]) {
			end++
		}
		if end == at {
			at++
			continue
		}
		run := text[at:end]
		if len(run) >= minRun {
			all = append(all, run)
		}
		next := indented(text, end)
		goesOn := next > end && len(run) >= minLine && next < len(text) && inWord(text[next])
		if lines > 0 || goesOn {
			joined.WriteString(run)
			lines++
		}
		if goesOn {
			at = next
			continue
		}
		if lines > 0 {
			all = append(all, joined.String())
			joined.Reset()
			lines = 0
		}
		at = end
	}
	return all
}

// indented is where the next line begins, after what indents it; the same place where no line ends there.
func indented(text string, at int) int {
	next := at
	if strings.HasPrefix(text[at:], "\r\n") {
		next += 2
	} else if strings.HasPrefix(text[at:], "\n") {
		next++
	}
	if next > at && next < len(text) && (text[next] == ' ' || text[next] == '\t') {
		next++
	}
	return next
}

// unrun is what the runs of a text say.
func unrun(text string) []string {
	var based, octets strings.Builder
	for _, run := range runs(text) {
		if raw, err := hex.DecodeString(run); err == nil {
			octets.Write(append(raw, '\n'))
		}
		if raw, ok := unbased(run); ok {
			based.WriteString(raw + "\n")
		}
	}
	return []string{based.String(), octets.String()}
}

// unbasedRun is what a run says, of hexadecimal or else of base64.
func unbasedRun(run string) (string, bool) {
	if raw, err := hex.DecodeString(run); err == nil {
		return string(raw), true
	}
	return unbased(run)
}

// unprinted takes quoted-printable off, and leaves what is none.
func unprinted(text string) string {
	return softened.ReplaceAllStringFunc(text, func(e string) string {
		if e[1] == '\r' || e[1] == '\n' {
			return ""
		}
		return octet(e[1:])
	})
}

// unpercented takes the escapes of parameters off, and leaves what is none.
func unpercented(text string) string {
	return escaped.ReplaceAllStringFunc(text, func(e string) string {
		plain, err := url.PathUnescape(e)
		if err != nil {
			return e
		}
		return plain
	})
}

// unbackslashed takes the escapes of JSON off, and leaves what is none.
func unbackslashed(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		if text[i] == '\\' {
			if said, octets := unescaped(text[i:min(len(text), i+24)]); octets > 0 {
				b.WriteString(said)
				i += octets
				continue
			}
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}
