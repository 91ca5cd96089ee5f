import HubColumns
import HubModel
import Postgres
import ShardStore

/// What can only be found out by trying it on a shard's server; nothing of it stays.
extension MoveEngine {
    /// How much the server can still write where the tenant's rows and its log would go.
    ///
    /// - Returns: bytes, or why they are not known: only a superuser may ask the machine, and not every machine has `df`.
    func freeDisk(at side: MoveSide) async -> Result<Int, DiskUnknown> {
        let tables = ShardSchema.carriedTables
        do {
            let folders = try await side.pool.query(
                """
                SELECT DISTINCT pg_tablespace_location(coalesce(nullif(c.reltablespace, 0), d.dattablespace))
                FROM pg_database AS d, pg_class AS c LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
                WHERE d.datname = current_database()
                  AND coalesce(i.indrelid, c.oid) IN (
                    SELECT oid FROM pg_class WHERE relname = ANY(\(tables)) AND relnamespace = 'public'::regnamespace)
                """
            ).map { row throws(PostgresError) in try row.decode(String.self, at: 0) }.filter { !$0.isEmpty }
            guard folders.allSatisfy({ $0.utf8.allSatisfy(MoveEngine.isPlainPathByte) }) else {
                return .failure(DiskUnknown(reason: "a tablespace's folder has an unusual name"))
            }
            // The server's processes work in its data folder; the log may be on a disk of its own.
            let places = ([".", "pg_wal"] + folders).joined(separator: " ")
            let lines = try await side.pool.transact([
                .lockTimeout(.seconds(2)),
                PostgresQuery(unsafeSQL: "CREATE TEMPORARY TABLE hub_free_disk (line text) ON COMMIT DROP").unprepared,
                PostgresQuery(unsafeSQL: "COPY hub_free_disk FROM PROGRAM 'df -Pk \(places)'").unprepared
                    .within(.seconds(5)),
                PostgresQuery(unsafeSQL: "SELECT line FROM hub_free_disk").unprepared,
            ])[3].map { row throws(PostgresError) in try row.decode(String.self, at: 0) }
            guard let least = lines.compactMap(MoveEngine.freeKibibytes).min() else {
                return .failure(DiskUnknown(reason: "its server's df says nothing that is understood"))
            }
            return .success(least << 10)
        } catch {
            return .failure(DiskUnknown(reason: error.message))
        }
    }

    /// Whether the target's server can connect to the source's as a subscriber.
    ///
    /// - Returns: nil when it can; else a sentence.
    func reachRefusal() async throws(MoveError) -> String? {
        do {
            _ = try await target.pool.transact(
                TransactionOptions(isolation: .readCommitted),
                prologue: [.lockTimeout(.seconds(5)), .unlogged],
                [
                    "SELECT set_config('hub.peer', \(source.peer.connectionString), true)",
                    // It is raised by the statement itself that nothing of it stays.
                    PostgresQuery(
                        unsafeSQL: """
                            DO $$ BEGIN
                              EXECUTE format('CREATE SUBSCRIPTION hub_trial CONNECTION %L PUBLICATION hub_trial WITH (
                                connect = true, enabled = false, create_slot = false, slot_name = NONE, copy_data = false)',
                                current_setting('hub.peer'));
                              RAISE EXCEPTION 'the source was reached' USING ERRCODE = 'HU200';
                            END $$
                            """
                    ).unprepared.within(.seconds(10)),
                ]
            )
            return nil
        } catch {
            let state = error.sqlState ?? ""
            if state == "HU200" { return nil }
            let host = source.peer.hosts[0]
            if error.code == .timeout || state.hasPrefix("08") || state.hasPrefix("57") {
                let reason = error.message.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no answer"
                return """
                    the server of \(target.shard) does not reach that of \(source.shard) at \(host.name):\(host.port) \
                    (\(reason)); let it through, and give both the endpoint by which servers know each other
                    """
            }
            // What else is wrong is said by others.
            if state == "42501" { return nil }
            throw MoveError(error, at: target.shard, doing: "trying to reach \(source.shard)")
        }
    }

    // MARK: - Private

    /// What a shell takes as it is.
    private static func isPlainPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// The available blocks of a line of `df -Pk` (POSIX): the field before the one with the per cent sign.
    static func freeKibibytes(_ line: String) -> Int? {
        let fields = line.split(separator: " ")
        guard let percent = fields.lastIndex(where: { $0.hasSuffix("%") && $0.count > 1 }), percent > 0 else {
            return nil
        }
        return Int(fields[percent - 1])
    }
}

/// Why it is not known how much a server can still write.
struct DiskUnknown: Error {
    let reason: String
}
