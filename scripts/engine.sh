#!/usr/bin/env bash
# Runs a Docker engine of its own in the foreground, under the folder that is given, beside any other and without the
# system's service: scripts/engine.sh DIR [option of dockerd…]. Installs it first, as root on Debian. Other programs reach
# it with DOCKER_HOST=unix://DIR/docker.sock; ended by a signal (Ctrl-C), it leaves the folder and the link
# docker0, which engines of one machine share.
set -euo pipefail

if (($# == 0)); then
  echo "engine: usage: scripts/engine.sh DIR [option of dockerd…]" >&2
  exit 2
fi
dir=$1
shift
PATH=$PATH:/usr/sbin:/sbin
if ! command -v dockerd >/dev/null; then
  if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
    echo "engine: dockerd is not installed; as root on Debian: apt-get install -y --no-install-recommends docker.io" >&2
    exit 1
  fi
  "$(dirname "$0")/install.sh" docker.io
fi
mkdir -p "$dir"
echo "engine: DOCKER_HOST=unix://$dir/docker.sock"
# No rule of the firewall is touched: containers reach this machine and nothing beyond.
exec dockerd --host "unix://$dir/docker.sock" --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/docker.pid" \
  --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false "$@"
