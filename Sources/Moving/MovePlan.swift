package import HubModel

/// What a move would do, found out without changing anything.
package struct MovePlan: Hashable, Sendable {
    package struct Table: Hashable, Sendable {
        package let name: String
        /// Estimated, like the bytes.
        package let rows: Int64
        package let bytes: Int64

        package init(name: String, rows: Int64, bytes: Int64) {
            self.name = name
            self.rows = rows
            self.bytes = bytes
        }
    }

    /// Something an operator should know.
    package struct Finding: Hashable, Sendable {
        package enum Severity: String, CaseIterable, Codable, Sendable {
            /// The move may begin.
            case remark
            /// It may not.
            case refusal
        }

        package let severity: Severity
        /// One sentence: what was found, and what to do.
        package let message: String

        package init(_ severity: Severity, _ message: String) {
            self.severity = severity
            self.message = message
        }
    }

    package let tenant: TenantID
    package let source: ShardID
    package let target: ShardID
    /// Parents first.
    package let tables: [Table]
    package let copyTime: Duration
    package let pause: Duration
    package let findings: [Finding]

    package init(
        tenant: TenantID,
        source: ShardID,
        target: ShardID,
        tables: [Table],
        copyTime: Duration,
        pause: Duration,
        findings: [Finding]
    ) {
        self.tenant = tenant
        self.source = source
        self.target = target
        self.tables = tables
        self.copyTime = copyTime
        self.pause = pause
        self.findings = findings
    }

    package var rows: Int64 { tables.reduce(0) { $0 + $1.rows } }
    package var bytes: Int64 { tables.reduce(0) { $0 + $1.bytes } }
    package var isRefused: Bool { findings.contains { $0.severity == .refusal } }
}
