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
        package let requests: HeldRequests
        /// Both sides, compared within the pause: wholly, or what was written since they were last.
        package let tables: [TableComparison]

        package init(
            direction: MoveDirection,
            committedAt: Timestamp,
            epochBefore: Epoch,
            epochAfter: Epoch,
            mark: LogPosition,
            pause: Duration,
            requests: HeldRequests,
            tables: [TableComparison]
        ) {
            self.direction = direction
            self.committedAt = committedAt
            self.epochBefore = epochBefore
            self.epochAfter = epochAfter
            self.mark = mark
            self.pause = pause
            self.requests = requests
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
            "certificate 2",
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
            lines += made.requests.lines
            for table in made.tables {
                let (source, target) = (table.source, table.target)
                lines.append("table \(table.table) \(source.rows) \(source.hash) \(target.rows) \(target.hash)")
                if let changed = table.changed { lines.append("changed \(table.table) \(changed)") }
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: - Private

    private func microseconds(_ duration: Duration) -> Int64 { Int64(duration / .microseconds(1)) }
}

extension HeldRequests {
    /// What the routers that say nothing held is not known, so it is said which they are.
    fileprivate var lines: [String] {
        let silent = silentRouters.map { "silent \($0)" }
        guard let sum = known else { return ["requests unknown unknown"] + silent }
        return ["requests \(sum.held) \(sum.late)", "longest \(Int64(sum.longest / .microseconds(1)))"] + silent
    }
}
