/// How far a move has come, for whoever watches; nothing depends on it.
package struct MoveProgress: Hashable, Sendable {
    package struct Amount: Hashable, Sendable {
        package var rows: Int64
        package var bytes: Int64

        package init(rows: Int64 = 0, bytes: Int64 = 0) {
            self.rows = rows
            self.bytes = bytes
        }
    }

    package var done: Amount
    /// Estimated; the copy may bring more.
    package var expected: Amount
    package var rowsPerSecond: Double
    /// Bytes of log that the receiving side has not applied; nil without a stream.
    package var lag: Int64?
    /// How long people would wait if the tenant were switched now; nil before it can be.
    package var predictedPause: Duration?

    package init(
        done: Amount = Amount(),
        expected: Amount = Amount(),
        rowsPerSecond: Double = 0,
        lag: Int64? = nil,
        predictedPause: Duration? = nil
    ) {
        self.done = done
        self.expected = expected
        self.rowsPerSecond = rowsPerSecond
        self.lag = lag
        self.predictedPause = predictedPause
    }

    /// From 0 to 1.
    package var fraction: Double {
        expected.rows > 0 ? min(1, Double(done.rows) / Double(expected.rows)) : 1
    }

    /// Until the expected rows are done; nil while nothing moves.
    package var remainingTime: Duration? {
        let rows = max(0, expected.rows - done.rows)
        guard rows > 0 else { return .zero }
        return rowsPerSecond > 0 ? .seconds(Double(rows) / rowsPerSecond) : nil
    }
}
