package lps_test

import (
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides/declared"
	"etalon/internal/sides/lps"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// TestMain makes sure that whatever runs and mocks start is ended with them.
func TestMain(m *testing.M) { sidetest.Main(m) }

// mock starts the mock program with flaws, and judges it on some requirements; all when there are none.
func mock(t testing.TB, flaws []string, requirements ...string) *verdict.Run {
	t.Helper()
	return sidetest.Rig{Role: candidate.RoleLPS, Flaws: flaws, Only: requirements, Domains: domains()}.Judge(t)
}

// judge judges the candidate of a file.
func judge(t testing.TB, file string, requirements ...string) *verdict.Run {
	t.Helper()
	return sidetest.Rig{File: file, Only: requirements, Domains: domains()}.Judge(t)
}

func domains() []scenario.Domain { return []scenario.Domain{lps.Domain(), declared.Domain()} }
