package import Postgres

/// Statements that set something until their transaction ends.
extension PostgresQuery {
    /// How long each lock is waited for.
    package static func lockTimeout(_ timeout: Duration) -> PostgresQuery {
        let (seconds, attoseconds) = timeout.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        return "SELECT set_config('lock_timeout', \("\(max(1, milliseconds))ms"), true)"
    }

    /// Has the server write down neither values nor the context of an error.
    package static var unlogged: PostgresQuery {
        """
        SELECT set_config('log_statement', 'none', true), set_config('log_min_error_statement', 'panic', true),
               set_config('log_error_verbosity', 'terse', true), set_config('log_parameter_max_length', '0', true),
               set_config('log_min_duration_statement', '-1', true)
        """
    }
}
