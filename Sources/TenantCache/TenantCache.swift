package import Caching
package import HubModel
package import Logging
package import Redis
package import ServiceLifecycle
package import ShardStore

/// A shard's cache as one backend uses it: what is read most comes from the region's Redis, and is never older than a
/// write acknowledged before.
///
/// The services must be running; without them there is no lease on the gate, and everything comes from the database.
package struct TenantCache: Sendable {
    private let gate: CacheGate
    private let server: CacheServer
    private let reader: CacheReader
    private let source: ItemSource
    private let audit: CacheAudit
    private let counts: CacheCounts
    private let lists = ListKeeping()

    /// Fences what is written, for the ``ShardStore`` that writes.
    package let fence: any WriteFencing

    /// - Parameters:
    ///   - store: reads the rows behind items.
    ///   - rows: the gate's row, on connections of its own, so that a busy shard delays no renewal.
    ///   - redis: the region's Redis; its commands should time out in a fraction of a second.
    ///   - backend: the process's name.
    ///   - failpoints: for tests.
    package init(
        shard: ShardID,
        store: ShardStore,
        rows: CacheGateStore,
        redis: RedisClient,
        secret: [UInt8],
        backend: String,
        timing: CacheTiming = CacheTiming(),
        failpoints: Failpoints,
        logger: Logger
    ) {
        counts = CacheCounts()
        server = CacheServer(redis, shard: shard, seal: CacheSeal(secret: secret), timing: timing)
        gate = CacheGate(
            rows: rows,
            server: server,
            backend: backend,
            timing: timing,
            counts: counts,
            logger: logger
        )
        source = ItemSource(store: store)
        reader = CacheReader(gate: gate, server: server, timing: timing, counts: counts)
        audit = CacheAudit(gate: gate, server: server, source: source, counts: counts, logger: logger)
        fence = CacheFence(gate: gate, server: server, timing: timing, counts: counts, failpoints: failpoints)
    }

    /// What keeps the lease and looks after the contents.
    package var services: [any Service] { [gate, audit, CacheSweep(gate: gate, server: server)] }

    /// The state of the gate in a word or a few.
    package var gateText: String {
        let knowledge = gate.knowledge
        let why = (knowledge.error ?? knowledge.reason).map { ": \($0)" } ?? ""
        return switch knowledge.row.mode {
        case .on: "on, and no lease on it is held"
        case .closing: "closing\(why)"
        case .off: "off\(why)"
        }
    }

    /// Whether the cache may be used at this moment.
    package var isOn: Bool { gate.pass != nil }

    /// What some items of the tenant hold, besides who serves it; nil while the cache is off.
    ///
    /// The projects are left out when there are too many to be cached, or when that is not worth it: see ``ListKeeping``.
    ///
    /// - Throws: as a read of the rows does: `.notOwner` and so on.
    package func items(_ context: TenantContext, _ subjects: [CacheSubject]) async throws -> TenantItems? {
        guard isOn else { return nil }
        let wanted =
            subjects.contains(.projects) && !lists.isWanted(context.tenant)
            ? subjects.filter { $0 != .projects } : subjects
        let reading = try await read(context, wanted)
        // What another version has written is for that version; the rows are for everybody.
        let items = try? TenantItems(reading.subjects, reading.values)
        if let items, let index = reading.subjects.firstIndex(of: .projects) {
            let list = reading.values[index]
            let outcome: ListKeeping.Outcome =
                list.fill == reading.token ? .filled(bytes: list.bytes.count) : .found
            lists.note(items.projects == nil ? .tooLong : outcome, of: context.tenant)
        }
        return items
    }

    // MARK: - Private

    /// Reads the ownership and the subjects.
    private func read(_ context: TenantContext, _ subjects: [CacheSubject]) async throws -> ItemReading {
        let scope = CacheScope(
            tenant: context.tenant,
            tenantEpoch: context.epoch,
            subjects: [.ownership] + subjects
        )
        return try await reader.read(scope) { [source] subjects, transactions, fill in
            try await source.read(subjects, transactions, context, fill: fill)
        }
    }
}

extension TenantCache {
    /// Reads what a tenant's people will ask for, so that it is there when they come.
    package func warm(_ context: TenantContext) async -> WarmOutcome {
        guard isOn else { return .skipped("the cache is off") }
        do {
            let reading = try await read(context, [.settings, .usage, .projects])
            return .warmed(filled: reading.values.count - reading.hits, present: reading.hits)
        } catch let error as ShardError where error.code == .notOwner {
            return .skipped("this shard does not serve the tenant at this epoch: it has moved, or is in a cutover")
        } catch {
            return .failed("\(error)")
        }
    }

    /// Removes what the cache has of a tenant up to an epoch, which nobody reads any more: the tenant has left the shard.
    ///
    /// - Returns: how many items were removed.
    package func remove(_ tenant: TenantID, before epoch: Epoch) async throws(RedisError) -> Int {
        try await server.remove(tenant, before: epoch)
    }

    /// How the cache is doing.
    ///
    /// - Parameter limit: how many tenants to name.
    package func status(tenants limit: Int) async -> CacheStatus {
        let knowledge = gate.knowledge
        return CacheStatus(
            gate: CacheStatus.Gate(
                epoch: knowledge.row.epoch,
                mode: knowledge.row.mode,
                isLeased: gate.pass != nil,
                reason: knowledge.reason ?? knowledge.error,
                isHeld: knowledge.isHeld
            ),
            counts: currentCounts,
            server: try? await server.census(at: knowledge.row.epoch, limit: limit)
        )
    }

    /// For metrics.
    package var currentCounts: CacheStatus.Counts { counts.counts(refused: server.statistics.refused) }
}
