/// The bounds of a deployment, each with a default; see ``Limits/all`` for units, ranges and meanings.
package struct Limits: Hashable, Sendable {
    package var newTenantMaxUsers = 5
    package var newTenantMaxProjects = 3
    package var postgresConnections = 10
    package var directoryConnections = 4
    package var redisConnections = 2
    package var replicaLagSeconds = 5
    package var upstreamConnections = 4096
    package var eventStreams = 500
    package var requestBodyBytes = 1_048_576
    package var requestHeadBytes = 65_536
    package var requestFields = 128
    package var controlBodyBytes = 262_144
    package var passwordBodyBytes = 16_384
    package var requestSeconds = 30
    package var headSeconds = 10
    package var stallSeconds = 60
    package var keepAliveSeconds = 75
    package var transferBytesPerSecond = 256
    package var clientConnections = 20_000
    package var clientConnectionsPerAddress = 4096
    package var unreadBytes = 134_217_728
    package var tenantRoutedPerMinute = 120_000
    package var statementSeconds = 10
    package var auditMonthsOnShard = 3
    package var holdSeconds = 10
    package var drainSeconds = 10
    package var tokenSeconds = 28_800
    package var passwordHashThreads = 1
    package var passwordHashQueue = 64
    package var loginFailuresPerAccount = 5
    package var loginDelaySeconds = 900
    package var loginFailuresPerAddress = 100
    package var tenantSharePercent = 50
    package var tenantQueue = 2000
    package var tenantInFlight = 64
    package var tenantInFlightBesideOthers = 8
    package var tenantRequestsPerMinute = 60_000
    package var clientRequestsPerMinute = 6000

    /// The defaults.
    package init() {}
}

