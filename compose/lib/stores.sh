# shellcheck shell=bash disable=SC2154
# Sourced by compose/up: the PostgreSQL clusters and Redis servers of the local deployment.

# Makes a PostgreSQL cluster the first time; a half-made one is made anew.
# prepare_postgres NAME PORT PASSWORD_FILE
prepare_postgres() {
    local name=$1 port=$2 password_file=$3
    local folder=$HUB_HOME/data/$name
    local bin user
    bin=$(postgres_binaries) || fail 2 "no PostgreSQL server found; install it with: apt-get install postgresql"
    user=$(postgres_user)
    if [[ ! -e $folder/.ready ]]; then
        say "Making the PostgreSQL cluster $name …"
        rm -rf "$folder"
        mkdir -p "$folder"
        chmod 700 "$folder"
        local pwfile=$folder.password output
        cp "$password_file" "$pwfile"
        chmod 600 "$pwfile"
        ((EUID != 0)) || chown -R "$user:" "$folder" "$pwfile"
        if ! output=$(cd "$HUB_HOME/data" && (as_postgres "$bin/initdb" -D "$folder" -U hub_admin --pwfile="$pwfile" \
            --auth-local=scram-sha-256 --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --data-checksums 2>&1)); then
            rm -rf "$folder" "$pwfile"
            fail 1 "initdb of $name in $folder failed: $(tail -n 1 <<<"$output")"
        fi
        rm -f "$pwfile"
        cat >>"$folder/postgresql.conf" <<CONF

# Workspace Hub
include_if_exists = 'hub.conf'
CONF
        touch "$folder/.ready"
    fi
    # Written at each start, so that HUB_PORT may change between two of them.
    cat >"$folder/hub.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
wal_level = logical
max_connections = 100
max_wal_senders = 20
max_replication_slots = 20
max_logical_replication_workers = 16
max_worker_processes = 32
wal_retrieve_retry_interval = 100ms # else a move may wait five seconds for its stream to start
shared_buffers = 64MB
log_line_prefix = '%m [%p] %q%u@%d '
CONF
    archiving_settings "$name" >>"$folder/hub.conf"
    if [[ -n ${HUB_STATEMENT_STATISTICS:-} ]]; then
        echo "shared_preload_libraries = 'pg_stat_statements'" >>"$folder/hub.conf"
    fi
    ((EUID != 0)) || chown -R "$user:" "$folder/hub.conf" "$folder/postgresql.conf" "$folder/.ready"
}

# The command that runs that cluster in the foreground, quoted for a shell.
postgres_command() {
    local name=$1 bin
    bin=$(postgres_binaries)
    local command=("$bin/postgres" -D "$HUB_HOME/data/$name")
    if ((EUID == 0)); then
        command=(setpriv --reuid="$(postgres_user)" --regid="$(id -g "$(postgres_user)")" --clear-groups -- "${command[@]}")
    fi
    printf '%q ' "${command[@]}"
}

postgres_answers() {
    "$(postgres_binaries)/pg_isready" -q -h 127.0.0.1 -p "$1" -t 1
}

# prepare_redis NAME PORT PASSWORD_FILE: no dump and no replica, since an old item must never come back. Only what has a time
# to live may be evicted: the fences of writers have none, and losing one could let a reader fill what is about to change.
prepare_redis() {
    local name=$1 port=$2 password_file=$3
    local folder=$HUB_HOME/data/$name
    mkdir -p "$folder"
    chmod 700 "$folder"
    (
        umask 077
        cat >"$folder/redis.conf" <<CONF
bind 127.0.0.1
port $port
dir $folder
save ""
appendonly no
maxmemory 128mb
maxmemory-policy volatile-lru
requirepass $(cat "$password_file")
CONF
    )
}

redis_command() { printf '%q ' redis-server "$HUB_HOME/data/$1/redis.conf"; }

redis_answers() { port_is_taken "$1"; }
