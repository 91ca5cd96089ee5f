import HubModel
import HubWire
import NIOCore
import Placement
import Postgres
import Throttling
package import Topology

/// All that a router is told at its start, checked.
package struct RouterConfiguration: Sendable {
    let process: ProcessDescription
    let topology: Topology
    let signingKey: [UInt8]
    let directory: PostgresConfiguration
    let threads: Int
    let writesAccessLog: Bool

    /// - Parameters:
    ///   - name: the router's key in the topology.
    ///   - threads: how many event loops; nil for one for each core, at most 8.
    /// - Throws: `TopologyError`, `SecretError` or ``RouterFailure``, each one sentence.
    package init(
        name: String,
        topology: Topology,
        secrets: Secrets,
        threads: Int? = nil,
        writesAccessLog: Bool = true
    ) throws {
        process = try topology.router(named: name)
        self.topology = topology
        self.writesAccessLog = writesAccessLog
        self.threads = threads ?? min(System.coreCount, 8)
        signingKey = Array(try secrets.secret(.routerSigningKey).text.utf8)
        guard signingKey.count >= RequestSigner.minimumKeyLength else {
            throw RouterFailure(
                "secret \(SecretName.routerSigningKey.text): expected at least \(RequestSigner.minimumKeyLength) bytes, "
                    + "found \(signingKey.count)",
                status: .usage
            )
        }
        var directory = PostgresConfiguration(
            hosts: topology.directory.endpoints.map { PostgresHost($0.host, $0.port) },
            database: topology.directory.database,
            user: "hub_router",
            password: PostgresPassword(try secrets.secret(.directoryRouterPassword).text)
        )
        directory.applicationName = name
        directory.targetSession = .readWrite
        directory.connectTimeout = .seconds(2)
        directory.queryTimeout = .seconds(10)
        self.directory = directory
    }

    /// What it must find again after a restart.
    var stateFolder: String { "\(topology.stateDirectory)/\(process.name)" }

    /// Where the last good snapshot is kept.
    var snapshotPath: String { "\(stateFolder)/directory.snapshot" }

    /// The keys of the topology in which another configuration differs and which hold for a process's whole life.
    func fixedKeys(changedBy next: RouterConfiguration) -> [String] {
        let key = "routers.\(process.name)"
        let comparisons = [
            ("\(key).listen", process.listen == next.process.listen),
            ("\(key).admin", process.admin == next.process.admin),
            ("\(key).tls.listen", process.tls?.listen == next.process.tls?.listen),
            ("\(key).tls.certificates", process.tls?.certificates == next.process.tls?.certificates),
            ("baseDomain", topology.baseDomain == next.topology.baseDomain),
            ("publicURL", topology.publicURL == next.topology.publicURL),
            ("stateDirectory", topology.stateDirectory == next.topology.stateDirectory),
            ("directory", topology.directory == next.topology.directory),
            ("controls", controls == next.controls),
            ("limits.drainSeconds", topology.limits.drainSeconds == next.topology.limits.drainSeconds),
        ]
        return comparisons.filter { !$0.1 }.map(\.0)
    }

    var settings: ProxySettings {
        var settings = ProxySettings(routerName: process.name, baseDomain: topology.baseDomain)
        let limits = topology.limits
        settings.headLimits.headBytes = limits.requestHeadBytes
        settings.headLimits.lineBytes = min(settings.headLimits.lineBytes, limits.requestHeadBytes)
        settings.headLimits.fields = limits.requestFields
        settings.requestBodyLimit = limits.requestBodyBytes
        settings.controlBodyLimit = min(limits.requestBodyBytes, limits.controlBodyBytes)
        settings.passwordBodyLimit = min(limits.requestBodyBytes, limits.passwordBodyBytes)
        settings.headTimeout = .seconds(limits.headSeconds)
        settings.keepAliveTimeout = .seconds(limits.keepAliveSeconds)
        settings.stallTimeout = .seconds(limits.stallSeconds)
        settings.transferRate.bytes = limits.transferBytesPerSecond * Int(settings.transferRate.window / .seconds(1))
        settings.clientConnections = limits.clientConnections
        settings.clientConnectionsPerAddress = limits.clientConnectionsPerAddress
        settings.unreadLimit = limits.unreadBytes / threads
        settings.tenantRate = TokenBucket.Rate(
            quota: max(1, limits.tenantRoutedPerMinute / threads),
            window: .seconds(60)
        )
        settings.upstreamConnections = max(1, topology.limits.upstreamConnections / threads)
        settings.tenantTurns = tenantTurns
        settings.secure = process.tls.map {
            SecurePolicy(publicURL: topology.publicURL, strictTransportSeconds: $0.strictTransportSeconds)
        }
        settings.responseTimeout = .seconds(topology.limits.requestSeconds)
        settings.holdTimeout = .seconds(topology.limits.holdSeconds)
        return settings
    }

    /// A loop's part of what a tenant may have in flight.
    private var tenantTurns: TenantTurns.Limits {
        let limits = topology.limits
        return TenantTurns.Limits(
            concurrent: max(1, limits.tenantInFlight / threads),
            contended: max(1, limits.tenantInFlightBesideOthers / threads),
            waiting: limits.tenantQueue / threads
        )
    }

    var controls: [BackendAddress] {
        topology.controls.map { BackendAddress(name: $0.name, host: $0.advertise.host, port: $0.advertise.port) }
    }
}
