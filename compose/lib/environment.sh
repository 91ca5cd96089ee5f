# shellcheck shell=bash disable=SC2034
# Sourced by every command of this folder: where things are, and how a command says that it failed.
#
# HUB_HOME   the folder of all state (default: .hub in the checkout)
# HUB_PORT   the router's port (default: 8080); every other port follows from it
# HUB_BUILD  release (default) or debug: which build to run
# HUB_USER   when started as root: the user PostgreSQL runs as (default: postgres, else nobody)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export HUB_HOME=${HUB_HOME:-$root/.hub}
export HUB_PORT=${HUB_PORT:-8080}
case $HUB_HOME in /*) ;; *) HUB_HOME=$PWD/$HUB_HOME ;; esac

run=$HUB_HOME/run
log=$HUB_HOME/log
secrets=$HUB_HOME/secrets
export HUB_TOPOLOGY=${HUB_TOPOLOGY:-$root/Config/local.yaml}
export HUB_SECRETS_DIR=${HUB_SECRETS_DIR:-$secrets}
export HUB_EMAIL=${HUB_EMAIL:-superadmin@system.com}
# Every process of the deployment carries this, so that nothing of it can be left behind unseen.
export HUB_DEPLOYMENT=$HUB_HOME

# With TLS, people's URLs are https and lead to the ninth port above the router's plain one.
tls=$HUB_HOME/tls
use_tls() {
    export HUB_SCHEME=https HUB_PUBLIC_OFFSET=9 HUB_TLS_LISTEN=127.0.0.1:+9 HUB_TLS_CA=$tls/authority/ca.crt
}
if [[ -e $tls/on ]]; then use_tls; fi

# Each shard has as many replicas as the file says, at the ports after HUB_PORT + 30, 40 and 50.
use_replicas() {
    local shard count port=30
    count=$(cat "$HUB_HOME/replicas" 2>/dev/null || echo 0)
    for shard in US EU APAC; do
        local endpoints='' number
        for ((number = 1; number <= count; number++)); do endpoints+=",127.0.0.1:+$((port + number))"; done
        export "HUB_REPLICAS_$shard=$endpoints"
        port=$((port + 10))
    done
}
use_replicas

# Each region has an audit store if the file is there.
use_audit_stores() {
    [[ ! -e $HUB_HOME/audit-stores ]] ||
        export HUB_AUDIT_US=127.0.0.1:+17 HUB_AUDIT_EU=127.0.0.1:+18 HUB_AUDIT_APAC=127.0.0.1:+19
}
use_audit_stores

say() { printf '%s\n' "$*" >&2; }

# fail STATUS SENTENCE…: one sentence that says what, where and what to do.
fail() {
    local status=$1
    shift
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit "$status"
}

case $HUB_PORT in '' | *[!0-9]*) fail 2 "HUB_PORT must be a number from 1024 to 65000, not '$HUB_PORT'" ;; esac
((HUB_PORT >= 1024 && HUB_PORT <= 65000)) || fail 2 "HUB_PORT must be a number from 1024 to 65000, not '$HUB_PORT'"

# The build to run: what was asked for, else what the running deployment uses, else release.
build() {
    if [[ -n ${HUB_BUILD:-} ]]; then
        echo "$HUB_BUILD"
    elif [[ -r $HUB_HOME/build ]]; then
        cat "$HUB_HOME/build"
    else
        echo release
    fi
}

case ${HUB_BUILD:-release} in
    debug | release) ;;
    *) fail 2 "HUB_BUILD must be debug or release, not '$HUB_BUILD'" ;;
esac

# Where the executables are: a build folder of the checkout, or HUB_BIN.
binaries() { echo "${HUB_BIN:-$root/.build/$(build)}"; }

# The newest PostgreSQL server's folder of executables; Debian keeps them out of PATH.
postgres_binaries() {
    local folder
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -Vr) $(dirname "$(command -v initdb || echo /none)"); do
        if [[ -x $folder/initdb && -x $folder/postgres ]]; then
            echo "$folder"
            return
        fi
    done
    return 1
}

# The user PostgreSQL runs as: PostgreSQL refuses root.
postgres_user() {
    if ((EUID != 0)); then
        id -un
    elif [[ -n ${HUB_USER:-} ]]; then
        echo "$HUB_USER"
    elif id -u postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

# as_postgres COMMAND…: run it as that user, as this very process when it is the last command of a subshell.
as_postgres() {
    if ((EUID == 0)); then
        exec setpriv --reuid="$(postgres_user)" --regid="$(id -g "$(postgres_user)")" --clear-groups -- "$@"
    else
        exec "$@"
    fi
}

# The pid of a process of this deployment, when it lives.
pid_of() {
    local pid
    pid=$(cat "$run/$1.pid" 2>/dev/null) || return 1
    [[ -n $pid ]] && is_ours "$pid" && echo "$pid"
}

# Whether that pid is a live process of this deployment, and not a stranger that got the number later.
is_ours() { grep -qszxF "HUB_DEPLOYMENT=$HUB_HOME" "/proc/$1/environ"; }

# Every live process of this deployment, except this command and those that called it.
deployment_pids() {
    local folder pid=$BASHPID callers=' '
    while ((pid > 1)); do
        callers+="$pid "
        pid=$(awk '$1 == "PPid:" { print $2 }' "/proc/$pid/status" 2>/dev/null) || break
    done
    # shellcheck disable=SC2013 # no folder of /proc has a space in its name
    for folder in $(grep -lszxF "HUB_DEPLOYMENT=$HUB_HOME" /proc/[0-9]*/environ); do
        pid=${folder//[!0-9]/}
        [[ $callers == *" $pid "* || ! -d /proc/$pid ]] || echo "$pid"
    done
    return 0
}

# until_true SECONDS COMMAND…: try it every 50 ms until it succeeds.
until_true() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        pause 0.05
    done
}

# A pause that starts no process.
pause() { read -rt "$1" <> <(:) || :; }

port_is_taken() { (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
