# shellcheck shell=bash disable=SC2154
# Sourced by compose/up: the certificates of the local deployment, from an authority of its own.

# What --tls or --no-tls asks for, if it is not what runs.
check_tls_of_running() {
    local is=no
    [[ ! -e $tls/on ]] || is=yes
    [[ -z $tls_wanted || $tls_wanted == "$is" ]] ||
        fail 5 "the deployment in $HUB_HOME runs $([[ $is == yes ]] && echo with || echo without) TLS; stop it with compose/down first"
}

# Turns TLS on or off as asked for, or as the last time.
choose_tls() {
    case $tls_wanted in
        yes)
            mkdir -p "$tls"
            touch "$tls/on"
            use_tls
            ;;
        no)
            rm -f "$tls/on"
            unset HUB_SCHEME HUB_PUBLIC_OFFSET HUB_TLS_LISTEN HUB_TLS_CA
            ;;
    esac
    [[ ! -e $tls/on ]] || make_certificates
}

# Makes the authority once, and its certificate anew a month before it expires. The authority can vouch for nothing but
# hub.localhost, so that whoever trusts it risks nothing else.
make_certificates() {
    require_packages "${packages_tls[@]}"
    local authority=$tls/authority certificates=$tls/certificates output
    chmod 700 "$tls"
    mkdir -p "$authority" "$certificates"
    output=$(
        umask 077
        if [[ ! -e $authority/ca.crt ]]; then
            new_key -x509 -keyout "$authority/ca.key" -out "$authority/ca.new" -days 3650 \
                -subj "/CN=Workspace Hub on $(uname -n | cut -c1-40)" \
                -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign \
                -addext 'nameConstraints=critical,permitted;DNS:hub.localhost' &&
                mv "$authority/ca.new" "$authority/ca.crt"
        fi 2>&1 &&
            if ! openssl x509 -checkend $((30 * 86400)) -noout -in "$certificates/hub.crt" >/dev/null 2>&1; then
                new_key -keyout "$certificates/hub.key" -out "$authority/hub.csr" -subj /CN=hub.localhost \
                    -addext subjectAltName=DNS:hub.localhost,DNS:*.hub.localhost,IP:127.0.0.1 \
                    -addext extendedKeyUsage=serverAuth &&
                    openssl x509 -req -in "$authority/hub.csr" -CA "$authority/ca.crt" -CAkey "$authority/ca.key" \
                        -CAcreateserial -copy_extensions copy -days 397 -out "$certificates/hub.crt"
            fi 2>&1
    ) || fail 1 "openssl made no certificate in $tls: $(tail -n 1 <<<"$output")"
}

new_key() { openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "$@"; }

tls_summary() {
    cat <<SUMMARY

  TLS            curl --cacert ${HUB_TLS_CA#"$PWD"/} https://demo.hub.localhost:$((HUB_PORT + HUB_PUBLIC_OFFSET))
                 A browser trusts it once that file is imported under its certificate authorities.
SUMMARY
}
