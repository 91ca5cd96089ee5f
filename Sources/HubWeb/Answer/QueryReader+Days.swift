package import HubModel

extension QueryReader {
    /// The moments between which a page's list lies, of its two fields for days, `from` and `to`.
    ///
    /// A day alone, as a browser without scripts sends it, is one in UTC. Scripts send the first second of the one day and
    /// the last of the other where the person is, each with its offset from UTC; an address may also have other moments.
    ///
    /// - Returns: the first moment, and the one before which the list ends.
    package mutating func days() -> (from: Timestamp?, until: Timestamp?) {
        let expected = "a day or an RFC 3339 time"
        for (name, time) in [("from", "T00:00:00Z"), ("to", "T23:59:59Z")] where self[name]?.utf8.count == 10 {
            self[name]?.append(time)
        }
        let from = value("from", Timestamp.self, expected: expected)
        let last = value("to", Timestamp.self, expected: expected)
        return (from, last.map { $0 + .seconds(1) })
    }
}
