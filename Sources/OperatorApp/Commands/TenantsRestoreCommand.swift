import ArgumentParser
import AuditStore
import Directory
import FoundationEssentials
import HubModel
import MoveEngine
import Reactor
import ShardStore
import Topology

/// `hubctl tenants restore`: one tenant as it was at a moment.
struct TenantsRestoreCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring a tenant back as it was at a moment, in its place or beside the tenant as it is.",
        discussion: """
            Its shard's backup is restored into a scratch server that nobody reaches, and what the tenant had then is taken out \
            of that, while everybody works. All other tenants are not touched.

            Then its requests are held, for about a second, and its name, limits, people with their passwords, projects and \
            tasks become what they were; its id, subdomain, audit log and sessions stay. It asks first, and tells what is \
            undone; the tenant as it is now is written into a file, and the answer tells how to undo it all. Killed at any \
            moment the tenant is as it was or as restored: the same command again, or --settle, lets it be served.

            With --as a new tenant is made of it instead, on the same shard, and the tenant as it is stays. --preview only tells \
            what has changed since.

            It runs on the machine with the shard's files, as hubctl backup does; --settle runs anywhere.

            EXAMPLES
              hubctl tenants restore acme --to 2025-12-22T14:30:00Z --preview
              hubctl tenants restore acme --to 2025-12-22T14:30:00Z
              hubctl tenants restore acme --to 2025-12-22T14:30:00Z --as acme-before
              hubctl tenants restore acme --settle
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @Option(help: ArgumentHelp("The moment: an RFC 3339 time, or latest.", valueName: "time"))
    var to: String?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Make a new tenant of it, with this subdomain.", valueName: "subdomain")
    )
    var subdomain: String?

    @Flag(help: "Only tell how many rows have been changed, added and deleted since.")
    var preview = false

    @Flag(help: "End a restore that was cut off, so that the tenant is served again.")
    var settle = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard settle != (to != nil) else { throw ValidationError("say --to TIME, or --settle") }
        guard !(settle && (preview || subdomain != nil)), !(preview && subdomain != nil) else {
            throw ValidationError("--preview, --as and --settle do not go together")
        }
    }

    func run(in context: CommandContext) async throws {
        guard let to else { return try await settle(context) }
        let moment = try RecoveryTarget(to, now: .now())
        let name = try subdomain.map { try Subdomain(naming: $0) }
        try await BackupAccess.with(context) { access in
            let archivist = TenantArchivist(
                topology: access.topology,
                secrets: context.secrets,
                reactors: access.reactors
            )
            let tenant = try await archivist.tenant(tenant)
            let recovery = try TenantRecovery(of: tenant, at: moment, access)
            guard preview || name != nil else { return try await rewind(recovery, context) }
            let file = FileManager.default.temporaryDirectory.appending(path: "hub-tenant-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: file) }
            guard let name else {
                try await take(recovery, to: file)
                let comparison = try await archivist.compare(file, with: tenant)
                return try context.show(TenantComparisonReport(tables: comparison.differences))
            }
            // A new tenant gets the older part of the audit trail as well, which its shard has no more.
            try await archivist.withStore(of: tenant.shard) { try await take(recovery, and: $0, to: file) }
            let checked = try TenantArchivist.check(file)
            let report = try await context.interruption.deferring {
                try await archivist.load(file, checked, as: name, on: tenant.shard) { _ in }
            }
            try context.show(report)
        }
    }

    // MARK: - Private

    /// Writes an archive of the tenant as it was, out of a scratch server.
    private func take(_ recovery: TenantRecovery, and store: AuditDatabase? = nil, to file: String) async throws {
        let lock = try recovery.lock()
        defer { withExtendedLifetime(lock) {} }
        let (id, database) = (recovery.tenant.id, recovery.target.database)
        do {
            try await recovery.perform { server, _ in
                try await server.withConnection(database: database.database, role: database.administrator.name) {
                    _ = try await TenantArchivist.write(id, from: $0, and: store, to: file, withPasswords: true) { _ in
                    }
                }
            }
        } catch let error as ShardError where error.code == .notOwner {
            throw recovery.absence
        }
    }

    private func rewind(_ recovery: TenantRecovery, _ context: CommandContext) async throws {
        // One thread for each stream of the copy would be more than two servers on one machine can use.
        let reactors = try ReactorGroup(count: 2, name: "hubctl-restore")
        defer { reactors.shutdown() }
        let access = RewindAccess(topology: recovery.access.topology, secrets: context.secrets, reactors: reactors)
        if let report = try await TenantRewind(recovery: recovery, access: access, context: context).run() {
            return try context.show(report)
        }
        try context.show(
            UnchangedReport(
                tenant: recovery.tenant.id,
                subdomain: recovery.tenant.subdomain,
                restoredTo: recovery.moment.description
            )
        )
    }

    private func settle(_ context: CommandContext) async throws {
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        let access = RewindAccess(topology: try context.topology(), secrets: context.secrets, reactors: reactors)
        let archivist = TenantArchivist(topology: access.topology, secrets: access.secrets, reactors: reactors)
        let tenant = try await archivist.tenant(tenant)
        let report = try await access.with(tenant) { directory, shard in
            guard let hold = try await directory.restoreHold(of: tenant.id) else {
                throw OperatorError(.refused, "no restore holds \(tenant.subdomain): there is nothing to settle")
            }
            let held = HeldTenant(tenant: tenant, hold: hold, directory: directory, shard: shard, access: access)
            let outcome = try await context.interruption.deferring { try await held.settle() }
            return SettlementReport(
                tenant: tenant.id,
                subdomain: tenant.subdomain,
                isRestored: outcome != .unchanged,
                restoredTo: hold.restoredTo
            )
        }
        try context.show(report)
    }
}
