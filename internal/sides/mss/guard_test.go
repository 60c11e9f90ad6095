package mss_test

import (
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"etalon/internal/sides/mss"
	"etalon/internal/verdict"
)

// slowness is how long a machine keeps who asks it waiting, next after next: what a login takes there by itself is
// multiplied and added to.
type slowness func(r *rand.Rand) func() (times float64, more time.Duration)

// ms is so many milliseconds.
func ms(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }

// slownesses are machines: calm ones, and all that a shared one does to who measures on it.
var slownesses = map[string]slowness{
	"calm": func(r *rand.Rand) func() (float64, time.Duration) {
		return func() (float64, time.Duration) { return 1, ms(5 * r.Float64()) }
	},
	"busy": func(r *rand.Rand) func() (float64, time.Duration) {
		mean := 400 * r.Float64()
		return func() (float64, time.Duration) { return 1, ms(mean * r.ExpFloat64()) }
	},
	"overloaded": func(r *rand.Rand) func() (float64, time.Duration) {
		return func() (float64, time.Duration) { return 1, ms(2000 * r.ExpFloat64()) }
	},
	"busier and busier": func(r *rand.Rand) func() (float64, time.Duration) {
		times, by := 1.0, 1+r.Float64()/4
		return func() (float64, time.Duration) { times *= by; return times, ms(times * r.ExpFloat64()) }
	},
	"busy, then calm": func(r *rand.Rand) func() (float64, time.Duration) {
		left, by := r.IntN(40), 20*r.Float64()
		return func() (float64, time.Duration) {
			if left--; left > 0 {
				return 1 + by, ms(100 * r.ExpFloat64())
			}
			return 1, 0
		}
	},
	"calm, then busy": func(r *rand.Rand) func() (float64, time.Duration) {
		left, by := r.IntN(40), 20*r.Float64()
		return func() (float64, time.Duration) {
			if left--; left < 0 {
				return 1 + by, ms(100 * r.ExpFloat64())
			}
			return 1, 0
		}
	},
	"in bursts": func(r *rand.Rand) func() (float64, time.Duration) {
		busy, turn, height := false, r.Float64()/2, 2000*r.Float64() // no burst knows our turns
		return func() (float64, time.Duration) {
			if r.Float64() < turn {
				busy = !busy
			}
			if busy {
				return 1, ms(height * (1 + r.Float64()))
			}
			return 1, 0
		}
	},
}

// An operator that slows nobody down is never taken for one that does, nor one that does for one that does not, whatever the
// machine; on a calm one, both are told.
func TestGuardsAreTold(t *testing.T) {
	operators := map[string]struct {
		guards bool
		delay  func(n int) time.Duration // of the nth refusal, from 1
	}{
		"none":         {false, func(int) time.Duration { return 0 }},
		"always alike": {false, func(int) time.Duration { return 2 * time.Second }},
		"step by step": {true, func(n int) time.Duration { return ms(100 * float64(min(max(0, n-5), 10))) }},
		"doubling":     {true, func(n int) time.Duration { return ms(1000 * float64(int(1)<<min(n, 4))) }},
		"at last":      {true, func(n int) time.Duration { return ms(3000 * float64(min(1, n/12))) }},
	}
	for machine, slow := range slownesses {
		for name, o := range operators {
			told := 0
			const times = 500
			for seed := range uint64(times) {
				r := rand.New(rand.NewPCG(seed, 25))
				next := slow(r)
				login := ms(5 + 95*r.Float64())   // that of a control
				refusal := ms(5 + 95*r.Float64()) // not the same work
				var refusals, controls []time.Duration
				one := func(own time.Duration) time.Duration {
					by, more := next()
					return time.Duration(float64(own)*by) + more
				}
				controls = append(controls, one(login), one(login))
				shown, refuted := false, false
				for n := 1; n <= 20 && !shown; n++ {
					refusals = append(refusals, one(refusal)+o.delay(n))
					controls = append(controls, one(login), one(login))
					shown, refuted = mss.Guarded(refusals, controls)
				}
				if shown && !o.guards || refuted && o.guards {
					t.Errorf("%s, %s, seed %d: shown %t, refuted %t\n%v\n%v", name, machine, seed, shown, refuted, refusals, controls)
				}
				if shown || refuted {
					told++
				}
			}
			t.Logf("%s, %s: %d of %d told", name, machine, told, times)
			if machine == "calm" && told < times {
				t.Errorf("%s, on a calm machine: %d of %d told", name, told, times)
			}
		}
	}
}

// On a machine that has too much to do, ordinary slowness is no guard, and a guard is still none that is missing.
func TestGuardsOnABusyMachine(t *testing.T) {
	if testing.Short() {
		t.Skip("keeps the machine busy")
	}
	var ended atomic.Bool
	defer ended.Store(true)
	for range (runtime.GOMAXPROCS(0) + 1) / 2 {
		go func() {
			for !ended.Load() {
			}
		}()
	}
	for name, wrong := range map[string]verdict.Verdict{"": verdict.Fail, "never-slows-down": verdict.Pass} {
		var flaws []string
		if name != "" {
			flaws = []string{name}
		}
		run := rig{selector: only("IMAP-25"), long: true, noClock: true, hasty: true, configure: guarded, flaws: flaws}.judge(t)
		if len(run.Cases) != 1 {
			t.Fatalf("%q: %+v, %+v", name, run.Cases, run.NotRun)
		}
		c := run.Cases[0]
		t.Logf("%q: %s %s", name, c.Verdict, c.Reason)
		if c.Verdict == wrong {
			t.Errorf("%q: %s, %s %+v", name, c.Verdict, c.Reason, c.Findings)
		}
	}
}
