/// How to reach a PostgreSQL database and how long to wait for it.
package struct PostgresConfiguration: Sendable {
    /// The servers, in the order in which they are tried.
    package var hosts: [PostgresHost]

    /// The database.
    package var database: String

    /// The role that logs in.
    package var user: String

    /// Its password; without one the server must ask for none.
    package var password: PostgresPassword?

    /// The name shown in `pg_stat_activity`.
    package var applicationName: String

    /// Which of the servers are acceptable.
    package var targetSession: TargetSession

    /// The time for resolving, connecting and logging in, for each server.
    package var connectTimeout: Duration

    /// The server's own limit for a statement; without one the server's default counts.
    package var statementTimeout: Duration?

    /// The time from accepting a query to its outcome; past it the connection is closed, since a server that does not
    /// answer cannot be told to stop.
    package var queryTimeout: Duration?

    /// How the connection is protected.
    package var tls: PostgresTLS

    /// Session settings besides those that decoding relies on, such as `lock_timeout`.
    package var settings: [String: String]

    /// Prepared statements kept on a connection; the least recently used one makes room.
    package var statementCacheSize: Int

    /// Refuses a primary that was replaced; only where ``targetSession`` is `readWrite`. Nil where there is one server.
    package var timelines: TimelineWatch?

    /// Whether the connection takes replication commands. It then runs nothing but
    /// ``PostgresConnection/simpleQuery(_:timeout:)`` and ``PostgresConnection/script(_:timeout:)``.
    package var isReplication = false

    package init(
        hosts: [PostgresHost],
        database: String,
        user: String,
        password: PostgresPassword? = nil,
        applicationName: String = "workspace-hub",
        targetSession: TargetSession = .any,
        connectTimeout: Duration = .seconds(5),
        statementTimeout: Duration? = nil,
        queryTimeout: Duration? = .seconds(60),
        tls: PostgresTLS = .disable,
        settings: [String: String] = [:],
        statementCacheSize: Int = 256
    ) {
        precondition(!hosts.isEmpty, "a configuration names at least one host")
        precondition(statementCacheSize > 0, "the statement cache holds at least one statement")
        self.hosts = hosts
        self.database = database
        self.user = user
        self.password = password
        self.applicationName = applicationName
        self.targetSession = targetSession
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.queryTimeout = queryTimeout
        self.tls = tls
        self.settings = settings
        self.statementCacheSize = statementCacheSize
    }

    /// The configuration of a database on one server.
    package init(
        host: String,
        port: Int = 5432,
        database: String,
        user: String,
        password: PostgresPassword? = nil
    ) {
        self.init(hosts: [PostgresHost(host, port)], database: database, user: user, password: password)
    }
}

extension PostgresConfiguration: CustomStringConvertible {
    /// `host:port,host:port/database as user`.
    package var description: String {
        "\(hosts.map(\.description).joined(separator: ","))/\(database) as \(user)"
    }
}
