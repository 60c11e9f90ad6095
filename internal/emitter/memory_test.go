package emitter_test

import (
	"fmt"
	"slices"
	"testing"

	"etalon/internal/emitter"
)

func TestMemoryForgetsTheOldest(t *testing.T) {
	var m emitter.Memory[int]
	if _, there := m.Get("a"); there || len(m.Keys()) != 0 {
		t.Error("an empty one remembers")
	}
	m.Put("a", 1)
	m.Put("b", 2)
	m.Put("a", 3)
	if v, there := m.Take("a"); !there || v != 3 || !slices.Equal(m.Keys(), []string{"b"}) {
		t.Errorf("%d, %t, %v", v, there, m.Keys())
	}
	if _, there := m.Take("a"); there {
		t.Error("what was taken is there")
	}
	for i := range 1 << 14 {
		m.Put(fmt.Sprint(i), i)
	}
	if _, there := m.Get("b"); there || len(m.Keys()) != 1<<14 {
		t.Errorf("%d are remembered", len(m.Keys()))
	}
}
