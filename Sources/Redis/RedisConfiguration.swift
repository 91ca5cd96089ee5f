/// How to reach one Redis server and how long to wait for it.
package struct RedisConfiguration: Sendable {
    /// A host name, or an address without brackets.
    package var host: String

    /// The TCP port.
    package var port: Int

    /// The ACL user; without one `AUTH` concerns the default user.
    package var username: String?

    /// The password; without one no `AUTH` is sent.
    package var password: RedisPassword?

    /// The number of the database to select.
    package var database: Int

    /// The name shown for the connections by `CLIENT LIST`; printable ASCII without spaces.
    package var clientName: String?

    /// The time for resolving, connecting and the whole handshake; also how long a command waits for a first
    /// connection.
    package var connectTimeout: Duration

    /// The time from accepting a command to its reply; past it the connection is closed.
    package var commandTimeout: Duration

    /// How long a connection stays silent before it asks the server for a sign of life.
    package var idleInterval: Duration

    /// Connections the client keeps on each reactor.
    package var connectionsPerReactor: Int

    /// How the client spaces its attempts to connect.
    package var backoff: RedisBackoff

    /// The largest reply accepted, in bytes of the wire form; a bound on the memory that a broken peer can claim.
    package var maximumReplySize: Int

    package init(
        host: String,
        port: Int = 6379,
        username: String? = nil,
        password: RedisPassword? = nil,
        database: Int = 0,
        clientName: String? = nil,
        connectTimeout: Duration = .seconds(1),
        commandTimeout: Duration = .seconds(1),
        idleInterval: Duration = .seconds(5),
        connectionsPerReactor: Int = 1,
        backoff: RedisBackoff = RedisBackoff(),
        maximumReplySize: Int = 64 << 20
    ) {
        self.host = host
        self.port = port
        self.username = username
        self.password = password
        self.database = database
        self.clientName = clientName
        self.connectTimeout = connectTimeout
        self.commandTimeout = commandTimeout
        self.idleInterval = idleInterval
        self.connectionsPerReactor = connectionsPerReactor
        self.backoff = backoff
        self.maximumReplySize = maximumReplySize
    }
}

extension RedisConfiguration {
    /// The server as `host:port`, an IPv6 address in brackets.
    package var endpoint: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
