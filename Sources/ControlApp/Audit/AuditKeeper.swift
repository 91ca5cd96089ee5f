import AuditStore
import Directory
import HubModel
import HubWeb
import Logging
import Observability
import Postgres
import ServiceLifecycle

/// Keeps the regions' audit stores: streams into them, seals, witnesses, chains that follow their tenants, old months of
/// shards.
///
/// Any number of processes may run it: one at a time keeps a store, under a lock of that store, and whatever is done twice
/// does nothing the second time.
struct AuditKeeper: Service {
    let gate: SchemaGate
    let directory: DirectoryStore
    let stores: AuditStores
    /// How many past months a shard keeps.
    let months: Int
    let meters: AuditMeters
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for store in stores.all {
                    group.addTask {
                        let rounds = AuditRounds()
                        await keep(store, "the store") {
                            try await attend(store, rounds)
                            return .milliseconds(500)
                        }
                    }
                    // Each by itself: one that does not answer makes nobody wait.
                    for feed in stores.feeds(of: store) {
                        group.addTask {
                            var load = FeedLoad()
                            await keep(store, "the stream of \(feed.shard)") { try await follow(feed, &load) }
                        }
                    }
                    for retention in stores.retentions(of: store) {
                        group.addTask {
                            await keep(store, "the months of \(retention.shard)") {
                                try await forget(retention)
                                return .seconds(60)
                            }
                        }
                    }
                }
            }
        }
    }

    // MARK: - Private

    /// Does a duty again and again, as long as no other process does it. What goes wrong is told once.
    ///
    /// - Parameter body: says after what time the duty is to be done again.
    private func keep(_ store: AuditDatabase, _ duty: String, _ body: () async throws -> Duration) async {
        var trouble: String?
        while !Task.isCancelled {
            guard gate.isOpen else {
                try? await Task.sleep(for: .seconds(1))
                continue
            }
            var pause = Duration.seconds(2)
            do {
                try await store.leading(duty) { pause = try await body() }
                if trouble != nil { logger.notice("an audit store is kept again", metadata: place(store, duty)) }
                trouble = nil
            } catch {
                if trouble != "\(error)", !Task.isCancelled {
                    logger.warning("an audit store cannot be kept", metadata: place(store, duty, error))
                }
                trouble = "\(error)"
            }
            try? await Task.sleep(for: trouble == nil ? pause : max(pause, .seconds(2)))
        }
    }

    private func attend(_ store: AuditDatabase, _ rounds: AuditRounds) async throws {
        if rounds.isDue(.months) { try await store.makeMonths() }
        if try await store.isWaiting() { try await seal(in: store) }
        if rounds.isDue(.witnesses) { try await witness(store) }
        if rounds.isDue(.transfers) { try await transfer(to: store) }
        if rounds.isDue(.cleaning) { try await clean(store) }
    }

    private func seal(in store: AuditDatabase) async throws {
        try await admit(to: store)
        // What a burst has brought may take a while; whatever else is due is not to wait for it.
        for _ in 0..<20 {
            let batch = try await store.seal()
            meters.sealed(batch.sealed, in: store.region)
            // What little may be left, such as the rows of another month, waits for the next round.
            if batch.taken < AuditDatabase.sealLength { break }
        }
    }

    /// - Returns: after what time to look again.
    private func follow(_ feed: AuditFeed, _ load: inout FeedLoad) async throws -> Duration {
        if try await feed.ensure() {
            logger.notice(
                "an audit store follows a shard from now on",
                metadata: .fields([.shard: "\(feed.shard)", .region: "\(feed.store.region)"])
            )
        }
        let isBusy = load.isBusy(at: try await feed.note())
        meters.record(try await feed.state(), of: feed.shard)
        guard isBusy, try await feed.rest() else { return .seconds(2) }
        return FeedLoad.rest
    }

    /// Lets chains begin whose tenants are here, and forgets what waits of others.
    ///
    /// The directory is asked after the queue was: a row that it says to be another region's was brought by a move's stream.
    private func admit(to store: AuditDatabase) async throws {
        let waiting = try await store.unsealable()
        guard !waiting.isEmpty else { return }
        let places = Dictionary(
            try await directory.auditPlaces(of: waiting.map(\.tenant)).map { ($0.tenant, $0) }
        ) { first, _ in first }
        let new = waiting.compactMap { places[$0.tenant] }.filter { $0.chain == nil && $0.home == store.region }
        if !new.isEmpty {
            try await directory.beginAuditChains(of: new.map(\.tenant), in: store.region)
            // Another region's keeper may have been first, when the tenant was there a moment ago.
            let begun = try await directory.auditPlaces(of: new.map(\.tenant)).filter { $0.chain == store.region }
            try await store.open(begun.map(\.tenant))
        }
        for tenant in waiting {
            guard let place = places[tenant.tenant] else { continue }
            if place.isErased {
                try await store.remove(tenant.tenant)
            } else if place.chain == store.region, place.home == store.region {
                // It has come back before its chain had left, or whoever brought it died at the last step.
                guard let attempt = try await directory.raiseAuditAttempt(of: tenant.tenant, from: store.region) else {
                    continue
                }
                try await store.open([tenant.tenant], attempt: attempt)
            } else if place.chain == store.region, tenant.state == nil {
                try await store.open([tenant.tenant], attempt: place.attempt)
            } else if let chain = place.chain, let home = place.home, chain != store.region, home != store.region,
                !place.isMoving
            {
                try await store.removeChain(of: tenant.tenant, waitingUpTo: tenant.newest)
            }
        }
    }

    private func witness(_ store: AuditDatabase) async throws {
        let heads = try await store.unwitnessedHeads(limit: 1000)
        guard !heads.isEmpty else { return }
        try await directory.witness(heads)
        if let other = stores.witness(of: store.region) { try await other.witness(heads) }
        try await store.note(witnessed: heads)
    }

    /// Brings the chains of tenants that have come to this region.
    ///
    /// - Throws: what kept the last of those that could not come, after all others have.
    private func transfer(to store: AuditDatabase) async throws {
        var failure: (any Error)?
        for place in try await directory.strayAuditChains(limit: 100) where place.home == store.region {
            guard let origin = place.chain, let source = stores[origin] else { continue }
            do {
                guard let attempt = try await directory.raiseAuditAttempt(of: place.tenant, from: origin),
                    let head = try await source.close(place.tenant, attempt: attempt)
                else { continue }
                _ = try await store.bring(place.tenant, from: source)
                let here = try await store.chain(of: place.tenant)
                guard here?.number ?? 0 == head.number, here?.hash ?? AuditSeal.noHash == head.hash else {
                    throw AuditStoreError(.failed, "the chain of tenant \(place.tenant) did not come whole")
                }
                let isMoved = try await directory.moveAuditChain(
                    of: place.tenant,
                    from: origin,
                    to: store.region,
                    attempt: attempt
                )
                guard isMoved else { continue }
                try await store.open([place.tenant], attempt: attempt)
                logger.notice(
                    "an audit chain followed its tenant",
                    metadata: .fields([.tenant: "\(place.tenant)", .region: "\(store.region)"])
                )
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Removes chains that have left for good, and everything of tenants that were erased.
    private func clean(_ store: AuditDatabase) async throws {
        let foreign = try await store.foreignChains(limit: 200)
        for place in try await directory.auditPlaces(of: foreign) {
            guard let chain = place.chain, let home = place.home, chain != store.region, home != store.region,
                !place.isMoving
            else { continue }
            try await store.removeChain(of: place.tenant, waitingUpTo: .max)
        }
        for tenant in try await directory.erasedAuditChains(limit: 100) {
            for store in stores.all { try await store.remove(tenant) }
            try await directory.forgetAuditChain(of: tenant)
        }
    }

    private func forget(_ retention: AuditRetention) async throws {
        while let month = try await retention.forgetOldest(keeping: months) {
            logger.notice(
                "a shard has forgotten a month of the audit trail, which is in the audit store",
                metadata: .fields([.shard: "\(retention.shard)", .month: "\(month)"])
            )
        }
    }

    private func place(_ store: AuditDatabase, _ duty: String, _ error: (any Error)? = nil) -> Logger.Metadata {
        guard let error else { return .fields([.region: "\(store.region)", .step: "\(duty)"]) }
        return .fields([.region: "\(store.region)", .step: "\(duty)", .error: "\(error)"])
    }
}
