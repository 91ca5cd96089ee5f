import HubColumns
package import HubModel
import Postgres

/// What one sealing has done.
package struct SealedBatch: Sendable {
    /// Rows that were taken out of the queue.
    package let taken: Int
    /// Those of them that were new to the trail.
    package let sealed: Int
    /// Tenants' chains that grew.
    package let seals: Int
}

extension AuditDatabase {
    /// The most entries of one seal, and so the digests of a proof.
    package static let sealLength = 1000

    /// Seals some of what waits, of tenants whose chains are here: at most one seal a tenant, in the order of arrival.
    ///
    /// It is one transaction, under a lock that one sealer has at a time; writers of shards know nothing of it.
    ///
    /// - Parameter limit: the most rows.
    package func seal(limit: Int = 20_000) async throws(AuditStoreError) -> SealedBatch {
        try await telling("sealing") {
            let rows = try await pool.transact(
                TransactionOptions(isolation: .readCommitted),
                [AuditDatabase.sealing, AuditDatabase.sealing(limit).within(.seconds(300))]
            )[1]
            let (taken, sealed, seals) = try rows.single().decode((Int.self, Int.self, Int.self))
            return SealedBatch(taken: taken, sealed: sealed, seals: seals)
        }
    }

    /// Whether anything waits in the queue.
    package func isWaiting() async throws(AuditStoreError) -> Bool {
        try await telling("looking at the queue") {
            // By the index, which remembers what is gone better than the table does.
            try await pool.query("SELECT FROM audit_logs ORDER BY tenantId LIMIT 1").count > 0
        }
    }

    /// Tenants with rows in the queue that no chain here takes: without a chain, or with one that is not `here`.
    package func unsealable() async throws(AuditStoreError) -> [UnsealableTenant] {
        try await telling("looking at the queue") {
            try await pool.query(
                """
                WITH RECURSIVE \(unescaped: AuditDatabase.waiting)
                SELECT w.tenantId, c.state, coalesce(c.attempt, 0),
                       (SELECT max(arrival) FROM audit_logs AS a WHERE a.tenantId = w.tenantId)
                FROM waiting AS w LEFT JOIN audit_chains AS c ON c.tenantId = w.tenantId
                WHERE w.tenantId IS NOT NULL AND c.state IS DISTINCT FROM 'here'
                """
            ).decode((TenantID.self, String?.self, Int.self, Int.self))
                .map { UnsealableTenant(tenant: $0.0, state: $0.1, attempt: $0.2, newest: $0.3) }
        }
    }

    // MARK: - Private

    /// Each tenant of the queue once, by hops along its index.
    private static let waiting = """
        waiting (tenantId) AS (
          (SELECT tenantId FROM audit_logs ORDER BY tenantId LIMIT 1)
          UNION ALL
          SELECT (SELECT a.tenantId FROM audit_logs AS a WHERE a.tenantId > w.tenantId ORDER BY a.tenantId LIMIT 1)
          FROM waiting AS w WHERE w.tenantId IS NOT NULL)
        """

    private static func sealing(_ limit: Int) -> PostgresQuery {
        """
        WITH RECURSIVE \(unescaped: waiting),
        chain AS (
          SELECT c.* FROM waiting AS w JOIN audit_chains AS c ON c.tenantId = w.tenantId WHERE c.state = 'here'),
        picked AS (
          SELECT a.* FROM chain AS c CROSS JOIN LATERAL (
            SELECT l.ctid AS place, l.* FROM audit_logs AS l WHERE l.tenantId = c.tenantId ORDER BY l.arrival LIMIT \(sealLength)) AS a
          LIMIT \(limit)),
        first AS (
          SELECT DISTINCT ON (tenantId) tenantId, date_trunc('month', timestamp, 'UTC') AS month
          FROM picked ORDER BY tenantId, arrival),
        taken AS (
          SELECT p.*, (f.month AT TIME ZONE 'UTC')::date AS month
          FROM picked AS p JOIN first AS f ON f.tenantId = p.tenantId
          WHERE date_trunc('month', p.timestamp, 'UTC') = f.month),
        gone AS (
          -- By their places, since a join may read the whole queue for it; nobody else moves rows of it.
          DELETE FROM audit_logs WHERE ctid = ANY (ARRAY(SELECT place FROM taken))),
        fresh AS (
          SELECT DISTINCT ON (t.tenantId, t.timestamp, t.id) t.* FROM taken AS t
          -- For each by the index, where a join may read the whole trail.
          WHERE (SELECT s.sequence FROM audit_trail AS s
                 WHERE s.tenantId = t.tenantId AND s.timestamp = t.timestamp AND s.id = t.id LIMIT 1) IS NULL
          ORDER BY t.tenantId, t.timestamp, t.id, t.arrival),
        numbered AS (
          SELECT f.*, c.number + 1 AS seal,
                 c.entries + row_number() OVER (PARTITION BY f.tenantId ORDER BY f.arrival) AS sequence,
                 sha256(convert_to(\(unescaped: AuditDigest.canonicalText("f")), 'UTF8')) AS digest
          FROM fresh AS f JOIN chain AS c ON c.tenantId = f.tenantId),
        kept AS (
          INSERT INTO audit_trail (tenantId, sequence, seal, id, userId, action, entityType, entityId, changes, timestamp,
                                   ipAddress, digest)
          SELECT tenantId, sequence, seal, id, userId, action, entityType, entityId, changes, timestamp, ipAddress, digest
          FROM numbered),
        body AS (
          SELECT n.tenantId, n.seal AS number, n.month, min(n.sequence) AS firstEntry, count(*) AS entries,
                 sha256(string_agg(n.digest, ''::bytea ORDER BY n.sequence)) AS root, c.hash AS previous
          FROM numbered AS n JOIN chain AS c ON c.tenantId = n.tenantId
          GROUP BY n.tenantId, n.seal, n.month, c.hash),
        sealed AS (
          INSERT INTO audit_seals (tenantId, number, month, firstEntry, entries, root, previous, hash)
          SELECT tenantId, number, month, firstEntry, entries, root, previous,
                 sha256(convert_to(format('%s|%s|%s|%s|%s|%s|%s', tenantId, number, to_char(month, 'YYYY-MM'), firstEntry,
                   entries, encode(root, 'hex'), encode(previous, 'hex')), 'UTF8'))
          FROM body
          RETURNING tenantId, number, entries, hash),
        heads AS (
          UPDATE audit_chains AS c SET number = s.number, entries = c.entries + s.entries, hash = s.hash
          FROM sealed AS s WHERE c.tenantId = s.tenantId)
        SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM numbered), (SELECT count(*) FROM sealed)
        """
    }
}

/// A tenant whose rows wait in a store that may not seal them yet.
package struct UnsealableTenant: Sendable {
    package let tenant: TenantID
    /// Of its chain here; nil without one.
    package let state: String?
    package let attempt: Int
    /// The place of its newest row in the queue.
    package let newest: Int
}
