import ArgumentParser

/// `hubctl backup`: copies of every database, from which a moment of the past comes back.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Back up, check and restore the databases; rehearse it.",
        discussion: """
            pgbackrest does the copying, by the section backups of the topology. The servers must archive their WAL, as \
            hubctl backup init tells. Run these commands on the machine that has the servers' files, as root or as their \
            owner; list and verify run anywhere.
            """,
        subcommands: [
            BackupInitCommand.self, BackupCreateCommand.self, BackupListCommand.self, BackupVerifyCommand.self,
            BackupDrillCommand.self, BackupRestoreCommand.self,
        ]
    )
}
