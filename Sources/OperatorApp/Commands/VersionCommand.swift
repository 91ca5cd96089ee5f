import ArgumentParser
import Directory
import HubModel
import Migrations
import ShardStore

/// `hubctl version`: this release, and the schemas it expects.
struct VersionCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version of this release and of the schemas it works with.",
        discussion: """
            EXAMPLES
              hubctl version
              hubctl version --format json
            """
    )

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        try context.show(VersionReport())
    }
}

private struct VersionReport: Report {
    let version = HubVersion.text
    let directorySchema = DirectorySchema.schema.version
    let shardSchema = ShardSchema.schema.version

    func text(for stream: TextStream) -> String {
        "hubctl \(version), directory schema \(directorySchema), shard schema \(shardSchema)\n"
    }
}
