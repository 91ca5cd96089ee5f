package import Postgres

extension PostgresPool {
    /// Has a server write into its log which transactions run, as it does by itself every quarter of a minute: the log can be
    /// decoded from there on. PostgreSQL does it for whoever makes a slot.
    ///
    /// It is only for speed, so an open transaction for which a slot has to wait is left alone.
    ///
    /// - Parameter name: of the slot, which is gone afterwards.
    package func noteRunningTransactions(as name: String) async {
        _ = try? await transact([
            "SELECT set_config('lock_timeout', '200ms', true), set_config('statement_timeout', '200ms', true)",
            "SELECT pg_create_logical_replication_slot(\(name), 'pgoutput', true)",
            "SELECT pg_drop_replication_slot(\(name))",
        ])
    }
}
