import HubColumns
package import HubModel
package import Moving
import Postgres

/// A row of `moves`: what its mover knows of it, and what people want to know besides.
package struct DirectoryMove: Hashable, Sendable {
    package let record: MoveRecord
    /// The tenant's, when the move was started.
    package let subdomain: Subdomain
    /// The control process that works at it, or was the last to.
    package let holder: ProcessName?
    /// Whether that process has said lately that it does.
    package let isHeld: Bool
    package let options: MoveOptions
    /// JSON, as the mover wrote it last; nothing depends on it.
    package let progress: String?
    package let startedBy: OperatorReference?
    /// Whose wish was the last.
    package let wishedBy: OperatorReference?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
}

/// What an operator may choose for a move.
package struct MoveOptions: Codable, Hashable, Sendable {
    /// How many streams copy at once.
    package var streams: Int
    /// From the freeze to the commit, at most.
    package var pauseBudgetMilliseconds: Int
    /// The copy rests while another stream of the source lags by more than so many bytes; nil lets it run.
    package var maximumLagBytes: Int64?

    package init(streams: Int = 2, pauseBudgetMilliseconds: Int = 1000, maximumLagBytes: Int64? = 256 << 20) {
        self.streams = streams
        self.pauseBudgetMilliseconds = pauseBudgetMilliseconds
        self.maximumLagBytes = maximumLagBytes
    }
}

extension DirectoryMove {
    init(_ row: PostgresRow) throws(PostgresError) {
        record = try MoveRecord(row)
        let optionsText: PostgresJSON, starter: UserID?, starterEmail: EmailAddress?
        let wisher: UserID?, wisherEmail: EmailAddress?, progressText: PostgresJSON?
        let first = MoveRecord.columnCount
        subdomain = try row.decode(Subdomain.self, at: first)
        holder = try row.decode(String?.self, at: first + 1).flatMap { ProcessName($0) }
        isHeld = try row.decode(Bool.self, at: first + 2)
        optionsText = try row.decode(PostgresJSON.self, at: first + 3)
        progressText = try row.decode(PostgresJSON?.self, at: first + 4)
        starter = try row.decode(UserID?.self, at: first + 5)
        starterEmail = try row.decode(EmailAddress?.self, at: first + 6)
        wisher = try row.decode(UserID?.self, at: first + 7)
        wisherEmail = try row.decode(EmailAddress?.self, at: first + 8)
        createdAt = try row.decode(Timestamp.self, at: first + 9)
        updatedAt = try row.decode(Timestamp.self, at: first + 10)
        options = MoveOptions(json: optionsText.text)
        progress = progressText?.text
        startedBy = OperatorReference(starter, starterEmail)
        wishedBy = OperatorReference(wisher, wisherEmail)
    }

    /// The moves under a condition on `m`.
    static func query(where condition: PostgresQuery) -> PostgresQuery {
        """
        SELECT \(unescaped: columns) FROM moves AS m WHERE \(fragment: condition)
        """
    }

    static let columns = """
        \(MoveRecord.columns), m.subdomain, m.holder, m.leaseUntil > clock_timestamp(), m.options, m.progress,
        m.startedBy, m.startedByEmail, m.wishedBy, m.wishedByEmail, m.createdAt, m.updatedAt
        """
}

extension MoveRecord {
    static let columns = """
        m.id, m.tenantId, m.source, m.target, m.state, m.step, m.attempt, m.generation, m.serving, m.epoch, m.wish,
        m.aborts, m.problem, m.problemMessage, m.mark
        """
    static let columnCount = 15

    /// - Throws: `decoding` for a row that no release of this program has written.
    init(_ row: PostgresRow) throws(PostgresError) {
        let id = try row.decode(MoveID.self, at: 0)
        let tenant = try row.decode(TenantID.self, at: 1)
        let source = try row.decode(ShardID.self, at: 2)
        let target = try row.decode(ShardID.self, at: 3)
        let stateName = try row.decode(String.self, at: 4)
        let step = try row.decode(String?.self, at: 5)
        let attempt = try row.decode(Int64.self, at: 6)
        let generation = try row.decode(Int.self, at: 7)
        let servingName = try row.decode(String.self, at: 8)
        let epoch = try row.decode(Epoch.self, at: 9)
        let wish = try row.decode(String?.self, at: 10)
        let aborts = try row.decode(Int.self, at: 11)
        let problem = try row.decode(String?.self, at: 12)
        let message = try row.decode(String?.self, at: 13)
        let mark = try row.decode(String?.self, at: 14)
        guard let state = MoveState(rawValue: stateName), let serving = MoveSide(rawValue: servingName) else {
            throw PostgresError(.decoding, "move \(id) has a state or a side that this release does not know")
        }
        self.init(
            id: id,
            tenant: tenant,
            source: source,
            target: target,
            state: state,
            step: step.flatMap(MoveStep.init),
            attempt: MoveAttempt(rawValue: attempt),
            generation: MoveGeneration(rawValue: Int32(clamping: generation)),
            serving: serving,
            epoch: epoch,
            wish: wish.flatMap(MoveWish.init),
            aborts: Int32(clamping: aborts),
            problem: problem.flatMap(MoveProblem.Code.init).map { MoveProblem($0, message ?? "") },
            mark: mark.flatMap(LogPosition.init)
        )
        guard isConsistent else {
            throw PostgresError(.decoding, "the journal's row of move \(id) is not one that this release writes")
        }
    }

    /// The assignments that make the journal's row this record.
    var assignments: PostgresQuery {
        """
        state = \(state.rawValue), step = \(step?.rawValue), generation = \(Int(generation.rawValue)),
        serving = \(serving.rawValue), epoch = \(epoch), wish = \(wish?.rawValue), aborts = \(Int(aborts)),
        problem = \(problem?.code.rawValue), problemMessage = \(problem?.message), mark = \(mark?.description),
        updatedAt = clock_timestamp()
        """
    }
}

extension OperatorReference {
    fileprivate init?(_ id: UserID?, _ email: EmailAddress?) {
        guard let id, let email else { return nil }
        self.init(id: id, email: email)
    }
}
