public import ArgumentParser
public import Logging
package import Topology

/// The options that every serving process takes.
package struct ProcessOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The topology file (default: HUB_TOPOLOGY).", valueName: "file"))
    package var topology: String?

    @Option(help: ArgumentHelp("This process's key in the topology.", valueName: "name"))
    package var name: String

    @Option(help: ArgumentHelp("The least severe messages to log.", valueName: "level"))
    package var logLevel: Logger.Level = .info

    package init() {}

    /// Reads the topology that the options or the environment name.
    ///
    /// - Throws: ``StartupFailure`` when neither names one, else `TopologyError`.
    package func loadTopology(environment: [String: String]) throws -> Topology {
        guard let path = topology ?? environment[EnvironmentVariable.topology.rawValue], !path.isEmpty else {
            throw StartupFailure(
                "no topology: give --topology FILE or set \(EnvironmentVariable.topology.rawValue)",
                status: .usage
            )
        }
        return try Topology.load(path: path, environment: environment)
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
