import HubModel

/// A moment as a page shows it: in UTC without script, in the reader's own time with it; drawn by `console-moment`.
struct ConsoleMoment: Sendable {
    /// RFC 3339.
    let iso: String
    let text: String

    init(_ moment: Timestamp) {
        iso = moment.description
        text = "\(iso.prefix(10)) \(iso.dropFirst(11).prefix(5)) UTC"
    }
}
