package import HubModel

/// What can be proved of a move that is completed. Each names the hash of the one before, so none can be taken away or
/// changed without the ones after it.
package struct MoveCertificate: Hashable, Sendable {
    /// A switch of the move that was committed.
    package struct Switch: Hashable, Sendable {
        package let direction: MoveDirection
        package let committedAt: Timestamp
        package let epochBefore: Epoch
        package let epochAfter: Epoch
        /// What the stream had passed.
        package let mark: LogPosition
        package let pause: Duration
        /// How many requests waited in routers, and how many of them were not answered in time; nil when it is not known.
        package let heldRequests: Int64?
        package let lateRequests: Int64?
        /// Both sides, within the pause.
        package let tables: [TableComparison]

        package init(
            direction: MoveDirection,
            committedAt: Timestamp,
            epochBefore: Epoch,
            epochAfter: Epoch,
            mark: LogPosition,
            pause: Duration,
            heldRequests: Int64?,
            lateRequests: Int64?,
            tables: [TableComparison]
        ) {
            self.direction = direction
            self.committedAt = committedAt
            self.epochBefore = epochBefore
            self.epochAfter = epochAfter
            self.mark = mark
            self.pause = pause
            self.heldRequests = heldRequests
            self.lateRequests = lateRequests
            self.tables = tables
        }
    }

    package let record: MoveRecord
    package let startedAt: Timestamp
    package let completedAt: Timestamp
    /// Who started the move, and who let it complete.
    package let startedBy: OperatorReference
    package let completedBy: OperatorReference
    package let switches: [Switch]
    /// The hash of the certificate before; nil for a directory's first.
    package let previousHash: String?

    package init(
        record: MoveRecord,
        startedAt: Timestamp,
        completedAt: Timestamp,
        startedBy: OperatorReference,
        completedBy: OperatorReference,
        switches: [Switch],
        previousHash: String?
    ) {
        self.record = record
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.startedBy = startedBy
        self.completedBy = completedBy
        self.switches = switches
        self.previousHash = previousHash
    }
}

extension MoveCertificate {
    /// What is hashed: one fact a line, in an order that never changes, each line ended by a line feed. No value can
    /// contain one.
    package var canonicalText: String {
        var lines = [
            "certificate 1",
            "previous \(previousHash ?? "none")",
            "move \(record.id)",
            "tenant \(record.tenant)",
            "source \(record.source)",
            "target \(record.target)",
            "attempts \(record.attempt.rawValue)",
            "generation \(record.generation.rawValue)",
            "epoch \(record.epoch)",
            "started \(startedAt) \(startedBy.id) \(startedBy.email)",
            "completed \(completedAt) \(completedBy.id) \(completedBy.email)",
        ]
        for made in switches {
            lines.append("switch \(made.direction.rawValue) \(made.committedAt)")
            lines.append("epochs \(made.epochBefore) \(made.epochAfter)")
            lines.append("mark \(made.mark)")
            lines.append("pause \(microseconds(made.pause))")
            lines.append("requests \(text(of: made.heldRequests)) \(text(of: made.lateRequests))")
            for table in made.tables {
                let (source, target) = (table.source, table.target)
                lines.append("table \(table.table) \(source.rows) \(source.hash) \(target.rows) \(target.hash)")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: - Private

    private func text(of count: Int64?) -> String { count.map { String($0) } ?? "unknown" }

    private func microseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
