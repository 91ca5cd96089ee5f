import ArgumentParser
import Credentials
import Directory
import HubModel
import Reactor
import Topology

/// `hubctl topology apply`: the directory learns the regions, shards, backends and signing keys of the topology.
struct TopologyApplyCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Put regions, shards, backends and public signing keys into the directory.",
        discussion: """
            Routers learn of it at once. A shard that has tenants cannot be removed, and a shard's state is the \
            operators' once it is there. A key that the secrets no longer hold is retired: what it signed stays valid. \
            Running it again changes nothing.

            EXAMPLES
              hubctl topology apply
              hubctl topology apply --topology Config/production.yaml --format json
            """
    )

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let topology = try context.topology()
        let keys = try SigningKeys(of: topology, secrets: context.secrets)
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        let database = DatabaseAccess(target: .directory(of: topology), secrets: context.secrets, reactors: reactors)
        let report = try await database.withCurrentSchema { pool in
            let directory = DirectoryStore(pool: pool)
            let change = try await directory.apply(DirectoryTopology(topology))
            return TopologyApplied(change, keys: try await keys.publish(in: directory))
        }
        try context.show(report)
    }
}

private struct TopologyApplied: Report {
    struct Part: Encodable, Sendable {
        let kind: String
        let added: [String]
        let changed: [String]
        let removed: [String]
    }

    let parts: [Part]

    init(_ change: TopologyChange, keys: SigningKeys.Change) {
        func part(_ kind: String, _ part: TopologyChange.Part) -> Part {
            Part(kind: kind, added: part.added, changed: part.changed, removed: part.removed)
        }
        parts = [
            part("regions", change.regions), part("shards", change.shards), part("backends", change.backends),
            Part(kind: "signing keys", added: keys.published, changed: [], removed: keys.retired),
        ]
    }

    func text(for stream: TextStream) -> String {
        var table = Table("KIND", "ADDED", "CHANGED", "REMOVED")
        func cell(_ names: [String], _ tone: Table.Tone) -> Table.Cell {
            names.isEmpty ? "-" : Table.Cell(names.joined(separator: ", "), tone)
        }
        for part in parts {
            table.append(
                .init(part.kind),
                cell(part.added, .good),
                cell(part.changed, .warning),
                cell(part.removed, .bad)
            )
        }
        return table.text(for: stream)
    }
}
