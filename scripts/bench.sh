#!/usr/bin/env bash
# Measures the product in one run, as ratios over what its cryptography costs alone, and prints a short table with the
# first targets. It judges nothing: a target that is missed is marked, and the exit status stays 0.
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}

out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$go" test -run '^$' -bench '^BenchmarkVerifyEnvelope$' ./internal/soap/ | tee -a "$out" >&2
"$go" test -run '^$' -bench '^BenchmarkExchange$' ./cmd/conformance/ | tee -a "$out" >&2
"$go" test -run '^$' -bench '^BenchmarkPlan$' -benchtime 1x ./cmd/conformance/ | tee -a "$out" >&2
"$go" test -run '^$' -bench '^Benchmark(Verify|Archive)$' -benchtime 20x ./internal/report/ ./internal/seal/ | tee -a "$out" >&2
"$go" test -run '^$' -bench '^BenchmarkServe$' -benchtime 10x ./cmd/conformance/ | tee -a "$out" >&2
"$go" test -run '^$' -bench '^BenchmarkJourneys$' -benchtime 100x ./stubs/authentication/ | tee -a "$out" >&2
"$go" test -run '^$' -bench '^Benchmark(Login|Introspect)$' -benchtime 200x ./internal/stand/ | tee -a "$out" >&2
"$go" test -run '^$' -bench '^BenchmarkTenThousand$' -benchtime 20x ./internal/console/ | tee -a "$out" >&2

awk '
  /^Benchmark/ { name = $1; sub(/-[0-9]+$/, "", name); for (i = 3; i < NF; i += 2) value[name, $(i + 1)] = $i }
  function row(what, name, unit, shown, target) {
    if (!((name, unit) in value)) { printf "%-58s not measured\n", what; bad = 1; return }
    v = value[name, unit] + 0
    mark = target == "" ? "" : v <= target ? "target <= " target : "target <= " target " MISSED"
    printf "%-58s %9.1f %-5s %s\n", what, v, shown, mark
  }
  END {
    print ""
    row("VI verified in its envelope / raw RSA verification", "BenchmarkVerifyEnvelope", "x-raw-rsa", "x", "")
    row("  the same, certificate path and revocation left out", "BenchmarkVerifyEnvelope", "x-raw-rsa-without-path", "x", "")
    row("mode A exchange / (handshake + sign + verify)", "BenchmarkExchange", "x-own-crypto", "x", "")
    row("whole plan, both roles, honest stubs: wall", "BenchmarkPlan", "s-wall", "s", 30)
    row("  CPU of judge and stubs", "BenchmarkPlan", "s-cpu", "s", "")
    row("  CPU / own cryptography (see BenchmarkPlan)", "BenchmarkPlan", "x-own-crypto", "x", "")
    row("  peak memory of the largest process", "BenchmarkPlan", "MiB-peak", "MiB", 200)
    row("  cases played", "BenchmarkPlan", "cases", "", "")
    row("conformance verify of the larger archive", "BenchmarkPlan", "ms-verify", "ms", 150)
    row("archive of 400 cases made, without PDF", "BenchmarkArchive", "ms", "ms", 1000)
    row("  its PDF", "BenchmarkArchive", "ms-pdf", "ms", 3000)
    row("  verified", "BenchmarkVerify", "ms", "ms", 150)
    row("mode S journeys, four organisms in one process", "BenchmarkJourneys", "journeys/s", "/s", "")
    row("  CPU / (signatures made + verified)", "BenchmarkJourneys", "x-signatures", "x", "")
    row("  CPU / (signatures + handshakes)", "BenchmarkJourneys", "x-own-crypto", "x", "")
    row("XOAUTH2 login over IMAP, key and introspection / handshake", "BenchmarkLogin", "x-bare-handshake", "x", "")
    row("  introspections answered", "BenchmarkIntrospect", "introspections/s", "/s", "")
    row("console of 10,000 exchanges: the page of the last", "BenchmarkTenThousand/list", "ms-page", "ms", 200)
    row("  of a requirement", "BenchmarkTenThousand/requirement", "ms-page", "ms", 200)
    row("  of words that are in all", "BenchmarkTenThousand/search_for_all", "ms-page", "ms", 200)
    row("  memory of the program", "BenchmarkTenThousand/words_of_filters", "MiB", "MiB", 150)
    row("sandbox serve: first connection accepted after", "BenchmarkServe", "ms-first-connection", "ms", 300)
    exit bad
  }' "$out"
