package door

import (
	"context"
	"net/http"
)

// Rank is what a person may do in a sandbox.
type Rank string

// The ranks.
const (
	Operator Rank = "operator" // sees and does everything; who asks from this machine is one
	Vendor   Rank = "vendor"   // sees and does what is its own, and what is everybody's
	Auditor  Rank = "auditor"  // sees everything, changes nothing
)

// Person is who asks.
type Person struct {
	Name string
	Rank Rank
}

// OfOperators is the owner of what operators and auditors alone see: no vendor has such a name.
const OfOperators = "-"

// nobody owns nothing: no vendor has such a name.
const nobody = "\x00"

// Owner is whose things the person may see: empty for all.
func (p Person) Owner() string {
	switch {
	case p.Rank == Operator || p.Rank == Auditor:
		return ""
	case p.Rank == Vendor && p.Name != "":
		return p.Name
	}
	return nobody
}

// personKey is where a request keeps who asks.
type personKey struct{}

// as is a request that a person makes.
func as(r *http.Request, p Person) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), personKey{}, p))
}

// PersonOf is who makes a request: whoever is at this machine, when nobody had to say who they are.
func PersonOf(r *http.Request) Person {
	if p, known := r.Context().Value(personKey{}).(Person); known {
		return p
	}
	return Person{Rank: Operator}
}
