package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/chromedp/chromedp"

	"etalon/internal/candidate"
)

// Login opens the page of a recipe, fills its form in and looks for the sign of success; as Agent.Login.
func (c *Chromium) Login(ctx context.Context, recipe candidate.Recipe, p Person) (Page, error) {
	at, err := c.Get(ctx, recipe.URL)
	if err != nil {
		return at, err
	}
	return c.Fill(ctx, at, recipe, p)
}

// Fill fills in the login form of the page that is shown; as Agent.Fill.
func (c *Chromium) Fill(ctx context.Context, at Page, recipe candidate.Recipe, p Person) (Page, error) {
	values := entries(recipe.Form, p)
	arguments, err := json.Marshal(values)
	if err != nil {
		return at, failed(at.URL, err)
	}
	missing, err := evaluate[string](c, ctx, fmt.Sprintf("(%s)(%s)", fillScript, arguments))
	switch {
	case err != nil:
		return at, failed(at.URL, err)
	case missing != "" && missing == recipe.Form.User && seen(recipe.Success, at, c.Cookies):
		return at, nil
	case missing != "":
		return at, &Trouble{Kind: ErrLoginPageChanged, URL: told(at.URL), Detail: missing}
	}
	next, err := c.travel(ctx, func(ctx context.Context) error {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf("(%s)(%q)", pressScript, recipe.Form.User)))
		return err
	})
	next.Hops = masked(append(at.Hops, next.Hops...), recipe.Form.Password)
	if err != nil || seen(recipe.Success, next, c.Cookies) {
		return next, err
	}
	return next, refused(recipe.Success, next, c.Cookies)
}

// masked takes the secret that a person typed out of the hops (rule 9).
func masked(hops []Hop, secret string) []Hop {
	if secret == "" {
		return hops
	}
	for i, hop := range hops {
		form, err := url.ParseQuery(string(hop.RequestBody))
		if err == nil && form.Has(secret) {
			hops[i].RequestBody = []byte(Request{Method: http.MethodPost, Form: form, secret: secret}.told())
		}
	}
	return hops
}

// The scripts that act for the person. fillScript fills controls in, by name, and returns the first that is missing.
const (
	fillScript = `(values) => {
  for (const [name, value] of values) {
    const control = document.getElementsByName(name)[0];
    if (!control) return name;
    const owner = Object.getPrototypeOf(control);
    const set = Object.getOwnPropertyDescriptor(owner, "value");
    if (set && set.set) set.set.call(control, value); else control.value = value;
    control.dispatchEvent(new Event("input", {bubbles: true}));
    control.dispatchEvent(new Event("change", {bubbles: true}));
  }
  return "";
}`
	pressScript = `(name) => {
  const form = document.getElementsByName(name)[0].form;
  if (!form) return false;
  const button = form.querySelector("button:not([type]), button[type=submit], input[type=submit], input[type=image]");
  if (button) button.click(); else form.requestSubmit();
  return true;
}`
	postScript = `({action, fields}) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  for (const [name, values] of Object.entries(fields)) for (const value of values) {
    const input = document.createElement("input");
    input.type = "hidden"; input.name = name; input.value = value;
    form.append(input);
  }
  document.documentElement.append(form);
  HTMLFormElement.prototype.submit.call(form);
  return true;
}`
)
