/// How a copy uses the two servers.
package struct CopyOptions: Sendable {
    /// Connections to each server that copy at once.
    package var streams: Int
    /// Rows that are copied by one statement, and committed together.
    package var rangeRows: Int
    /// How long the slot may wait for the transactions that are open at the source.
    package var slotTimeout: Duration
    /// The copy waits while any other slot of the source is more bytes behind than this.
    package var maximumLag: Int?
    /// Asked before each range: how long to wait with it, and then to ask again. Zero goes on.
    package var pause: @Sendable () async -> Duration

    package init(
        streams: Int = 4,
        rangeRows: Int = 50_000,
        slotTimeout: Duration = .seconds(60),
        maximumLag: Int? = nil,
        pause: @escaping @Sendable () async -> Duration = { .zero }
    ) {
        precondition(streams > 0 && rangeRows > 0, "a copy has at least one stream, and a range one row")
        self.streams = streams
        self.rangeRows = rangeRows
        self.slotTimeout = slotTimeout
        self.maximumLag = maximumLag
        self.pause = pause
    }
}
