#!/usr/bin/env bash
# Judges real receivers of SAML Responses, as provider of mode P and as service operator of mode S, and real
# authentication operators, honest and with one wrong setting at a time, and prints the table peer × role × setting ×
# verdict × findings, each finding with what explains it.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/peers.sh
out=$(mktemp)
trap 'rm -f "$out"' EXIT
echo "peers-saml: mod_auth_mellon, Shibboleth SP and node-saml, in modes P and S; samlify and LemonLDAP::NG as authentication operators; honest and misconfigured"
status=0
go test ./internal/sides/ops/ -run 'TestSAMLPeers|TestSAMLOperators' -count=1 -v >"$out" 2>&1 || status=$?
echo "| pair | rôle | réglage | cas | verdict | exigences en écart |"
echo "|---|---|---|---|---|---|"
sed -n 's/^.*TABLE //p' "$out"
if ((status)); then
  grep -vE 'TABLE|^=== ' "$out" >&2
fi
exit "$status"
