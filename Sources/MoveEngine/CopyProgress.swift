import Synchronization

/// How far a copy is.
package struct CopyProgress: Sendable {
    package struct Table: Sendable {
        package let name: String
        package internal(set) var rows = 0
        /// Of PostgreSQL's binary format.
        package internal(set) var bytes = 0
        /// All rows of the snapshot; nil until they were counted.
        package internal(set) var totalRows: Int?
    }

    package internal(set) var tables: [Table]

    package var rows: Int { tables.reduce(0) { $0 + $1.rows } }
    package var bytes: Int { tables.reduce(0) { $0 + $1.bytes } }
    /// Nil until all tables were counted.
    package var totalRows: Int? {
        tables.reduce(0 as Int?) { sum, table in
            guard let sum, let rows = table.totalRows else { return nil }
            return sum + rows
        }
    }
}

/// Adds up what the streams of a copy have done, and reports it at most ten times a second.
final class CopyTally: Sendable {
    private let progress: Mutex<(current: CopyProgress, reported: ContinuousClock.Instant)>
    private let report: @Sendable (CopyProgress) -> Void

    init(_ tables: [CarriedTable], _ report: @escaping @Sendable (CopyProgress) -> Void) {
        progress = Mutex((CopyProgress(tables: tables.map { CopyProgress.Table(name: $0.name) }), .now))
        self.report = report
    }

    var current: CopyProgress { progress.withLock { $0.current } }

    func count(_ table: CarriedTable, rows: Int = 0, bytes: Int = 0, totalRows: Int? = nil) {
        let due = progress.withLock { state -> CopyProgress? in
            if let index = state.current.tables.firstIndex(where: { $0.name == table.name }) {
                state.current.tables[index].rows += rows
                state.current.tables[index].bytes += bytes
                if let totalRows { state.current.tables[index].totalRows = totalRows }
            }
            guard ContinuousClock.now - state.reported > .milliseconds(100) else { return nil }
            state.reported = .now
            return state.current
        }
        if let due { report(due) }
    }

    /// Reports the end.
    func finish() -> CopyProgress {
        let current = current
        report(current)
        return current
    }
}
