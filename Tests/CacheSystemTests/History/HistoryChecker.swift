/// Judges a history: each item is a register with one writer, and each reading must fit some moment between its begin and
/// its end, for each item by itself.
///
/// A reading must not be older than a write acknowledged before it began, nor than what another reading was told that had
/// ended before it began. It may be told of a write that has begun, whether that is ever acknowledged or not; who is told
/// of it proves that it has happened. What fits several states of an item (such as a count that was reached twice) is held
/// to be the most harmless of them: the checker may overlook, but never accuses wrongly.
struct HistoryChecker {
    private let history: History
    private var tracks: [ItemID: ItemTrack]
    /// The projects of each tenant.
    private var projects: [Int: [ItemID]]
    private var violations: [HistoryViolation] = []

    static func violations(in history: History) -> [HistoryViolation] {
        var checker = HistoryChecker(history)
        for reading in history.readings.sorted(by: { $0.ended < $1.ended }) { checker.check(reading) }
        return checker.violations
    }

    private init(_ history: History) {
        self.history = history
        tracks = history.writes.mapValues(ItemTrack.init)
        projects = Dictionary(grouping: history.writes.keys.filter { $0.kind == .project }, by: \.tenant)
    }

    // MARK: - Private

    private mutating func check(_ reading: Reading) {
        if let defect = reading.defect { report(.defective, reading, defect) }
        for (item, sighting) in reading.sightings { check(sighting, of: item, in: reading) }
        if let query = reading.whole {
            let listed = Set(reading.sightings.map(\.item))
            for item in projects[reading.tenant, default: []] where !listed.contains(item) {
                check(.notListed(query), of: item, in: reading)
            }
        }
        for (count, value) in reading.counts { check(count, value, in: reading) }
    }

    private mutating func check(_ sighting: Reading.Sighting, of item: ItemID, in reading: Reading) {
        guard let track = tracks[item] else {
            return report(.neverWritten, reading, "\(item) \(sighting)")
        }
        if case .notListed = sighting, track.isAbsent(from: reading.begun, to: reading.ended) { return }
        let possible = track.possible(from: reading.begun, to: reading.ended)
        if let number = possible.first(where: { sighting.fits(track.writes[$0].state) }) {
            tracks[item]?.prove(number, at: reading.ended)
            return
        }
        let told = "\(item) \(sighting)"
        guard let older = (0..<possible.lowerBound).last(where: { sighting.fits(track.writes[$0].state) }) else {
            return report(.neverWritten, reading, told, item)
        }
        let acknowledged = track.acknowledged(before: reading.begun)
        if older < acknowledged {
            report(.stale, reading, "\(told), write \(older); known: write \(acknowledged)", item)
        } else {
            report(.wentBack, reading, "\(told), write \(older); told before: write \(possible.lowerBound)", item)
        }
    }

    private mutating func check(_ count: Reading.Count, _ value: Int, in reading: Reading) {
        var least = 0
        var most = 0
        for item in projects[reading.tenant, default: []] {
            guard let track = tracks[item], !track.isAbsent(from: reading.begun, to: reading.ended) else { continue }
            let shares = track.possible(from: reading.begun, to: reading.ended)
                .map { count.share(of: track.writes[$0].state) }
            least += shares.min() ?? 0
            most += shares.max() ?? 0
        }
        guard !(least...most).contains(value) else { return }
        report(.wrongCount, reading, "\(count): \(value), which must be in \(least)...\(most)")
    }

    private mutating func report(
        _ rule: HistoryViolation.Rule,
        _ reading: Reading,
        _ told: String,
        _ item: ItemID? = nil
    ) {
        let times = "\(history.time(reading.begun)) to \(history.time(reading.ended))"
        let writes = item.flatMap { tracks[$0]?.writes } ?? []
        let known = writes.indices.filter { writes[$0].begun <= reading.ended }.suffix(4).map { number in
            let write = writes[number]
            let end = write.acknowledged.map { "acknowledged at \(history.time($0))" } ?? "never answered"
            return "write \(number): \(write.state), begun at \(history.time(write.begun)), \(end)"
        }
        violations.append(
            HistoryViolation(
                rule: rule,
                told: "\(reading.client), \(reading.request), \(times): \(told)",
                writes: known
            )
        )
    }
}
