#!/usr/bin/env bash
# Installs the third-party peers that the tests measure the product against. As an ordinary user it installs
# nothing and names what is missing; with CI=true a missing peer is a failure.
set -euo pipefail

# command or file that proves the peer is there, then the Debian package that brings it
peers=(
  "xmlsec1 xmlsec1"
  "openssl openssl"
  "xmllint libxml2-utils"
  "curl curl"
  "unzip unzip"
  "soffice libreoffice-writer-nogui"
  "chromium chromium"
  "pdfsig poppler-utils"
  # a token for keys, and what builds the program that reaches it
  "softhsm2-util softhsm2"
  "pkcs11-tool opensc"
  "gcc gcc"
  "/usr/include/stdio.h libc6-dev"
  "certutil libnss3-tools"
  "npm npm"
  "javac openjdk-17-jdk-headless"
  "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf fonts-dejavu-core"
  "/usr/lib/python3/dist-packages/zeep python3-zeep"
  "/usr/lib/python3/dist-packages/xmlsec python3-xmlsec"
  "/usr/share/java/wss4j.jar libwss4j-java"
  "/usr/lib/apache2/modules/mod_auth_mellon.so libapache2-mod-auth-mellon"
  "/usr/lib/apache2/modules/mod_shib.so libapache2-mod-shib"
  "/usr/lib/apache2/modules/mod_auth_openidc.so libapache2-mod-auth-openidc"
  "apache2 apache2"
  "dovecot dovecot-core"
  "/usr/lib/dovecot/imap dovecot-imapd"
  "/usr/lib/dovecot/submission dovecot-submissiond"
  "postfix postfix"
  "dockerd docker.io" # its service is not started: the tests start an engine of their own
  # LemonLDAP::NG, with the modules that its portal loads whatever its settings
  "/usr/share/perl5/Lemonldap/NG/Portal/Main.pm liblemonldap-ng-portal-perl"
  "/usr/lib/*/perl5/*/Lasso.pm liblasso-perl"
  "/usr/lib/*/perl5/*/DBD/SQLite.pm libdbd-sqlite3-perl"
  "/usr/lib/*/perl5/*/Crypt/OpenSSL/Bignum.pm libcrypt-openssl-bignum-perl"
  "/usr/share/perl5/Image/Magick.pm libimage-magick-perl"
  "/usr/share/perl5/GD/SecurityImage.pm libgd-securityimage-perl"
  "/usr/share/perl5/XML/Simple.pm libxml-simple-perl"
  "/usr/share/perl5/IO/String.pm libio-string-perl"
  "/usr/share/perl5/String/Random.pm libstring-random-perl"
  "/usr/share/perl5/Email/Sender.pm libemail-sender-perl"
  "/usr/share/perl5/MIME/Entity.pm libmime-tools-perl"
  "/usr/share/perl5/Convert/Base32.pm libconvert-base32-perl"
  "/usr/share/perl5/Digest/HMAC_SHA1.pm libdigest-hmac-perl"
  "/usr/share/perl5/Crypt/URandom.pm libcrypt-urandom-perl"
  "starman starman"
)

missing=()
for peer in "${peers[@]}"; do
  read -r proof package <<<"$peer"
  if [[ $proof == /* ]]; then
    compgen -G "$proof*" >/dev/null || missing+=("$package")
  else
    command -v "$proof" >/dev/null || missing+=("$package")
  fi
done
((${#missing[@]})) || exit 0

if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
  echo "peers: not installed, the tests that need them are left out: ${missing[*]}" >&2
  echo "peers: hint: run this as root on Debian: apt-get install -y --no-install-recommends ${missing[*]}" >&2
  [[ ${CI:-} == true ]] && exit 1
  exit 0
fi
echo "peers: installing ${missing[*]}"
"$(dirname "$0")/install.sh" "${missing[@]}"
