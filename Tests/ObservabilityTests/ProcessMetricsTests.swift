import HubModel
import Testing

@testable import Observability

@Suite("What a process tells about itself")
struct ProcessMetricsTests {
    @Test("Every documented metric is there, with a believable value")
    func values() async throws {
        let registry = PrometheusRegistry(catalog: MetricDescription.process)
        let pipe = try Pipe()
        let writer = LogWriter(descriptor: pipe.writer)
        defer { writer.stop() }
        _ = ProcessMetrics(registry: registry, process: "router", writer: writer)
        let exposition = try ExpositionReader(await registry.exposition())
        func number(_ name: String) throws -> Double { try #require(exposition.value(name).flatMap(Double.init)) }
        #expect(exposition.value("hub_build_info", ["process": "router", "version": HubVersion.text]) == "1")
        #expect(try number("process_cpu_seconds_total") > 0)
        #expect((1_000_000...100_000_000_000).contains(try number("process_resident_memory_bytes")))
        #expect((3...100_000).contains(try number("process_open_fds")))
        let now = Double(Timestamp.now().microseconds) / 1e6
        #expect((now - 86_400...now).contains(try number("process_start_time_seconds")))
        #expect(try number("hub_log_lines_dropped_total") == 0)
        #expect(Set(exposition.types.keys) == Set(MetricDescription.process.map(\.name)))
        #expect(Set(exposition.help.keys) == Set(MetricDescription.process.map(\.name)))
    }

    @Test("CPU time never falls from one exposition to the next")
    func cpu() async throws {
        let registry = PrometheusRegistry(catalog: MetricDescription.process)
        let pipe = try Pipe()
        let writer = LogWriter(descriptor: pipe.writer)
        defer { writer.stop() }
        _ = ProcessMetrics(registry: registry, process: "router", writer: writer)
        var last = 0.0
        for _ in 0..<10 {
            let exposition = try ExpositionReader(await registry.exposition())
            let seconds = try #require(exposition.value("process_cpu_seconds_total").flatMap(Double.init))
            #expect(seconds >= last)
            last = seconds
        }
    }
}
