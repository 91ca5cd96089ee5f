import ArgumentParser

/// `hubctl tenants`: the tenants of the deployment, through hub-control.
struct TenantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenants",
        abstract: "List, create, suspend and resume tenants.",
        subcommands: [
            TenantsListCommand.self, TenantsCreateCommand.self, TenantsSuspendCommand.self, TenantsResumeCommand.self,
        ]
    )
}
