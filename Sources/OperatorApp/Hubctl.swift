import ArgumentParser
import Topology

/// The operators' command line.
struct Hubctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hubctl",
        abstract: "Runs a Workspace Hub: its databases, tenants, shards, caches and demonstration data.",
        discussion: """
            Every command reads the topology file (--topology, or HUB_TOPOLOGY in the environment) and takes passwords \
            from the environment (HUB_SECRET_<NAME>) or from the files of HUB_SECRETS_DIR. Results go to standard \
            output, everything else to standard error. NO_COLOR turns colours off.

            EXAMPLES
              hubctl status                              every process and store, with its health and version
              hubctl migrate                             bring every database to the schema of this release
              hubctl tenants create "Acme" acme --region eu --admin-email admin@acme.com
              hubctl tenants list --format json          for scripts
              hubctl move run acme --to eu-1             move a tenant while its people work
              hubctl route explain acme.hub.example      where its requests go, and why
              hubctl report usage --format csv           across shards, for a spreadsheet
              hubctl cache warm --shard eu-1             read a shard's tenants into its cache
              hubctl backup create                       back up every database; drill and restore bring it back
              hubctl audit verify acme                   prove that nobody has changed a tenant's audit trail
              hubctl isolation check                     probe that no tenant sees another's things
              hubctl completions bash > /etc/bash_completion.d/hubctl

            \(exitCodes)
            """,
        subcommands: [
            StatusCommand.self, MigrateCommand.self, TopologyCommand.self, SecretsCommand.self, LoginCommand.self,
            TenantsCommand.self, ShardsCommand.self, MoveCommand.self, RouteCommand.self, CacheCommand.self,
            BackupCommand.self, AuditCommand.self, ReportCommand.self, IsolationCommand.self, SuperAdminCommand.self,
            DemoCommand.self,
            CompletionsCommand.self,
            VersionCommand.self,
        ]
    )

    // MARK: - Private

    private static var exitCodes: String {
        ExitStatus.allCases.reduce("EXIT STATUS") { "\($0)\n  \($1.rawValue)  \($1.meaning)" }
    }
}
