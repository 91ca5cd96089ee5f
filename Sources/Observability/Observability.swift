import CoreMetrics
package import Logging

/// Logs and metrics of a process, set up once at its start.
package enum Observability {
    /// Directs every `Logger` of the process to JSON lines on standard error and every metric to the returned registry.
    ///
    /// To be called once per process, before the first logger or metric is made.
    /// - Parameters:
    ///   - process: the name of the process in the topology.
    ///   - metrics: the metrics of the process, besides ``MetricDescription/process``.
    package static func bootstrap(
        process: String,
        level: Logger.Level,
        metrics: [MetricDescription] = []
    ) -> PrometheusRegistry {
        _ = ProcessAge.seconds
        let writer = LogWriter.standardError
        LoggingSystem.bootstrap { label in
            JSONLogHandler(label: label, process: process, level: level, writer: writer)
        }
        let registry = PrometheusRegistry(catalog: MetricDescription.process + metrics)
        MetricsSystem.bootstrap(registry)
        _ = ProcessMetrics(registry: registry, process: process, writer: writer)
        return registry
    }

    /// Waits until the log is written, or a second has passed; to be called before the process exits.
    package static func flush() {
        LogWriter.standardError.flush(within: .seconds(1))
    }
}
