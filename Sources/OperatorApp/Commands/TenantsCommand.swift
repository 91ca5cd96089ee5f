import ArgumentParser

/// `hubctl tenants`: the tenants of the deployment, through hub-control.
struct TenantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenants",
        abstract: "List, create, change, suspend, enter, export, import, restore and erase tenants.",
        subcommands: [
            TenantsListCommand.self, TenantsShowCommand.self, TenantsWhereCommand.self, TenantsCreateCommand.self,
            TenantsUpdateCommand.self,
            TenantsSuspendCommand.self, TenantsResumeCommand.self, TenantsImpersonateCommand.self,
            TenantsEraseCommand.self, TenantsExportCommand.self, TenantsImportCommand.self,
            TenantsRestoreCommand.self,
        ]
    )
}
