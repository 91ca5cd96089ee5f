package import ArgumentParser
import Foundation
import HubModel
import Logging
import Observability
import Topology

/// `hub-router`: finds the shard of each request's tenant and forwards the request to a healthy backend.
package struct RouterCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hub-router",
        abstract: "Forwards each tenant's requests to a healthy backend of its shard.",
        discussion: RouterHelp.text,
        version: HubVersion.text
    )

    @Option(help: ArgumentHelp("The topology file (default: HUB_TOPOLOGY).", valueName: "file"))
    package var topology: String?

    @Option(help: ArgumentHelp("This process's key in the topology.", valueName: "name"))
    package var name: String

    @Option(
        help: ArgumentHelp("The least severe messages to log: \(RouterHelp.levels).", valueName: "level"),
        transform: RouterHelp.level
    )
    var logLevel: Logger.Level = .info

    @Option(
        help: ArgumentHelp("Threads that serve requests (default: one for each core, at most 8).", valueName: "count")
    )
    package var threads: Int?

    @Flag(inversion: .prefixedNo, help: "Write one JSON line for each request to standard output.")
    package var accessLog = true

    @Flag(
        help: """
            Take the listening sockets over from the router of this name, if one runs: it finishes its requests and ends, \
            and no connection is refused meanwhile.
            """
    )
    var takeOver = false

    package init() {}

    package func validate() throws {
        if let threads, !(1...64).contains(threads) {
            throw ValidationError("--threads: expected 1 to 64, found \(threads)")
        }
    }

    package func run() async throws {
        do {
            try await serve()
            Observability.flush()
        } catch {
            let failure = RouterFailure(error)
            Observability.flush()
            FileHandle.standardError.write(Data("hub-router: \(failure)\n".utf8))
            throw ExitCode(failure.status.rawValue)
        }
    }

    // MARK: - Private

    private func serve() async throws {
        let environment = ProcessInfo.processInfo.environment
        guard let path = topology ?? environment[EnvironmentVariable.topology.rawValue], !path.isEmpty else {
            throw RouterFailure(
                "no topology: give --topology FILE or set \(EnvironmentVariable.topology.rawValue)",
                status: .usage
            )
        }
        let read: @Sendable () throws -> RouterConfiguration = { [name, threads, accessLog] in
            try RouterConfiguration(
                name: name,
                topology: try Topology.load(path: path, environment: environment),
                secrets: Secrets(environment: environment),
                threads: threads,
                writesAccessLog: accessLog
            )
        }
        let configuration = try read()
        let registry = Observability.bootstrap(process: name, level: logLevel, metrics: MetricDescription.ofRouters)
        let router = Router(
            configuration,
            registry: registry,
            logger: Logger(label: "router"),
            takesOver: takeOver,
            reload: read
        )
        try await router.run()
    }
}
