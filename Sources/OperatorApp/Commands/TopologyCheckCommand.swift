import ArgumentParser
import HubModel
import Topology

/// `hubctl topology check`: reads the file as every process would, and says what is in it.
struct TopologyCheckCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a topology file as every process would, and say what is wrong with it.",
        discussion: """
            Exits with 2 and one sentence that names the file, the key and what was expected there.

            EXAMPLES
              hubctl topology check Config/local.yaml
              hubctl topology check Config/production.yaml --format json
            """
    )

    @Argument(help: "The file; without it, the one --topology names.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let topology =
            if let file { try Topology.load(path: file, environment: context.environment) } else {
                try context.topology()
            }
        try context.show(TopologySummary(topology))
    }
}

private struct TopologySummary: Report {
    let file: String
    let baseDomain: String
    let regions: [RegionID]
    let shards: [ShardID]
    let routers: [ProcessName]
    let controls: [ProcessName]
    let backends: [ProcessName]

    init(_ topology: Topology) {
        file = topology.file
        baseDomain = topology.baseDomain
        regions = topology.regions.map(\.id)
        shards = topology.shards.map(\.id)
        routers = topology.routers.map(\.name)
        controls = topology.controls.map(\.name)
        backends = topology.backends.map(\.name)
    }

    func text(for stream: TextStream) -> String {
        func named(_ names: [some CustomStringConvertible]) -> String {
            names.map(\.description).joined(separator: ", ")
        }
        return """
            \(file) is a valid topology for \(baseDomain)
              regions   \(named(regions))
              shards    \(named(shards))
              routers   \(named(routers))
              controls  \(named(controls))
              backends  \(named(backends))

            """
    }
}
