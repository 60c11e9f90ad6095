package console

import (
	"net/http"

	"etalon/internal/door"
)

// anyone serves also who has not said who they are.
func anyone(next http.Handler) http.Handler { return next }

// read serves everybody: what is posted changes nothing.
func read(next http.Handler) http.Handler {
	return only(next, door.Operator, door.Vendor, door.Auditor)
}

// changed serves who may change what is its own: no auditor.
func changed(next http.Handler) http.Handler { return only(next, door.Operator, door.Vendor) }

// operated serves who may change what is everybody's.
func operated(next http.Handler) http.Handler { return only(next, door.Operator) }

// only serves persons of these ranks.
func only(next http.Handler, ranks ...door.Rank) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := door.PersonOf(r)
		for _, rank := range ranks {
			if p.Rank == rank {
				next.ServeHTTP(w, r)
				return
			}
		}
		refuse(w, http.StatusForbidden, "not-allowed", string(p.Rank))
	})
}
