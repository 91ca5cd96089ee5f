package import HubModel

/// A move of a tenant as super admins see it.
package struct MoveView: Codable, Hashable, Sendable {
    package let id: MoveID
    package let tenantId: TenantID
    /// The tenant's, when the move was started.
    package let subdomain: Subdomain
    package let source: ShardID
    package let target: ShardID
    /// `planned`, `copying`, `catching-up`, `verified`, `switching`, `switched`, `reversing`, `completing`, `cancelling`,
    /// `failed`, `completed`, `cancelled` or `reversed`.
    package let state: String
    /// What is being done; null at rest.
    @Nullable package var step: String?
    /// How often a control process has taken it.
    package let attempt: Int64
    /// The number of the copy.
    package let generation: Int
    /// At which epoch the tenant is served, and where.
    package let epoch: Epoch
    package let servedBy: ShardID
    /// What somebody asked for and has not got yet.
    @Nullable package var wish: String?
    /// How many switches were aborted in a row.
    package let aborts: Int
    /// Why the last switch was aborted, the move failed, or a step is tried again.
    @Nullable package var reason: String?
    /// The control process that works at it; null when none does.
    @Nullable package var holder: String?
    package let progress: MoveProgressView
    /// Those that were committed, in their order.
    package let switches: [MoveSwitchView]
    @Nullable package var startedBy: String?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    /// What can be asked for now, each as a command one can type.
    package let nextSteps: [String]
    /// What can be asked for now, each as the last part of a path of this API.
    package let verbs: [String]
    /// From the freeze to the commit, at most.
    package let pauseBudgetMilliseconds: Int

    package init(
        id: MoveID,
        tenantId: TenantID,
        subdomain: Subdomain,
        source: ShardID,
        target: ShardID,
        state: String,
        step: String?,
        attempt: Int64,
        generation: Int,
        epoch: Epoch,
        servedBy: ShardID,
        wish: String?,
        aborts: Int,
        reason: String?,
        holder: String?,
        progress: MoveProgressView,
        switches: [MoveSwitchView],
        startedBy: String?,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        nextSteps: [String],
        verbs: [String],
        pauseBudgetMilliseconds: Int
    ) {
        self.id = id
        self.tenantId = tenantId
        self.subdomain = subdomain
        self.source = source
        self.target = target
        self.state = state
        self.step = step
        self.attempt = attempt
        self.generation = generation
        self.epoch = epoch
        self.servedBy = servedBy
        self.wish = wish
        self.aborts = aborts
        self.reason = reason
        self.holder = holder
        self.progress = progress
        self.switches = switches
        self.startedBy = startedBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.nextSteps = nextSteps
        self.verbs = verbs
        self.pauseBudgetMilliseconds = pauseBudgetMilliseconds
    }

    /// Whether nothing ever happens to it again.
    package var isOver: Bool { ["completed", "cancelled", "reversed"].contains(state) }
    /// Whether it stays as it is until somebody asks for something.
    package var isAtRest: Bool { isOver || (["verified", "switched", "failed"].contains(state) && wish == nil) }
}

/// How far a move is.
package struct MoveProgressView: Codable, Hashable, Sendable {
    /// Copied, or deleted, so far.
    package let rows: Int64
    package let bytes: Int64
    /// Zero until the rows were counted.
    package let expectedRows: Int64
    package let rowsPerSecond: Double
    /// Until the expected rows are copied; null while nothing is.
    @Nullable package var secondsLeft: Double?
    /// Bytes of the serving shard's log that the other has not applied; null without a stream.
    @Nullable package var lagBytes: Int64?
    /// How long people waited in the last switch; null before one.
    @Nullable package var pauseMilliseconds: Double?
    /// How long they would wait in a switch, by the rows that are expected; null until those were counted.
    @Nullable package var predictedPauseMilliseconds: Double?

    package init(
        rows: Int64,
        bytes: Int64,
        expectedRows: Int64,
        rowsPerSecond: Double,
        secondsLeft: Double?,
        lagBytes: Int64?,
        pauseMilliseconds: Double?,
        predictedPauseMilliseconds: Double?
    ) {
        self.rows = rows
        self.bytes = bytes
        self.expectedRows = expectedRows
        self.rowsPerSecond = rowsPerSecond
        self.secondsLeft = secondsLeft
        self.lagBytes = lagBytes
        self.pauseMilliseconds = pauseMilliseconds
        self.predictedPauseMilliseconds = predictedPauseMilliseconds
    }
}

