# shellcheck shell=bash disable=SC2034
# Sourced by compose/up, compose/test and compose/bench: the Debian packages the hub stands on.

packages_build=(libpq-dev libhiredis-dev libcrypt-dev zlib1g-dev)
packages_run=(postgresql redis-server)
packages_tls=(openssl)
packages_backups=(pgbackrest)
packages_patroni=(patroni etcd-server python3-etcd)
packages_load=(wrk)
packages_peers=(nginx haproxy)
packages_fuzz=(python3-venv)
packages_browse=(chromium python3-venv)

# require_packages NAME…: installs what is missing when it may (root, or sudo without a password), else names it.
require_packages() {
    local name missing=()
    command -v dpkg-query >/dev/null || return 0
    for name in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    local as_root=()
    if ((EUID != 0)); then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            as_root=(sudo -n)
        else
            fail 2 "these Debian packages are missing: ${missing[*]}; install them with: sudo apt-get install ${missing[*]}"
        fi
    fi
    say "Installing ${missing[*]} …"
    local output
    output=$(mktemp)
    # Debian starts a packaged server at once; ours are started by this deployment instead, so the policy says no.
    if ! "${as_root[@]}" bash -s -- "${missing[@]}" >"$output" 2>&1 <<'INSTALL'; then
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
mkdir -p /etc/postgresql-common/createcluster.d
echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/hub.conf
policy=/usr/sbin/policy-rc.d
made=
if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    made=1
fi
trap '[[ -z $made ]] || rm -f "$policy"; rm -f /etc/postgresql-common/createcluster.d/hub.conf' EXIT
apt-get update
apt-get install -y --no-install-recommends "$@"
INSTALL
        tail -n 5 "$output" >&2
        rm -f "$output"
        fail 1 "installing ${missing[*]} failed (the last lines are above); install them by hand and try again"
    fi
    rm -f "$output"
}

require_swift() {
    command -v swift >/dev/null ||
        fail 2 "no 'swift' in PATH; install the Swift toolchain 6.2 or newer from swift.org and try again"
}
