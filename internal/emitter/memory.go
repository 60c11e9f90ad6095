package emitter

import "slices"

// maxMemory bounds what a party remembers of one kind: the oldest goes.
const maxMemory = 1 << 14

// Memory holds values by key, the last 16,384 of them. The zero value is empty; it is not to be shared.
type Memory[V any] struct {
	values map[string]V
	order  []string
}

// Put keeps a value, in the place of the one that the key had.
func (m *Memory[V]) Put(key string, value V) {
	if m.values == nil {
		m.values = map[string]V{}
	}
	if _, again := m.values[key]; !again {
		m.order = append(m.order, key)
	}
	m.values[key] = value
	for len(m.values) > maxMemory || len(m.order) > 2*maxMemory {
		delete(m.values, m.order[0])
		m.order = m.order[1:]
	}
}

// Get returns the value of a key.
func (m *Memory[V]) Get(key string) (V, bool) {
	v, ok := m.values[key]
	return v, ok
}

// Take returns the value of a key and forgets it. Its place in the order stays until it is the oldest.
func (m *Memory[V]) Take(key string) (V, bool) {
	v, ok := m.values[key]
	delete(m.values, key)
	return v, ok
}

// Keys are those of the values, in the order in which they came.
func (m *Memory[V]) Keys() []string {
	return slices.DeleteFunc(slices.Clone(m.order), func(key string) bool {
		_, there := m.values[key]
		return !there
	})
}
