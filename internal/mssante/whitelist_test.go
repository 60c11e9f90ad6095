package mssante_test

import (
	"testing"

	"etalon/internal/mssante"
)

func TestSameDomain(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"tf-new.test.invalid", "TF-New.TEST.invalid", true},
		{"santé.test.invalid", "xn--sant-epa.test.invalid", true},
		{"SANTÉ.test.invalid", "XN--SANT-EPA.test.invalid", true},
		{"sante\u0301.test.invalid", "santé.test.invalid", true}, // e and an accent of its own
		{"sub.tf-new.test.invalid", "tf-new.test.invalid", false},
		{"sante.test.invalid", "santé.test.invalid", false},
		{"a_b.invalid", "A_B.invalid", true}, // no name of a host
		{"", "", false},
		{"xn--\u00e9", "xn--\u00e9.invalid", false},
	} {
		if got := mssante.SameDomain(c.a, c.b); got != c.want || mssante.SameDomain(c.b, c.a) != c.want {
			t.Errorf("%q and %q: %t, want %t", c.a, c.b, got, c.want)
		}
	}
}

func TestWhiteListEntries(t *testing.T) {
	first, second := mssante.ListedDomain{Name: "un.invalid", Operator: "CN=a"}, mssante.ListedDomain{Name: "deux.invalid", Operator: "CN=b"}
	list := mssante.WhiteList{Domains: []mssante.ListedDomain{first, second, {Name: "UN.invalid", Operator: "CN=c"}}}
	if got := list.Entries("Un.INVALID"); len(got) != 2 || got[0].Operator != "CN=a" || got[1].Operator != "CN=c" {
		t.Errorf("entries %v", got)
	}
	if got := list.Entries("sous.un.invalid"); len(got) != 0 {
		t.Errorf("a domain below one that is listed: %v", got)
	}
	less := list.Without("un.INVALID")
	if len(less.Domains) != 1 || less.Domains[0] != second || len(list.Domains) != 3 {
		t.Errorf("without: %v, and %v is left", less, list)
	}
	if more := less.With(first); len(more.Domains) != 2 || len(less.Domains) != 1 || more.Domains[1] != first {
		t.Errorf("with: %v", more)
	}
}

func TestDomainOf(t *testing.T) {
	for address, want := range map[string]string{"a@b.invalid": "b.invalid", `"a@b"@c.invalid`: "c.invalid", "a": "", "": "", "a@": ""} {
		if got := mssante.DomainOf(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
