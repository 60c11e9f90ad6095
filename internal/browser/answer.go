package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"github.com/chromedp/chromedp"
)

// Asks tells whether one form of the page has all of these fields; one at least.
func (p Page) Asks(fields ...string) bool {
	_, ok := p.asking(fields)
	return ok
}

// asking is the form of a page that has all of these fields.
func (p Page) asking(fields []string) (form, bool) {
	for _, f := range p.forms() {
		if len(fields) > 0 && !slices.ContainsFunc(fields, func(name string) bool { return !f.has(name) }) {
			return f, true
		}
	}
	return form{}, false
}

// Scripted tells whether the page holds scripts, and nothing that a person could fill in without them.
func (p Page) Scripted() bool {
	visible := slices.ContainsFunc(p.forms(), func(f form) bool { return f.visible })
	return !visible && bytes.Contains(bytes.ToLower(p.Body), []byte("<script"))
}

// Agrees tells whether the page shows a form that wants nothing but a press: one that asks a person to agree.
func (p Page) Agrees() bool {
	_, ok := p.agreeing()
	return ok
}

// agreeing is the first form that is posted and where nothing is typed.
func (p Page) agreeing() (form, bool) {
	for _, f := range p.forms() {
		typed := slices.ContainsFunc(f.fields, func(c field) bool { return c.typed })
		if f.method == "POST" && !typed && !f.asksSecret {
			return f, true
		}
	}
	return form{}, false
}

// Answer fills in the form of a page that has all of these fields, and sends it. What stands in the field secret is not kept.
func (a *Agent) Answer(ctx context.Context, page Page, values map[string]string, secret string) (Page, error) {
	f, ok := page.asking(slices.Sorted(maps.Keys(values)))
	if !ok {
		return page, &Trouble{Kind: ErrLoginPageChanged, URL: told(page.URL), Detail: fmt.Sprint(slices.Sorted(maps.Keys(values)))}
	}
	return a.submit(ctx, page, f, values, secret)
}

// Agree presses the button of a page that asks a person to agree, with fields beside its own.
func (a *Agent) Agree(ctx context.Context, page Page, values map[string]string) (Page, error) {
	f, ok := page.agreeing()
	if !ok {
		return page, &Trouble{Kind: ErrLoginPageChanged, URL: told(page.URL), Detail: "—"}
	}
	return a.submit(ctx, page, f, values, "")
}

func (a *Agent) submit(ctx context.Context, page Page, f form, values map[string]string, secret string) (Page, error) {
	sent := f.values()
	for name, value := range values {
		sent.Set(name, value)
	}
	r, err := f.request(page.base(page.document()), page.URL, sent)
	if err != nil {
		return page, err
	}
	r.secret, r.policy = secret, page.Header.Get("Referrer-Policy")
	next, err := a.Send(ctx, r)
	next.Hops = append(slices.Clone(page.Hops), next.Hops...)
	return next, err
}

// Answer fills in the controls of the page that is shown, and sends them; as Agent.Answer.
func (c *Chromium) Answer(ctx context.Context, page Page, values map[string]string, secret string) (Page, error) {
	names := slices.Sorted(maps.Keys(values))
	var pairs [][2]string
	for _, name := range names {
		pairs = append(pairs, [2]string{name, values[name]})
	}
	arguments, err := json.Marshal(pairs)
	if err != nil {
		return page, failed(page.URL, err)
	}
	missing, err := evaluate[string](c, ctx, fmt.Sprintf("(%s)(%s)", fillScript, arguments))
	switch {
	case err != nil:
		return page, failed(page.URL, err)
	case missing != "":
		return page, &Trouble{Kind: ErrLoginPageChanged, URL: told(page.URL), Detail: missing}
	}
	next, err := c.press(ctx, page, fmt.Sprintf("(%s)(%q)", pressScript, names[0]))
	next.Hops = masked(next.Hops, secret)
	return next, err
}

// Agree presses the button of the page that is shown; as Agent.Agree. Other fields than its own are put into the form.
func (c *Chromium) Agree(ctx context.Context, page Page, values map[string]string) (Page, error) {
	arguments, err := json.Marshal(values)
	if err != nil || values == nil {
		arguments = []byte("{}")
	}
	return c.press(ctx, page, fmt.Sprintf("(%s)(%s)", agreeScript, arguments))
}

// press makes a script press a button, and waits for the page to which that leads.
func (c *Chromium) press(ctx context.Context, page Page, script string) (Page, error) {
	next, err := c.travel(ctx, func(ctx context.Context) error {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script))
		return err
	})
	next.Hops = append(slices.Clone(page.Hops), next.Hops...)
	return next, err
}

// Hold makes the browser stop before each page of which held says so; as Agent.Hold.
func (c *Chromium) Hold(held func(Request) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hold = held
}

// holds tells whether a request is to be held back.
func (c *Chromium) holds(r Request) bool {
	c.mu.Lock()
	hold := c.hold
	c.mu.Unlock()
	return hold != nil && hold(r)
}

// agreeScript presses the button of the form that asks to agree.
const agreeScript = `(values) => {
  const form = [...document.forms].find((f) => f.method === "post" && ![...f.elements].some((e) => e.type === "password" || e.type === "text"));
  if (!form) return false;
  for (const [name, value] of Object.entries(values)) {
    const old = form.elements.namedItem(name);
    if (old && "value" in old) { old.value = value; continue; }
    const input = document.createElement("input");
    input.type = "hidden"; input.name = name; input.value = value;
    form.append(input);
  }
  const button = [...form.elements].find((e) => e.type === "submit") || form.querySelector("input[type=image]");
  if (button) button.click(); else form.requestSubmit();
  return true;
}`

// Query reads the parameters that a held request brings: those of its address, of its fragment if the way has it, and of its
// form.
func (p Page) Query() url.Values {
	all := url.Values{}
	if p.Held == nil {
		return all
	}
	add := func(more url.Values) {
		for name, values := range more {
			all[name] = append(all[name], values...)
		}
	}
	u, err := url.Parse(p.Held.URL)
	if err == nil {
		add(u.Query())
	}
	add(p.Held.Form)
	if posted, err := url.ParseQuery(string(p.Held.raw)); err == nil && len(p.Held.raw) > 0 {
		add(posted)
	}
	if len(p.Hops) > 0 {
		if to, err := url.Parse(p.Hops[len(p.Hops)-1].Header.Get("Location")); err == nil && to.Fragment != "" {
			if in, err := url.ParseQuery(to.EscapedFragment()); err == nil {
				add(in)
			}
		}
	}
	return all
}
