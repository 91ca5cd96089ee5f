import Glibc

/// What a stretch of work cost: wall time, and the CPU time of this process or of the children it has waited for.
package struct Measurement: Sendable {
    package enum Subject: Sendable {
        case thisProcess
        case children
    }

    package var operations: Int
    package var wall: Duration
    package var cpu: Duration

    package var perSecond: Double { Double(operations) / wall.seconds }
    /// Microseconds of CPU, user and system, for one operation.
    package var cpuMicroseconds: Double { cpu.seconds * 1_000_000 / Double(operations) }

    /// Measures the body, which answers how many operations it did.
    package static func of(_ subject: Subject, _ body: () async throws -> Int) async rethrows -> Measurement {
        let clock = ContinuousClock()
        let cpuBefore = cpuTime(subject)
        let start = clock.now
        let operations = try await body()
        let wall = clock.now - start
        return Measurement(operations: operations, wall: wall, cpu: cpuTime(subject) - cpuBefore)
    }

    // MARK: - Private

    private static func cpuTime(_ subject: Subject) -> Duration {
        var usage = rusage()
        let who =
            switch subject {
            case .thisProcess: RUSAGE_SELF
            case .children: RUSAGE_CHILDREN
            }
        getrusage(who.rawValue, &usage)
        func duration(_ time: timeval) -> Duration {
            .seconds(Int64(time.tv_sec)) + .microseconds(Int64(time.tv_usec))
        }
        return duration(usage.ru_utime) + duration(usage.ru_stime)
    }
}

extension Duration {
    package var seconds: Double {
        let (whole, attoseconds) = components
        return Double(whole) + Double(attoseconds) * 1e-18
    }
}
