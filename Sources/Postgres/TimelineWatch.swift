import Synchronization

/// The newest timeline of a cluster that a process knows of.
///
/// A primary that was replaced by a promotion may come back and still accept writes: it is known by its timeline, which is
/// older than that of its successor. Configurations that share a watch connect to no such server, and a pool of theirs lends
/// no connection to one.
package final class TimelineWatch: Sendable {
    private let newest = Atomic<UInt32>(0)

    package init() {}

    /// Zero until one is known.
    package var current: UInt32 { newest.load(ordering: .acquiring) }

    /// Notes a timeline that exists; an older one changes nothing.
    package func note(_ timeline: UInt32) {
        newest.max(timeline, ordering: .acquiringAndReleasing)
    }

    /// Whether servers of that timeline may be written to.
    func admits(_ timeline: UInt32) -> Bool { timeline >= current }
}
