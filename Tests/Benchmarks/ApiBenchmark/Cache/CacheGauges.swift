/// What one backend of shard us-1 says of its cache.
struct CacheGauges: Sendable {
    /// 1 while it holds a lease on an open gate.
    let isOpen: Int
    let hits: Int
    let misses: Int
    /// Items that the auditor compared with their rows, which takes queries of its own.
    let audited: Int

    /// Of each backend.
    static func now(of hub: Hub) async throws -> [CacheGauges] {
        var gauges: [CacheGauges] = []
        for offset in Hub.backendMetrics {
            let text = try await MetricsPage.text(port: hub.port + offset)
            gauges.append(CacheGauges(text))
        }
        return gauges
    }

    // MARK: - Private

    private init(_ text: String) {
        func value(_ series: String) -> Int {
            text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
                .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }.map { Int($0) } ?? 0
        }
        isOpen = value("hub_cache_open")
        hits = value("hub_cache_reads{outcome=\"hit\"}")
        misses = value("hub_cache_reads{outcome=\"miss\"}")
        audited = value("hub_cache_audited")
    }
}
