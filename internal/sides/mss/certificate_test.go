package mss_test

import (
	"testing"

	"etalon/internal/sides/mss"
)

// A certificate on trial is shown in the way by which the control of the same scenario went through, whatever other
// scenarios found since; before a control, in the way found last.
func TestMeansOfAScenario(t *testing.T) {
	const address = "app@dom.test"
	for name, c := range map[string]struct {
		own, shared int
		response    string
		twoSteps    bool
	}{
		"nothing found":         {-1, 0, "", false},
		"found elsewhere":       {-1, 3, address, true},
		"found here":            {1, 0, address, false},
		"found here, and there": {2, 1, "", true},
	} {
		l := mss.FirstWay(address, c.own, c.shared)
		if string(l.Response) != c.response || l.TwoStep != c.twoSteps {
			t.Errorf("%s: response %q, two steps %t", name, l.Response, l.TwoStep)
		}
	}
}
