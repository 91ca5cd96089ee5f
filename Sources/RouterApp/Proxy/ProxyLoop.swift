import HubModel
import HubWire
import NIOCore
import Observability
import Placement
import Reactor
import RouterTLS
import Throttling

/// What one reactor needs to route and forward, confined to that loop: nothing on the path of a request is shared
/// with another thread but the health of backends.
final class ProxyLoop {
    let reactor: Reactor
    /// Where its sockets receive.
    let area = ReceiveArea()
    /// What its connections write from.
    let buffers = BufferStore()
    private(set) var settings: ProxySettings
    private(set) var patience: Patience
    let context: ProxyContext
    let hosts: HostReader
    let metrics: RequestMetrics

    /// The directory as this loop knows it; nil until one was seen.
    private var directory: Directory?
    /// By the shard's index in the snapshot.
    private(set) var shards: [UpstreamGroup] = []
    private(set) var control: UpstreamGroup?
    private var pools: [BackendAddress: UpstreamPool] = [:]

    /// Holds a snapshot so that looking something up in it copies none of its parts.
    private final class Directory {
        let snapshot: DirectorySnapshot

        init(_ snapshot: DirectorySnapshot) {
            self.snapshot = snapshot
        }
    }

    private var signatures: SignatureCache
    private var apexSignature: (lines: [UInt8], mintedAt: Timestamp)?
    private var random: FastRandom
    var clock = ClockText()
    var accessLog: AccessLog

    /// Of the reactor's present turn, once somebody has asked.
    private var known: Present?
    private(set) var tick = Tick()
    private(set) var isDraining = false
    private var isStopped = false
    /// Called once when draining and the last client is gone.
    private var onDrained: (() -> Void)?
    private var clients: [ObjectIdentifier: ClientConnection] = [:]
    private var held: [Exchange] = []
    private var tenantBuckets: TokenBuckets<TenantID>?
    /// Bytes of memory that hold what clients have sent and cannot be forwarded yet, or may have to be sent again.
    private(set) var unread = 0
    private var sweep: TimerID?

    /// Tenants whose signatures are remembered, of some 500 bytes each: a cache that is too small for the tenants of a
    /// quarter of a minute signs every request, for 6 µs of its 35.
    private static let signatureCapacity = 65_536

    init(on reactor: Reactor, settings: ProxySettings, context: ProxyContext) {
        self.reactor = reactor
        self.settings = settings
        patience = Patience(settings)
        self.context = context
        hosts = HostReader(baseDomain: settings.baseDomain)
        signatures = SignatureCache(signer: context.signer, capacity: ProxyLoop.signatureCapacity)
        metrics = RequestMetrics()
        accessLog = AccessLog(writer: context.accessLog, process: settings.routerName.rawValue)
        random = FastRandom()
        tenantBuckets = settings.tenantRate.map { TokenBuckets(rate: $0) }
        control = group(name: "control", backends: context.controls)
    }

    // MARK: Life

    /// Begins the sweeps that notice deadlines.
    func start() {
        guard !isStopped else { return }
        // A reactor that shuts down needs no more sweeps. Until then, or the stop, this keeps the loop: a weak reference
        // would make each of the many strong ones that a request takes slower, by its side table.
        sweep = try? reactor.schedule(after: Tick.length) {
            self.sweepOnce()
            self.start()
        }
    }

    /// Ends each connection with its next answer.
    ///
    /// - Parameter closesIdle: those that wait for no answer are closed now.
    func drain(closesIdle: Bool) {
        isDraining = true
        guard closesIdle else { return }
        for client in Array(clients.values) { client.drain() }
    }

    /// Tells, after ``drain(closesIdle:)``, when the last client has gone.
    func whenDrained(_ onDrained: @escaping () -> Void) {
        self.onDrained = onDrained
        noteIfDrained()
    }

