package import ArgumentParser
import Foundation
import HubModel
package import HubWeb
import Logging
import Observability
import Topology

/// `hub-control`: serves the apex host.
package struct ControlCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hub-control",
        abstract: "Serves the apex host: sign-up, and the operators' API over the directory.",
        discussion: ProcessHelp(
            secrets: [
                "directory-control-password", "control-token-key", "router-signing-key",
                "shard-<shard>-admin-password (of each shard whose tenants it is to move)",
            ],
            metrics: MetricDescription.serving
        ).text,
        version: HubVersion.text
    )

    @OptionGroup
    package var options: ProcessOptions

    package init() {}

    package func run() async throws {
        try await ProcessExit.reporting("hub-control") {
            let environment = ProcessInfo.processInfo.environment
            var configuration = try ControlConfiguration(
                name: options.name,
                topology: options.loadTopology(environment: environment),
                secrets: Secrets(environment: environment)
            )
            let failpoints = environment[EnvironmentVariable.moveFailpoints.rawValue]
            configuration.moveFailpoints = MoveFailpoints(folder: failpoints)
            let registry = Observability.bootstrap(
                process: options.name,
                level: options.logLevel,
                metrics: MetricDescription.serving
            )
            try await Control.build(configuration, registry: registry, logger: Logger(label: "control")).run()
        }
    }
}
