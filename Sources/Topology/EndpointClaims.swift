/// Who listens where, so that two parts of a file cannot claim one endpoint.
///
/// A process with an `advertise` of its own runs on a host of its own (a container, say), where its ports collide with
/// nobody else's; the others share the machine.
struct EndpointClaims {
    private var owners: [Endpoint: String] = [:]
    private var stores: [Endpoint: String] = [:]

    /// Servers of stores may be shared, as two shards may be databases of one cluster; but no process may listen there.
    mutating func claimStore(
        _ endpoints: [Endpoint],
        in section: TopologySection,
        key: String
    ) throws(TopologyError) {
        guard Set(endpoints).count == endpoints.count else {
            throw section.error(.inconsistent, key, "expected different endpoints, found one twice")
        }
        for endpoint in endpoints { stores[endpoint] = section.path }
    }

    mutating func claim(
        _ process: ProcessDescription,
        hasOwnHost: Bool,
        in section: TopologySection
    ) throws(TopologyError) {
        guard process.listen != process.admin else {
            throw section.error(
                .inconsistent,
                "admin",
                "expected another endpoint than 'listen', found \(process.admin)"
            )
        }
        try claim(process.advertise, in: section, key: hasOwnHost ? "advertise" : "listen")
        if !hasOwnHost { try claim(process.admin, in: section, key: "admin") }
    }

    /// A process that advertises its plain endpoint elsewhere has a host of its own.
    mutating func claimTLS(of router: ProcessDescription, in section: TopologySection) throws(TopologyError) {
        guard let tls = router.tls else { return }
        guard tls.listen != router.listen, tls.listen != router.admin else {
            let message = "expected another endpoint than 'listen' and 'admin', found \(tls.listen)"
            throw section.error(.inconsistent, "tls", message)
        }
        if router.advertise == router.listen { try claim(tls.listen, in: section, key: "tls") }
    }

    // MARK: - Private

    private mutating func claim(
        _ endpoint: Endpoint,
        in section: TopologySection,
        key: String
    ) throws(TopologyError) {
        if let owner = owners[endpoint] ?? stores[endpoint] {
            let message = "expected an endpoint of its own, found \(endpoint), which \(owner) has"
            throw section.error(.inconsistent, key, message)
        }
        owners[endpoint] = "\(section.path).\(key)"
    }
}
