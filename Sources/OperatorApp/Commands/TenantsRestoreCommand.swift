import ArgumentParser
import Directory
import FoundationEssentials
import HubModel
import Postgres
import ShardStore
import Topology

/// `hubctl tenants restore`: one tenant as it was at a moment.
struct TenantsRestoreCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring a tenant back as it was at a moment, beside the tenant as it is.",
        discussion: """
            Its shard's backup is restored into a scratch server that nobody reaches, the tenant is taken out of that and a new \
            tenant is made of it, on the same shard, with its people's passwords. The tenant as it is and all others are not \
            touched, and go on working. --preview only tells what has changed since that moment.

            It runs on the machine with the shard's files, as hubctl backup does.

            EXAMPLES
              hubctl tenants restore acme --to 2025-12-22T14:30:00Z --preview
              hubctl tenants restore acme --to 2025-12-22T14:30:00Z --as acme-before
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @Option(help: ArgumentHelp("The moment: an RFC 3339 time, or latest.", valueName: "time"))
    var to: String

    @Option(name: .customLong("as"), help: ArgumentHelp("The subdomain that it gets.", valueName: "subdomain"))
    var subdomain: String?

    @Flag(help: "Only tell how many rows have been changed, added and deleted since.")
    var preview = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard preview != (subdomain != nil) else { throw ValidationError("say either --preview or --as SUBDOMAIN") }
    }

    func run(in context: CommandContext) async throws {
        let moment = try RecoveryTarget(to, now: .now())
        let name = try subdomain.map { try Subdomain(naming: $0) }
        try await BackupAccess.with(context) { access in
            let archivist = TenantArchivist(
                topology: access.topology,
                secrets: context.secrets,
                reactors: access.reactors
            )
            let tenant = try await archivist.tenant(tenant)
            let file = FileManager.default.temporaryDirectory.appending(path: "hub-tenant-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: file) }
            try await take(tenant, at: moment, to: file, access)
            guard let name else {
                let comparison = try await archivist.compare(file, with: tenant)
                return try context.show(TenantComparisonReport(tables: comparison.differences))
            }
            let checked = try TenantArchivist.check(file)
            let report = try await context.interruption.deferring {
                try await archivist.load(file, checked, as: name, on: tenant.shard) { _ in }
            }
            try context.show(report)
        }
    }

    // MARK: - Private

    /// Writes an archive of the tenant as it was, out of a scratch server.
    private func take(
        _ tenant: DirectoryTenant,
        at moment: RecoveryTarget,
        to file: String,
        _ access: BackupAccess
    ) async throws {
        guard let shard = access.topology.shard(tenant.shard) else {
            throw OperatorError(unknownShard: tenant.shard.description, in: access.topology)
        }
        let target = BackupTarget(.shard(shard, of: access.topology), access.backups)
        let lock = try DatabaseLock(target, in: access.lockFolder)
        defer { withExtendedLifetime(lock) {} }
        try await access.requireSameServer(target)
        try await archive(target, access)
        let scratch = "\(target.data).hub-tenant"
        // Left by one that was killed.
        try? FileManager.default.removeItem(atPath: scratch)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let recovery = try await Recovery(of: target, to: moment, access)
        try recovery.source.requireRoom(for: scratch)
        let id = tenant.id
        do {
            try await recovery.perform(into: scratch, besides: nil, isReached: false, isLasting: false) { server, _ in
                let database = target.database
                try await server.withConnection(database: database.database, role: database.administrator.name) {
                    _ = try await TenantArchivist.write(id, from: $0, to: file, withPasswords: true) { _ in }
                }
            }
        } catch let error as ShardError where error.code == .notOwner {
            throw OperatorError(
                .notFound,
                "\(tenant.subdomain) was not on shard \(tenant.shard) at \(moment): it is younger, or came there later"
            )
        }
    }

    /// Has what was committed so far archived, which is otherwise done only when a segment is full, or after a while.
    private func archive(_ target: BackupTarget, _ access: BackupAccess) async throws {
        try await access.withSession(target) { connection in
            // A segment in which nothing has been written is not switched.
            _ = try await connection.query("SELECT pg_create_restore_point('hub tenant')")
            let segment = try await connection.query("SELECT pg_walfile_name(pg_switch_wal())").single()
                .decode(String.self, at: 0)
            let deadline = ContinuousClock.now + .seconds(60)
            let query: PostgresQuery = "SELECT coalesce(last_archived_wal >= \(segment), false) FROM pg_stat_archiver"
            while try await !connection.query(query).single().decode(Bool.self, at: 0) {
                guard ContinuousClock.now < deadline else {
                    throw OperatorError(
                        .failed,
                        "the newest WAL of \(target.described) is not archived within 60 s: hubctl backup verify tells why"
                    )
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
