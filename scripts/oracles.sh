#!/usr/bin/env bash
# Verifies the archive of a run with our own program and with tools that are not ours; each must find it sound, else this fails.
#   scripts/oracles.sh FOLDER [ROOTS.pem [TIME-ROOTS.pem]]    FOLDER holds report.zip
#   scripts/oracles.sh --missing                              names the tools that are not here, and fails when there are any
# Without ROOTS the signer's own certificate is taken for an authority: that says that the signature is sound, not whose it is.
set -euo pipefail

missing() {
  local tool absent=()
  for tool in openssl unzip sha256sum gzip od pdfsig certutil xmlsec1; do
    command -v "$tool" >/dev/null || absent+=("$tool")
  done
  echo "${absent[*]}"
  [[ ${#absent[@]} == 0 ]]
}
if [[ ${1-} == --missing ]]; then
  missing
  exit
fi
[[ -r ${1-}/report.zip ]] || { echo "oracles: usage: scripts/oracles.sh FOLDER [ROOTS.pem [TIME-ROOTS.pem]]: FOLDER/report.zip" >&2; exit 2; }
absent=$(missing) || { echo "oracles: il manque / missing: $absent ; apt-get install openssl unzip poppler-utils libnss3-tools xmlsec1" >&2; exit 2; }

here=$(cd "$(dirname "$0")/.." && pwd)
conformance=${CONFORMANCE:-$here/bin/conformance}
archive=$(realpath "$1/report.zip")
roots=${2:+$(realpath "$2")}
time=${3:+$(realpath "$3")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unzip -qq "$archive" -d members || echo "unzip                  REFUSE / REFUSES"
if [[ -z $roots ]]; then
  openssl x509 -in members/chain.pem -out roots.pem
  roots=$work/roots.pem
fi

failed=0
# agree NAME PATTERN COMMAND… runs a tool, which must succeed and say PATTERN.
agree() {
  local name=$1 pattern=$2
  shift 2
  if "$@" >said 2>&1 && grep -Eq "$pattern" said; then
    printf '%-22s %s\n' "$name" "$(grep -E -m 1 "$pattern" said | sed 's/^ *//')"
  else
    printf '%-22s REFUSE / REFUSES\n' "$name"
    sed 's/^/    /' said
    failed=1
  fi
}

agree 'conformance verify' 'archive (intègre|sound)' "$conformance" verify "$archive" --roots "$roots" ${time:+--tsa-roots "$time"}

sed -n '/^```sh$/,/^```$/p' "$here/docs/verify.md" | sed '1d;$d' >verifier.sh
agree 'docs/verify.md' '^archive saine' sh verifier.sh "$archive" "$roots" ${time:+"$time"}

if [[ -f members/timestamp.tsr ]]; then
  openssl ts -reply -in members/timestamp.tsr -token_out -out token 2>/dev/null
  openssl pkcs7 -inform DER -in token -print_certs -out token.pem
  if [[ -n $time ]]; then
    agree 'openssl ts' 'Verification: OK' openssl ts -verify -in members/timestamp.tsr -data members/attestation.dsse.json -CAfile "$time"
  else
    agree 'openssl ts' 'Verification: OK' openssl ts -verify -in members/timestamp.tsr -data members/attestation.dsse.json -CAfile token.pem -partial_chain
  fi
elif [[ -n $time ]]; then
  echo 'openssl ts             non horodatée / not time-stamped'
  failed=1
fi

trusts=()
authority='' # whether one of the roots is an authority: pdfsig trusts no certificate that vouches for itself alone
csplit -sz -f root- "$roots" '/-----BEGIN CERTIFICATE-----/' '{*}'
mkdir nss
certutil -N -d sql:nss --empty-password
for root in root-*; do
  grep -q BEGIN "$root" || continue
  certutil -A -d sql:nss -n "$root" -t C,C,C -i "$root"
  [[ $(openssl x509 -in "$root" -noout -ext basicConstraints 2>/dev/null) != *CA:TRUE* ]] || authority=1
  trusts+=(--trusted-pem "$root")
done
agree 'xmlsec1 report.xml' '^OK$' xmlsec1 --verify --id-attr:Id 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties' "${trusts[@]}" members/report.xml
if [[ -f members/report.pdf ]] || [[ $'\n'$("$conformance" list formats) == *$'\npdf '* ]]; then
  agree 'pdfsig report.pdf' 'Signature Validation: Signature is Valid' pdfsig -nssdir sql:nss members/report.pdf
  [[ -z $authority ]] || agree 'pdfsig report.pdf' 'Certificate Validation: Certificate is Trusted' pdfsig -nssdir sql:nss members/report.pdf
fi
[[ $failed == 0 ]] && echo 'oracles : tous d’accord / all agree'
exit $failed
