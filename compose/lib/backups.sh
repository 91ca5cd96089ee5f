# shellcheck shell=bash disable=SC2154
# Sourced by compose/up: the archiving of WAL, and the repository of the local deployment's backups.

# Of the user PostgreSQL runs as, who keeps the repository and pgbackrest's settings there.
backups=$HUB_HOME/backups

# What --backups or --no-backups asks for, if it is not what runs.
check_backups_of_running() {
    local is=no
    [[ ! -e $backups/on ]] || is=yes
    [[ -z $backups_wanted || $backups_wanted == "$is" ]] ||
        fail 5 "the deployment in $HUB_HOME runs $([[ $is == yes ]] && echo with || echo without) backups; stop it with compose/down first"
}

# Turns backups on or off as asked for, or as the last time. What is in the repository stays.
choose_backups() {
    case $backups_wanted in
        yes)
            mkdir -p "$backups"
            chmod 700 "$backups"
            ((EUID != 0)) || chown "$(postgres_user):" "$backups"
            touch "$backups/on"
            ;;
        no) rm -f "$backups/on" ;;
    esac
    [[ ! -e $backups/on ]] || require_packages "${packages_backups[@]}"
}

# archiving_settings NAME: what the cluster's hub.conf has besides. Pgbackrest asks the server through a socket.
archiving_settings() {
    local name=$1 folder=$HUB_HOME/data/$1.socket first
    [[ -e $backups/on ]] || return 0
    # A replica that is promoted goes on with what its primary began.
    first=$(first_of "$name")
    # sun_path takes 107 bytes.
    ((${#folder} + 15 <= 107)) || fail 2 "the path $folder is too long for a socket; set HUB_HOME to a shorter one"
    mkdir -p "$folder"
    chmod 700 "$folder"
    ((EUID != 0)) || chown "$(postgres_user):" "$folder"
    cat <<CONF
unix_socket_directories = '$folder'
archive_mode = on
archive_timeout = 60
archive_command = 'pgbackrest --config=$backups/pgbackrest.conf --stanza=${first#postgres-} --pg1-path=$HUB_HOME/data/$name archive-push "%p"'
CONF
}

# Prepares the repository for the clusters that run.
prepare_backups() {
    [[ -e $backups/on ]] || return 0
    say "Preparing the repository of backups …"
    hubctl backup init >"$log/backups.log" 2>&1 || {
        tail -n 3 "$log/backups.log" >&2
        fail 1 "the repository of backups in $backups cannot be prepared; see $log/backups.log"
    }
}
