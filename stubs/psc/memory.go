package psc

// maxMemory bounds what the stub remembers of one kind: the oldest goes.
const maxMemory = 1 << 14

// memory holds values by key, the last maxMemory of them. The zero value is empty; it is not to be shared.
type memory[V any] struct {
	values map[string]V
	order  []string
}

// put keeps a value, in the place of the one that the key had.
func (m *memory[V]) put(key string, value V) {
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

// get returns the value of a key.
func (m *memory[V]) get(key string) (V, bool) {
	v, ok := m.values[key]
	return v, ok
}

// take returns the value of a key and forgets it. Its place in the order stays until it is the oldest.
func (m *memory[V]) take(key string) (V, bool) {
	v, ok := m.values[key]
	delete(m.values, key)
	return v, ok
}
