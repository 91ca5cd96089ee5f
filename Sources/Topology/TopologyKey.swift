/// One key of the topology file, as documentation.
package struct TopologyKey: Hashable, Sendable {
    /// Dotted; `<name>` stands for a name of the operator's choice.
    package let key: String
    package let meaning: String
    /// Nil for a key that must be there.
    package let defaultValue: String?

    init(_ key: String, _ meaning: String, default defaultValue: String? = nil) {
        self.key = key
        self.meaning = meaning
        self.defaultValue = defaultValue
    }
}

extension TopologyKey: CustomStringConvertible {
    /// One line for a person.
    package var description: String {
        defaultValue.map { "\(key): \(meaning) (default \($0))" } ?? "\(key): \(meaning)"
    }
}

extension Topology {
    /// Every key of the file, in the order of the examples in `Config/`.
    package static let documentation: [TopologyKey] =
        [
            TopologyKey("baseDomain", "the apex host; tenants live at <subdomain>.<baseDomain>"),
            TopologyKey(
                "publicURL",
                "how people reach a host: http://{host}:8080, https://{host}, or with a port such as +9"
            ),
            TopologyKey("portBase", "the port that an endpoint such as 127.0.0.1:+11 is relative to", default: "none"),
            TopologyKey("stateDirectory", "the folder for what a process must find again after a restart"),
            TopologyKey("directory.endpoints", "the directory's PostgreSQL: host:port of the primary and its standbys"),
            TopologyKey("directory.database", "the directory's database"),
            TopologyKey("regions.<name>.name", "the region's name as people read it"),
            TopologyKey("regions.<name>.redis", "host:port of the region's Redis"),
            TopologyKey(
                "regions.<name>.audit.endpoints",
                "the PostgreSQL of the region's audit store: host:port of the primary and its replicas; '' for none. The audit trails of the region's tenants are sealed and kept there, and shards keep only the last months of them",
                default: "none"
            ),
            TopologyKey("regions.<name>.audit.database", "the audit store's database", default: "none"),
            TopologyKey("shards.<name>.region", "the region the shard is in"),
            TopologyKey(
                "shards.<name>.endpoints",
                "the shard's PostgreSQL: host:port of the primary and its replicas, as a list or with commas between. Whichever accepts writes is the primary; reads go to the others too, as far as they have replayed what a read must show"
            ),
            TopologyKey("shards.<name>.database", "the shard's database"),
            TopologyKey("shards.<name>.weight", "0–1000, its share of new tenants in the region", default: "1"),
            TopologyKey("shards.<name>.state", "open, draining or closed, when first added", default: "open"),
        ]
        + ["routers", "controls", "backends"].flatMap { group in
            (group == "backends" ? [TopologyKey("backends.<name>.shard", "the shard whose tenants it serves")] : []) + [
                TopologyKey("\(group).<name>.listen", "host:port it serves on"),
                TopologyKey("\(group).<name>.advertise", "host:port where others reach it", default: "listen"),
                TopologyKey("\(group).<name>.admin", "host:port of its /health, /ready and /metrics"),
            ]
        }
        + tlsDocumentation
        + Limits.all.map { limit in
            TopologyKey(
                "limits.\(limit.key)",
                "at most this many \(limit.unit) (\(limit.range.lowerBound)–\(limit.range.upperBound)): \(limit.meaning)",
                default: String(limit.defaultValue)
            )
        }
        + backupDocumentation

    // MARK: - Private

    private static let tlsDocumentation = [
        TopologyKey(
            "routers.<name>.tls.listen",
            "host:port where it speaks TLS, with HTTP/2 and HTTP/1.1; '' for no TLS. Plain requests for tenants and the apex host are then sent to publicURL, which begins with https"
        ),
        TopologyKey(
            "routers.<name>.tls.certificates",
            "the folder of its certificates: NAME.crt with its chain and NAME.key for each, in PEM. A client gets the one for the host it names, an exact name before a wildcard, or else default.crt or the first by name"
        ),
        TopologyKey(
            "routers.<name>.tls.strictTransportSeconds",
            "for how long browsers are told to use nothing but TLS (Strict-Transport-Security), whatever backends say; 0 for not at all",
            default: "0"
        ),
    ]
}
