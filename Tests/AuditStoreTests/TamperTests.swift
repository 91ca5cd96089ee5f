import AuditStore
import HubModel
import Postgres
import Testing

extension AuditStoreTests {
    @Suite("Tampering")
    struct TamperTests {
        @Test("Whatever a superuser changes in the store is found, and what it was is said")
        func planted() async throws {
            try await withTrail { trail in
                _ = try await trail.feed.ensure()
                try await trail.write(5)
                try await trail.settle()
                try await trail.write(5)
                try await trail.settle()
                try await trail.write(4)
                try await trail.settle()
                let witness = try await trail.head()
                #expect(try await trail.store.verify(trail.tenant, against: [witness]).faults == [])
                for (change, sentence) in TamperTests.faults {
                    let sql = change.replacing("TENANT", with: "'\(trail.tenant)'")
                    try await trail.tamper(
                        """
                        CREATE SCHEMA kept;
                        CREATE TABLE kept.trail AS SELECT * FROM audit_trail;
                        CREATE TABLE kept.seals AS SELECT * FROM audit_seals;
                        CREATE TABLE kept.chains AS SELECT * FROM audit_chains;
                        """
                    )
                    try await trail.tamper(sql)
                    let found = try await trail.store.verify(trail.tenant, against: [witness]).faults
                    #expect(found.contains { $0.contains(sentence) }, "\(sql): \(found)")
                    #expect(try await trail.store.verify(trail.neighbour, against: []).faults == [])
                    try await trail.tamper(
                        """
                        DELETE FROM audit_trail; INSERT INTO audit_trail SELECT * FROM kept.trail;
                        DELETE FROM audit_seals; INSERT INTO audit_seals SELECT * FROM kept.seals;
                        DELETE FROM audit_chains; INSERT INTO audit_chains SELECT * FROM kept.chains;
                        DROP SCHEMA kept CASCADE;
                        """
                    )
                }
                #expect(try await trail.store.verify(trail.tenant, against: [witness]).faults == [])
            }
        }

        @Test("A chain that was sealed anew without an entry is sound by itself, and the witness tells")
        func rewritten() async throws {
            try await withTrail { trail in
                _ = try await trail.feed.ensure()
                try await trail.write(9)
                try await trail.settle()
                let witness = try await trail.head()
                try await trail.tamper(
                    """
                    INSERT INTO audit_logs (id, tenantId, userId, action, entityType, entityId, changes, timestamp, ipAddress)
                      SELECT id, tenantId, userId, action, entityType, entityId, changes, timestamp, ipAddress
                      FROM audit_trail WHERE tenantId = '\(trail.tenant)' AND sequence <> 4 ORDER BY sequence;
                    DELETE FROM audit_trail WHERE tenantId = '\(trail.tenant)';
                    DELETE FROM audit_seals WHERE tenantId = '\(trail.tenant)';
                    DELETE FROM audit_chains WHERE tenantId = '\(trail.tenant)';
                    """
                )
                try await trail.store.open([trail.tenant])
                try await trail.store.sealAll()
                #expect(try await trail.store.verify(trail.tenant, against: []).faults == [])
                let faults = try await trail.store.verify(trail.tenant, against: [witness]).faults
                #expect(faults.contains { $0.contains("the chain was") }, "\(faults)")
            }
        }

