package candidate

import (
	"embed"
	"slices"

	"etalon/internal/interops"
)

//go:embed templates/*
var templateFiles embed.FS

// templateText returns an embedded template.
func templateText(name string) []byte {
	raw, err := templateFiles.ReadFile("templates/" + name)
	if err != nil {
		panic("candidate: embedded template: " + err.Error())
	}
	return raw
}

// The sample conventions.
const (
	conventionName = "convention.yaml" // the test convention of mode A
	sphereName     = "sphere.yaml"
	bilateralName  = "bilaterale.yaml"
)

// DefaultConvention returns the test convention: the organisms and projects that the self-test, the
// demonstration and the sandbox play with. Each call returns a new one.
func DefaultConvention() *interops.Convention { return sampleConvention(conventionName) }

// SphereConvention returns the sample sphere of trust of mode S, settled: four members in force (organisme-1 plays
// the three operators, organisme-2 identifies, organisme-3 serves, organisme-4 authenticates and serves), one
// withdrawn (organisme-retire), one not accepted by all (organisme-nouveau), and an organism outside it
// (organisme-exterieur). Each call returns a new one.
func SphereConvention() *interops.Convention { return sampleConvention(sphereName) }

// BilateralConvention returns the sample general convention of modes A and P, settled: two projects, the second added
// by an amendment. Each call returns a new one.
func BilateralConvention() *interops.Convention { return sampleConvention(bilateralName) }

func sampleConvention(name string) *interops.Convention {
	var c interops.Convention
	d := &document{file: name}
	d.parse(templateText(name))
	if err := d.decode(&c); err != nil {
		panic("candidate: embedded convention: " + err.Error())
	}
	return c.Settled()
}

// ConventionText returns the commented file of the test convention.
func ConventionText() []byte { return templateText(conventionName) }

// SampleNames lists the sample conventions: the test convention, the sphere of trust, the bilateral one.
func SampleNames() []string { return []string{conventionName, sphereName, bilateralName} }

// SampleText returns the commented file of a sample convention, nil for an unknown name.
func SampleText(name string) []byte {
	if !slices.Contains(SampleNames(), name) {
		return nil
	}
	return templateText(name)
}
