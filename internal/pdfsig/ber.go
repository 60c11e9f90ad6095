package pdfsig

import (
	"bytes"
	"errors"
	"fmt"
)

// maxNesting is how deep the elements of a signature may stand in each other: a time-stamp with its certificates and the
// signature of another in it has 32. What reads them afterwards calls itself for each.
const maxNesting = 64

var (
	errNested = fmt.Errorf("the signature has elements deeper than %d in each other", maxNesting)
	errBER    = errors.New("the signature cannot be read: an element is not well formed")
)

// measured returns how many octets the element of BER has that others begin with (X.690 §8.1). Each element must end within
// the one that it stands in: otherwise the same octets would be read again and again.
func measured(ber []byte, depth int) (int, error) {
	if depth > maxNesting {
		return 0, errNested
	}
	e, ok := headOf(ber)
	switch {
	case !ok:
		return 0, errBER
	case !e.constructed && e.length >= 0:
		return e.head + e.length, nil
	case !e.constructed:
		return 0, errBER
	}
	inside := ber[e.head:]
	if e.length >= 0 {
		inside = inside[:e.length]
	}
	for at := 0; ; {
		switch {
		case e.length >= 0 && at == len(inside):
			return e.head + at, nil
		case e.length < 0 && at > 0 && bytes.HasPrefix(inside[at:], []byte{0, 0}):
			return e.head + at + 2, nil
		case e.length < 0 && at == 0 && bytes.HasPrefix(inside, []byte{0, 0}): // empty: what reads it afterwards would go on behind
			return 0, errBER
		}
		n, err := measured(inside[at:], depth+1)
		if err != nil {
			return 0, err
		}
		at += n
	}
}

// element is what the first octets of one say.
type element struct {
	constructed bool
	head        int // octets of its tag and its length
	length      int // of what it holds, which is there; negative when a mark ends it
}

// headOf reads tag and length; false when they are cut, or tell of more than there is.
func headOf(ber []byte) (e element, ok bool) {
	if len(ber) < 2 {
		return e, false
	}
	e.constructed, e.head = ber[0]&0x20 != 0, 1
	if ber[0]&0x1f == 0x1f {
		for e.head < len(ber) && ber[e.head] >= 0x80 {
			e.head++
		}
		e.head++
	}
	if e.head >= len(ber) {
		return e, false
	}
	first := int(ber[e.head])
	e.head++
	switch {
	case first < 0x80:
		e.length = first
	case first == 0x80:
		e.length = -1
	case first > 0x84 || e.head+first&0x7f > len(ber):
		return e, false
	default:
		for _, b := range ber[e.head : e.head+first&0x7f] {
			e.length = e.length<<8 | int(b)
		}
		e.head += first & 0x7f
	}
	return e, e.length <= len(ber)-e.head
}
