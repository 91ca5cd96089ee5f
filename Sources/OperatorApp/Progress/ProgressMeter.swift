/// How far a piece of long work has come, how fast it goes and when it will end; a value, with time handed in.
struct ProgressMeter: Sendable {
    /// What is done, such as `loading`.
    let activity: String
    /// What is counted, such as `rows`.
    let unit: String
    let total: Int
    private(set) var done = 0
    private let startedAt: Duration
    private var latest: Duration
    /// Moments and counts of the last few seconds, oldest first; the rate is theirs, so that it follows a change.
    private var samples: [(at: Duration, done: Int)]

    /// - Parameter now: the time on any clock that only rises; every later time is on the same clock.
    init(activity: String, unit: String, total: Int, now: Duration) {
        self.activity = activity
        self.unit = unit
        self.total = total
        startedAt = now
        latest = now
        samples = [(now, 0)]
    }

    mutating func advance(to done: Int, now: Duration) {
        self.done = done
        latest = max(latest, now)
        guard latest - samples[samples.count - 1].at >= ProgressMeter.sampleSpacing else { return }
        samples.append((latest, done))
        if samples.count > ProgressMeter.sampleLimit { samples.removeFirst() }
    }

    /// 0–1; a total of nothing is done from the start.
    var fraction: Double { total > 0 ? min(1, Double(done) / Double(total)) : 1 }

    var elapsed: Duration { latest - startedAt }

    /// Units per second over the last few seconds; zero until some time has passed.
    var rate: Double {
        let seconds = (latest - samples[0].at).seconds
        return seconds > 0 ? Double(done - samples[0].done) / seconds : 0
    }

    /// Units per second since the start.
    var averageRate: Double { elapsed.seconds > 0 ? Double(done) / elapsed.seconds : 0 }

    /// The time the rest will take at the present rate; nil while nothing moves.
    var remaining: Duration? { rate > 0 ? .seconds(Double(max(0, total - done)) / rate) : nil }

    // MARK: - Private

    private static let sampleSpacing = Duration.milliseconds(250)
    private static let sampleLimit = 20
}

extension Duration {
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
