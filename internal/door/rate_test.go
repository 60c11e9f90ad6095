package door_test

import (
	"fmt"
	"testing"
	"time"

	"etalon/internal/door"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestAddressesStandForSubscribers(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1:4321": "192.0.2.1", "[::ffff:192.0.2.1]:4321": "192.0.2.1", "[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::/64", "[2001:db8:1:2::9]:2": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:1": "fe80::/64", "192.0.2.1": "192.0.2.1", "pipe": "pipe",
	} {
		if got := door.Origin(address); got != want {
			t.Errorf("%s stands for %s, want %s", address, got, want)
		}
	}
	for address, want := range map[string]string{"BAC.exemple.test:8540": "bac.exemple.test", "bac.exemple.test.": "bac.exemple.test", "[2001:db8::1]:1": "2001:db8::1", "[2001:db8::1]": "2001:db8::1", "2001:db8::1": "2001:db8::1", "": ""} {
		if got := door.BareHost(address); got != want {
			t.Errorf("%s names %s, want %s", address, got, want)
		}
	}
}

func TestMeterForgetsThoseWhoMayAskAgain(t *testing.T) {
	take, spent, known := door.Meter(2)
	for n := range 10_000 {
		take(fmt.Sprint(n), noon)
	}
	if wait := take("0", noon); wait != 0 {
		t.Errorf("the second of two: wait %s", wait)
	}
	if wait := take("0", noon); wait != 30*time.Second {
		t.Errorf("the third: wait %s", wait)
	}
	if wait := spent("0", noon); wait != 30*time.Second {
		t.Errorf("to look at it: wait %s", wait)
	}
	if wait := spent("0", noon.Add(20*time.Second)); wait != 10*time.Second {
		t.Errorf("twenty seconds later: wait %s", wait)
	}
	if wait := spent("never", noon); wait != 0 {
		t.Errorf("who never asked: wait %s", wait)
	}
	if take("new", noon.Add(time.Hour)); known() != 1 {
		t.Errorf("after an hour it knows %d", known())
	}
	for n := range 20_000 {
		take(fmt.Sprint(n), noon.Add(time.Hour))
	}
	if known() > 10_000 {
		t.Errorf("it knows %d", known())
	}
	if wait := take("back", noon); wait != 0 {
		t.Errorf("before: wait %s", wait)
	}
}
