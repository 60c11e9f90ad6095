package bench_test

import (
	"runtime"
	"testing"
	"time"

	"etalon/internal/bench"
)

func TestLateness(t *testing.T) {
	worst := bench.Lateness()
	first := worst()
	if again := worst(); again != first || first < 0 {
		t.Errorf("asked twice: %s, then %s", first, again)
	}
	worst = bench.Lateness()
	before := runtime.GOMAXPROCS(1)
	busy := make(chan struct{})
	go func() { // nobody else runs meanwhile, but for what the scheduler insists on
		defer close(busy)
		for until := time.Now().Add(200 * time.Millisecond); time.Now().Before(until); {
		}
	}()
	<-busy
	runtime.GOMAXPROCS(before)
	if got := worst(); got <= 0 {
		t.Errorf("a machine that has work is never late: %s", got)
	}
}
