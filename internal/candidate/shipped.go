package candidate

import (
	"embed"

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

// DefaultConvention returns the test convention: the organisms and projects that the self-test, the
// demonstration and the sandbox play with. Each call returns a new one.
func DefaultConvention() *interops.Convention {
	var c interops.Convention
	d := &document{file: conventionName}
	d.parse(ConventionText())
	if err := d.decode(&c); err != nil {
		panic("candidate: embedded convention: " + err.Error())
	}
	return &c
}

const conventionName = "convention.yaml"

// ConventionText returns the commented file of the test convention.
func ConventionText() []byte { return templateText(conventionName) }
