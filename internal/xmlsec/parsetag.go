package xmlsec

import (
	"strings"

	"github.com/beevik/etree"
)

func (p *parser) startTag() error {
	if len(p.frames) == 0 && p.elements > 0 {
		return p.malformed("a second root element")
	}
	if p.elements++; p.elements > p.limits.Elements {
		return p.refuse(ParseOversized, "more than %d elements", p.limits.Elements)
	}
	if len(p.frames) == p.limits.Depth {
		return p.refuse(ParseTooDeep, "nested deeper than %d", p.limits.Depth)
	}
	p.pos++
	name, err := p.name()
	if err != nil {
		return err
	}
	el := p.open.CreateElement(name)
	if err := p.attributes(el); err != nil {
		return err
	}
	mark, err := p.enter(el)
	if err != nil {
		return err
	}
	if p.take("/>") {
		p.scope.leave(mark)
		return nil
	}
	p.pos++
	p.open, p.frames = el, append(p.frames, mark)
	return nil
}

// attributes reads up to the end of the tag, which it leaves unread.
func (p *parser) attributes(el *etree.Element) error {
	p.attrs = p.attrs[:0]
	for {
		spaced := p.skipSpace()
		rest := p.in[p.pos:]
		if strings.HasPrefix(rest, ">") || strings.HasPrefix(rest, "/>") {
			el.Attr = append(el.Attr, p.attrs...)
			return nil
		}
		if !spaced {
			return p.malformed("start tag of %s is not well-formed", quote(el.FullTag()))
		}
		if len(p.attrs) == p.limits.Attributes {
			return p.refuse(ParseOversized, "more than %d attributes", p.limits.Attributes)
		}
		name, err := p.name()
		if err != nil {
			return err
		}
		value, err := p.quoted()
		if err != nil {
			return err
		}
		if value, err = p.expand(value, true); err != nil {
			return err
		}
		// CreateAttr alone can bind an attribute to its element; emptying the list keeps it from searching it.
		p.attrs = append(p.attrs, *el.CreateAttr(name, value))
		el.Attr = el.Attr[:0]
	}
}

// enter checks the namespaces of a start tag (Namespaces in XML 1.0 §3 to §6) and takes its declarations in.
func (p *parser) enter(el *etree.Element) (mark int, err error) {
	for i := range el.Attr {
		if prefix, ok := declared(&el.Attr[i]); ok && !mayBind(prefix, el.Attr[i].Value) {
			return 0, p.malformed("prefix %s may not be bound to %s", quote(prefix), quote(el.Attr[i].Value))
		}
	}
	mark = p.scope.enter(el)
	if el.Space != "" && p.scope.uri[el.Space] == "" {
		return 0, p.malformed("prefix %s is not declared", quote(el.Space))
	}
	return mark, p.unique(el)
}

func mayBind(prefix, uri string) bool {
	if (prefix == "xml") != (uri == namespaceXML) {
		return false
	}
	return prefix != "xmlns" && uri != namespaceXMLNS && (prefix == "" || uri != "")
}

// unique refuses two attributes of one expanded name, even under two prefixes.
func (p *parser) unique(el *etree.Element) error {
	if p.names == nil {
		p.names = map[binding]struct{}{}
	}
	clear(p.names)
	for i := range el.Attr {
		a := &el.Attr[i]
		name := binding{a.Key, ""}
		if a.Space == "xmlns" {
			name.uri = namespaceXMLNS
		} else if a.Space != "" {
			if name.uri = p.scope.uri[a.Space]; name.uri == "" {
				return p.malformed("prefix %s is not declared", quote(a.Space))
			}
		}
		if _, twice := p.names[name]; twice {
			return p.malformed("attribute %s twice", quote(a.FullKey()))
		}
		p.names[name] = struct{}{}
	}
	return nil
}

func (p *parser) endTag() error {
	p.pos += len("</")
	name, err := p.name()
	if err != nil {
		return err
	}
	space, local, prefixed := strings.Cut(name, ":")
	if !prefixed {
		space, local = "", name
	}
	if len(p.frames) == 0 || p.open.Space != space || p.open.Tag != local {
		return p.malformed("end tag %s closes nothing", quote(name))
	}
	p.skipSpace()
	if !p.take(">") {
		return p.malformed("end tag %s not closed", quote(name))
	}
	last := len(p.frames) - 1
	p.scope.leave(p.frames[last])
	p.open, p.frames = p.open.Parent(), p.frames[:last]
	return nil
}
