package import Migrations

extension ShardSchema {
    /// When a session was last used, for the person whose it is.
    package static let sessionUse = Migration(
        version: 12,
        name: "session use",
        sql: #"""
            -- Null until it is used after it has begun. Noted now and then only, so it may be some minutes behind.
            ALTER TABLE sessions ADD lastUsedAt TIMESTAMPTZ;
            GRANT UPDATE (lastUsedAt) ON sessions TO hub_app;
            """#
    )
}
