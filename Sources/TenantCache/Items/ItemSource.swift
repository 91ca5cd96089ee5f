import Caching
import HubModel
import Postgres
import ShardStore

/// The rows behind cached items, read in one snapshot and one round trip.
struct ItemSource: Sendable {
    let store: ShardStore

    /// What the rows of some subjects say, in their order, and which of the transactions have ended.
    ///
    /// - Throws: `.notOwner` when the shard does not serve the tenant at the context's epoch.
    func read(
        _ subjects: [CacheSubject],
        _ transactions: [WriterID],
        _ context: TenantContext,
        fill: FillToken
    ) async throws -> (values: [CachedBytes], ended: [WriterID]) {
        try await store.withRead(context) { transaction in
            let items = transaction.cacheItems
            async let ended = ItemSource.outcome { () async throws(ShardError) in
                transactions.isEmpty ? [] : try await items.ended(transactions)
            }
            let outcomes = await withTaskGroup(of: (Int, Outcome<[UInt8]>).self) { group in
                for (index, subject) in subjects.enumerated() {
                    group.addTask {
                        let outcome = await ItemSource.outcome { () async throws(ShardError) in
                            try await ItemSource.bytes(of: subject, items)
                        }
                        return (index, outcome)
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            let ending = await ended
            // When one query makes the transaction fail, the others are refused for that alone; it is the one that counts.
            let failures = outcomes.values.compactMap(\.failure) + [ending.failure].compactMap(\.self)
            if let failure = failures.first(where: { !$0.isRefusalAfterFailure }) ?? failures.first { throw failure }
            return (
                try subjects.indices.map { CachedBytes(try outcomes[$0]!.get(), fill: fill) }, try ending.get()
            )
        }
    }

    /// What the rows say of one item, wherever it lies.
    func item(of key: CacheKey, fill: FillToken) async throws -> CachedBytes {
        let context = TenantContext(tenant: key.tenant, epoch: key.tenantEpoch, requestID: "cache-audit")
        return try await read([key.subject], [], context, fill: fill).values[0]
    }

    // MARK: - Private

    private typealias Outcome<Answer> = Result<Answer, ShardError>

    private static func outcome<Answer>(_ body: () async throws(ShardError) -> Answer) async -> Outcome<Answer> {
        do throws(ShardError) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    private static func bytes(
        of subject: CacheSubject,
        _ items: CacheItems<ReadAccess>
    ) async throws(ShardError) -> [UInt8] {
        switch subject {
        case .ownership:
            try await items.requireOwnership()
            return CachedContents(Ownership()).bytes
        case .user(let user):
            return CachedContents(try await items.authorisation(of: user)).bytes
        case .projects:
            return CachedContents(try await items.projects().map(ProjectCatalogue.init))
                .bytes
        case .settings:
            return CachedContents(try await items.settings()).bytes
        case .position:
            return CachedContents(try await items.position()).bytes
        case .usage:
            return CachedContents(try await items.usage()).bytes
        }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}

extension ShardError {
    /// 25P02: the transaction had failed before.
    fileprivate var isRefusalAfterFailure: Bool { underlying?.isServerError("25P02") == true }
}
