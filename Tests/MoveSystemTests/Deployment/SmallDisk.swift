import AppFixtures
import Foundation
import HubTesting
import Postgres
import Testing

/// A file system of a few MiB that a shard keeps the tenants' idempotency keys on, and that can be filled.
struct SmallDisk: Sendable {
    private let folder: String
    private let shard: String
    private let deployment: Deployment

    /// Lends such a disk to a shard.
    ///
    /// - Returns: false when this process may not mount one.
    static func with(
        _ shard: String,
        of deployment: Deployment,
        _ body: (SmallDisk) async throws -> Void
    ) async throws -> Bool {
        let disk = SmallDisk(
            folder: deployment.home.appending(path: "small-disk").path,
            shard: shard,
            deployment: deployment
        )
        guard try await disk.mount() else { return false }
        do {
            try await disk.use()
            try await body(disk)
        } catch {
            try? await disk.end()
            throw error
        }
        try await disk.end()
        return true
    }

    /// Fills it up but for some kibibytes.
    func fill() throws {
        try Data().write(to: URL(filePath: filler))
        let file = try #require(FileHandle(forWritingAtPath: filler))
        defer { try? file.close() }
        let piece = Data(count: 64 << 10)
        while try free() > 128 << 10 { try file.write(contentsOf: piece) }
    }

    /// Makes room again.
    func clear() throws { try FileManager.default.removeItem(atPath: filler) }

    // MARK: - Private

    private var filler: String { folder + "/filler" }
    private var location: String { folder + "/tablespace" }

    private func free() throws -> Int {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: folder)
        return try #require(attributes[.systemFreeSize] as? NSNumber).intValue
    }

    private func mount() async throws -> Bool {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let mount = try await run("mount", "-t", "tmpfs", "-o", "size=12m,mode=755", "tmpfs", folder)
        return mount.status == 0
    }

    /// The server's user owns the tablespace's folder.
    private func use() async throws {
        try FileManager.default.createDirectory(atPath: location, withIntermediateDirectories: true)
        let owner = try FileManager.default.attributesOfItem(
            atPath: deployment.home.appending(path: "data/postgres-\(shard)").path
        )
        let keys: [FileAttributeKey] = [.ownerAccountID, .groupOwnerAccountID]
        try FileManager.default.setAttributes(owner.filter { keys.contains($0.key) }, ofItemAtPath: location)
        try await change("CREATE TABLESPACE small LOCATION '\(location)'")
        try await change("ALTER TABLE idempotency_keys SET TABLESPACE small")
    }

    private func end() async throws {
        try? clear()
        try await change("ALTER TABLE idempotency_keys SET TABLESPACE pg_default")
        try await change("DROP TABLESPACE small")
        let unmount = try await run("umount", "-l", folder)
        #expect(unmount.status == 0, "\(unmount.errors)")
    }

    private func change(_ sql: String) async throws {
        _ = try await deployment.withShard(shard) { try await $0.query(PostgresQuery(unsafeSQL: sql).unprepared) }
    }

    private func run(_ program: String, _ arguments: String...) async throws -> Command.Result {
        try await Command.run(URL(filePath: "/usr/bin/env"), [program] + arguments)
    }
}
