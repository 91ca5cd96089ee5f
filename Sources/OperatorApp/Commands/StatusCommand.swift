import ArgumentParser
import Topology

/// `hubctl status`: every process and store of the topology.
struct StatusCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show every process and store with its state and version.",
        discussion: """
            Asks each part directly, all at once, for at most two seconds; hub-control is not needed. Exits with 0 when \
            everything is up, and with 7 otherwise.

            EXAMPLES
              hubctl status
              hubctl status --format json | jq -r '.parts[] | select(.state != "up") | .name'
            """
    )

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let collector = StatusCollector(topology: try context.topology(), secrets: context.secrets)
        let report = try await collector.collect()
        try context.show(report)
        let troubled = report.parts.filter { $0.state != .up }
        guard troubled.isEmpty else {
            let names = troubled.map { "\($0.name) \($0.state.rawValue)" }.joined(separator: ", ")
            throw OperatorError(.partial, "\(troubled.count) of \(report.parts.count) parts are not up: \(names)")
        }
    }
}
