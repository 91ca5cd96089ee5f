import Caching
import FoundationEssentials
import HubModel
import HubTesting
import Postgres
import Testing

@testable import ShardStore

/// What keeps the cache true is that each verb notes what it changes: here the contents of every item are compared.
@Suite("What verbs note for the cache", .serialized)
struct NotedChangesTests {
    @Test("Every verb notes each item whose contents it changes, and no other")
    func verbs() async throws {
        try await Neighbours.with(down: []) { neighbours in
            for write in CacheWrite.all {
                let (noted, changed) = try await observe(write, neighbours)
                #expect(changed.subtracting(noted) == [], "\(write.name) makes these items stale")
                #expect(changed == write.subjects(neighbours.acme), "\(write.name) changes other items than it should")
                #expect(noted == changed, "\(write.name) notes more than it changes")
            }
        }
    }

    @Test("A change past the verbs, which nobody notes, is found out, whatever item it is of")
    func planted() async throws {
        try await Neighbours.with(down: []) { neighbours in
            let acme = neighbours.acme
            let plants: [(PostgresQuery, Set<CacheSubject>)] = [
                ("UPDATE users SET role = 'tenant_admin' WHERE id = \(acme.worker.id)", [.user(acme.worker.id)]),
                ("UPDATE users SET fullName = 'X' WHERE id = \(acme.admin.id)", [.user(acme.admin.id), .projects]),
                ("DELETE FROM sessions WHERE id = \(acme.session)", [.user(acme.worker.id)]),
                ("DELETE FROM users WHERE id = \(acme.worker.id)", [.user(acme.worker.id), .settings]),
                ("UPDATE tasks SET status = 'completed'", [.projects]),
                ("UPDATE projects SET updatedAt = now()", [.projects]),
                ("DELETE FROM tasks", [.projects, .usage]),
                ("UPDATE tenants SET maxProjects = 70", [.settings]),
            ]
            for (query, subjects) in plants {
                let write = CacheWrite("planted") { transaction, _ in try await transaction.query(query) }
                let (noted, changed) = try await observe(write, neighbours)
                #expect(noted == [])
                #expect(changed == subjects, "\(query)")
            }
        }
    }

    @Test("Every writing verb of the store's sources has a case")
    func completeness() throws {
        let verbs = try NotedChangesTests.writingVerbsInSources()
        #expect(verbs.count > 20, "the sources were read")
        #expect(verbs == Set(CacheWrite.all.map(\.name)))
    }

    // MARK: - Private

    /// Runs a verb in a transaction that is undone.
    ///
    /// - Returns: which items it notes, and which of them have other contents afterwards.
    private func observe(
        _ write: CacheWrite,
        _ neighbours: Neighbours
    ) async throws -> (noted: Set<CacheSubject>, changed: Set<CacheSubject>) {
        let acme = neighbours.acme
        var observed: (Set<CacheSubject>, Set<CacheSubject>)?
        do {
            try await neighbours.shard.store.withWrite(acme.context) { transaction in
                try await write.preparation(transaction, acme)
                let changes = NotedChanges()
                var shard = transaction
                shard.changes = changes
                let before = try await contents(shard)
                try await write.call(shard, acme)
                let after = try await contents(shard)
                let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
                observed = (Set(changes.all.flatMap(\.subjects)), changed)
                throw Undo()
            }
        } catch is Undo {}
        return try #require(observed)
    }

    /// All items of the tenant, each as one value.
    private func contents(
        _ transaction: ShardTransaction<WriteAccess>
    ) async throws -> [CacheSubject: AnyHashable] {
        let items = CacheItems(shard: transaction)
        var contents: [CacheSubject: AnyHashable] = [:]
        contents[.settings] = AnyHashable(try await items.settings())
        contents[.projects] = AnyHashable(try await items.projects())
        contents[.usage] = AnyHashable(try await items.usage())
        for user in try await transaction.users.list(UserFilter(), ListWindow(limit: 100)).items {
            contents[.user(user.id)] = AnyHashable(try await items.authorisation(of: user.id))
        }
        return contents
    }

    /// The verbs that are there only for transactions that write: `Type.function`.
    private static func writingVerbsInSources() throws -> Set<String> {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/ShardStore")
        var verbs: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.hasSuffix(".swift") {
            let source = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            // Either an extension for transactions that write, or a repository that no other transaction has.
            let isForWritersOnly = source.contains("    let shard: ShardTransaction<WriteAccess>\n")
            var type: String?
            for line in source.split(separator: "\n") {
                if let match = line.wholeMatch(of: /(?:package )?(?:struct|extension) (\w+)(.*)/) {
                    type = isForWritersOnly || match.2.contains("Access == WriteAccess") ? String(match.1) : nil
                }
                if let type, let match = line.wholeMatch(of: /\ {4}package func (\w+).*/) {
                    verbs.insert("\(type).\(match.1)")
                }
            }
        }
        return verbs
    }
}
