/// The environment variables that processes of the hub read, besides one for each secret.
package enum EnvironmentVariable: String, CaseIterable, Sendable {
    case topology = "HUB_TOPOLOGY"
    case secretsDirectory = "HUB_SECRETS_DIR"
    case port = "HUB_PORT"
    case home = "HUB_HOME"
    case scheme = "HUB_SCHEME"
    case publicOffset = "HUB_PUBLIC_OFFSET"
    case tlsListen = "HUB_TLS_LISTEN"
    case tlsAuthority = "HUB_TLS_CA"
    case assets = "HUB_ASSETS"
    case failpoints = "HUB_FAILPOINTS"
    case moveFailpoints = "HUB_MOVE_FAILPOINTS"

    package var meaning: String {
        switch self {
        case .topology: "the topology file, when --topology is not given"
        case .secretsDirectory:
            "the folder of the secret files; a variable HUB_SECRET_<NAME> takes precedence over a file"
        case .port: "Config/local.yaml: the router's port, from which all others follow (default 8080)"
        case .home: "Config/local.yaml: the folder of all state (default .hub)"
        case .scheme: "Config/local.yaml: http, or https where the router speaks TLS (default http)"
        case .publicOffset: "Config/local.yaml: what is added to HUB_PORT for people's URLs (default 0)"
        case .tlsListen: "Config/local.yaml: where the router speaks TLS, such as 127.0.0.1:+9 (default: it does not)"
        case .tlsAuthority: "hubctl: a file of certificates in PEM whose holders it trusts besides the system's"
        case .assets:
            "for development: the folder Sources/WebPages of a checkout, whose templates, style sheets and modules are then read anew for each page instead of those built in"
        case .failpoints:
            "for tests: where a backend dies or pauses, such as cache.after-fence=kill@3,cache.before-commit=pause:2000@1"
        case .moveFailpoints:
            "for tests: the folder of the files that have a mover wait, such as <tenant>.before-freeze"
        }
    }
}
