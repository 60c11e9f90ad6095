package benchtest

import (
	"slices"
	"strings"
	"sync"
	"testing"
)

// Failures are the requirements that a battery of trials saw fail, with how each showed. The zero value is none.
type Failures struct {
	mu  sync.Mutex
	how map[string][]string
}

// Fails records a failure of a requirement.
func (f *Failures) Fails(requirement, how string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.how == nil {
		f.how = map[string][]string{}
	}
	f.how[requirement] = append(f.how[requirement], how)
}

// Unless records a failure of a requirement when what should hold does not.
func (f *Failures) Unless(holds bool, requirement, how string) {
	if !holds {
		f.Fails(requirement, how)
	}
}

// Failed returns how each requirement that failed showed.
func (f *Failures) Failed() map[string][]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	failed := map[string][]string{}
	for requirement, how := range f.how {
		failed[requirement] = slices.Clone(how)
	}
	return failed
}

// SingleNeglect wants of a flaw that what failed is all that it must, and nothing but what it may.
func SingleNeglect(t testing.TB, failed map[string][]string, must, may []string) {
	t.Helper()
	for _, requirement := range must {
		if failed[requirement] == nil {
			t.Errorf("must fail %s", requirement)
		}
	}
	for requirement, how := range failed {
		if !slices.Contains(must, requirement) && !slices.Contains(may, requirement) {
			t.Errorf("fails %s: %s", requirement, strings.Join(slices.Compact(how), ", "))
		}
	}
}
