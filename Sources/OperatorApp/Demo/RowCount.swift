import Synchronization

/// One slice's share of a count that several slices add to at once.
final class RowCount: Sendable {
    private let progress: ProgressReporter
    private let counted = Mutex(0)

    init(_ progress: ProgressReporter) {
        self.progress = progress
    }

    /// Adds what is new since the last call.
    func advance(to rows: Int) {
        let more = counted.withLock { counted in
            let more = max(0, rows - counted)
            counted += more
            return more
        }
        progress.add(more)
    }
}
