import Credentials
import HubModel
import HubWeb
import Hummingbird
import ShardStore

/// A tenant's data for one signed-in person.
///
/// Who may ask is judged in the same transaction as the answer is read or the change is made, so that a log-out, a
/// deleted user or a changed role counts from the moment it is committed.
struct Workspace: Sendable {
    private let gate: SchemaGate
    private let store: ShardStore
    private let authenticator: Authenticator
    private let pruning: EventPruning
    /// What fingerprints of requests are made with.
    let keySecret: [UInt8]

    init(
        gate: SchemaGate,
        store: ShardStore,
        authenticator: Authenticator,
        pruning: EventPruning,
        keySecret: [UInt8]
    ) {
        self.gate = gate
        self.store = store
        self.authenticator = authenticator
        self.pruning = pruning
        self.keySecret = keySecret
    }

    /// Reads in one snapshot; the person's session is read beside the data and costs no round trip of its own.
    func read<Answer: Sendable>(
        for request: Request,
        in context: TenantWebContext,
        _ body: @Sendable (ShardTransaction<ReadAccess>) async throws -> Answer
    ) async throws -> (answer: Answer, person: Person) {
        let claims = try await authenticator.claims(of: request, in: context)
        try gate.pass()
        return try await store.withRead(context.tenantContext(actor: claims.subject)) { transaction in
            let (user, answer) = await ConcurrentReads.outcomes(
                { try await transaction.sessions.user(of: claims.session) },
                { try await body(transaction) }
            )
            // Who asks is judged first: a stranger must not learn whether there is an answer.
            let person = try Person(user.get(), claims: claims)
            return (try answer.get(), person)
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
            let person = try Person(await transaction.sessions.user(of: claims.session), claims: claims)
            return try await body(transaction.acting(as: person.user.id, behind: person.impersonator), person)
        }
    }
}
