# shellcheck shell=bash
# What tries a deployment of its own has in common: tools from PyPI, and a deployment that goes with the script.
# Sourced after environment.sh and packages.sh.

logs=$root/.build/test-logs
mkdir -p "$logs"

# require_tools NAME REQUIREMENTS TOOL PURPOSE: has TOOL and all of the list of versions in $tools.
require_tools() {
    local install=$logs/$1-install.log
    # One folder for each list of versions.
    tools=$root/.build/$1-$(cksum <"$2" | cut -d' ' -f1)
    [[ -e $tools/complete ]] && return
    say "Installing $3 …"
    rm -rf "$tools"
    python3 -m venv "$tools" >"$install" 2>&1 ||
        fail 1 "python3 cannot make a virtual environment; see $install"
    "$tools/bin/pip" install --quiet --timeout 30 --retries 2 --requirement "$2" >>"$install" 2>&1 ||
        fail 1 "$3 could not be installed from PyPI, without which $4; see $install"
    touch "$tools/complete"
}

# The first of 32 ports that nothing listens on.
free_ports() {
    local base port
    for base in $(shuf -i 200-320 | sed 's/$/00/'); do
        for ((port = base; port < base + 32; port++)); do
            port_is_taken "$port" && continue 2
        done
        echo "$base"
        return
    done
    fail 1 "no run of free ports was found between 20000 and 32000"
}

throw_away() {
    local status=$?
    "$root/compose/down" >/dev/null 2>&1 || status=1
    if ((status == 0)); then rm -rf "$HUB_HOME"; else say "The deployment's logs are in $log"; fi
    exit "$status"
}

# with_own_deployment NAME PURPOSE: brings one up beside any other, whatever this command was told of one; it goes when
# the script ends.
with_own_deployment() {
    unset HUB_TOPOLOGY HUB_SECRETS_DIR
    export HUB_HOME=/var/tmp/hub-$1-$$ HUB_PORT
    HUB_PORT=$(free_ports)
    # shellcheck source=environment.sh
    source "$root/compose/lib/environment.sh"
    trap throw_away EXIT
    trap 'exit 130' INT TERM
    "$root/compose/up" --detach >/dev/null || fail 1 "the deployment to be $2 did not come up"
}
