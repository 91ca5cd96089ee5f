import FoundationEssentials
import Moving

/// A move's progress as the journal keeps it, for whoever watches.
struct MoveProgressText: Codable, Hashable, Sendable {
    var rows: Int64
    var bytes: Int64
    var expectedRows: Int64
    var rowsPerSecond: Double
    var secondsLeft: Double?
    var lagBytes: Int64?
    var pauseMilliseconds: Double?

    init(_ progress: MoveProgress) {
        rows = progress.done.rows
        bytes = progress.done.bytes
        expectedRows = progress.expected.rows
        rowsPerSecond = progress.rowsPerSecond
        secondsLeft = progress.remainingTime.map { $0 / .seconds(1) }
        lagBytes = progress.lag
        pauseMilliseconds = progress.predictedPause.map { $0 / .milliseconds(1) }
    }

    init?(json: String) {
        guard let value = try? JSONDecoder().decode(MoveProgressText.self, from: Data(json.utf8)) else { return nil }
        self = value
    }

    var progress: MoveProgress {
        MoveProgress(
            done: MoveProgress.Amount(rows: rows, bytes: bytes),
            expected: MoveProgress.Amount(rows: expectedRows),
            rowsPerSecond: rowsPerSecond,
            lag: lagBytes,
            predictedPause: pauseMilliseconds.map { .milliseconds($0) }
        )
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
