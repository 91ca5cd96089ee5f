package import HubModel

/// Chooses which of a shard's replicas is asked, from what the primary and they tell of themselves every moment.
///
/// Whether a replica has replayed enough for a read is judged at the replica, in that read. Here it is judged whether it is
/// worth asking: it answers, follows the primary and does not lag much. Pure: time is handed in.
package struct ReplicaSetStateMachine: Sendable {
    package typealias Instant = ContinuousClock.Instant

    package struct Configuration: Sendable {
        /// A replica that shows what is older is not asked until it has caught up.
        package var maximumLag: Duration = .seconds(5)
        /// How long what a replica told of itself counts.
        package var freshness: Duration = .seconds(3)

        package init() {}
    }

    /// What a server tells when it is asked whether it is a replica.
    package enum Report: Equatable, Sendable {
        /// It replays what it receives of a primary.
        case following(TimelinePosition)
        /// It is a primary itself, or receives nothing.
        case detached
        /// It does not answer.
        case unreachable
    }

    package enum Availability: Equatable, Sendable {
        /// Nothing is known of it, or nothing any more.
        case unknown
        case serving(lag: Duration)
        /// It shows what is at least so old.
        case lagging(by: Duration)
        /// It follows another timeline than the primary's.
        case diverged
        case detached
        case unreachable

        /// Whether reads go to it.
        package var isServing: Bool { if case .serving = self { true } else { false } }

        /// How old what it shows is; nil when that is not known.
        package var lag: Duration? {
            switch self {
            case .serving(let lag), .lagging(by: let lag): lag
            case .unknown, .diverged, .detached, .unreachable: nil
            }
        }
    }

    package enum Choice: Equatable, Sendable {
        /// It is known to show what is needed.
        case read(Int)
        /// It is to be asked how far it is, before anything is read there.
        case ask(Int)
        case primary
    }

    private struct Replica {
        var report: Report?
        var reportedAt: Instant?
    }

    private struct Sample {
        let log: LogPosition
        let at: Instant
    }

    private let configuration: Configuration
    private var replicas: [Replica]
    /// Where the primary was, the oldest first.
    private var samples: [Sample] = []
    private var timeline: UInt32?
    private var turn = 0

    package init(count: Int, configuration: Configuration = Configuration()) {
        self.configuration = configuration
        replicas = Array(repeating: Replica(), count: count)
    }

    // MARK: Events

    /// The primary was at this place at that moment, or later.
    package mutating func primary(at place: TimelinePosition, asked: Instant) {
        if let timeline, place.timeline < timeline { return }
        if place.timeline != timeline { samples.removeAll() }
        timeline = place.timeline
        // Of moments at which it was at the same place only the first matters.
        guard samples.last.map({ $0.at < asked && $0.log < place.log }) ?? true else { return }
        samples.append(Sample(log: place.log, at: asked))
        // One that is older than the lag that matters is kept, so that the lag can be told.
        let horizon = asked - configuration.maximumLag * 4
        while samples.count > 2, samples[1].at < horizon { samples.removeFirst() }
    }

    package mutating func replica(_ index: Int, _ report: Report, now: Instant) {
        replicas[index] = Replica(report: report, reportedAt: now)
    }

    /// A read was told how far the replica is.
    package mutating func replayed(_ index: Int, _ place: TimelinePosition) {
        guard case .following(let known) = replicas[index].report else { return }
        if place.covers(known) { replicas[index].report = .following(place) }
    }

    // MARK: Judgement

    /// Who is asked for a read that must show all there was at `place`: those that are known to, in turn.
    package mutating func choose(after place: TimelinePosition, now: Instant) -> Choice {
        turn &+= 1
        var furthest: (index: Int, log: LogPosition)?
        for step in replicas.indices {
            let index = (turn &+ step) % replicas.count
            guard case .following(let known) = replicas[index].report, known.timeline == place.timeline,
                availability(of: index, now: now).isServing
            else { continue }
            if known.covers(place) { return .read(index) }
            if furthest.map({ $0.log < known.log }) ?? true { furthest = (index, known.log) }
        }
        return furthest.map { .ask($0.index) } ?? .primary
    }

    package func availability(of index: Int, now: Instant) -> Availability {
        let replica = replicas[index]
        guard let report = replica.report, let reportedAt = replica.reportedAt,
            now - reportedAt <= configuration.freshness
        else { return .unknown }
        switch report {
        case .unreachable: return .unreachable
        case .detached: return .detached
        case .following(let place):
            guard let timeline else { return .unknown }
            guard place.timeline == timeline else { return .diverged }
            let lag = lag(of: place.log, at: reportedAt)
            return lag > configuration.maximumLag ? .lagging(by: lag) : .serving(lag: lag)
        }
    }

    // MARK: - Private

    /// How old what a server shows was at a moment: for how long the primary had been known to be further.
    private func lag(of log: LogPosition, at moment: Instant) -> Duration {
        guard let next = samples.first(where: { $0.log > log }) else { return .zero }
        return max(.zero, moment - next.at)
    }
}

extension ReplicaSetStateMachine.Availability: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown: "has not answered lately"
        case .serving(let lag): "\(Int(lag / .milliseconds(1))) ms behind"
        case .lagging(let lag): "lags by \(Int(lag / .milliseconds(1))) ms"
        case .diverged: "follows another timeline than the primary's"
        case .detached: "follows no primary"
        case .unreachable: "cannot be reached"
        }
    }
}
