import CoreMetrics
import Metrics
import Observability
import Testing

@Suite("The metrics of a process")
struct PrometheusRegistryTests {
    private func read(_ registry: PrometheusRegistry) async throws -> ExpositionReader {
        try ExpositionReader(await registry.exposition())
    }

    @Test("Counters, gauges and histograms are written with their type and meaning")
    func kinds() async throws {
        let registry = PrometheusRegistry(catalog: [
            MetricDescription("requests_total", .counter, labels: ["route"], "Requests: a \\ and\na line break."),
            MetricDescription("latency_seconds", .histogram(buckets: [0.1, 1]), unit: "seconds", "How long."),
        ])
        Counter(label: "requests_total", dimensions: [("route", "/api")], factory: registry).increment(by: 3)
        Meter(label: "temperature", factory: registry).set(-1.5)
        let timer = Timer(label: "latency_seconds", factory: registry)
        for duration in [Duration.milliseconds(50), .milliseconds(100), .milliseconds(101), .seconds(5)] {
            timer.record(duration: duration)
        }
        let expected = """
            # TYPE hub_metrics_rejected_total counter
            hub_metrics_rejected_total 0
            # HELP latency_seconds How long.
            # TYPE latency_seconds histogram
            latency_seconds_bucket{le="0.1"} 2
            latency_seconds_bucket{le="1"} 3
            latency_seconds_bucket{le="+Inf"} 4
            latency_seconds_sum 5.251
            latency_seconds_count 4
            # HELP requests_total Requests: a \\\\ and\\na line break.
            # TYPE requests_total counter
            requests_total{route="/api"} 3
            # TYPE temperature gauge
            temperature -1.5

            """
        #expect(await registry.exposition() == expected)
    }

    @Test(
        "Label values are read back, whatever they contain",
        arguments: ["", "plain", "a\"b", "a\\b", "a\nb", "\\n", "ü 👩‍👧", "},{x=\"y\"", "a\tb", "\u{7F}"]
    )
    func labelValues(value: String) async throws {
        let registry = PrometheusRegistry(catalog: [])
        Counter(label: "c", dimensions: [("other", "1"), ("value", value)], factory: registry).increment()
        #expect(try await read(registry).value("c", ["other": "1", "value": value]) == "1")
    }

    @Test("Names that Prometheus forbids are mended")
    func names() async throws {
        let registry = PrometheusRegistry(catalog: [])
        Counter(label: "http.requests-total", dimensions: [("status code", "200"), ("1st", "x")], factory: registry)
            .increment()
        Counter(label: "2xx", factory: registry).increment()
        let exposition = try await read(registry)
        #expect(exposition.value("http_requests_total", ["status_code": "200", "_1st": "x"]) == "1")
        #expect(exposition.value("_2xx") == "1")
    }

