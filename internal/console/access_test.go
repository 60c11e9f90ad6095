package console_test

import (
	"net/http"
	"reflect"
	"slices"
	"testing"

	"github.com/go-chi/chi/v5"

	"etalon/internal/console"
)

// What changes something says who may: everybody may read.
func TestEveryRouteSaysWhoMayAsk(t *testing.T) {
	r := started(t)
	var ranks []uintptr
	for _, rank := range console.Ranks {
		ranks = append(ranks, reflect.ValueOf(rank).Pointer())
	}
	posts := 0
	err := chi.Walk(console.Routes(r.console), func(method, route string, _ http.Handler, by ...func(http.Handler) http.Handler) error {
		if method == http.MethodGet {
			return nil
		}
		posts++
		declared := 0
		for _, one := range by {
			if slices.Contains(ranks, reflect.ValueOf(one).Pointer()) {
				declared++
			}
		}
		if declared != 1 {
			t.Errorf("%s %s: %d ranks declared, want one: With(read), With(changed) or With(operated)", method, route, declared)
		}
		return nil
	})
	if err != nil || posts == 0 {
		t.Errorf("%d routes, %v", posts, err)
	}
}
