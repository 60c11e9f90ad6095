#!/usr/bin/env bash
# The main job, on a machine with nothing but Go: judges an honest provider, an honest client, a flawed provider and an
# honest authentication operator, each a process of its own, verifies the archives, then plays a sphere of four organisms. Any departure from what is told here is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

conformance=bin/conformance
sandbox=bin/sandbox
mkdir -p reports/runs
work=$(mktemp -d "reports/runs/demo-$(date -u +%Y%m%dT%H%M%SZ)-XXXX")
stub='' # the process id of the stub that plays
tsa=''  # that of the time authority

finish() {
  if [[ -n $stub ]]; then
    kill "$stub" 2>/dev/null || true
  fi
  if [[ -n $tsa ]]; then
    kill "$tsa" 2>/dev/null || true
  fi
}
trap finish EXIT

fail() {
  echo "demo: ÉCHEC / FAILED: $*" >&2
  exit 1
}

# start FOLDER ROLE [FLAG…] starts a stub, waits for the line that it prints when it is ready, and leaves the path
# of its candidate file in $candidate.
start() {
  local folder=$1
  shift
  exec {ready}< <(exec "$sandbox" stub "$@" --dir "$folder")
  stub=$!
  IFS= read -r -t 60 candidate <&"$ready" || fail "sandbox stub $* n'a pas démarré / did not start"
}

# stop ends the stub and waits for its end.
stop() {
  kill "$stub"
  wait "$stub" || fail "la souche ne s'est pas arrêtée proprement / the stub did not end well"
  stub=''
  exec {ready}<&-
}

# judge NAME WANTED_EXIT WANTED_LEVEL ROLE [FLAG…] plays one candidate.
judge() {
  local name=$1 want=$2 level=$3 run=$work/$1 status=0
  shift 3
  echo
  echo "── $name : sandbox stub $*"
  start "$work/candidats/$name" "$@"
  "$conformance" --lang fr run "$candidate" --long --out "$run" --tsa "$authority" --tsa-roots "$work/horodatage.pem" >"$work/$name.txt" 2>"$work/$name.progress" || status=$?
  stop
  grep -E '^(Niveau|Cas  |dont)' "$work/$name.txt" || true
  [[ $status == "$want" ]] || fail "$name : sortie / exit $status, attendue / wanted $want ; $work/$name.txt, $work/$name.progress"
  grep -q "^Niveau au profil de test *$level\$" "$work/$name.txt" || fail "$name : niveau attendu / level wanted: $level"
  echo "sortie / exit $status"
  echo "rapport / report : $PWD/$run/report.html"
}

# check NAME verifies an archive. Status 4 says: sound, and signed by a TEST key that nobody trusts, which is true here.
check() {
  local status=0
  "$conformance" verify "$work/$1/report.zip" --tsa-roots "$work/horodatage.pem" >"$work/$1.verify" || status=$?
  [[ $status == 4 ]] || fail "$1/report.zip : verify a rendu / returned $status"
  echo "$1/report.zip : $(head -n 1 "$work/$1.verify") ; clé de TEST, non reconnue (sortie 4) / TEST key, not trusted (exit 4)"
}

mkdir -p "$work/candidats"
exec {clock}< <(exec "$sandbox" timestamp --listen 127.0.0.1:0 --dir "$work")
tsa=$!
IFS= read -r -t 60 authority <&"$clock" || fail "sandbox timestamp n'a pas démarré / did not start"
judge fournisseur-honnete 0 CONFORME fournisseur
judge client-honnete 0 CONFORME client
judge fournisseur-fautif 1 'NON CONFORME (BLOQUANTE)' fournisseur --flaw skips-audience
judge operateur-honnete 0 CONFORME operateur-authentification
grep -q 'data:image/svg' "$work/operateur-honnete/report.html" || fail "le rapport ne dessine pas le parcours / the report does not draw the journey"
grep '\[bloquante\] V10' "$work/fournisseur-fautif.txt" || fail "le rapport ne nomme pas V10 / the report does not name V10"

echo
echo "── conformance verify"
check fournisseur-honnete
check client-honnete
check fournisseur-fautif
check operateur-honnete

echo
echo "── sandbox sphere : mode S, quatre organismes / four organisms"
"$sandbox" sphere --lang fr --persons 3 --out "$work/sphere" | tee "$work/sphere.txt" || fail "la sphère n'a pas tenu ce qu'elle doit / the sphere did not keep what it owes ; $work/sphere.txt"
[[ -s $work/sphere/parcours.html ]] || fail "le parcours n'a pas de rapport / the journey has no report"
"$conformance" --lang fr traces "$work"/sphere/traces/*.jsonl >"$work/sphere.traces" || fail "les traces ne se rapprochent pas / the traces do not reconcile ; $work/sphere.traces"
tail -n 1 "$work/sphere.traces"

echo
echo "── scripts/oracles.sh : les outils des autres / the tools of others"
if absent=$(scripts/oracles.sh --missing); then
  openssl x509 -in <(unzip -p "$work/fournisseur-honnete/report.zip" chain.pem) -out "$work/signataire.pem"
  scripts/oracles.sh "$work/fournisseur-honnete" "$work/signataire.pem" "$work/horodatage.pem" || fail "un outil refuse l'archive / a tool refuses the archive"
else
  echo "pas fait, il manque / not done, missing: $absent"
fi
echo
echo "demo : tout est comme annoncé / all is as told ; $PWD/$work"
