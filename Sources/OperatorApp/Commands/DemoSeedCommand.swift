import ArgumentParser
import Credentials
import Directory
import HubModel
import Reactor
import Topology

/// `hubctl demo seed`: the three tenants of the demonstration, with accounts that the manual names.
struct DemoSeedCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed",
        abstract: "Create the demonstration's tenants, with people, projects and tasks.",
        discussion: """
            Makes demo (us), globex (eu) and initech (apac) with an administrator and two users each. Their passwords \
            are public, so this is for local deployments only. A tenant that exists is left as it is.

            EXAMPLES
              hubctl demo seed
              hubctl demo seed --format json
            """
    )

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let topology = try context.topology()
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        let seeder = DemoSeeder(
            topology: topology,
            secrets: context.secrets,
            reactors: reactors,
            hasher: PasswordHasher(threads: 2),
            today: .startOfToday()
        )
        let directory = DatabaseAccess(target: .directory(of: topology), secrets: context.secrets, reactors: reactors)
        var report = DemoSeedReport()
        // Between two tenants only, so that none stays half-made.
        try await context.interruption.deferring {
            try await directory.withCurrentSchema { pool in
                for company in DemoCompany.catalog where !context.interruption.isRequested {
                    guard topology.region(company.region) != nil else {
                        context.console.note(
                            "\(topology.file) has no region \(company.region), so \(company.subdomain) is left out"
                        )
                        continue
                    }
                    let isNew = try await seeder.seed(company, DirectoryStore(pool: pool))
                    report.tenants.append(.init(company, isNew: isNew, url: topology.url(of: company.subdomain)))
                }
            }
        }
        if context.interruption.isRequested { throw CancellationError() }
        try context.show(report)
    }
}

private struct DemoSeedReport: Report {
    struct Entry: Encodable, Sendable {
        let subdomain: Subdomain
        let name: String
        let region: RegionID
        let url: String
        let created: Bool
        let accounts: [Account]

        init(_ company: DemoCompany, isNew: Bool, url: String) {
            subdomain = company.subdomain
            name = company.name
            region = company.region
            self.url = url
            created = isNew
            accounts = company.people.map { Account(email: $0.email, password: $0.password, role: $0.role) }
        }
    }

    struct Account: Encodable, Sendable {
        let email: EmailAddress
        let password: String
        let role: UserRole
    }

    var tenants: [Entry] = []

    func text(for stream: TextStream) -> String {
        var table = Table("TENANT", "REGION", "URL", "ACCOUNT", "PASSWORD", "ROLE", "STATE")
        for tenant in tenants {
            for account in tenant.accounts {
                table.append(
                    .init(tenant.subdomain.description),
                    .init(tenant.region.description),
                    .init(tenant.url),
                    .init(account.email.rawValue),
                    .init(account.password),
                    .init(account.role.rawValue),
                    .init(tenant.created ? "created" : "kept", tenant.created ? .good : .plain)
                )
            }
        }
        return table.text(for: stream)
    }
}
