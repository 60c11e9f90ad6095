#!/usr/bin/env bash
# Installs the third-party peers, judges those of some tests, and prints the table that the tests tell on lines "TABLE …",
# each finding with what explains it: scripts/peers-table.sh PACKAGE TESTS FIRST-COLUMN SECOND-COLUMN.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/peers.sh
out=$(mktemp)
trap 'rm -f "$out"' EXIT
status=0
go test "$1" -run "$2" -count=1 -timeout 30m -v >"$out" 2>&1 || status=$?
echo "| $3 | $4 | réglage | cas | verdict | exigences en écart |"
echo "|---|---|---|---|---|---|"
sed -n 's/^.*TABLE //p' "$out"
if ((status)); then
  grep -vE 'TABLE|^=== ' "$out" >&2
fi
exit "$status"
