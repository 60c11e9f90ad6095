package bench

import (
	"sync"
	"time"
)

// tick is how often the machine is asked whether it is late.
const tick = 10 * time.Millisecond

// Lateness begins to measure how late this machine wakes who waits for an instant; worst ends that, and tells the longest
// delay. A machine that is late has no say in how fast another party is.
func Lateness() (worst func() time.Duration) {
	var longest time.Duration
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for timer := time.NewTimer(tick); ; timer.Reset(tick) {
			due := time.Now().Add(tick)
			select {
			case <-timer.C:
				longest = max(longest, time.Since(due))
			case <-end:
				timer.Stop()
				return
			}
		}
	}()
	return sync.OnceValue(func() time.Duration {
		close(end)
		<-ended
		return longest
	})
}
