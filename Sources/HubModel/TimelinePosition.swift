/// A place in the history of a PostgreSQL cluster: a position in the log of one of its timelines.
///
/// Each promotion begins a timeline. A position of another timeline says nothing, however large it is: what was written there
/// after the promotion has never happened here.
package struct TimelinePosition: Hashable, Sendable {
    package let timeline: UInt32
    package let log: LogPosition

    package init(timeline: UInt32, log: LogPosition) {
        self.timeline = timeline
        self.log = log
    }

    /// Whether a server that has come so far shows all that there was at the other position.
    package func covers(_ other: TimelinePosition) -> Bool { timeline == other.timeline && log >= other.log }
}

extension TimelinePosition: CustomStringConvertible {
    package var description: String { "\(log) of timeline \(timeline)" }
}
