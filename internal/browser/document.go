package browser

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Limits of a page, so that a hostile one costs nothing.
const (
	maxForms  = 50
	maxFields = 500
)

// document is what a page says that a browser acts upon. It is read token by token: no tree is built, so that no depth
// hurts.
type document struct {
	forms   []form
	base    string
	refresh string // URL of a meta refresh
	submits bool   // a script or a handler submits a form
}

// form is one form of a page.
type form struct {
	id, action, method string
	fields             []field
	asksSecret         bool // it has a password field
	visible            bool // it has a field that a person fills
}

// field is one successful control, or one that a person may fill.
type field struct {
	name, value string
	button      bool
	unset       bool // a box or a choice that is not taken
	typed       bool // a person writes into it
}

// readDocument reads the part of a page that a browser acts upon.
func readDocument(body []byte) document {
	r := reader{tokens: html.NewTokenizer(bytes.NewReader(body))}
	for {
		switch r.tokens.Next() {
		case html.ErrorToken:
			r.closeForm()
			r.gather()
			return r.out
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(r.tokens.Token())
		case html.EndTagToken:
			r.end(r.tokens.Token().Data)
		case html.TextToken:
			r.text(string(r.tokens.Text()))
		}
	}
}

// reader goes through the tokens of a page.
type reader struct {
	tokens *html.Tokenizer
	out    document
	form   *form
	strays []stray
	inside string // script, textarea or select being read
	name   string // of the control being read
	chosen bool   // its option is taken
}

func attributes(t html.Token) map[string]string {
	all := map[string]string{}
	for _, a := range t.Attr {
		if _, twice := all[a.Key]; !twice {
			all[a.Key] = a.Val
		}
	}
	return all
}

// start reads an opening tag.
func (r *reader) start(t html.Token) {
	a := attributes(t)
	switch t.Data {
	case "base":
		if r.out.base == "" {
			r.out.base = a["href"]
		}
	case "meta":
		r.meta(a)
	case "body":
		r.out.submits = r.out.submits || strings.Contains(a["onload"], "submit")
	case "script":
		r.inside = "script"
	case "form":
		r.openForm(a)
	default:
		r.control(t.Data, a)
	}
}

// meta reads a refresh.
func (r *reader) meta(a map[string]string) {
	if !strings.EqualFold(a["http-equiv"], "refresh") || r.out.refresh != "" {
		return
	}
	r.out.refresh = refreshTarget(a["content"])
}

// refreshTarget reads the URL of a refresh; "" when it reloads the page only.
func refreshTarget(content string) string {
	_, rest, found := strings.Cut(content, ";")
	if !found {
		_, rest, _ = strings.Cut(content, ",")
	}
	name, target, found := strings.Cut(rest, "=")
	if !found || !strings.EqualFold(strings.TrimSpace(name), "url") {
		return ""
	}
	return strings.Trim(strings.TrimSpace(target), `'"`)
}

func (r *reader) openForm(a map[string]string) {
	if r.form != nil || len(r.out.forms) >= maxForms {
		return // HTML does not nest forms
	}
	method := "GET"
	if strings.EqualFold(a["method"], "post") {
		method = "POST"
	}
	r.form = &form{id: a["id"], action: a["action"], method: method}
}

func (r *reader) closeForm() {
	if r.form != nil {
		r.out.forms = append(r.out.forms, *r.form)
		r.form = nil
	}
}

// stray is a control that stands elsewhere than in the form that it names as its own (HTML §4.10.18.3).
type stray struct {
	owner string
	control
}

// control is a control as a form takes it.
type control struct {
	field
	visible, secret bool
}

// take adds a control to the form.
func (f *form) take(c control) {
	if len(f.fields) >= maxFields {
		return
	}
	f.visible, f.asksSecret = f.visible || c.visible, f.asksSecret || c.secret
	f.fields = append(f.fields, c.field)
}

