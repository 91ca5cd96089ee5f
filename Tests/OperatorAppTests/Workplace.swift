import Foundation
import Testing
import Topology

import enum Topology.ExitStatus

@testable import OperatorApp

/// A folder of its own with a topology and secrets, in which a test runs `hubctl`.
struct Workplace: Sendable {
    let folder: String
    private let environment: [String: String]

    /// What a finished command left.
    struct Result: Sendable {
        let status: ExitStatus
        let output: String
        let diagnostics: String
    }

    /// Lends a folder, which is gone afterwards.
    static func with<Answer>(
        topology: String,
        environment: [String: String] = [:],
        _ body: (Workplace) async throws -> Answer
    ) async throws -> Answer {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hubctl-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(topology.utf8).write(to: URL(filePath: "\(folder)/topology.yaml"))
        let defaults = [
            "HUB_TOPOLOGY": "\(folder)/topology.yaml", "HUB_SECRETS_DIR": "\(folder)/secrets",
            "STATE": "\(folder)/state",
        ]
        return try await body(Workplace(folder: folder, environment: defaults.merging(environment) { $1 }))
    }

    /// Runs one command line in this process.
    func hubctl(
        _ arguments: [String],
        environment: [String: String] = [:],
        answers: [String] = [],
        isInteractive: Bool = false,
        interruption: Interruption = Interruption()
    ) async -> Result {
        let capture = Capture(answers: answers, isInteractive: isInteractive)
        let status = await Hubctl.run(
            arguments,
            environment: self.environment.merging(environment) { $1 },
            console: capture.console(),
            interruption: interruption
        )
        return Result(status: status, output: capture.output, diagnostics: capture.diagnostics)
    }

    func hubctl(_ arguments: String..., environment: [String: String] = [:]) async -> Result {
        await hubctl(arguments, environment: environment)
    }

    /// The environment in which it runs `hubctl`.
    var variables: [String: String] { environment }

    func secrets() -> Secrets { Secrets(environment: environment) }

    /// A deployment in one region, with everything on ports where nothing listens unless the test says so.
    static func topology(directory: Int = 7, shard: Int = 8, redis: Int = 9, control: Int = 4, admin: Int = 10)
        -> String
    {
        """
        baseDomain: hub.localhost
        publicURL: "http://{host}:8080"
        stateDirectory: ${STATE}
        directory: { endpoints: ["127.0.0.1:\(directory)"], database: hub_directory }
        regions:
          us: { name: "United States", redis: "127.0.0.1:\(redis)" }
        shards:
          us-1: { region: us, endpoints: ["127.0.0.1:\(shard)"], database: hub_shard }
        routers:
          router: { listen: "127.0.0.1:2", admin: "127.0.0.1:3" }
        controls:
          control: { listen: "127.0.0.1:\(control)", admin: "127.0.0.1:5" }
        backends:
          backend-us-1: { shard: us-1, listen: "127.0.0.1:6", admin: "127.0.0.1:\(admin)" }
        """
    }
}

extension Workplace.Result {
    /// The result as JSON, which it is if nothing else went to standard output.
    func json() throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
        return try #require(object as? [String: Any], "\(output)")
    }

    /// Whether the command told its failure as one line on standard error and wrote nothing else.
    var isOneSentence: Bool {
        output.isEmpty && diagnostics.hasPrefix("hubctl: ") && diagnostics.hasSuffix("\n")
            && diagnostics.dropLast().allSatisfy { !$0.isNewline }
    }
}