        @Test("A proof holds by itself, and no changed one does")
        func proof() async throws {
            try await withTrail { trail in
                _ = try await trail.feed.ensure()
                try await trail.write(3)
                try await trail.settle()
                let first = try await trail.head()
                try await trail.write(3)
                try await trail.settle()
                let second = try await trail.head()
                let entry = try #require(
                    try await trail.store.pool.query(
                        "SELECT id FROM audit_trail WHERE tenantId = \(trail.tenant) AND sequence = 2"
                    ).decode(AuditLogID.self).first
                )
                await expect(.refused) { try await trail.history.proof(of: entry, in: trail.tenant, witnesses: []) }
                await expect(.notFound) {
                    try await trail.history.proof(of: entry, in: trail.neighbour, witnesses: [first])
                }
                let short = try await trail.history.proof(of: entry, in: trail.tenant, witnesses: [first, second])
                #expect(short.witness.number == first.number, "the nearest witness makes the shortest proof")
                let proof = try await trail.history.proof(of: entry, in: trail.tenant, witnesses: [second])
                #expect(short.fault == nil)
                #expect(proof.fault == nil)
                #expect(proof.seals.count > short.seals.count)

                func changed(
                    text: String? = nil,
                    sequence: Int? = nil,
                    digests: [String]? = nil,
                    seals: [AuditSeal]? = nil,
                    witness: AuditWitness? = nil
                ) -> String? {
                    AuditProof(
                        tenant: proof.tenant,
                        entry: proof.entry,
                        sequence: sequence ?? proof.sequence,
                        text: text ?? proof.text,
                        digests: digests ?? proof.digests,
                        seals: seals ?? proof.seals,
                        witness: witness ?? proof.witness
                    ).fault
                }
                #expect(
                    changed(text: proof.text.replacing("\"LOGIN\"", with: "\"LOGOUT\""))?.contains("not the one")
                        == true
                )
                #expect(changed(sequence: proof.sequence + 1)?.contains("not the one") == true)
                #expect(changed(sequence: 1000) != nil)
                #expect(changed(digests: proof.digests.reversed())?.isEmpty == false)
                #expect(changed(digests: Array(proof.digests.dropLast()))?.contains("digests") == true)
                #expect(changed(seals: Array(proof.seals.dropFirst())) != nil)
                #expect(changed(seals: Array(proof.seals.dropLast()))?.contains("does not end") == true)
                #expect(changed(seals: []) != nil)
                #expect(changed(witness: first)?.contains("does not end") == true)
            }
        }

        // MARK: - Private

        /// What is done to the store, and what verification must say.
        private static let faults = [
            (
                "UPDATE audit_trail SET action = 'LOGOUT' WHERE tenantId = TENANT AND sequence = 3",
                "number 3, of seal 1"
            ),
            (
                "UPDATE audit_trail SET changes = '{}' WHERE tenantId = TENANT AND sequence = 8", "was edited"
            ),
            (
                "UPDATE audit_trail SET userId = gen_random_uuid() WHERE tenantId = TENANT AND sequence = 1",
                "was edited"
            ),
            (
                "UPDATE audit_trail SET timestamp = timestamp + interval '1 second' WHERE tenantId = TENANT AND sequence = 2",
                "was edited"
            ),
            (
                // With its digest.
                "UPDATE audit_trail SET digest = sha256('x') WHERE tenantId = TENANT AND sequence = 8", "was edited"
            ),
            (
                """
                UPDATE audit_trail AS f SET action = 'LOGOUT', digest = sha256(convert_to(
                  jsonb_build_object('tenantId', f.tenantId, 'id', f.id,
                    'timestamp', to_char(f.timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                    'userId', f.userId, 'action', 'LOGOUT', 'entityType', f.entityType, 'entityId', f.entityId,
                    'changes', f.changes, 'ipAddress', f.ipAddress)::text, 'UTF8'))
                WHERE tenantId = TENANT AND sequence = 4
                """, "edited together with their digests"
            ),
            ("DELETE FROM audit_trail WHERE tenantId = TENANT AND sequence = 4", "entry number 4, of seal"),
            ("DELETE FROM audit_trail WHERE tenantId = TENANT AND sequence = 1", "entry number 1, of seal"),
            (
                "DELETE FROM audit_trail WHERE tenantId = TENANT AND sequence = (SELECT entries FROM audit_chains WHERE tenantId = TENANT)",
                "was deleted"
            ),
            (
                """
                UPDATE audit_trail SET sequence = CASE sequence WHEN 8 THEN 9 ELSE 8 END
                WHERE tenantId = TENANT AND sequence IN (8, 9)
                """, "put in another order"
            ),
            (
                """
                INSERT INTO audit_trail SELECT tenantId, sequence, seal, gen_random_uuid(), userId, action, entityType, entityId,
                  changes, timestamp, ipAddress, digest FROM audit_trail WHERE tenantId = TENANT AND sequence = 5
                """, "added by hand"
            ),
            (
                """
                INSERT INTO audit_trail SELECT tenantId, 1000, seal, gen_random_uuid(), userId, action, entityType, entityId,
                  changes, timestamp, ipAddress, digest FROM audit_trail WHERE tenantId = TENANT AND sequence = 5
                """, "belongs to no seal"
            ),
            (
                // Cut off, with everything that says so in this database.
                """
                DELETE FROM audit_trail WHERE tenantId = TENANT AND seal = (SELECT max(number) FROM audit_seals WHERE tenantId = TENANT);
                DELETE FROM audit_seals WHERE tenantId = TENANT AND number = (SELECT max(number) FROM audit_seals WHERE tenantId = TENANT);
                UPDATE audit_chains AS c SET number = s.number, hash = s.hash, entries = s.firstEntry + s.entries - 1
                  FROM audit_seals AS s WHERE s.tenantId = TENANT AND c.tenantId = TENANT
                    AND s.number = (SELECT max(number) FROM audit_seals WHERE tenantId = TENANT);
                """, "the chain was cut off"
            ),
            ("DELETE FROM audit_seals WHERE tenantId = TENANT AND number = 1", "seal 1 is missing"),
            ("UPDATE audit_seals SET entries = entries - 1 WHERE tenantId = TENANT AND number = 2", "was changed"),
            ("UPDATE audit_seals SET root = sha256('x') WHERE tenantId = TENANT AND number = 2", "was changed"),
            ("UPDATE audit_chains SET entries = entries - 1 WHERE tenantId = TENANT", "the chain's head says"),
            (
                "DELETE FROM audit_trail WHERE tenantId = TENANT; DELETE FROM audit_seals WHERE tenantId = TENANT; DELETE FROM audit_chains WHERE tenantId = TENANT",
                "is not there"
            ),
        ]
    }
}
