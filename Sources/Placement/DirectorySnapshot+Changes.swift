import HubModel

extension DirectorySnapshot {
    /// The snapshot after these changes.
    ///
    /// Former names are taken first, then tenants: a rename is both, and a name given up by one tenant may have been
    /// taken by another in the same interval.
    ///
    /// - Throws: `.olderVersion` when the changes would lead back, `.unknownShard` when a tenant's shard is not known.
    package func applying(_ changes: DirectoryChanges) throws(PlacementError) -> DirectorySnapshot {
        guard changes.version >= version, changes.topologyVersion >= topologyVersion else {
            throw PlacementError(.olderVersion, "version \(changes.version) is older than \(version)")
        }
        var next = self
        next.version = changes.version
        next.topologyVersion = changes.topologyVersion
        if let shards = changes.shards { next.replaceShards(shards) }
        for former in changes.formerNames { next.giveUp(former) }
        let indices = next.shardIndices()
        for tenant in changes.tenants {
            guard let shard = indices[tenant.shard] else {
                throw PlacementError(
                    .unknownShard,
                    "tenant \(tenant.name) is on shard \(tenant.shard), which is not listed"
                )
            }
            next.put(tenant, shard: shard)
        }
        return next
    }

    /// The same snapshot with its overlay folded into the base, when the overlay has outgrown its bound.
    ///
    /// It costs a copy of the base (some 50 ms for a million tenants): for the feed's task, never for an event loop.
    package func mergedIfOvergrown() -> DirectorySnapshot {
        guard overlay.count > max(4096, base.count / 64) else { return self }
        var next = self
        next.overlay = RoutingTable(seed: seed)
        let live = tenantCount + presentNames.count
        if base.count + overlay.count > 4 * max(live, 1024) / 3 {
            next.base = compacted()
        } else {
            var newNames = 0
            overlay.forEach { _, name in
                if base.record(named: name, hash: base.hash(of: name)) == nil { newNames += 1 }
            }
            next.base.reserve(base.count + newNames)
            overlay.forEach { record, name in next.base.upsert(record, name: name) }
        }
        return next
    }

    // MARK: - Private

    mutating func replaceShards(_ present: [ShardPlacement]) {
        let indices = shardIndices()
        for index in shards.indices { shards[index].backends = [] }
        for shard in present {
            if let index = indices[shard.id] {
                shards[Int(index)] = shard
            } else {
                shards.append(shard)
            }
        }
    }

    func shardIndices() -> [ShardID: UInt16] {
        var indices: [ShardID: UInt16] = [:]
        for (index, shard) in shards.enumerated() { indices[shard.id] = UInt16(index) }
        return indices
    }

    private mutating func giveUp(_ former: DirectoryChanges.FormerName) {
        let known = record(named: former.name.rawValue.utf8.span.bytes)
        // A name given up and taken again has a later row among the tenants; a name never seen needs no grave.
        guard former.tenant != nil || known != nil else { return }
        let tenant = former.tenant ?? TenantID(high: 0, low: 0)
        let state: RecordState = former.tenant == nil ? .removed : .renamed
        if let id = former.tenant, presentNames[id] == nil { presentNames[id] = former.name }
        let record = RouteRecord(tenant: tenant, shard: 0, epoch: Epoch(rawValue: 0), state: state)
        if known?.state.tenantState != nil { tenantCount -= 1 }
        overlay.upsert(record, name: former.name.rawValue.utf8.span.bytes)
    }

    private mutating func put(_ tenant: DirectoryChanges.Tenant, shard: UInt16) {
        let name = tenant.name.rawValue.utf8.span.bytes
        if record(named: name)?.state.tenantState == nil { tenantCount += 1 }
        if presentNames[tenant.id] != nil { presentNames[tenant.id] = tenant.name }
        let record = RouteRecord(tenant: tenant.id, shard: shard, epoch: tenant.epoch, state: RecordState(tenant.state))
        overlay.upsert(record, name: name)
    }
}
