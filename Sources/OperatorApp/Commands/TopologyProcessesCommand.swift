import ArgumentParser
import Topology

/// `hubctl topology processes`: one line for each process and server, for scripts.
struct TopologyProcessesCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "processes",
        abstract: "List every process and server of the topology, one a line, for scripts.",
        discussion: """
            A line has five fields, separated by tabs: kind (router, control, backend, postgres, redis), name, the \
            address it listens on, its admin address (- for a server), and the shard of a backend, the database of a \
            PostgreSQL server or the region of a Redis server (- for the others).

            EXAMPLES
              hubctl topology processes
              hubctl topology processes | awk -F '\\t' '$1 == "backend" { print $2 }'
            """
    )

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        try context.show(ProcessListing(processes: try context.topology().processes))
    }
}

private struct ProcessListing: Report {
    let processes: [TopologyProcess]

    func text(for stream: TextStream) -> String {
        processes.reduce(into: "") { text, process in
            let fields = [
                process.kind.rawValue, process.name, process.listen.description,
                process.admin?.description ?? "-", process.detail ?? "-",
            ]
            text += fields.joined(separator: "\t") + "\n"
        }
    }

    func encode(to encoder: any Encoder) throws {
        try processes.encode(to: encoder)
    }
}