    /// Ends everything that is left.
    func stop() {
        isStopped = true
        if let sweep { reactor.cancel(sweep) }
        for client in Array(clients.values) { client.abort() }
        for pool in pools.values { pool.close() }
        accessLog.flush()
    }

    /// Keeps other limits from now on. What has begun keeps those it began with, where it has a measure of its own.
    func adopt(_ next: ProxySettings) {
        let previous = settings
        settings = next
        patience = Patience(next)
        if next.tenantRate != previous.tenantRate { tenantBuckets = next.tenantRate.map { TokenBuckets(rate: $0) } }
        // A group has its tenants' turns; who stands in a line of the old one leaves it by that.
        if next.tenantTurns != previous.tenantTurns, let directory { shards = groups(of: directory.snapshot) }
    }

    // MARK: Directory

    func take(_ next: DirectorySnapshot) {
        let isNewTopology = directory.map { $0.snapshot.shards != next.shards } ?? true
        directory = Directory(next)
        if isNewTopology {
            shards = groups(of: next)
            retirePools()
        }
        releaseHeld()
    }

    /// Nil until a directory was seen.
    var directoryVersion: Int64? { directory?.snapshot.version }

    /// Where a request goes, judged by its host alone.
    func destination(of head: RequestHead) -> Destination {
        let span = head.bytes.readableBytesSpan
        guard let name = hosts.name(head.host, in: span) else { return .answer(.malformedHost) }
        if let label = hosts.label(name, in: span) {
            guard let directory else { return .answer(.directoryNeverSeen) }
            return destination(of: lookup(label, in: span, directory.snapshot))
        }
        if hosts.isBaseDomain(name, in: span), let control {
            return .forward(Target(group: control, tenant: nil))
        }
        return hosts.isMachine(name, in: span) ? .machine : .answer(.otherHost)
    }

    /// The present place of a tenant whose request is held.
    func destination(ofHeld head: RequestHead) -> Destination { destination(of: head) }

    /// Lines that prove to a backend that the request passed a router.
    func signatureLines(for tenant: TargetTenant?) -> [UInt8] {
        let now = present.wall
        if let tenant { return signatures.headers(tenant: tenant.id, epoch: tenant.epoch, now: now).block }
        if let known = apexSignature, now >= known.mintedAt, now - known.mintedAt < RequestSigner.mintInterval {
            return known.lines
        }
        let value = context.signer.sign(tenant: nil, epoch: nil, scope: .tenant, expiry: now + RequestSigner.lifetime)
        let lines = Array("\(HubHeader.signature): \(value)\r\n".utf8)
        apexSignature = (lines, now)
        return lines
    }

    var present: Present {
        if let known { return known }
        let present = Present()
        known = present
        reactor.atEndOfTurn { self.known = nil }
        return present
    }

    /// The text of `Date`.
    func date() -> [UInt8] { clock.date(at: present.wall) }

    func makeRequestID() -> RequestID { RequestID(high: random.next(), low: random.next()) }

    func makeTrace() -> TraceContext {
        // An id of zeros would be invalid.
        TraceContext(traceHigh: random.next(), traceLow: random.next() | 1, parent: random.next() | 1)
    }

    // MARK: Clients

    /// Serves a client.
    ///
    /// - Parameters:
    ///   - descriptor: of its connection, which does not block.
    ///   - secure: the client, when the connection is one end of a pair whose other end speaks TLS.
    func accept(_ descriptor: CInt, from address: SocketAddress?, secure: SecurePeer? = nil) {
        let socket = StreamSocket(descriptor, on: reactor, area: area)
        ClientConnection(socket, from: address, secure: secure, loop: self).start()
    }

    func add(_ client: ClientConnection) { clients[ObjectIdentifier(client)] = client }

    func remove(_ client: ClientConnection) {
        clients[ObjectIdentifier(client)] = nil
        noteIfDrained()
    }

    /// Whether there is room for what clients send ahead.
    var hasRoom: Bool { unread <= settings.unreadLimit }

