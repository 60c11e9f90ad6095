#!/usr/bin/env bash
# Judges real mail servers as MSSanté operators, Dovecot and Postfix, honest and with one wrong setting at a time, and
# prints the table set-up × setting × cases × verdict × requirements, each finding with what explains it.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/peers.sh
out=$(mktemp)
trap 'rm -f "$out"' EXIT
echo "peers-mail: Dovecot by introspection, by local keys and by both, IMAP and submission; Postfix over Dovecot's authentication; honest and misconfigured"
status=0
go test ./internal/sides/mss/ -run 'TestMailPeers' -count=1 -v >"$out" 2>&1 || status=$?
echo "| opérateur | interfaces | réglage | cas | verdict | exigences en écart |"
echo "|---|---|---|---|---|---|"
sed -n 's/^.*TABLE //p' "$out"
if ((status)); then
  grep -vE 'TABLE|^=== ' "$out" >&2
fi
exit "$status"
