import Directory
import HubModel
import HubWeb
import HubWire

extension CacheAdministration {
    /// Has backends read the next tenants of a selection through their caches, as far as this call comes.
    ///
    /// Tenants begin in the order of their ids, at most so many of a shard at once as the request says, each shard's
    /// backends in turn; whatever has begun ends. So those of the call are all those up to its last one, and a walk that
    /// goes on after that one meets every tenant once. No tenant begins once the budget is used up, save the first.
    ///
    /// The control plane's trail has it before it begins.
    ///
    /// - Throws: 404 for an unknown tenant or shard; `DirectoryError`. What backends do not do is in the answer.
    func warm(
        _ request: WarmCacheRequest,
        _ context: OperatorContext,
        requestID: String
    ) async throws -> WarmCacheAnswer {
        let records = try await directory.shards()
        let (tenants, remaining) = try await part(of: request, records)
        guard !request.dryRun else {
            var tally = WarmingTally()
            for tenant in tenants {
                if let reason = tenant.reasonToSkip {
                    tally.skip(tenant, because: reason)
                } else {
                    tally.add(tenant, InternalCacheWarming(.warmed))
                }
            }
            return tally.answer(remaining: remaining, last: tenants.last?.id)
        }
        try await directory.record(DirectoryAuditEntry(request, tenants), context)
        let (tally, reached) = await warm(tenants, on: records, request, requestID)
        return tally.answer(
            remaining: remaining + tenants.count - reached,
            last: tenants.prefix(reached).last?.id
        )
    }

    // MARK: - Private

    private struct Ending: Sendable {
        let tenant: DirectoryTenant
        let result: Result<InternalCacheWarming, ShardClientError>
    }

    private func part(
        of request: WarmCacheRequest,
        _ shards: [ShardRecord]
    ) async throws -> (tenants: [DirectoryTenant], remaining: Int) {
        switch request.selection {
        case .tenant(let reference):
            let tenant = try await directory.tenant(reference: reference)
            return (request.after.map { $0 < tenant.id } ?? true ? [tenant] : [], 0)
        case .shard(let shard):
            guard shards.contains(where: { $0.id == shard }) else {
                throw Problem.notFound("There is no such shard here.")
            }
            return try await directory.tenants(after: request.after, on: shard, limit: request.limit)
        case .all:
            return try await directory.tenants(after: request.after, on: nil, limit: request.limit)
        }
    }

    /// - Returns: what became of the tenants, and how many of them were reached.
    private func warm(
        _ tenants: [DirectoryTenant],
        on shards: [ShardRecord],
        _ request: WarmCacheRequest,
        _ requestID: String
    ) async -> (tally: WarmingTally, reached: Int) {
        let deadline = now() + budget
        var lanes = Dictionary(
            shards.map { ($0.id, WarmingLane(backends: $0.backends, turn: .random(in: 0..<1000))) }
        ) { first, _ in first }
        return await withTaskGroup(of: Ending.self) { group in
            var tally = WarmingTally()
            var reached = 0
            for tenant in tenants {
                while lanes[tenant.shard, default: .unknown].inFlight >= request.concurrency,
                    let ending = await group.next()
                {
                    note(ending, &lanes, &tally)
                }
                if reached > 0, now() >= deadline || Task.isCancelled { break }
                reached += 1
                if let reason = tenant.reasonToSkip {
                    tally.skip(tenant, because: reason)
                    continue
                }
                if let outage = lanes[tenant.shard, default: .unknown].outage {
                    tally.fail(tenant, because: outage)
                    continue
                }
                let backends = lanes[tenant.shard, default: .unknown].begin()
                group.addTask { await warm(tenant, through: backends, requestID) }
            }
            for await ending in group { note(ending, &lanes, &tally) }
            return (tally, reached)
        }
    }

    private func warm(_ tenant: DirectoryTenant, through backends: [BackendRecord], _ requestID: String) async -> Ending
    {
        do throws(ShardClientError) {
            let warming = try await shards.warm(
                RoutedTenant(tenant: tenant.id, epoch: tenant.epoch),
                through: backends,
                until: now() + timing.requestTimeout,
                requestID: requestID
            )
            return Ending(tenant: tenant, result: .success(warming))
        } catch {
            return Ending(tenant: tenant, result: .failure(error))
        }
    }

    private func note(_ ending: Ending, _ lanes: inout [ShardID: WarmingLane], _ tally: inout WarmingTally) {
        switch ending.result {
        case .success(let warming):
            lanes[ending.tenant.shard, default: .unknown].answered()
            tally.add(ending.tenant, warming)
        case .failure(let error) where error.code == .refused:
            lanes[ending.tenant.shard, default: .unknown].answered()
            if error.problem?.status == 421 {
                tally.skip(ending.tenant, because: "it is being moved, or has been")
            } else {
                tally.fail(ending.tenant, because: error.message)
            }
        case .failure(let error):
            lanes[ending.tenant.shard, default: .unknown].unanswered(error)
            tally.fail(ending.tenant, because: error.message)
        }
    }
}

extension WarmingLane {
    /// A shard that the directory does not have.
    fileprivate static let unknown = WarmingLane(backends: [], turn: 0)
}

extension DirectoryTenant {
    /// Why its data need not, or should not, be in a cache now.
    fileprivate var reasonToSkip: String? {
        switch state {
        case .active: nil
        case .suspended: "it is suspended: nobody reads it"
        case .held: "it is held, for the moment of a cutover"
        case .deleting: "it is being erased"
        }
    }
}

extension DirectoryAuditEntry {
    fileprivate init(_ request: WarmCacheRequest, _ tenants: [DirectoryTenant]) {
        let only: DirectoryTenant? = if case .tenant = request.selection { tenants.first } else { nil }
        self.init(
            .warmCache,
            .cache,
            nil,
            tenant: only?.id,
            changes: .created(AuditedWarming(request, tenants))
        )
    }
}

/// What the control plane's audit trail keeps of a call that warms caches.
private struct AuditedWarming: Encodable {
    let tenant: Subdomain?
    let shard: ShardID?
    let all: Bool?
    let concurrency: Int
    let after: TenantID?
    /// How many it was about.
    let tenants: Int

    init(_ request: WarmCacheRequest, _ tenants: [DirectoryTenant]) {
        switch request.selection {
        case .tenant: (tenant, shard, all) = (tenants.first?.subdomain, nil, nil)
        case .shard(let id): (tenant, shard, all) = (nil, id, nil)
        case .all: (tenant, shard, all) = (nil, nil, true)
        }
        concurrency = request.concurrency
        after = request.after
        self.tenants = tenants.count
    }
}
