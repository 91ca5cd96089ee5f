package import HubModel

/// The tenant directory at one version, as a value that is cheap to look up, to share and to change a little.
///
/// A large base table is shared by all snapshots that grew out of it; what changed since sits in a small overlay, which
/// is copied with each change. So a change costs time in proportion to the overlay, never to the number of tenants;
/// ``mergedIfOvergrown()`` folds an overgrown overlay into a new base.
package struct DirectorySnapshot: Sendable {
    /// The directory's version; it only grows within one lineage of snapshots.
    package internal(set) var version: Int64
    /// The version of the last change to regions, shards or backends.
    package internal(set) var topologyVersion: Int64
    /// All shards ever seen, so that an index into this list keeps its meaning; one without backends serves nobody.
    package internal(set) var shards: [ShardPlacement]
    /// How many tenants can be looked up by a present name.
    package internal(set) var tenantCount: Int

    var base: RoutingTable
    var overlay: RoutingTable
    /// The present names of tenants that have been renamed, for redirects from their former names.
    var presentNames: [TenantID: Subdomain]
    let seed: UInt64

    /// A snapshot of nothing, at version 0.
    ///
    /// - Parameter seed: key of the name hash; random, so that nobody can prepare colliding names.
    package init(seed: UInt64 = .random(in: .min ... .max)) {
        version = 0
        topologyVersion = 0
        shards = []
        tenantCount = 0
        base = RoutingTable(seed: seed)
        overlay = RoutingTable(seed: seed)
        presentNames = [:]
        self.seed = seed
    }

    /// Finds the tenant with this lower-case name. No allocation, unless the name is a former one.
    package func lookup(_ name: RawSpan) -> Lookup {
        guard let record = record(named: name) else { return .unknown }
        guard let state = record.state.tenantState else { return redirect(record) }
        return .route(
            Route(
                tenant: record.tenant,
                epoch: Epoch(rawValue: record.epoch),
                state: state,
                shard: Int(record.shard)
            )
        )
    }

    package func lookup(_ subdomain: Subdomain) -> Lookup {
        lookup(subdomain.rawValue.utf8.span.bytes)
    }

    /// Approximate bytes held, without the shards.
    package var memoryBytes: Int { base.memoryBytes + overlay.memoryBytes }

    /// The newest record of a name, graves included.
    @inline(__always)
    func record(named name: RawSpan) -> RouteRecord? {
        let hash = base.hash(of: name)
        if overlay.count > 0, let record = overlay.record(named: name, hash: hash) { return record }
        return base.record(named: name, hash: hash)
    }

    // MARK: - Private

    /// What a former name leads to.
    @inline(never)
    private func redirect(_ record: RouteRecord) -> Lookup {
        guard
            record.state == .renamed, let name = presentNames[record.tenant],
            let present = self.record(named: name.rawValue.utf8.span.bytes),
            present.state.tenantState != nil, present.tenant == record.tenant
        else { return .unknown }
        return .renamed(name)
    }
}