    func count(unread bytes: Int) { unread += bytes }

    /// Takes one of the requests that a tenant may send.
    ///
    /// - Returns: nil when there was one; else how long to wait for it.
    func charge(_ tenant: TenantID) -> Duration? { tenantBuckets?.take(tenant, now: present.wall) }

    // MARK: Held requests

    /// Lets a request wait until its tenant's place is known; false when too many wait.
    func hold(_ exchange: Exchange) -> Bool {
        guard held.count < settings.heldRequests else { return false }
        held.append(exchange)
        context.requestRefresh()
        return true
    }

    /// A picture for the gauges.
    var statistics: LoopStatistics {
        LoopStatistics(
            clients: clients.count,
            held: held.count,
            unread: unread,
            waiting: shards.reduce(0) { $0 + $1.turns.waiting },
            inFlight: metrics.inFlight,
            pools: pools.values.map { ($0.address.name.rawValue, $0.busyCount, $0.idleCount) }
        )
    }

    // MARK: - Private

    private func lookup(_ label: Range<Int>, in span: RawSpan, _ snapshot: DirectorySnapshot) -> Lookup {
        let hasUpperCase = label.contains { ASCII.lowercased(span[$0]) != span[$0] }
        guard hasUpperCase else { return snapshot.lookup(span.extracting(label)) }
        let lower = label.map { ASCII.lowercased(span[$0]) }
        return snapshot.lookup(lower.span.bytes)
    }

    private func destination(of lookup: Lookup) -> Destination {
        switch lookup {
        case .unknown:
            return .answer(.unknownTenant)
        case .renamed(let name):
            return .renamed(name)
        case .route(let route):
            let tenant = TargetTenant(id: route.tenant, epoch: route.epoch)
            switch route.state {
            case .active: return .forward(Target(group: shards[route.shard], tenant: tenant))
            case .held: return .hold(Target(group: shards[route.shard], tenant: tenant))
            case .suspended: return .answer(.suspended)
            case .deleting: return .answer(.unknownTenant)
            }
        }
    }

    private func groups(of snapshot: DirectorySnapshot) -> [UpstreamGroup] {
        snapshot.shards.map { group(name: $0.id.rawValue, backends: $0.backends) }
    }

    private func group(name: String, backends: [BackendAddress]) -> UpstreamGroup {
        UpstreamGroup(
            name: name,
            pools: backends.map(pool),
            turns: TenantTurns(limits: settings.tenantTurns, neighbours: context.neighbours.neighbours(at: backends))
        )
    }

    private func pool(_ address: BackendAddress) -> UpstreamPool {
        if let pool = pools[address] { return pool }
        let pool = UpstreamPool(address: address, health: context.health.health(of: address), loop: self)
        pools[address] = pool
        return pool
    }

    /// Closes the pools of backends that are in no list any more, once their requests are done.
    private func retirePools() {
        let present = Set((shards + [control].compactMap { $0 }).flatMap { $0.pools.map(\.address) })
        for (address, pool) in pools where !present.contains(address) {
            pool.close()
            pools[address] = nil
        }
    }

    private func sweepOnce() {
        tick.advance()
        for client in Array(clients.values) { client.checkDeadline() }
        for pool in pools.values { pool.closeIdle() }
        if !held.isEmpty { releaseHeld() }
        accessLog.flush()
    }

    private func releaseHeld() {
        guard !held.isEmpty else { return }
        let waiting = held
        held = []
        var isStillWaiting = false
        for exchange in waiting where !exchange.resume() {
            held.append(exchange)
            isStillWaiting = true
        }
        // A released request may have been held again, at the end of the list.
        if isStillWaiting { context.requestRefresh() }
    }

    private func noteIfDrained() {
        guard isDraining, clients.isEmpty, let onDrained else { return }
        self.onDrained = nil
        onDrained()
    }
}
