import ArgumentParser

/// `hubctl move`: tenants between shards, while their people work.
struct MoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract:
            "Move a tenant to another shard while its people work; verified, and reversible until it is completed.",
        discussion: """
            A move copies the tenant's rows, follows what is written meanwhile, compares both shards, and then lets the \
            target serve: for some hundredths of a second requests wait in the routers. Afterwards the source follows \
            the target, so that the move can be reversed, until it is completed, which deletes the source's rows and \
            writes a certificate.

            hub-control does the work, not this command: whoever stops watching stops nothing, and when a control \
            process dies another goes on within three seconds.

            EXAMPLES
              hubctl move run acme --to eu-1             all of it, after one question
              hubctl move plan acme --to eu-1            what it would do, and what stands in the way
              hubctl move start acme --to eu-1           copy and verify, then wait for 'switch'
              hubctl move status acme --follow
            """,
        subcommands: [
            MovePlanCommand.self, MoveStartCommand.self, MoveRunCommand.self, MoveStatusCommand.self,
            MoveListCommand.self, MoveVerifyCommand.self, MoveSwitchCommand.self, MoveReverseCommand.self,
            MoveCompleteCommand.self, MoveCancelCommand.self, MoveResumeCommand.self, MoveCertificateCommand.self,
        ]
    )
}
