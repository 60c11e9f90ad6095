// Package features holds the catalogue of requirements and the scenarios that try them: the part of the
// product that an expert of the norm reviews. It is content alone: it parses nothing and runs nothing.
package features

import "embed"

// FS holds the content by domain: for InterOPS, requirements.csv (the catalogue), needs.csv (what a
// @besoin tag asks for), rules.csv (what each finding means), and one feature file for each requirement
// under MODE/ROLE.
//
//go:embed interops
var FS embed.FS
