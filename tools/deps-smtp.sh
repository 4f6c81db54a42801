#!/bin/sh
# Installs the SMTP server that the mail tests run against, at the versions of its lock file.
set -eu
cd "$(dirname "$0")/../tests/Gatepost.Testing/smtp-server"
if ! command -v npm >/dev/null; then
  echo "npm is missing: install Node.js 20 or newer, then run this again" >&2
  exit 1
fi
npm ci --no-audit --no-fund --ignore-scripts
