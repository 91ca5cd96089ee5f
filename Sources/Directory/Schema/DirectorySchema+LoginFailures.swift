package import Migrations

extension DirectorySchema {
    /// What the control processes share about wrong passwords.
    ///
    /// Unlogged: an attack costs no WAL, and a crash of PostgreSQL forgets what each process still remembers of its own.
    package static let loginFailures = Migration(
        version: 8,
        name: "login failures",
        sql: #"""
            -- network is '' for all networks that the account does not know.
            CREATE UNLOGGED TABLE login_accounts (
              account VARCHAR(64) COLLATE "C",
              network VARCHAR(64) COLLATE "C",
              failures INTEGER NOT NULL,
              lastFailure TIMESTAMPTZ NOT NULL,
              forgivenAt TIMESTAMPTZ NOT NULL,
              expiresAt TIMESTAMPTZ NOT NULL,
              CONSTRAINT pk_login_accounts PRIMARY KEY (account, network)
            );
            CREATE INDEX idx_login_accounts_expiresat ON login_accounts (expiresAt);

            CREATE UNLOGGED TABLE login_networks (
              network VARCHAR(64) COLLATE "C",
              fullAt TIMESTAMPTZ NOT NULL,
              CONSTRAINT pk_login_networks PRIMARY KEY (network)
            );
            CREATE INDEX idx_login_networks_fullat ON login_networks (fullAt);

            GRANT SELECT, INSERT, UPDATE, DELETE ON login_accounts, login_networks TO hub_control;
            """#
    )
}
