import ArgumentParser
import Logging
import Observability
import Topology

/// The part of `--help` that no option covers.
enum RouterHelp {
    static let text = [
        section("ENVIRONMENT", EnvironmentVariable.allCases.map { ($0.rawValue, $0.meaning) }),
        section(
            "SECRETS (each as HUB_SECRET_<NAME> or as a file in HUB_SECRETS_DIR)",
            [SecretName.directoryRouterPassword, .routerSigningKey].map { ($0.text, $0.meaning) }
        ),
        section(
            "SIGNALS",
            [
                ("SIGTERM, SIGINT", "stop: finish the requests in flight within limits.drainSeconds"),
                ("SIGHUP", "read limits and certificates again: they hold from then on, and no connection is closed"),
            ]
        ),
        section("EXIT STATUS", ExitStatus.allCases.map { (String($0.rawValue), $0.meaning) }),
        section(
            "METRICS (GET /metrics on the admin endpoint)",
            (MetricDescription.process + MetricDescription.ofRouters).map { metric in
                let labels = metric.labels.isEmpty ? "" : "{\(metric.labels.joined(separator: ","))}"
                return (metric.name + labels, metric.meaning)
            }
        ),
        section(
            "ALSO ON THE ADMIN ENDPOINT (GET, JSON)",
            RouterInspector.pages.map { ($0.path, $0.meaning) }
        ),
        section(
            "LOG FIELDS (JSON lines; requests on standard output, all else on standard error)",
            LogField.allCases.map { ($0.rawValue, $0.meaning) }
        ),
    ].joined(separator: "\n\n")

    static let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

    static func level(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            throw ValidationError("expected one of \(levels), found '\(text)'")
        }
        return level
    }

    // MARK: - Private

    private static func section(_ title: String, _ rows: [(name: String, meaning: String)]) -> String {
        ([title + ":"] + rows.map { "  \($0.name)\n      \($0.meaning)" }).joined(separator: "\n")
    }
}
