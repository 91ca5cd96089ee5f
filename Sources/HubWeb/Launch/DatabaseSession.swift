package import HubModel
package import Postgres
package import Topology

/// How every process of the hub connects to a PostgreSQL database.
package struct DatabaseSession: Sendable {
    private let process: ProcessName
    private let limits: Limits

    /// - Parameter process: whose connections they are; it is seen in `pg_stat_activity`.
    package init(process: ProcessName, limits: Limits) {
        self.process = process
        self.limits = limits
    }

    package func configuration(
        endpoints: [Endpoint],
        database: String,
        role: String,
        password: Secret
    ) -> PostgresConfiguration {
        var configuration = PostgresConfiguration(
            hosts: endpoints.map { PostgresHost($0.host, $0.port) },
            database: database,
            user: role,
            password: PostgresPassword(password.text)
        )
        configuration.applicationName = process.rawValue
        configuration.targetSession = .readWrite
        if endpoints.count > 1 { configuration.timelines = TimelineWatch() }
        configuration.connectTimeout = .seconds(2)
        configuration.statementTimeout = .seconds(limits.statementSeconds)
        // The server ends a slow statement first; this one is for a server that says nothing any more.
        configuration.queryTimeout = .seconds(limits.statementSeconds + 2)
        return configuration
    }
}
