import AuditStore
import Crypto
import Directory
import FoundationEssentials
import HubModel
import Migrations
import Postgres
import Reactor
import ShardStore
import Topology

/// Takes a tenant out of a deployment as a file, and puts one in.
struct TenantArchivist: Sendable {
    let topology: Topology
    let secrets: Secrets
    let reactors: ReactorGroup

    /// Writes an archive of a tenant.
    ///
    /// - Parameter measure: makes, of about how many rows there are, what is told how many are written.
    func export(
        _ name: String,
        to path: String,
        withPasswords: Bool,
        measure: (_ total: Int) -> (Int) -> Void
    ) async throws -> ArchiveReport {
        let tenant = try await tenant(name)
        let trailer = try await withStore(of: tenant.shard) { store in
            try await withShard(tenant.shard) { pool in
                try await pool.withConnection { connection in
                    let progress = measure(try await TenantExport(connection: connection, tenant: tenant.id).count())
                    return try await TenantArchivist.write(
                        tenant.id,
                        from: connection,
                        and: store,
                        to: path,
                        withPasswords: withPasswords,
                        progress: progress
                    )
                }
            }
        }
        return ArchiveReport(
            tenant: tenant.id,
            subdomain: tenant.subdomain,
            shard: tenant.shard,
            file: path,
            rows: trailer.rows,
            sha256: trailer.sha256
        )
    }

    /// The tenant of that subdomain or id.
    func tenant(_ name: String) async throws -> DirectoryTenant {
        try await directory { store in
            if let id = TenantID(name) { return try await store.tenant(id) }
            guard let subdomain = Subdomain(name) else {
                throw OperatorError(.usage, "“\(name)” is neither a subdomain nor an id")
            }
            return try await store.tenant(subdomain)
        }
    }

    /// Writes an archive of what a database has of a tenant.
    ///
    /// - Parameter store: where the older part of its audit trail is; nil where it has none.
    static func write(
        _ tenant: TenantID,
        from connection: PostgresConnection,
        and store: AuditDatabase? = nil,
        to path: String,
        withPasswords: Bool,
        progress: (Int) -> Void
    ) async throws -> ArchiveTrailer {
        let writer = try ArchiveWriter(path: path)
        var done = 0
        let export = TenantExport(connection: connection, tenant: tenant)
        try await export.read(withPasswords: withPasswords) { floor, users in
            try await store?.export(tenant, before: floor, users: users) { rows in
                try writer.add(rows, of: "audit_logs")
                done += rows.count
                progress(done)
            }
        } begin: { archived, schema in
            try writer.begin(
                ArchiveHeader(
                    format: TenantArchive.format,
                    version: TenantArchive.version,
                    exportedAt: .now(),
                    tenant: archived,
                    schemaVersion: schema,
                    withPasswords: withPasswords,
                    tables: TenantArchive.tables
                )
            )
        } _: { table, rows in
            try writer.add(rows, of: table)
            done += rows.count
            progress(done)
        }
        return try writer.finish()
    }

    /// Tells how a tenant as it is now differs from an archive of it.
    func compare(_ path: String, with tenant: DirectoryTenant) async throws -> TenantComparison {
        var comparison = try TenantComparison(with: ArchiveReader(path: path))
        try await withShard(tenant.shard) { pool in
            try await pool.withConnection { connection in
                let export = TenantExport(connection: connection, tenant: tenant.id)
                try await export.read(withPasswords: true) { _, _ in
                } _: { table, rows in
                    try comparison.add(rows, of: table)
                }
            }
        }
        try comparison.finish()
        return comparison
    }

    /// Checks a whole archive and tells what it holds.
    static func check(_ path: String) throws -> (header: ArchiveHeader, trailer: ArchiveTrailer) {
        let reader = try ArchiveReader(path: path)
        while try reader.next() != nil {}
        guard let trailer = reader.trailer else { throw OperatorError(.usage, "\(path) has no last line") }
        return (reader.header, trailer)
    }

