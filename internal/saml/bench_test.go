package saml_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// BenchmarkVerify tells what the judgement of an honest VI costs: where a convention has a few projects, and in a
// sphere, which opens one for each two of its members.
func BenchmarkVerify(b *testing.B) {
	b.Run("projects", func(b *testing.B) { benchmarkVerify(b, message{}, expect(b)) })
	b.Run("sphere", func(b *testing.B) {
		x := expect(b)
		x.Mode = interops.ModeS
		x.Convention.Agreement = &interops.Agreement{Signed: day(2026, 1, 1), Renewal: interops.TacitRenewal}
		x.Convention.Sphere = &interops.Sphere{Name: "sphère", Members: members(24)}
		benchmarkVerify(b, message{expect: func(to *saml.Expectation) { *to = x }}, x)
	})
}

// members are so many operators of authentication and of services, msa and caf among them.
func members(n int) []interops.Member {
	var all []interops.Member
	for i := range n {
		name := fmt.Sprintf("membre-%02d", i)
		switch i {
		case n / 3:
			name = "msa"
		case n / 2:
			name = "caf"
		}
		own := "http://service." + name + ".test"
		if name == "caf" {
			own = audience
		}
		all = append(all, interops.Member{
			Organism: name, Qualities: []interops.Quality{interops.AuthenticationOperator, interops.ServiceOperator},
			Joined:   day(2026, 1, 1),
			Services: []interops.Service{{Name: own, Audience: own}}, PAGM: []interops.PAGM{{Name: "PAGM_CONSULTATION"}},
		})
	}
	return all
}

func benchmarkVerify(b *testing.B, m message, x saml.Expectation) {
	if j := m.judge(b); !j.Verified || len(j.Findings) > 0 || j.Project.Mode != x.Mode {
		b.Fatalf("%v, %s: %v", j.Verified, j.Project.Name, j.Findings)
	}
	root := m.tree(b)
	vis := slices.DeleteFunc(root.ChildElements(), func(el *etree.Element) bool { return el.Tag != "Assertion" })
	b.ReportAllocs()
	for b.Loop() {
		saml.Verify(root, vis, x)
	}
}
