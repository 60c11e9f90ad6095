package sso

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"maps"
	"net/url"
	"slices"
)

// pageScript submits the form of a page. It is the only script that PagePolicy allows.
const pageScript = `document.forms[0].submit()`

var pageTemplate = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="fr">
<head><meta charset="utf-8"><title>Transmission en cours</title></head>
<body>
<form method="post" action="{{.Action}}">
{{range .Fields}}<input type="hidden" name="{{.Name}}" value="{{.Value}}">
{{end}}<p>Si la page suivante ne s'affiche pas : <button type="submit">Continuer</button></p>
</form>
<script>{{.Script}}</script>
</body>
</html>
`))

// PagePolicy is the Content-Security-Policy under which the page of PostPage works: its own script and nothing else.
func PagePolicy() string {
	sum := sha256.Sum256([]byte(pageScript))
	return "default-src 'none'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; frame-ancestors 'none'"
}

// PostPage is a page that posts a form by itself, or by a button where scripts do not run (SAML bindings §3.5.4). An
// action that a browser would run instead of going there is neutralised.
func PostPage(action string, form url.Values) []byte {
	type field struct{ Name, Value string }
	var fields []field
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, v := range form[name] {
			fields = append(fields, field{name, v})
		}
	}
	var b bytes.Buffer
	// The template is ours and its data are strings: writing to memory cannot fail.
	_ = pageTemplate.Execute(&b, map[string]any{"Action": action, "Fields": fields, "Script": template.JS(pageScript)})
	return b.Bytes()
}

// Page is the page that posts the message.
func (o Outgoing) Page() []byte { return PostPage(o.Destination, o.Form()) }