// place gives a control to the form that it names, or to that in which it stands.
func (r *reader) place(owner string, c control) {
	switch {
	case owner != "" && (r.form == nil || r.form.id != owner):
		if len(r.strays) < maxFields {
			r.strays = append(r.strays, stray{owner, c})
		}
	case r.form != nil:
		r.form.take(c)
	}
}

// gather gives the controls that stand elsewhere to their forms.
func (r *reader) gather() {
	for _, s := range r.strays {
		for i := range r.out.forms {
			if r.out.forms[i].id == s.owner {
				r.out.forms[i].take(s.control)
				break
			}
		}
	}
}

// control reads a control.
func (r *reader) control(tag string, a map[string]string) {
	if _, disabled := a["disabled"]; disabled {
		return
	}
	switch tag {
	case "input":
		r.input(a)
	case "button":
		if kind := strings.ToLower(a["type"]); kind == "" || kind == "submit" {
			r.place(a["form"], control{field: field{name: a["name"], value: a["value"], button: true}})
		}
	case "textarea", "select", "option":
		if r.form != nil && len(r.form.fields) < maxFields {
			r.long(tag, a)
		}
	}
}

// long reads a control that has content.
func (r *reader) long(tag string, a map[string]string) {
	if tag != "option" {
		r.inside, r.name, r.chosen = tag, a["name"], false
		r.form.take(control{field: field{name: a["name"], typed: tag == "textarea"}, visible: true})
		return
	}
	_, selected := a["selected"]
	if r.inside == "select" && len(r.form.fields) > 0 && (selected || !r.chosen) {
		r.chosen = true
		r.form.fields[len(r.form.fields)-1].value = a["value"]
	}
}

func (r *reader) input(a map[string]string) {
	c := control{field: field{name: a["name"], value: a["value"]}}
	switch strings.ToLower(a["type"]) {
	case "hidden":
	case "submit", "image":
		c.button = true
	case "reset", "button", "file":
		return
	case "checkbox", "radio":
		_, checked := a["checked"]
		c.unset = !checked
		if c.value == "" {
			c.value = "on"
		}
		c.visible = true
	case "password":
		c.secret, c.visible, c.typed = true, true, true
	default:
		c.visible, c.typed = true, true
	}
	r.place(a["form"], c)
}

// end reads a closing tag.
func (r *reader) end(tag string) {
	switch tag {
	case "form":
		r.closeForm()
	case "script", "textarea", "select":
		r.inside = ""
	}
}

// text reads what stands between tags.
func (r *reader) text(s string) {
	switch {
	case r.inside == "script":
		r.out.submits = r.out.submits || strings.Contains(s, "submit(")
	case r.inside == "textarea" && r.form != nil && len(r.form.fields) > 0:
		r.form.fields[len(r.form.fields)-1].value = html.UnescapeString(s)
	}
}

// has tells whether the form has a control of that name.
func (f form) has(name string) bool {
	for _, c := range f.fields {
		if c.name == name {
			return true
		}
	}
	return false
}

// values are what the form sends as it stands, with the first of its buttons pressed.
func (f form) values() url.Values {
	values := url.Values{}
	pressed := false
	for _, c := range f.fields {
		switch {
		case c.name == "" || c.unset || c.button && pressed:
		default:
			values.Add(c.name, c.value)
		}
		pressed = pressed || c.button
	}
	return values
}

// passesOn tells whether the form carries a message through the browser.
func (f form) passesOn() bool {
	for _, name := range messageFields {
		if f.has(name) {
			return true
		}
	}
	return false
}

// next returns the form that a page submits without the person's doing: one that passes a message on and that the page
// submits or that stands alone, or the only one, hidden, of a page that submits.
func (d document) next() (form, bool) {
	for _, f := range d.forms {
		if f.method == "POST" && f.passesOn() && !f.visible && (d.submits || len(d.forms) == 1) {
			return f, true
		}
	}
	if d.submits && len(d.forms) == 1 && !d.forms[0].visible && len(d.forms[0].fields) > 0 {
		return d.forms[0], true
	}
	return form{}, false
}
