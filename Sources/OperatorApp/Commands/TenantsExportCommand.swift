import ArgumentParser
import FoundationEssentials
import Reactor

/// `hubctl tenants export`: one tenant as a file.
struct TenantsExportCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a tenant's people, projects, tasks and audit log into a file.",
        discussion: """
            The file is gzip of lines of JSON (zcat reads it), all of one moment: a header, one line for each row as \
            {"table":"users","row":{…}}, and at last the number of rows and a SHA-256 of all that. Its people go on working. \
            Passwords are left out unless they are asked for; the people of an import without them sign in once an \
            administrator has set new ones.

            EXAMPLES
              hubctl tenants export acme --to acme.jsonl.gz
              hubctl tenants export acme --to acme.jsonl.gz --passwords --format json
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @Option(help: ArgumentHelp("The file, which only its owner can read.", valueName: "file"))
    var to: String

    @Flag(help: "Keep the hashes of passwords, so that people can sign in where it is imported.")
    var passwords = false

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        if FileManager.default.fileExists(atPath: to) { try context.confirm("Replace \(to)?") }
        try context.show(try await export(context))
    }

    // MARK: - Private

    private func export(_ context: CommandContext) async throws -> ArchiveReport {
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        let archivist = TenantArchivist(topology: try context.topology(), secrets: context.secrets, reactors: reactors)
        var progress: ProgressReporter?
        defer { progress?.finish() }
        return try await archivist.export(tenant, to: to, withPasswords: passwords) { total in
            let reporter = ProgressReporter(
                activity: "exporting",
                unit: "rows",
                total: total,
                console: context.console,
                format: options.format
            )
            progress = reporter
            return { reporter.advance(to: $0) }
        }
    }
}
