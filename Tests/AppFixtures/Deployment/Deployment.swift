package import Foundation
import Testing

/// A whole local deployment in a temporary folder, started and stopped with the same commands a person types.
package struct Deployment: Sendable {
    package let home: URL
    /// The router's port; every other port follows from it.
    package let port: Int
    /// Variables of its processes' environment, besides those of every deployment.
    package var settings: [String: String] = [:]
    /// What it is started with, besides what every deployment is.
    package var upArguments: [String] = []

    /// The deployment of the running suite.
    @TaskLocal package static var current: Deployment?

    package static var shared: Deployment {
        get throws { try #require(current, "the suite has the .deployed trait") }
    }

    package static let checkout: URL = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Brings a new deployment up, runs the body and takes it down again, whatever the body did.
    ///
    /// - Parameter prepare: what is to be done with its folder and its settings before it is started.
    package static func withDeployment(
        _ prepare: (inout Deployment) throws -> Void = { _ in },
        _ body: (Deployment) async throws -> Void
    ) async throws {
        let home = URL(
            filePath: "/var/tmp/hub-test-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0...9999))"
        )
        var deployment = Deployment(home: home, port: try FreePorts.base(count: 60))
        defer { try? FileManager.default.removeItem(at: home) }
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        try prepare(&deployment)
        do {
            let up = try await deployment.compose("up", ["--detach", "--no-build"] + deployment.upArguments)
            try #require(
                up.status == 0,
                "compose/up ended with \(up.status): \(up.output)\n\(deployment.newestLogLines())"
            )
            try await body(deployment)
        } catch {
            _ = try? await deployment.compose("down")
            throw error
        }
        let down = try await deployment.compose("down")
        #expect(down.status == 0, "compose/down ended with \(down.status): \(down.output)")
        #expect(try deployment.livingProcesses() == [], "compose/down left processes behind")
    }

    /// The topology it runs by, once ``useOwnTopology()`` made one for it.
    package var topology: URL { home.appending(path: "topology.yaml") }

    /// Makes it run by a copy of the local example, which a test may change.
    package mutating func useOwnTopology() throws {
        try FileManager.default.copyItem(at: Deployment.checkout.appending(path: "Config/local.yaml"), to: topology)
        settings["HUB_TOPOLOGY"] = topology.path
    }

    // MARK: - Commands

    package var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["HUB_HOME"] = home.path
        environment["HUB_PORT"] = String(port)
        environment["HUB_BUILD"] = environment["HUB_BUILD"] ?? "debug"
        return environment.merging(settings) { $1 }
    }

    package func compose(_ command: String, _ arguments: String...) async throws -> Command.Result {
        try await compose(command, arguments)
    }

    package func compose(_ command: String, _ arguments: [String]) async throws -> Command.Result {
        try await Command.run(
            Deployment.checkout.appending(path: "compose/\(command)"),
            arguments,
            environment: environment
        )
    }

    package func hubctl(_ arguments: String..., input: String = "") async throws -> Command.Result {
        try await Command.run(
            Deployment.checkout.appending(path: "compose/hubctl"),
            arguments,
            environment: environment,
            input: input
        )
    }

    // MARK: - Processes

    package func pid(of process: String) throws -> Int32 {
        let text = try String(contentsOf: home.appending(path: "run/\(process).pid"), encoding: .utf8)
        return try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    /// Ends a process at once, as a power cut would; the supervisor starts it again.
    package func kill9(_ process: String) throws {
        #expect(kill(try pid(of: process), SIGKILL) == 0, "no process \(process)")
    }

    /// Ends a process at once and keeps it from coming back while the body runs.
    package func withOutage<Result>(of process: String, _ body: () async throws -> Result) async throws -> Result {
        let hold = home.appending(path: "run/\(process).hold")
        try Data().write(to: hold)
        defer { try? FileManager.default.removeItem(at: hold) }
        try kill9(process)
        return try await body()
    }

    /// The pids of every process that carries this deployment's mark.
    package func livingProcesses() throws -> [String] {
        let mark = "HUB_DEPLOYMENT=\(home.path)"
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            guard Int32(name) != nil, let data = FileManager.default.contents(atPath: "/proc/\(name)/environ") else {
                return false
            }
            return data.split(separator: 0).contains { String(decoding: $0, as: UTF8.self) == mark }
        }
    }

    /// All that a process has said.
    package func log(of process: String) throws -> String {
        try String(contentsOf: home.appending(path: "log/\(process).log"), encoding: .utf8)
    }

    /// What the processes said last, for a failure's message.
    package func newestLogLines() -> String {
        let folder = home.appending(path: "log")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { name in
            let text = (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
            return "— \(name)\n" + text.split(separator: "\n").suffix(6).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
