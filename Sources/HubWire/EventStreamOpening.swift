/// The data of the first event of `GET /api/events`.
package struct EventStreamOpening: Codable, Hashable, Sendable {
    /// Whether the client misses nothing; else it has to look at everything again.
    package let resumed: Bool

    package init(resumed: Bool) {
        self.resumed = resumed
    }
}