    @Test("The order of labels does not make another series")
    func labelOrder() async throws {
        let registry = PrometheusRegistry(catalog: [])
        Counter(label: "c", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment()
        Counter(label: "c", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment()
        #expect(try await read(registry).value("c", ["a": "1", "b": "2"]) == "2")
    }

    @Test("Beyond the bound of a metric everything is counted together, and nothing is lost")
    func bounded() async throws {
        let registry = PrometheusRegistry(catalog: [], seriesLimit: 10)
        for number in 0..<1000 {
            Counter(label: "c", dimensions: [("path", "/\(number)")], factory: registry).increment()
        }
        let samples = try await read(registry).samples.filter { $0.name == "c" }
        #expect(samples.count == 11)
        #expect(samples.first { $0.labels == ["path": "other"] }?.value == "990")
        #expect(samples.compactMap { Int($0.value) }.reduce(0, +) == 1000)
    }

    @Test("A name that already has another kind is counted nowhere, and that is told")
    func collision() async throws {
        let registry = PrometheusRegistry(catalog: [MetricDescription("c", .counter, "A counter.")])
        Meter(label: "c", factory: registry).set(7)
        Timer(label: "c", factory: registry).recordSeconds(7)
        Counter(label: "c", factory: registry).increment()
        let exposition = try await read(registry)
        #expect(exposition.types["c"] == "counter")
        #expect(exposition.value("c") == "1")
        #expect(exposition.value("hub_metrics_rejected_total") == "2")
    }

    @Test("A hundred thousand increments of many tasks are all counted")
    func concurrent() async throws {
        let registry = PrometheusRegistry(catalog: [])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    let counter = Counter(label: "whole", factory: registry)
                    let fractions = FloatingPointCounter(label: "fractions", factory: registry)
                    let gauge = Meter(label: "gauge", factory: registry)
                    let histogram = Recorder(label: "histogram", aggregate: true, factory: registry)
                    for number in 0..<1000 {
                        counter.increment()
                        if number % 10 == 0 {
                            fractions.increment(by: 0.5)
                            gauge.increment(by: 2)
                            gauge.decrement(by: 1)
                            histogram.record(0.25)
                        }
                    }
                }
            }
        }
        let exposition = try await read(registry)
        #expect(exposition.value("whole") == "100000")
        #expect(exposition.value("fractions") == "5000")
        #expect(exposition.value("gauge") == "10000")
        #expect(exposition.value("histogram_count") == "10000")
        #expect(exposition.value("histogram_sum") == "2500")
        #expect(exposition.value("histogram_bucket", ["le": "0.25"]) == "10000")
        #expect(exposition.value("histogram_bucket", ["le": "0.1"]) == "0")
    }

    @Test("The buckets of a histogram rise and end with the count")
    func buckets() async throws {
        let registry = PrometheusRegistry(catalog: [])
        let recorder = Recorder(label: "h", dimensions: [("a", "b")], aggregate: true, factory: registry)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1000 { recorder.record(Double.random(in: 0...20, using: &generator)) }
        let exposition = try await read(registry)
        let buckets = exposition.samples.filter { $0.name == "h_bucket" }
        let counts = buckets.compactMap { Int($0.value) }
        #expect(counts == counts.sorted())
        #expect(buckets.last?.labels == ["a": "b", "le": "+Inf"])
        #expect(buckets.last?.value == "1000")
        #expect(exposition.value("h_count", ["a": "b"]) == "1000")
    }

    @Test("Counters never fall and ignore what is no amount")
    func oddAmounts() async throws {
        let registry = PrometheusRegistry(catalog: [])
        let counter = registry.makeFloatingPointCounter(label: "c", dimensions: [])
        for amount in [-1, .nan, .infinity, 0, 0.25] { counter.increment(by: amount) }
        registry.makeCounter(label: "c", dimensions: []).increment(by: -5)
        registry.makeMeter(label: "g", dimensions: []).set(Double.infinity)
        registry.makeMeter(label: "n", dimensions: []).set(Double.nan)
        let exposition = try await read(registry)
        #expect(exposition.value("c") == "0.25")
        #expect(exposition.value("g") == "+Inf")
        #expect(exposition.value("n") == "NaN")
    }

    @Test("A destroyed metric is no longer written")
    func destroyed() async throws {
        let registry = PrometheusRegistry(catalog: [])
        let kept = Counter(label: "c", dimensions: [("a", "1")], factory: registry)
        let gone = Counter(label: "c", dimensions: [("a", "2")], factory: registry)
        kept.increment()
        gone.increment()
        gone.destroy()
        let exposition = try await read(registry)
        #expect(exposition.value("c", ["a": "1"]) == "1")
        #expect(exposition.value("c", ["a": "2"]) == nil)
    }

    @Test("What must be collected is collected before each exposition")
    func collectors() async throws {
        let registry = PrometheusRegistry(catalog: [])
        let gauge = Meter(label: "g", factory: registry)
        registry.beforeScrape { gauge.increment(by: 1) }
        #expect(try await read(registry).value("g") == "1")
        #expect(try await read(registry).value("g") == "2")
    }

    @Test("The documented metrics have different names, a meaning, and a unit in the name where they have one")
    func catalog() {
        let all = MetricDescription.process + MetricDescription.http + MetricDescription.pool
        #expect(Set(all.map(\.name)).count == all.count)
        for metric in all {
            #expect(metric.meaning.hasSuffix("."))
            #expect(metric.unit.isEmpty || metric.name.contains(metric.unit))
            if case .counter = metric.kind { #expect(metric.name.hasSuffix("_total")) }
        }
    }
}