    /// Puts the tenant of an archive onto a shard under a name that nobody has, and makes it known.
    ///
    /// The id follows from the archive and the name, so that doing it again after it was cut off goes on.
    ///
    /// - Parameter progress: told how many rows are written.
    func load(
        _ path: String,
        _ checked: (header: ArchiveHeader, trailer: ArchiveTrailer),
        as subdomain: Subdomain,
        on shard: ShardID,
        progress: (Int) -> Void
    ) async throws -> ArchiveReport {
        let id = TenantArchivist.id(of: checked.trailer, as: subdomain)
        try await directory { try await requireFree(subdomain, id, $0) }
        let reader = try ArchiveReader(path: path)
        var done = 0
        try await withShard(shard) { pool in
            let restoration = TenantRestoration(pool: pool, tenant: id, subdomain: subdomain)
            _ = try await restoration.write(since: checked.header.tenant.createdAt) {
                let next = try reader.next()
                done += next?.rows.count ?? 0
                progress(done)
                return next
            }
            let new = TenantImport(id: id, subdomain: subdomain, name: checked.header.tenant.name, shard: shard)
            let isNew = try await directory { try await $0.importTenants([new]) } == 1
            let known = try await directory { try await $0.tenants(named: [subdomain]).first?.id == id }
            guard isNew || known else {
                try await restoration.undo()
                throw OperatorError(
                    .refused,
                    "“\(subdomain)” was taken meanwhile; nothing was imported: choose another --as"
                )
            }
        }
        return ArchiveReport(
            tenant: id,
            subdomain: subdomain,
            shard: shard,
            file: path,
            rows: checked.trailer.rows,
            sha256: checked.trailer.sha256
        )
    }

    /// The shard that takes a tenant: the one that is named, or the open one of the region, or of all, with the fewest.
    func shard(named shard: String?, region: String?) async throws -> ShardID {
        let shards = try await directory { try await $0.shards() }
        if let shard {
            guard let found = shards.first(where: { $0.id.rawValue == shard }) else {
                throw OperatorError(.notFound, "there is no shard \(shard)")
            }
            return found.id
        }
        let open = shards.filter { $0.state == .open && (region == nil || $0.region.rawValue == region) }
        guard let least = open.min(by: { $0.tenants < $1.tenants }) else {
            throw OperatorError(.notFound, "no open shard\(region.map { " of region \($0)" } ?? "") takes a tenant")
        }
        return least.id
    }

    // MARK: - Private

    private func requireFree(_ subdomain: Subdomain, _ id: TenantID, _ store: DirectoryStore) async throws {
        guard let holder = try await store.tenants(named: [subdomain]).first else { return }
        throw OperatorError(
            .refused,
            holder.id == id
                ? "this archive was imported as “\(subdomain)” before, and is there"
                : "“\(subdomain)” is another tenant's; choose another name with --as"
        )
    }

    /// A version 8 UUID (RFC 9562 section 5.8) of the archive's hash and the name.
    private static func id(of trailer: ArchiveTrailer, as subdomain: Subdomain) -> TenantID {
        var bytes = Array(SHA256.hash(data: Array("\(trailer.sha256) \(subdomain)".utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return TenantID(UUID(uuid: bytes.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) }))
    }

    private func directory<Answer: Sendable>(_ body: (DirectoryStore) async throws -> Answer) async throws -> Answer {
        let access = DatabaseAccess(target: .directory(of: topology), secrets: secrets, reactors: reactors)
        return try await access.withCurrentSchema { try await body(DirectoryStore(pool: $0)) }
    }

    /// Lends the audit store of a shard's region; nil where there is none.
    func withStore<Answer: Sendable>(
        of id: ShardID,
        _ body: (AuditDatabase?) async throws -> Answer
    ) async throws -> Answer {
        guard let shard = topology.shard(id), let region = topology.region(shard.region), region.audit != nil else {
            return try await body(nil)
        }
        return try await AuditAccess(topology: topology, secrets: secrets, reactors: reactors).withStore(of: region) {
            try await body($0)
        }
    }

    private func withShard<Answer: Sendable>(
        _ id: ShardID,
        _ body: (PostgresPool) async throws -> Answer
    ) async throws -> Answer {
        guard let shard = topology.shard(id) else { throw OperatorError(unknownShard: id.description, in: topology) }
        let access = DatabaseAccess(target: .shard(shard, of: topology), secrets: secrets, reactors: reactors)
        return try await access.withCurrentSchema(body)
    }
}
