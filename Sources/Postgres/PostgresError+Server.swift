extension PostgresError {
    /// The failure that a server's report amounts to.
    init(_ report: ServerReport, server: String) {
        self.init(report.code, "\(report.message) (SQLSTATE \(report.sqlState))", server: server, report: report)
    }
}
