import BenchmarkReport
import FoundationEssentials
import HubTesting

/// wrk, which sends requests for hosts at random over keep-alive connections, as fast as they are answered.
struct Wrk {
    struct Result {
        var requests: Int
        var seconds: Double
        /// Microseconds.
        var p50: Double
        var p99: Double
        /// Answers that were not 2xx or too short, and connections that broke.
        var failures: Int

        var perSecond: Double { Double(requests) / seconds }
    }

    /// How many different requests wrk draws from: enough that no cache of hosts helps, few enough that choosing one is cheap.
    private static let prepared = 20_000

    let place: Workplace

    func run(_ workload: Workload, port: Int, connections: Int, seconds: Int) async throws -> Result {
        let file = "\(place.folder)/load-\(UUID().uuidString).lua"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try script(workload).write(toFile: file, atomically: false, encoding: .utf8)
        let command = Processors.besideProxy([
            "wrk", "-t1", "-c\(connections)", "-d\(seconds)s", "--timeout", "10s", "-s", file,
            "http://127.0.0.1:\(port)/",
        ])
        let output = try await ChildProcess.runAside(command)
        let numbers = output.split(separator: "\n").last { $0.hasPrefix("result ") }?.split(separator: " ").dropFirst()
            .compactMap { Double($0) }
        guard let numbers, numbers.count == 6 else { throw BenchmarkFailure("wrk said: \(output)") }
        let isComplete = numbers[5] >= numbers[0] * Double(workload.answerBytes)
        return Result(
            requests: Int(numbers[0]),
            seconds: numbers[1] / 1_000_000,
            p50: numbers[2],
            p99: numbers[3],
            failures: isComplete ? Int(numbers[4]) : max(1, Int(numbers[4]))
        )
    }

    // MARK: - Private

    private func script(_ workload: Workload) -> String {
        let step = max(1, place.tenants.count / Wrk.prepared)
        let hosts = stride(from: 0, to: place.tenants.count, by: step).map { "\"\(place.tenants.host($0))\"" }
        let method = workload.requestBytes > 0 ? "POST" : "GET"
        let body = workload.requestBytes > 0 ? "string.rep(\"x\", \(workload.requestBytes))" : "nil"
        return """
            local hosts = {\(hosts.joined(separator: ","))}
            local prepared = {}
            local body = \(body)
            wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
            wrk.headers["Accept"] = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
            wrk.headers["Accept-Language"] = "en-US,en;q=0.5"
            wrk.headers["Cookie"] = "__Host-session=eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwMTkyIn0.c2lnbmF0dXJlLW9mLWEtdG9rZW4"
            init = function(arguments)
              math.randomseed(os.time())
              for index, host in ipairs(hosts) do
                if body == nil or index <= 200 then
                  wrk.headers["Host"] = host
                  prepared[index] = wrk.format("\(method)", "\(workload.path)", nil, body)
                end
              end
            end
            request = function() return prepared[math.random(#prepared)] end
            done = function(summary, latency, requests)
              io.write(string.format("result %d %d %d %d %d %d\\n", summary.requests, summary.duration,
                latency:percentile(50), latency:percentile(99),
                summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout
                + summary.errors.connect, summary.bytes))
            end
            """
    }
}
