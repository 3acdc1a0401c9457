#!/usr/bin/env bash
# The tests of the scorecard drive Debian's Chromium: playwright's own download is not used.
set -euo pipefail
command -v chromium >/dev/null && exit 0
echo "Installing Chromium ..."
root=()
[ "$(id -u)" -eq 0 ] || root=(sudo -n)
if ! command -v apt-get >/dev/null ||
    ! { "${root[@]}" apt-get update -qq && "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; } >/dev/null
then
    echo "Chromium is missing and could not be installed. Install it (on Debian: apt-get install chromium), then run make test again." >&2
    exit 1
fi
