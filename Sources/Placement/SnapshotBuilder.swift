package import HubModel

/// Builds a snapshot from a full read of the directory, row by row and without a `String` per tenant.
package struct SnapshotBuilder: ~Copyable {
    private var snapshot: DirectorySnapshot
    private let indices: [ShardID: UInt16]

    /// - Parameters:
    ///   - shards: all shards; a tenant names one of them by its place in this list.
    ///   - formerNames: names that tenants no longer have.
    ///   - capacity: how many tenants to make room for at once.
    package init(
        version: Int64,
        topologyVersion: Int64,
        shards: [ShardPlacement],
        formerNames: [DirectoryChanges.FormerName] = [],
        capacity: Int = 0,
        seed: UInt64 = .random(in: .min ... .max)
    ) throws(PlacementError) {
        guard shards.count <= Int(UInt16.max) else {
            throw PlacementError(.malformed, "\(shards.count) shards are more than a snapshot can hold")
        }
        var empty = DirectorySnapshot(seed: seed)
        empty.version = version
        empty.topologyVersion = topologyVersion
        empty.shards = shards
        empty.base = RoutingTable(seed: seed, capacity: capacity)
        indices = empty.shardIndices()
        snapshot = empty
        for former in formerNames {
            // A blocked name is an unknown name; only those that redirect need a record.
            guard let tenant = former.tenant else { continue }
            snapshot.presentNames[tenant] = former.name
            let record = RouteRecord(tenant: tenant, shard: 0, epoch: Epoch(rawValue: 0), state: .renamed)
            snapshot.base.upsert(record, name: former.name.rawValue.utf8.span.bytes)
        }
    }

    /// The index of a shard for ``add(tenant:name:shard:epoch:state:)``.
    package func index(of shard: ShardID) -> UInt16? { indices[shard] }

    /// Adds one tenant.
    ///
    /// - Throws: `.malformed` for a name of no or more than 63 bytes, or one that another tenant has.
    package mutating func add(
        tenant: TenantID,
        name: RawSpan,
        shard: UInt16,
        epoch: Epoch,
        state: TenantState
    ) throws(PlacementError) {
        guard (1...63).contains(name.byteCount), Int(shard) < snapshot.shards.count else {
            throw PlacementError(.malformed, "tenant \(tenant) has a name of \(name.byteCount) bytes or no shard")
        }
        let record = RouteRecord(tenant: tenant, shard: shard, epoch: epoch, state: RecordState(state))
        if let previous = snapshot.base.upsert(record, name: name), previous.state.tenantState != nil {
            throw PlacementError(.malformed, "tenants \(previous.tenant) and \(tenant) have one name")
        }
        snapshot.tenantCount += 1
        if !snapshot.presentNames.isEmpty, snapshot.presentNames[tenant] != nil {
            let text = name.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            snapshot.presentNames[tenant] = Subdomain(text)
        }
    }

    /// The finished snapshot.
    package consuming func finish() -> DirectorySnapshot { snapshot }
}