/// What a move would do; nothing was changed to find it out.
package struct MovePlanView: Codable, Hashable, Sendable {
    package struct PlannedTable: Codable, Hashable, Sendable {
        package let name: String
        package let rows: Int64
        package let bytes: Int64

        package init(name: String, rows: Int64, bytes: Int64) {
            self.name = name
            self.rows = rows
            self.bytes = bytes
        }
    }

    package let tenantId: TenantID
    package let subdomain: Subdomain
    package let source: ShardID
    package let target: ShardID
    package let rows: Int64
    package let bytes: Int64
    package let tables: [PlannedTable]
    package let estimatedCopySeconds: Double
    package let estimatedPauseMilliseconds: Double
    /// What stands in the way, a sentence each; with any, the move cannot be started.
    package let refusals: [String]
    /// What was looked at and found right.
    package let checks: [String]
    package let remarks: [String]
    /// What the target can still write; null when it cannot be known.
    @Nullable package var targetFreeBytes: Int64?

    package init(
        tenantId: TenantID,
        subdomain: Subdomain,
        source: ShardID,
        target: ShardID,
        rows: Int64,
        bytes: Int64,
        tables: [PlannedTable],
        estimatedCopySeconds: Double,
        estimatedPauseMilliseconds: Double,
        refusals: [String],
        checks: [String],
        remarks: [String],
        targetFreeBytes: Int64?
    ) {
        self.tenantId = tenantId
        self.subdomain = subdomain
        self.source = source
        self.target = target
        self.rows = rows
        self.bytes = bytes
        self.tables = tables
        self.estimatedCopySeconds = estimatedCopySeconds
        self.estimatedPauseMilliseconds = estimatedPauseMilliseconds
        self.refusals = refusals
        self.checks = checks
        self.remarks = remarks
        self.targetFreeBytes = targetFreeBytes
    }
}

/// The answer of `POST /api/moves`: the plan of a dry run, or the move that was begun.
package struct CreateMoveAnswer: Codable, Hashable, Sendable {
    @Nullable package var plan: MovePlanView?
    @Nullable package var move: MoveView?

    package init(plan: MovePlanView) {
        self.plan = plan
        move = nil
    }

    package init(move: MoveView) {
        plan = nil
        self.move = move
    }
}

/// Something that happened in a move.
package struct MoveEventView: Codable, Hashable, Sendable {
    package let id: Int64
    package let at: Timestamp
    package let state: String
    @Nullable package var step: String?
    @Nullable package var wish: String?
    package let attempt: Int64
    @Nullable package var holder: String?
    package let epoch: Epoch
    /// Why something did not go on.
    @Nullable package var message: String?

    package init(
        id: Int64,
        at: Timestamp,
        state: String,
        step: String?,
        wish: String?,
        attempt: Int64,
        holder: String?,
        epoch: Epoch,
        message: String?
    ) {
        self.id = id
        self.at = at
        self.state = state
        self.step = step
        self.wish = wish
        self.attempt = attempt
        self.holder = holder
        self.epoch = epoch
        self.message = message
    }
}

/// What is proved of a completed move.
package struct MoveCertificateView: Codable, Hashable, Sendable {
    /// Its place in the directory's chain, from 1.
    package let number: Int64
    package let moveId: MoveID
    /// One fact a line; the second line has the hash of the certificate before.
    package let text: String
    /// SHA-256 of the text, in hexadecimal.
    package let hash: String
    package let createdAt: Timestamp
    /// How many certificates of the chain were looked at.
    package let verified: Int
    /// What is wrong with the chain; null when nothing is.
    @Nullable package var fault: String?

    package init(
        number: Int64,
        moveId: MoveID,
        text: String,
        hash: String,
        createdAt: Timestamp,
        verified: Int,
        fault: String?
    ) {
        self.number = number
        self.moveId = moveId
        self.text = text
        self.hash = hash
        self.createdAt = createdAt
        self.verified = verified
        self.fault = fault
    }
}

/// What one shard holds of a tenant.
package struct TenantPlaceView: Codable, Hashable, Sendable {
    package struct HeldTable: Codable, Hashable, Sendable {
        package let table: String
        package let rows: Int

        package init(table: String, rows: Int) {
            self.table = table
            self.rows = rows
        }
    }

    package let shard: ShardID
    /// Why nothing is known of it; null for a shard that answers.
    @Nullable package var error: String?
    /// Whether the directory says that the shard serves the tenant.
    package let isServing: Bool
    /// The ownership row, in words; null without one.
    @Nullable package var ownership: String?
    package let tables: [HeldTable]
    /// Slots, publications and subscriptions of the tenant's moves.
    package let streams: [String]
    /// What the audit store of the shard's region holds of it; empty where there is none, and for all shards of a region but the
    /// first.
    package var auditTrail: [HeldTable] = []

    package init(
        shard: ShardID,
        error: String? = nil,
        isServing: Bool,
        ownership: String? = nil,
        tables: [HeldTable] = [],
        streams: [String] = []
    ) {
        self.shard = shard
        self.error = error
        self.isServing = isServing
        self.ownership = ownership
        self.tables = tables
        self.streams = streams
    }
}
