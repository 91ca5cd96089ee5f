import Caching
import HubModel
import HubTesting
import Postgres
import Testing

@testable import ShardStore

@Suite("What the cache holds, read from the primary", .serialized)
struct CacheItemsTests {
    @Test("The items tell what the repositories tell")
    func contents() async throws {
        try await Neighbours.with(down: []) { neighbours in
            let acme = neighbours.acme
            try await neighbours.shard.store.withRead(acme.context) { transaction in
                let items = transaction.cacheItems
                async let person = items.authorisation(of: acme.worker.id)
                async let stranger = items.authorisation(of: neighbours.globex.worker.id)
                async let list = items.projects()
                async let settings = items.settings()
                let (user, nobody, projects, tenant) = try await (person, stranger, list, settings)
                let record = try await transaction.users.get(acme.worker.id)
                #expect(user?.user.email == record.email && user?.user.updatedAt == record.updatedAt)
                #expect(user?.sessions.map(\.id) == [acme.session] && user?.hasAllSessions == true)
                #expect(nobody == nil)
                let known = try await transaction.projects.list(ProjectFilter(), ListWindow(limit: 10)).items
                #expect(projects?.map(\.project) == known)
                #expect(projects?.map(\.lowercasedName) == ["project of acme"])
                #expect((tenant.name, tenant.users, tenant.maxUsers) == ("acme", 2, 3))
                #expect(tenant.updatedAt == acme.settings.updatedAt)
            }
        }
    }

    @Test("Of more than a hundred sessions those that expire last are told, and that there are others")
    func sessions() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            for (number, isComplete) in [(100, true), (101, false)] {
                _ = try await shard.owner.query("DELETE FROM sessions")
                _ = try await shard.owner.query(
                    """
                    INSERT INTO sessions (id, tenantId, userId, expiresAt, operatorId, operatorEmail)
                    SELECT gen_random_uuid(), \(tenant.id), \(tenant.admin), now() + n * interval '1 minute',
                           \(Neighbours.support.id), \(Neighbours.support.email) FROM generate_series(1, \(number)) AS n
                    """
                )
                let last = try await shard.owner.query("SELECT id FROM sessions ORDER BY expiresAt DESC LIMIT 100")
                    .map { try $0.decode(SessionID.self, at: 0) }
                let found = try await shard.store.readOnce(tenant.context) { transaction throws(ShardError) in
                    try await transaction.cacheItems.authorisation(of: tenant.admin)
                }
                #expect(found?.sessions.map(\.id) == last)
                #expect(found?.hasAllSessions == isComplete)
                #expect(found?.sessions.allSatisfy { $0.impersonator == Neighbours.support } == true)
            }
        }
    }

    @Test("A list is whole up to the limit of projects, and nothing beyond it")
    func longLists() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            _ = try await shard.owner.query(
                """
                INSERT INTO projects (tenantId, name, createdAt)
                SELECT \(tenant.id), 'Ärger ' || n, now() - n * interval '1 minute' FROM generate_series(1, 5) AS n
                """
            )
            for (limit, expected) in [(4, nil), (5, 5), (6, 5)] {
                let projects = try await shard.store.withRead(tenant.context) {
                    try await $0.cacheItems.projects(limit: limit)
                }
                #expect(projects?.count == expected)
                if let first = projects?.first { #expect(first.project.name == "Ärger 1") }
            }
            _ = try await shard.owner.query("DELETE FROM projects")
            let none = try await shard.store.withRead(tenant.context) { try await $0.cacheItems.projects(limit: 0) }
            #expect(none == [])
        }
    }

    @Test("A transaction has ended when it is committed, rolled back or forgotten, and not when it runs or is to come")
    func ended() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let number: PostgresQuery = "SELECT pg_current_xact_id()"
            let committed = try await shard.owner.query(number).single().decode(WriterID.self, at: 0)
            let aborted = try await shard.owner.withUndone {
                try await $0.query(number).single().decode(WriterID.self, at: 0)
            }
            try await shard.owner.withTransaction { running in
                let running = try await running.query(number).single().decode(WriterID.self, at: 0)
                let future = [1 << 20, 1 << 40].map { WriterID(rawValue: running.rawValue + $0) }
                let strange = [0, 1, 3, .max].map { WriterID(rawValue: $0) }
                let all = [committed, aborted, running] + future + strange
                let ended = try await shard.store.withRead(tenant.context) { try await $0.cacheItems.ended(all) }
                #expect(Set(ended) == Set([committed, aborted] + strange.dropLast()))
            }
        }
    }
}
