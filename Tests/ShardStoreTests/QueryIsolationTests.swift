import FoundationEssentials
import HubModel
import HubTesting
import Postgres
import Testing

@testable import ShardStore

/// The first of three walls, alone: row-level security is off and there are no foreign keys, so all that keeps tenants
/// apart is the tenantId that each query names.
@Suite("Isolation by the queries' own tenantId", .serialized)
struct QueryIsolationTests {
    @Test("No verb finds or changes anything of another tenant")
    func verbs() async throws {
        try await Neighbours.with(down: [.rowSecurity, .foreignKeys]) { neighbours in
            let findings = try await findings(neighbours)
            #expect(findings.map(\.text) == [])
        }
    }

    @Test("Were the tenantId of every query without effect, every verb would be found out")
    func planted() async throws {
        try await Neighbours.with(down: [.rowSecurity, .foreignKeys]) { neighbours in
            let (acme, globex) = (neighbours.acme.id, neighbours.globex.id)
            // For this database's application "= acme" is true of globex too: as if no query had the condition.
            try await neighbours.shard.owner.withConnection { owner in
                try await owner.script(
                    """
                    CREATE SCHEMA planted;
                    CREATE FUNCTION planted.uuid_eq(uuid, uuid) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
                      SELECT $1 OPERATOR(pg_catalog.=) $2 OR
                        ($1 OPERATOR(pg_catalog.=) '\(globex)' AND $2 OPERATOR(pg_catalog.=) '\(acme)') $$;
                    CREATE OPERATOR planted.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = planted.uuid_eq);
                    GRANT USAGE ON SCHEMA planted TO hub_app;
                    GRANT EXECUTE ON FUNCTION planted.uuid_eq TO hub_app;
                    DO $$ BEGIN EXECUTE format('ALTER ROLE hub_app IN DATABASE %I SET search_path = planted, pg_catalog, public',
                      current_database()); END $$;
                    """
                )
            }
            let found = Set(try await findings(neighbours).map(\.verb))
            // One only adds an entry, one asks for nothing at all, and two for transactions and the log.
            let missed = Set(QueryVerb.all.map(\.name)).subtracting(found)
            #expect(
                missed == [
                    "AuditTrail.append", "CacheItems.ended", "CacheItems.position", "CacheItems.requireOwnership",
                ]
            )
        }
    }

    @Test("Every verb of the store's sources has a case")
    func completeness() throws {
        let cases = Set(QueryVerb.all.map(\.name))
        let verbs = try QueryIsolationTests.verbsInSources()
        #expect(verbs.count > 25, "the sources were read")
        #expect(verbs.subtracting(cases) == [], "without a case")
        #expect(cases.subtracting(verbs) == [], "gone from the sources")
    }

    @Test("Erasing a tenant takes nothing of another")
    func erasure() async throws {
        try await Neighbours.with(down: [.rowSecurity]) { neighbours in
            let before = try await neighbours.shard.owner.withUndone {
                try await rows(of: neighbours.globex, in: neighbours, $0)
            }
            let erasure = try await neighbours.shard.store.eraseTenant(neighbours.acme.context, id: .fresh())
            #expect(erasure.removed["users"] == 2)
            let after = try await neighbours.shard.owner.withUndone {
                try await rows(of: neighbours.globex, in: neighbours, $0)
            }
            #expect(before == after && !before.isEmpty)
        }
    }

    // MARK: - Private

    private struct Finding {
        let verb: String
        let text: String
    }

    /// Calls every verb for acme with what globex has, each in a transaction that is undone.
    private func findings(_ neighbours: Neighbours) async throws -> [Finding] {
        var findings: [Finding] = []
        // Connections of their own: what a session's settings are is decided when it begins.
        try await PostgresPool.withPool(neighbours.shard.appConfiguration) { pool in
            let store = ShardStore(pool: pool)
            for verb in QueryVerb.all {
                do {
                    try await store.withWrite(neighbours.acme.context) { shard in
                        findings += try await judge(verb, neighbours, shard).map { Finding(verb: verb.name, text: $0) }
                        throw Undo()
                    }
                } catch is Undo {
                } catch {
                    findings.append(Finding(verb: verb.name, text: "\(verb.name) failed: \(error)"))
                }
            }
        }
        return findings
    }

    private func judge(
        _ verb: QueryVerb,
        _ neighbours: Neighbours,
        _ shard: ShardTransaction<WriteAccess>
    ) async throws -> [String] {
        let (acme, globex) = (neighbours.acme, neighbours.globex)
        let own = try await rows(of: acme, in: neighbours, shard.transaction)
        let foreign = try await rows(of: globex, in: neighbours, shard.transaction)
        let outcome: QueryVerb.Outcome
        do {
            outcome = .answer(try await verb.call(shard, acme, globex))
        } catch let error as ShardError {
            outcome = .refusal(error.code)
        }
        var findings: [String] = []
        if outcome != verb.expected { findings.append("\(verb.name): \(outcome) instead of \(verb.expected)") }
        if try await rows(of: globex, in: neighbours, shard.transaction) != foreign {
            findings.append("\(verb.name) changes another tenant's rows")
        }
        if !verb.leavesTrace, try await rows(of: acme, in: neighbours, shard.transaction) != own {
            findings.append("\(verb.name) changes something, though nothing was to be done")
        }
        return findings
    }

    /// All rows of a tenant in all tables, as text; compared as text, so that a planted `=` does not matter.
    private func rows(
        of household: Neighbours.Household,
        in neighbours: Neighbours,
        _ transaction: PostgresTransaction
    ) async throws -> [String] {
        let parts = neighbours.tables.filter { !$0.isPartition }.map {
            "SELECT '\($0.name) ' || to_jsonb(t)::text AS line FROM \($0.name) AS t WHERE \($0.key)::text = '\(household.id)'"
        }
        let query = PostgresQuery(unsafeSQL: "\(parts.joined(separator: " UNION ALL ")) ORDER BY line")
        return try await transaction.query(query).map { try $0.decode(String.self, at: 0) }
    }

    /// The verbs that take a transaction's tenant and something else: `Type.function` of every repository.
    private static func verbsInSources() throws -> Set<String> {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/ShardStore")
        var verbs: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.hasSuffix(".swift") {
            // The store itself lends transactions, makes tenants and erases them, which other tests look at; the gate
            // is no tenant's.
            // Nor do a filter and a record ask anything.
            let others = [
                "AuditFilter", "AuditRecord", "CacheGateStore", "ShardStore", "ShardTransaction", "TenantContext",
                "TenantShares", "TenantTurn",
                "WriteFencing",
            ]
            if others.contains(where: file.hasPrefix) { continue }
            let source = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            var type = ""
            for line in source.split(separator: "\n") {
                if let match = line.wholeMatch(of: /(?:package )?(?:struct|extension) (\w+).*/) {
                    type = String(match.1)
                }
                if let match = line.wholeMatch(of: /\ {4}package func (\w+).*/) { verbs.insert("\(type).\(match.1)") }
            }
        }
        return verbs
    }
}
