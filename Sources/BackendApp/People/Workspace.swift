import Caching
import Credentials
import HubModel
import HubWeb
import Hummingbird
import ShardStore
import TenantCache

/// A tenant's data for one signed-in person.
///
/// Who may ask is judged by rows, or by a cached item that is as new as every acknowledged write: a log-out, a deleted user
/// or a changed role counts from the moment it is acknowledged. For a change it is judged in its own transaction.
struct Workspace: Sendable {
    private let gate: SchemaGate
    private let store: ShardStore
    private let cache: TenantCache
    private let authenticator: Authenticator
    private let now: WallClock
    private let pruning: EventPruning
    private let use: SessionUse
    /// What fingerprints of requests are made with.
    let keySecret: [UInt8]

    init(
        gate: SchemaGate,
        store: ShardStore,
        cache: TenantCache,
        authenticator: Authenticator,
        pruning: EventPruning,
        use: SessionUse,
        keySecret: [UInt8],
        now: @escaping WallClock
    ) {
        self.gate = gate
        self.store = store
        self.cache = cache
        self.now = now
        self.authenticator = authenticator
        self.pruning = pruning
        self.use = use
        self.keySecret = keySecret
    }

    /// Reads in one snapshot. Who asks is known from the cache; while that is off, from the same snapshot, without a round
    /// trip of its own.
    func read<Answer: Sendable>(
        for request: Request,
        in context: TenantWebContext,
        _ body: @Sendable (ShardTransaction<ReadAccess>) async throws -> Answer
    ) async throws -> (answer: Answer, person: Person) {
        try await read([], for: request, in: context, cached: { _ in nil }, body)
    }

    /// Answers from cached items where they hold what is needed, and from one snapshot where not.
    ///
    /// - Parameters:
    ///   - subjects: the items, besides the person.
    ///   - cached: the answer they give; nil when they cannot give one.
    func read<Answer: Sendable>(
        _ subjects: [CacheSubject],
        for request: Request,
        in context: TenantWebContext,
        cached: (TenantItems) throws -> Answer?,
        _ body: @Sendable (ShardTransaction<ReadAccess>) async throws -> Answer
    ) async throws -> (answer: Answer, person: Person) {
        let (claims, tenant, cache) = try await arrive(request, context, subjects)
        if let (items, person) = cache {
            if let answer = try? cached(items) { return (answer, person) }
            return (try await store.withRead(tenant, after: items.position, body), person)
        }
        return try await store.withRead(tenant) { transaction in
            let (user, answer) = await ConcurrentReads.outcomes(
                { try await transaction.sessions.user(of: claims.session) },
                { try await body(transaction) }
            )
            // Who asks is judged first: a stranger must not learn whether there is an answer.
            let person = try noting(Person(user.get(), claims: claims), tenant)
            return (try answer.get(), person)
        }
    }

    /// Reads what the cache may hold and something that it never does: who asks is judged once, and there is one
    /// transaction, of one snapshot unless the cache has its part.
    ///
    /// - Parameters:
    ///   - subjects: the items, besides the person.
    ///   - cached: what they tell; nil when they cannot tell it.
    ///   - known: tells the same from the rows.
    ///   - body: reads the rest.
    func read<Known: Sendable, Answer: Sendable>(
        _ subjects: [CacheSubject],
        for request: Request,
        in context: TenantWebContext,
        cached: (TenantItems) throws -> Known?,
        known: @Sendable (ShardTransaction<ReadAccess>) async throws -> Known,
        besides body: @Sendable (ShardTransaction<ReadAccess>) async throws -> Answer
    ) async throws -> (known: Known, answer: Answer, person: Person) {
        let (claims, tenant, cache) = try await arrive(request, context, subjects)
        if let (items, person) = cache {
            if let found = try? cached(items) {
                return (found, try await store.withRead(tenant, after: items.position, body), person)
            }
            let (found, answer) = try await store.withRead(tenant, after: items.position) { transaction in
                try await ConcurrentReads.both({ try await known(transaction) }, { try await body(transaction) })
            }
            return (found, answer, person)
        }
        return try await store.withRead(tenant) { transaction in
            let (user, both) = await ConcurrentReads.outcomes(
                { try await transaction.sessions.user(of: claims.session) },
                { try await ConcurrentReads.both({ try await known(transaction) }, { try await body(transaction) }) }
            )
            let person = try noting(Person(user.get(), claims: claims), tenant)
            let (found, answer) = try both.get()
            return (found, answer, person)
        }
    }

    /// Changes something; the person is known before the first change is made.
    func write<Answer: Sendable>(
        for request: Request,
        in context: TenantWebContext,
        _ body: @Sendable (ShardTransaction<WriteAccess>, Person) async throws -> Answer
    ) async throws -> Answer {
        let claims = try await authenticator.claims(of: request, in: context)
        try gate.pass()
        let tenant = context.tenantContext(actor: claims.subject)
        pruning.note(tenant)
        return try await store.withWrite(tenant) { transaction in
            let user = try await transaction.sessions.user(of: claims.session)
            let person = try noting(Person(user, claims: claims), tenant)
            return try await body(transaction.acting(as: person.user.id, behind: person.impersonator), person)
        }
    }

    // MARK: - Private

    /// Reads a request's token, and from the cache what it holds: nil when it does not even tell who asks.
    private func arrive(
        _ request: Request,
        _ context: TenantWebContext,
        _ subjects: [CacheSubject]
    ) async throws -> (claims: TokenClaims, tenant: TenantContext, cache: (items: TenantItems, person: Person)?) {
        let claims = try await authenticator.claims(of: request, in: context)
        try gate.pass()
        let tenant = context.tenantContext(actor: claims.subject)
        let cache = try await items(tenant, subjects, for: claims).map { items in
            (items, try noting(Person(items.user, claims: claims, now: now()), tenant))
        }
        return (claims, tenant, cache)
    }

    /// Notes that the person's session is used.
    private func noting(_ person: Person, _ tenant: TenantContext) -> Person {
        use.note(person.session, in: tenant)
        return person
    }

    /// What the cache holds of the tenant and of the token's user; nil while it is off, or when it cannot say whether the
    /// session exists.
    private func items(
        _ tenant: TenantContext,
        _ subjects: [CacheSubject],
        for claims: TokenClaims
    ) async throws -> TenantItems? {
        let position: [CacheSubject] = store.hasReplicas ? [.position] : []
        guard let items = try await cache.items(tenant, [.user(claims.subject)] + subjects + position) else {
            return nil
        }
        // The sessions of somebody with very many of them are not all there.
        if let user = items.user, !user.hasAllSessions, !user.sessions.contains(where: { $0.id == claims.session }) {
            return nil
        }
        return items
    }
}
