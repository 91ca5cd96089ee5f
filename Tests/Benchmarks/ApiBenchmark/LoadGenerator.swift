import FoundationEssentials
import HubTesting

/// wrk, which sends requests over keep-alive connections as fast as they are answered.
struct LoadGenerator {
    struct Result {
        let requests: Int
        let perSecond: Double
        let p50: Duration
        let p99: Duration
        /// Answers that were not 2xx, and connections that broke.
        let failures: Int
    }

    let hub: Hub
    let client: HubClient

    /// Begins a command that gets what the processors have left. Linux weighs sessions first (sched(7), autogroup), so it is
    /// one of its own.
    private static let yielding = [
        "setsid", "--wait", "sh", "-c", "{ echo 19 >/proc/self/autogroup; } 2>/dev/null; exec nice -n 19 \"$@\"", "sh",
    ]

    /// - Parameters:
    ///   - script: Lua that gives each request its method, path and body as wrk's `request` function.
    ///   - yields: it stands for other machines, and gets of this one's processors what nobody else wants.
    func run(_ script: String, connections: Int, seconds: Int, yields: Bool = false) async throws -> Result {
        let file = FileManager.default.temporaryDirectory.appending(path: "hub-bench-\(UUID().uuidString).lua").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let lua = """
            wrk.headers["Host"] = "\(hub.host(client.subdomain))"
            wrk.headers["Authorization"] = "Bearer \(client.token ?? "")"
            wrk.headers["Content-Type"] = "application/json"
            \(script)
            done = function(summary, latency, requests)
              io.write(string.format("result %d %d %d %d %d\\n", summary.requests, summary.duration,
                latency:percentile(50), latency:percentile(99),
                summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout
                + summary.errors.connect))
            end
            """
        try lua.write(toFile: file, atomically: true, encoding: .utf8)
        let arguments = [
            "wrk", "-t1", "-c\(connections)", "-d\(seconds)s", "--timeout", "10s", "-s", file,
            "http://127.0.0.1:\(hub.port)/",
        ]
        let output = try await ChildProcess.runAside((yields ? LoadGenerator.yielding : []) + arguments)
        let numbers = output.split(separator: "\n").last { $0.hasPrefix("result ") }?.split(separator: " ").dropFirst()
            .compactMap { Int($0) }
        guard let numbers, numbers.count == 5 else { throw BenchmarkFailure("wrk said: \(output)") }
        return Result(
            requests: numbers[0],
            perSecond: Double(numbers[0]) * 1_000_000 / Double(numbers[1]),
            p50: .microseconds(numbers[2]),
            p99: .microseconds(numbers[3]),
            failures: numbers[4]
        )
    }
}
