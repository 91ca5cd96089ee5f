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
    write_postgres_settings "$folder" "$port"
}

# Written at each start, so that HUB_PORT may change between two of them.
# write_postgres_settings FOLDER PORT [MORE]
write_postgres_settings() {
    local folder=$1 port=$2 more=${3:-}
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
    archiving_settings "$(basename "$folder")" >>"$folder/hub.conf"
    if [[ -n ${HUB_STATEMENT_STATISTICS:-} ]]; then
        echo "shared_preload_libraries = 'pg_stat_statements'" >>"$folder/hub.conf"
    fi
    # What a replica still wants that was away for a while.
    if [[ -n ${HUB_REPLICAS_US:-} ]]; then echo "wal_keep_size = 256MB" >>"$folder/hub.conf"; fi
    if [[ -n $more ]]; then printf '%s\n' "$more" >>"$folder/hub.conf"; fi
    ((EUID != 0)) || chown -R "$(postgres_user):" "$folder/hub.conf" "$folder/postgresql.conf" "$folder/.ready"
}

# The cluster that another is a replica of, nothing for a primary. A shard's servers are postgres-SHARD, postgres-SHARD-2 and
# so on; the primary among them is the one of the newest timeline that is no replica, and at first the first.
replica_of() {
    local first primary name
    first=$(first_of "$1")
    primary=$(
        for name in "$first" "$first"-{2..10}; do
            if is_listed "$name" && is_primary "$name"; then printf '%s %s\n' "$(timeline_of "$name")" "$name"; fi
        done | sort -k1,1nr -s | head -n 1
    )
    primary=${primary#* }
    [[ ${primary:-$first} == "$1" ]] || echo "${primary:-$first}"
}

# The first server of a server's shard.
first_of() {
    if [[ $1 =~ ^(postgres-.+)-[0-9]+$ ]] && is_listed "${BASH_REMATCH[1]}"; then
        echo "${BASH_REMATCH[1]}"
    else
        echo "$1"
    fi
}

is_listed() { grep -q "^postgres"$'\t'"$1"$'\t' <<<"$processes"; }

is_primary() { [[ -e $HUB_HOME/data/$1/.ready && ! -e $HUB_HOME/data/$1/standby.signal ]]; }

# The newest timeline that a cluster at rest knows.
timeline_of() {
    local folder=$HUB_HOME/data/$1 file newest=1
    for file in "$folder"/pg_wal/*.history; do
        [[ -e $file ]] || continue
        file=$((16#$(basename "$file" .history)))
        ((file <= newest)) || newest=$file
    done
    echo "$newest"
}

# Makes a replica of a running cluster the first time, and in place of one that was replaced as the primary. What that had
# stays aside, since it may have been told what nobody else was.
# prepare_replica NAME PORT PRIMARY_PORT PASSWORD_FILE
prepare_replica() {
    local name=$1 port=$2 primary_port=$3 password_file=$4
    local folder=$HUB_HOME/data/$name bin user output
    bin=$(postgres_binaries)
    user=$(postgres_user)
    if [[ ! -e $folder/.ready || ! -e $folder/standby.signal ]]; then
        say "Making the replica $name …"
        if is_primary "$name"; then
            rm -rf "$folder.replaced"
            mv "$folder" "$folder.replaced"
        fi
        rm -rf "$folder"
        mkdir -p "$folder"
        chmod 700 "$folder"
        ((EUID != 0)) || chown "$user:" "$folder"
        if ! output=$(cd "$HUB_HOME/data" && (PGPASSWORD=$(cat "$password_file") as_postgres "$bin/pg_basebackup" -D "$folder" \
            -h 127.0.0.1 -p "$primary_port" -U hub_admin --checkpoint=fast --wal-method=stream 2>&1)); then
            rm -rf "$folder"
            fail 1 "pg_basebackup of $name in $folder failed: $(tail -n 1 <<<"$output")"
        fi
        touch "$folder/.ready" "$folder/standby.signal"
        ((EUID != 0)) || chown "$user:" "$folder/standby.signal"
    fi
    (umask 077 && printf '127.0.0.1:*:*:hub_admin:%s\n' "$(cat "$password_file")" >"$folder/primary.pass")
    write_postgres_settings "$folder" "$port" "# A replica
primary_conninfo = 'host=127.0.0.1 port=$primary_port user=hub_admin passfile=''$folder/primary.pass'' application_name=$name'
hot_standby_feedback = on # else the primary removes rows that a long read here still needs, and the read fails"
    ((EUID != 0)) || chown "$user:" "$folder/primary.pass"
}

# What --replicas asks for, if it is not what runs.
check_replicas_of_running() {
    local count
    count=$(cat "$HUB_HOME/replicas" 2>/dev/null || echo 0)
    [[ -z $replicas_wanted || $replicas_wanted == "$count" ]] ||
        fail 5 "the deployment in $HUB_HOME runs with $count replicas of each shard; stop it with compose/down first"
}

# Keeps as many replicas as asked for, or as the last time. Those that are not wanted any more go.
choose_replicas() {
    [[ -n $replicas_wanted ]] || return 0
    local folder number
    for folder in "$HUB_HOME"/data/postgres-*-*-*; do
        number=${folder##*-}
        if [[ ! -e $folder/.ready ]] || ((number <= replicas_wanted + 1)); then continue; fi
        [[ -e $folder/standby.signal ]] ||
            fail 5 "$(basename "$folder") was promoted and holds the shard; keep at least $((number - 1)) replicas"
        rm -rf "$folder"
    done
    echo "$replicas_wanted" >"$HUB_HOME/replicas"
    use_replicas
}

# What --audit-stores asks for, if it is not what runs.
check_audit_stores_of_running() {
    if [[ -n $audit_stores_wanted && ! -e $HUB_HOME/audit-stores ]]; then
        fail 5 "the deployment in $HUB_HOME runs without audit stores; stop it with compose/down first"
    fi
}

# Gives the regions audit stores, now and at later starts. There is no way back: what is in them is nowhere else.
choose_audit_stores() {
    [[ -n $audit_stores_wanted ]] || return 0
    touch "$HUB_HOME/audit-stores"
    use_audit_stores
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
