package import Observability
import Topology

/// The part of `--help` that no option covers: environment variables, secrets, exit statuses, metrics and log fields.
package struct ProcessHelp: Sendable {
    private let secrets: [String]
    private let metrics: [MetricDescription]

    /// - Parameters:
    ///   - secrets: the names of the secrets the process needs.
    ///   - metrics: the metrics of the process, besides those every process has.
    package init(secrets: [String], metrics: [MetricDescription]) {
        self.secrets = secrets
        self.metrics = metrics
    }

    package var text: String {
        [
            section(
                "ENVIRONMENT",
                EnvironmentVariable.allCases.map { ($0.rawValue, $0.meaning) }
            ),
            section(
                "SECRETS (each as HUB_SECRET_<NAME> or as a file in HUB_SECRETS_DIR)",
                secrets.map { ($0, "") }
            ),
            section("EXIT STATUS", ExitStatus.allCases.map { (String($0.rawValue), $0.meaning) }),
            section(
                "METRICS (GET /metrics on the admin endpoint)",
                (MetricDescription.process + metrics).map { metric in
                    let labels = metric.labels.isEmpty ? "" : "{\(metric.labels.joined(separator: ","))}"
                    return (metric.name + labels, metric.meaning)
                }
            ),
            section(
                "LOG FIELDS (JSON lines on standard error)",
                LogField.allCases.map { ($0.rawValue, $0.meaning) }
            ),
        ].joined(separator: "\n\n")
    }

    // MARK: - Private

    private func section(_ title: String, _ rows: [(name: String, meaning: String)]) -> String {
        ([title + ":"]
            + rows.map { row in row.meaning.isEmpty ? "  \(row.name)" : "  \(row.name)\n      \(row.meaning)" })
            .joined(separator: "\n")
    }
}

extension MetricDescription {
    /// The metrics of a process that serves HTTP from PostgreSQL.
    package static let serving: [MetricDescription] = MetricDescription.http + MetricDescription.pool

    /// The metrics of a backend.
    package static let backend: [MetricDescription] = MetricDescription.serving + MetricDescription.cache
}
