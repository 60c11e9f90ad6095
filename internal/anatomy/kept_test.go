package anatomy_test

import (
	"bytes"
	"testing"

	"etalon/internal/anatomy"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/saml"
)

// What is written is read as the same world, which judges the same: also one of a sphere.
func TestKnowledgeIsKept(t *testing.T) {
	w := newWorld(t)
	known := w.knowledge()
	known.Recognised = w.credential("organisme-client/tls").Chain[:1]
	for _, convention := range []*interops.Convention{w.convention, candidate.SphereConvention(), candidate.BilateralConvention()} {
		known.Convention = convention
		written, err := known.Write()
		if err != nil {
			t.Fatal(err)
		}
		read, err := anatomy.Read(written)
		if err != nil {
			t.Fatal(err)
		}
		if read.World() != known.World() {
			t.Errorf("%s: another world is read", convention.Name)
		}
		if again, err := read.Write(); err != nil || !bytes.Equal(again, written) {
			t.Errorf("%s: written again otherwise, %v", convention.Name, err)
		}
	}
	known = w.knowledge()
	written, _ := known.Write()
	read, err := anatomy.Read(written)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range read.Open(w.message(w.scene(interops.ModeA), saml.Hooks{})).Documents[0].Parts {
		if p.State != anatomy.Fine {
			t.Errorf("%s: %s %v", p.Name, p.State, p.Findings)
		}
	}
}

func TestKnowledgeThatCannotBeRead(t *testing.T) {
	for _, written := range []string{"", "{", "{}", `{"convention":{},"profile":{},"roots":["AAAA"]}`, `{"convention":{},"profile":{},"roots":[],"recognised":["AAAA"]}`} {
		if k, err := anatomy.Read([]byte(written)); err == nil || k.Convention != nil {
			t.Errorf("%q is read", written)
		}
	}
}
