import ArgumentParser

/// `hubctl audit`: the audit stores of the regions, their files, and proof that nothing in them was changed.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Look at the audit stores, verify their chains, archive their months.",
        discussion: """
            Where a region of the topology has an audit store, hub-control keeps it: the shards' audit trails stream into it, \
            are sealed there in a chain of hashes for each tenant, and shards forget months that are safe in it \
            (limits.auditMonthsOnShard). Heads of chains are kept in the directory and in another region's store.
            """,
        subcommands: [
            AuditStatusCommand.self, AuditVerifyCommand.self, AuditArchiveCommand.self, AuditAttachCommand.self,
        ]
    )
}
