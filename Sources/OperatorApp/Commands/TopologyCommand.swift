import ArgumentParser
import Topology

/// `hubctl topology`: the deployment's description.
struct TopologyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "Check the topology file, put it into the directory, or list its processes.",
        discussion: "The keys of the file:\n" + Topology.documentation.map { "\n  \($0)" }.joined(),
        subcommands: [TopologyCheckCommand.self, TopologyApplyCommand.self, TopologyProcessesCommand.self]
    )
}
