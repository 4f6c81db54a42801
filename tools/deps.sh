#!/bin/sh
# Looks for the programs that the tests need; installs missing Debian packages where it may, else stops and names them.
set -eu
cd "$(dirname "$0")/.."

# Debian keeps nginx where only root looks.
PATH="$PATH:/usr/sbin"
missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need dotnet dotnet-sdk-10.0
need python3 python3
need node nodejs
need npm npm
need nginx nginx

# Debian keeps PostgreSQL's server off the PATH, in a folder for each version. The tests need 15 or newer.
for version in /usr/lib/postgresql/*; do
  if [ "${version##*/}" -ge 15 ] 2>/dev/null; then PATH="$PATH:$version/bin"; fi
done
need postgres postgresql

if [ -n "$missing" ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "deps: installing$missing"
    # The tests start servers of their own: the package shall neither make nor start one, while this file is there.
    no_cluster=/etc/postgresql-common/createcluster.d/gatepost.conf
    case "$missing" in *postgresql*)
      trap 'rm -f "$no_cluster"' EXIT
      mkdir -p "${no_cluster%/*}" && echo "create_main_cluster = false" >"$no_cluster" ;;
    esac
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null
  else
    echo "deps: these are missing:$missing. Install them (as root: apt-get install$missing), then run this again." >&2
    exit 1
  fi
fi

# Programs of the tests, at the versions of their lock files.
install() {
  if [ ! -d "$1/node_modules" ] || [ "$1/package-lock.json" -nt "$1/node_modules" ]; then
    echo "deps: installing $2"
    (cd "$1" && npm ci --no-audit --no-fund --ignore-scripts --silent && touch node_modules)
  fi
}
install tests/Gatepost.Testing/smtp-server "the SMTP server of the mail tests"
install tests/Gatepost.Interop.Tests/official-libraries "the providers' own libraries"
