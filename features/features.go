// Package features holds the catalogue of requirements and the scenarios that try them: the part of the
// product that an expert of the norm reviews. It is content alone: it parses nothing and runs nothing.
package features

import "embed"

// FS holds the content by domain: requirements.csv (the catalogue), needs.csv (what a @besoin tag asks for), rules.csv
// (what each finding means), and one feature file for each requirement. Those of InterOPS are under MODE/ROLE; of
// MSSanté and of what is around Pro Santé Connect each group of requirements has a folder, with its own part of the three tables.
//
//go:embed interops mssante psc
var FS embed.FS