extension Limits {
    /// Every limit, in the order people should read them.
    package static let all: [Limit] = [
        Limit("newTenant.maxUsers", \.newTenantMaxUsers, "users", 1...1_000_000, "users a new tenant may have"),
        Limit(
            "newTenant.maxProjects",
            \.newTenantMaxProjects,
            "projects",
            1...1_000_000,
            "projects a new tenant may have"
        ),
        Limit(
            "postgresConnections",
            \.postgresConnections,
            "connections",
            1...1000,
            "connections of one backend to its shard's PostgreSQL"
        ),
        Limit(
            "directoryConnections",
            \.directoryConnections,
            "connections",
            1...1000,
            "connections of one process to the directory's PostgreSQL"
        ),
        Limit(
            "redisConnections",
            \.redisConnections,
            "connections",
            1...64,
            "connections of one backend to its region's Redis"
        ),
        Limit(
            "replicaLagSeconds",
            \.replicaLagSeconds,
            "seconds",
            1...3600,
            "age of what a replica shows; reads leave one that lags more until it has caught up"
        ),
        Limit(
            "upstreamConnections",
            \.upstreamConnections,
            "connections",
            1...65_536,
            "connections of one router to the backends of one shard"
        ),
        Limit(
            "eventStreams",
            \.eventStreams,
            "streams",
            1...65_536,
            "event streams of one tenant on one backend; more are answered 429"
        ),
        Limit("requestBodyBytes", \.requestBodyBytes, "bytes", 1024...1_073_741_824, "size of a request's body"),
        Limit(
            "controlBodyBytes",
            \.controlBodyBytes,
            "bytes",
            1024...1_073_741_824,
            "the same for the apex host; larger ones are answered 413"
        ),
        Limit(
            "passwordBodyBytes",
            \.passwordBodyBytes,
            "bytes",
            1024...1_073_741_824,
            "the same for sign-ins and whatever else sets a password; larger ones are answered 413"
        ),
        Limit(
            "requestHeadBytes",
            \.requestHeadBytes,
            "bytes",
            1024...1_048_576,
            "size of a request's line and fields, each line at most 16 kB; larger ones are answered 414 or 431"
        ),
        Limit(
            "requestFields",
            \.requestFields,
            "fields",
            16...1024,
            "fields of a request; more are answered 431"
        ),
        Limit(
            "headSeconds",
            \.headSeconds,
            "seconds",
            1...600,
            "time from the first byte of a request's head to its last; slower ones are answered 408"
        ),
        Limit(
            "stallSeconds",
            \.stallSeconds,
            "seconds",
            1...3600,
            "time between two pieces of a body, and for which a client may take nothing of its answer"
        ),
        Limit(
            "transferBytesPerSecond",
            \.transferBytesPerSecond,
            "bytes a second",
            0...1_048_576,
            "the pace asked of a client that sends a body or takes an answer, over half a minute; slower ones are answered 408 or cut off"
        ),
        Limit(
            "keepAliveSeconds",
            \.keepAliveSeconds,
            "seconds",
            1...3600,
            "time a client's connection is kept without a request"
        ),
        Limit(
            "clientConnections",
            \.clientConnections,
            "connections",
            1...1_000_000,
            "connections of clients to one router; more are answered 503"
        ),
        Limit(
            "clientConnectionsPerAddress",
            \.clientConnectionsPerAddress,
            "connections",
            1...1_000_000,
            "the same from one address (IPv6: one /64), which may be that of a load balancer; more are answered 429"
        ),
        Limit(
            "unreadBytes",
            \.unreadBytes,
            "bytes",
            1_048_576...68_719_476_736,
            "memory of one router for requests that have not all come or wait; more are answered 503"
        ),
        Limit(
            "tenantRoutedPerMinute",
            \.tenantRoutedPerMinute,
            "requests",
            1...60_000_000,
            "requests of one tenant through one router; more are answered 429"
        ),
        Limit(
            "requestSeconds",
            \.requestSeconds,
            "seconds",
            1...3600,
            "time a router waits for a backend to begin its answer"
        ),
        Limit("statementSeconds", \.statementSeconds, "seconds", 1...3600, "time a statement may take in PostgreSQL"),
        Limit(
            "auditMonthsOnShard",
            \.auditMonthsOnShard,
            "months",
            1...1200,
            "past months of the audit trail that a shard keeps where its region has an audit store"
        ),
        Limit("holdSeconds", \.holdSeconds, "seconds", 1...60, "time a router holds a request during a cutover"),
        Limit("drainSeconds", \.drainSeconds, "seconds", 0...600, "time requests in flight get when a process stops"),
        Limit("tokenSeconds", \.tokenSeconds, "seconds", 60...2_592_000, "time a person stays signed in"),
        Limit(
            "passwordHashThreads",
            \.passwordHashThreads,
            "threads",
            1...64,
            "threads of one process that hash passwords"
        ),
        Limit(
            "passwordHashQueue",
            \.passwordHashQueue,
            "requests",
            1...10_000,
            "sign-ins that may wait for those threads; more are answered 503"
        ),
        Limit(
            "loginFailuresPerAccount",
            \.loginFailuresPerAccount,
            "passwords",
            1...100,
            "wrong passwords in a row before each further one of the account has to wait, twice as long each time"
        ),
        Limit(
            "loginDelaySeconds",
            \.loginDelaySeconds,
            "seconds",
            1...3600,
            "longest such wait; from networks where the account was signed in to before, wrong ones elsewhere cost none"
        ),
        Limit(
            "loginFailuresPerAddress",
            \.loginFailuresPerAddress,
            "passwords an hour",
            1...1_000_000,
            "wrong passwords from one address (IPv6: one /64), for all accounts and tenants together"
        ),
        Limit(
            "tenantSharePercent",
            \.tenantSharePercent,
            "percent",
            1...100,
            "part of a backend's postgresConnections that one tenant may use at once, and as many requests (never less than one); beside other tenants two fifths of it"
        ),
        Limit(
            "tenantQueue",
            \.tenantQueue,
            "requests",
            0...100_000,
            "requests of one tenant that may wait for its part, in one backend or one router; more are answered 429"
        ),
        Limit(
            "tenantInFlight",
            \.tenantInFlight,
            "requests",
            1...65_536,
            "requests of one tenant that one router gives its shard's backends at once; the others wait in the router"
        ),
        Limit(
            "tenantInFlightBesideOthers",
            \.tenantInFlightBesideOthers,
            "requests",
            1...65_536,
            "the same while others use the machines of its backends; about as many as those have processors"
        ),
        Limit(
            "tenantRequestsPerMinute",
            \.tenantRequestsPerMinute,
            "requests",
            1...60_000_000,
            "requests of one tenant to one backend; more are answered 429"
        ),
        Limit(
            "clientRequestsPerMinute",
            \.clientRequestsPerMinute,
            "requests",
            1...60_000_000,
            "requests with one token, or from one address without any, to one backend; more are answered 429"
        ),
    ]
}
