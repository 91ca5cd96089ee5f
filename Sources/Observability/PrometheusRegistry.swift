package import CoreMetrics
import Synchronization

/// Every metric of a process, in the form Prometheus reads.
///
/// It is the backend of swift-metrics: counters are counters, meters and plain recorders are gauges, and timers (in
/// seconds) and aggregating recorders are histograms. Making a metric takes a lock and a table lookup, so hold on to the
/// ones of a hot path; counting takes no lock. A metric has at most `seriesLimit` series; further labels are counted
/// together, with `other` as the value of each.
package final class PrometheusRegistry: MetricsFactory {
    private struct State {
        var families: [String: MetricFamily] = [:]
        var collectors: [@Sendable () async -> Void] = []
    }

    private let catalog: [String: MetricDescription]
    private let seriesLimit: Int
    private let state = Mutex(State())
    private let rejected = CounterSeries()

    /// - Parameter catalog: the metrics with a description; others may be made, and have none.
    package init(catalog: [MetricDescription], seriesLimit: Int = 200) {
        self.catalog = Dictionary(catalog.map { ($0.name, $0) }) { first, _ in first }
        self.seriesLimit = seriesLimit
        let name = "hub_metrics_rejected_total"
        let family = MetricFamily(name: name, meaning: self.catalog[name]?.meaning, counter: rejected)
        state.withLock { $0.families[name] = family }
    }

    /// Runs the closure before each exposition, to set gauges that would be costly to keep current.
    package func beforeScrape(_ collect: @escaping @Sendable () async -> Void) {
        state.withLock { $0.collectors.append(collect) }
    }

    /// All metrics as text, format version 0.0.4.
    package func exposition() async -> String {
        for collect in state.withLock({ $0.collectors }) { await collect() }
        let families = state.withLock { Array($0.families.values) }
        var exposition = Exposition()
        for family in families.sorted(by: { $0.name < $1.name }) { exposition.append(family) }
        return exposition.text
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { histogram(label, dimensions) } else { gauge(label, dimensions) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }

    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }

    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }

    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }

    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    // MARK: - Private

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSeries {
        if case .counter(let series) = series(label, dimensions, ifNew: .counter) { return series }
        rejected.increment(by: Int64(1))
        return CounterSeries()
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries {
        if case .gauge(let series) = series(label, dimensions, ifNew: .gauge) { return series }
        rejected.increment(by: Int64(1))
        return GaugeSeries()
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramSeries {
        let buckets = MetricDescription.latencyBuckets
        if case .histogram(let series) = series(label, dimensions, ifNew: .histogram(buckets: buckets)) {
            return series
        }
        rejected.increment(by: Int64(1))
        return HistogramSeries(bounds: buckets)
    }

    /// The series, of the kind that the catalogue or the first use of the name decided.
    private func series(
        _ label: String,
        _ dimensions: [(String, String)],
        ifNew kind: MetricDescription.Kind
    ) -> MetricFamily.Series {
        let labels = LabelSet(dimensions)
        return state.withLock { state in
            let description = catalog[label]
            let new = MetricFamily(name: label, kind: description?.kind ?? kind, meaning: description?.meaning)
            return state.families[label, default: new].series(labels: labels, limit: seriesLimit)
        }
    }

    private func remove(_ handler: AnyObject) {
        state.withLock { state in
            for name in state.families.keys { state.families[name]?.remove(handler) }
        }
    }
}
