package provider_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/mutation"
	"etalon/internal/soap"
)

// wrongFault is what a flaw does to the answer of a faulty message.
type wrongFault struct {
	shown []string // messages whose answer must show it
	wrong func(outcome) bool
}

func vagueServer(o outcome) bool { return o.fault.Code.Local == "Server" && len(o.form) == 0 }

func says(rule string) func(outcome) bool {
	return func(o outcome) bool { return slices.Contains(o.form, rule) }
}

// wrongFaults are the flaws of the answer, each with the messages that must show it.
var wrongFaults = map[string]wrongFault{
	"vague-on-missing-vi": {words("soap-header-absent soap-security-empty soap-vi-under-header"), vagueServer},
	"answers-business-without-vi": {words("soap-header-absent soap-security-empty"), func(o outcome) bool {
		return o.status == 200 && !o.proper && strings.Contains(o.body, "reponse")
	}},
	"vague-on-format": {words("vi-issuer-empty vi-element-foreign vi-namespace-wrong"), vagueServer},
	"shows-stack-trace": {words("vi-issuer-empty vi-element-foreign vi-namespace-wrong"), func(o outcome) bool {
		return strings.Contains(o.body, ".java:")
	}},
	"vague-on-signature":        {words("vi-signature-value-altered vi-certificate-expired"), vagueServer},
	"reveals-path-trouble":      {words("vi-certificate-expired"), func(o outcome) bool { return o.fault.Code.Local == "InvalidSecurityToken" }},
	"vague-on-dates":            {words("vi-window-expired vi-window-not-yet-valid vi-window-inverted vi-conditions-absent"), vagueServer},
	"vague-on-service":          {words("vi-audience-other-service vi-audience-absent"), vagueServer},
	"vague-on-issuer":           {words("vi-issuer-unknown vi-issuer-without-project"), vagueServer},
	"vague-on-level":            {words("vi-authncontext-unknown vi-authncontext-absent"), vagueServer},
	"vague-on-pagm":             {words("vi-pagm-absent vi-pagm-unknown vi-pagm-blank"), vagueServer},
	"faults-in-other-namespace": {words("vi-window-expired vi-pagm-absent"), says("fault-namespace-other")},
	"undeclared-fault-prefix":   {words("vi-window-expired vi-signature-value-altered"), says("fault-prefix-undeclared")},
	"faults-in-html":            {words("vi-signature-value-altered vi-xml-malformed"), says("fault-html")},
	"faults-with-status-200": {words("vi-audience-other-service"), func(o outcome) bool {
		return o.status == 200 && slices.Contains(o.form, "fault-status-other")
	}},
	"echoes-vi":           {words("vi-audience-other-service vi-window-expired"), func(o outcome) bool { return strings.Contains(o.body, "<message>") }},
	"reports-dates-first": {words("deux-defauts"), func(o outcome) bool { return o.fault.Code.Local == "InvalidVI" }},
}

// withTwoDefects adds a badly signed VI that is also out of its window (F11).
func withTwoDefects(t testing.TB, w *world, all map[string][]message) map[string][]message {
	altered, _ := mutation.ByName("vi-signature-value-altered")
	_, h, _ := w.where(altered)
	all["deux-defauts"] = []message{w.honest(t, w.targets()[0], "deux-defauts", func(d *soap.Draft) {
		d.Hooks = altered.Hooks(h)
		d.VI.NotOnOrAfter = w.Now.Add(-time.Hour)
		d.VI.NotBefore = w.Now.Add(-2 * time.Hour)
	})}
	return all
}

func TestWrongFaults(t *testing.T) {
	w := mustWorld(t)
	all := withTwoDefects(t, w, messages(t, w))
	sound := playAll(newRig(t, nil), all)
	for name, flaw := range wrongFaults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := playAll(newRig(t, []string{name}), all)
			for _, m := range flaw.shown {
				if flaw.wrong(sound[m]) {
					t.Errorf("%s: the honest answer shows it too: %s", m, sound[m].body)
				}
				if !flaw.wrong(got[m]) {
					t.Errorf("%s: the answer does not show it: %d %v %s", m, got[m].status, got[m].form, got[m].body)
				}
			}
			for m, o := range got {
				if o.reached {
					t.Errorf("%s reaches the application", m)
				}
				if o.body != sound[m].body && !flaw.wrong(o) && name != "faults-in-html" {
					t.Errorf("%s: another answer than the honest one, for another reason: %s", m, o.body)
				}
			}
		})
	}
}
