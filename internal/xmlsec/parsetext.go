package xmlsec

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// text reads character data up to the next markup.
func (p *parser) text() error {
	n := strings.IndexByte(p.in[p.pos:min(len(p.in), p.pos+p.limits.Text+1)], '<')
	if n < 0 {
		n = len(p.in) - p.pos
	}
	raw := p.in[p.pos : p.pos+min(n, p.limits.Text+1)]
	if err := p.count(raw); err != nil {
		return err
	}
	if strings.Contains(raw, "]]>") {
		return p.malformed("]]> in character data")
	}
	if len(p.frames) == 0 {
		if strings.Trim(raw, " \t\n") != "" {
			return p.malformed("character data outside the root element")
		}
		p.pos += len(raw)
		return nil
	}
	data, err := p.expand(raw, false)
	if err != nil {
		return err
	}
	p.pos += len(raw)
	p.open.CreateText(data)
	return nil
}

// count holds a node that is not an element against the limits.
func (p *parser) count(raw string) error {
	if len(raw) > p.limits.Text {
		return p.refuse(ParseOversized, "more than %d bytes of text", p.limits.Text)
	}
	if p.others++; p.others > 4*p.limits.Elements {
		return p.refuse(ParseOversized, "more than %d nodes", 4*p.limits.Elements)
	}
	return nil
}

// enclosed reads what stands between two delimiters.
func (p *parser) enclosed(start, end string) (string, error) {
	from := p.pos + len(start)
	n := strings.Index(p.in[from:min(len(p.in), from+p.limits.Text+len(end))], end)
	if n < 0 && len(p.in)-from > p.limits.Text {
		return "", p.refuse(ParseOversized, "more than %d bytes after %s", p.limits.Text, start)
	}
	if n < 0 {
		return "", p.malformed("%s without %s", start, end)
	}
	raw := p.in[from : from+n]
	if err := p.count(raw); err != nil {
		return "", err
	}
	p.pos = from + n + len(end)
	return raw, nil
}

func (p *parser) comment() error {
	data, err := p.enclosed("<!--", "-->")
	if err != nil {
		return err
	}
	if strings.Contains(data, "--") || strings.HasSuffix(data, "-") {
		return p.malformed("-- inside a comment")
	}
	p.open.CreateComment(data)
	return nil
}

func (p *parser) cdata() error {
	if len(p.frames) == 0 {
		return p.malformed("character data outside the root element")
	}
	data, err := p.enclosed("<![CDATA[", "]]>")
	if err == nil && data != "" {
		p.open.CreateText(data)
	}
	return err
}

func (p *parser) instruction() error {
	inside, err := p.enclosed("<?", "?>")
	if err != nil {
		return err
	}
	target, data := inside, ""
	if i := strings.IndexAny(inside, " \t\n"); i >= 0 {
		target, data = inside[:i], strings.TrimLeft(inside[i:], " \t\n")
	}
	if nameLength(target) != len(target) || target == "" || strings.Contains(target, ":") {
		return p.malformed("processing instruction target %s is no name", quote(target))
	}
	if strings.EqualFold(target, "xml") {
		return p.malformed("xml declaration not at the start")
	}
	p.open.CreateProcInst(target, data)
	return nil
}

// quoted reads ="value" and leaves it as written.
func (p *parser) quoted() (string, error) {
	p.skipSpace()
	if !p.take("=") {
		return "", p.malformed("attribute without a value")
	}
	p.skipSpace()
	if p.pos == len(p.in) || (p.in[p.pos] != '"' && p.in[p.pos] != '\'') {
		return "", p.malformed("attribute value without quotes")
	}
	from := p.pos + 1
	n := strings.IndexByte(p.in[from:min(len(p.in), from+p.limits.Text+1)], p.in[p.pos])
	if n < 0 && len(p.in)-from > p.limits.Text {
		return "", p.refuse(ParseOversized, "attribute value of more than %d bytes", p.limits.Text)
	}
	if n < 0 {
		return "", p.malformed("attribute value not closed")
	}
	p.pos = from + n + 1
	return p.in[from : from+n], nil
}

// expand replaces references and, in an attribute value, white space as written by spaces (XML 1.0 §3.3.3).
func (p *parser) expand(raw string, value bool) (string, error) {
	if value && strings.IndexByte(raw, '<') >= 0 {
		return "", p.malformed("< in an attribute value")
	}
	if value && strings.ContainsAny(raw, "\t\n") {
		raw = strings.NewReplacer("\t", " ", "\n", " ").Replace(raw)
	}
	if strings.IndexByte(raw, '&') < 0 {
		return raw, nil
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(raw, "&")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		end := strings.IndexByte(after[:min(len(after), 12)], ';')
		if end < 0 {
			return "", p.malformed("& that starts no reference")
		}
		r, ok := reference(after[:end])
		if !ok {
			return "", p.malformed("reference %s is not known", quote("&"+after[:end+1]))
		}
		b.WriteRune(r)
		raw = after[end+1:]
	}
}

// reference is the character that a reference stands for, without & and ;.
func reference(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	digits, base := strings.TrimPrefix(name, "#"), 10
	if digits == name {
		return 0, false
	}
	if hex := strings.TrimPrefix(digits, "x"); hex != digits {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	return rune(n), err == nil && n <= utf8.MaxRune && isChar(rune(n))
}

// isChar is the Char production (XML 1.0 §2.2).
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		(r >= ' ' && r < 0xd800) || (r >= 0xe000 && r < 0xfffe) || r >= 0x10000
}
