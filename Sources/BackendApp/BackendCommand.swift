package import ArgumentParser
import Foundation
import HubModel
package import HubWeb
import Logging
import Observability
import TenantCache
import Topology

/// `hub-backend`: serves the tenants of one shard.
package struct BackendCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hub-backend",
        abstract: "Serves the tenants of one shard: the API and the pages of their workspaces.",
        discussion: ProcessHelp(
            secrets: [
                "shard-<id>-app-password", "shard-<id>-token-key", "redis-<region>-password",
                "directory-backend-password", "router-signing-key",
            ],
            metrics: MetricDescription.backend
        ).text,
        version: HubVersion.text
    )

    @OptionGroup
    package var options: ProcessOptions

    package init() {}

    package func run() async throws {
        try await ProcessExit.reporting("hub-backend") {
            let environment = ProcessInfo.processInfo.environment
            var configuration = try BackendConfiguration(
                name: options.name,
                topology: options.loadTopology(environment: environment),
                secrets: Secrets(environment: environment)
            )
            configuration.failpoints = try Failpoints.read(environment)
            let registry = Observability.bootstrap(
                process: options.name,
                level: options.logLevel,
                metrics: MetricDescription.backend
            )
            try await Backend.build(configuration, registry: registry, logger: Logger(label: "backend")).run()
        }
    }
}
