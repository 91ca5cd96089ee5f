import ArgumentParser
import Foundation
import Testing
import Topology

import enum Topology.ExitStatus

@testable import OperatorApp

@Suite("The command line")
struct CommandLineTests {
    @Test(
        "Wrong usage ends with 2, on standard error alone",
        arguments: [
            ["nonsense"], ["tenants", "list", "--limit", "none"], ["tenants", "list", "--limit", "0"],
            ["tenants", "list", "--state", "asleep"], ["tenants", "suspend"], ["status", "--format", "xml"],
            ["demo", "load", "--tenants", "-3", "--projects", "1", "--tasks", "1"],
        ]
    )
    func wrongUsage(arguments: [String]) async {
        let capture = Capture()
        let status = await Hubctl.run(
            arguments,
            environment: [:],
            console: capture.console(),
            interruption: Interruption()
        )
        #expect(status == .usage)
        #expect(capture.output.isEmpty)
        #expect(capture.diagnostics.hasPrefix("hubctl: "))
    }

    @Test("Help is a result: it goes to standard output, ends with 0, and the first page lists every exit status")
    func help() async {
        let capture = Capture()
        let status = await Hubctl.run(
            ["--help"],
            environment: [:],
            console: capture.console(),
            interruption: Interruption()
        )
        #expect(status == .success)
        #expect(capture.diagnostics.isEmpty)
        for status in ExitStatus.allCases { #expect(capture.output.contains("\(status.rawValue)  \(status.meaning)")) }
    }

    @Test("A group without a verb shows its help")
    func groupAlone() async {
        let capture = Capture()
        let status = await Hubctl.run(
            ["tenants"],
            environment: [:],
            console: capture.console(),
            interruption: Interruption()
        )
        #expect(status == .success)
        #expect(capture.output.contains("suspend"))
    }

    @Test("Every command has the global options and examples in its help")
    func everyCommand() {
        func check(_ command: any ParsableCommand.Type, _ path: [String]) {
            let subcommands = command.configuration.subcommands
            for subcommand in subcommands {
                check(subcommand, path + [subcommand.configuration.commandName ?? "?"])
            }
            guard subcommands.isEmpty else { return }
            let name = path.joined(separator: " ")
            #expect(command is any OperatorCommand.Type, "\(name) does nothing")
            let help = Hubctl.helpMessage(for: command, columns: 100)
            #expect(help.contains("hubctl \(name)"), "the help of \(name) has no example")
            for part in ["EXAMPLES", "--topology", "--format", "--yes"] {
                #expect(help.contains(part), "the help of \(name) lacks \(part)")
            }
        }
        check(Hubctl.self, [])
    }

    @Test("Completions exist for every shell and know the commands", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) async throws {
        try await Workplace.with(topology: "") { workplace in
            let result = await workplace.hubctl("completions", shell)
            #expect(result.status == .success)
            for word in ["hubctl", "migrate", "tenants", "suspend", "format"] { #expect(result.output.contains(word)) }
        }
    }

    @Test("Completions and the version need no topology")
    func withoutTopology() async {
        let capture = Capture()
        let status = await Hubctl.run(
            ["version", "--format", "json"],
            environment: [:],
            console: capture.console(),
            interruption: Interruption()
        )
        #expect(status == .success)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(capture.output.utf8)) }
    }

    @Test("A command without a topology says in one sentence how to name one")
    func noTopology() async throws {
        try await Workplace.with(topology: "") { workplace in
            let result = await workplace.hubctl(["status"], environment: ["HUB_TOPOLOGY": ""])
            #expect(result.status == .usage)
            #expect(result.isOneSentence)
            #expect(result.diagnostics.contains("--topology") && result.diagnostics.contains("HUB_TOPOLOGY"))
        }
    }

    @Test(
        "A wrong topology is one sentence with the file and the key",
        arguments: [
            ("shard: us-1, listen", "shard: us-9, listen", "us-9"),
            ("baseDomain:", "baseDomian:", "baseDomian"),
            ("database: hub_shard", "database: [1]", "database"),
        ]
    )
    func wrongTopology(original: String, replacement: String, named: String) async throws {
        let yaml = Workplace.topology().replacing(original, with: replacement)
        try await Workplace.with(topology: yaml) { workplace in
            for arguments in [["topology", "check"], ["migrate"], ["status"]] {
                let result = await workplace.hubctl(arguments)
                #expect(result.status == .usage)
                #expect(result.isOneSentence, "\(result.diagnostics)")
                #expect(result.diagnostics.contains("topology.yaml") && result.diagnostics.contains(named))
            }
        }
    }

    @Test("A good topology is told in a few lines, or as JSON")
    func goodTopology() async throws {
        try await Workplace.with(topology: Workplace.topology()) { workplace in
            let text = await workplace.hubctl("topology", "check", "\(workplace.folder)/topology.yaml")
            #expect(text.status == .success, "\(text.diagnostics)")
            #expect(text.output.contains("valid topology for hub.localhost"))
            let json = await workplace.hubctl("topology", "check", "--format", "json")
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect(object?["shards"] as? [String] == ["us-1"])
        }
    }

    @Test("Processes are lines of five fields with tabs between")
    func processes() async throws {
        try await Workplace.with(topology: Workplace.topology()) { workplace in
            let result = await workplace.hubctl("topology", "processes")
            #expect(result.status == .success, "\(result.diagnostics)")
            #expect(
                result.output == """
                    postgres\tpostgres-directory\t127.0.0.1:7\t-\thub_directory
                    postgres\tpostgres-us-1\t127.0.0.1:8\t-\thub_shard
                    redis\tredis-us\t127.0.0.1:9\t-\tus
                    control\tcontrol\t127.0.0.1:4\t127.0.0.1:5\t-
                    backend\tbackend-us-1\t127.0.0.1:6\t127.0.0.1:10\tus-1
                    router\trouter\t127.0.0.1:2\t127.0.0.1:3\t-

                    """
            )
        }
    }

    @Test("An interrupted command says so")
    func interrupted() async throws {
        try await Workplace.with(topology: Workplace.topology()) { workplace in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await workplace.hubctl("migrate")
            }
            let result = await task.value
            #expect(result.status == .failed)
            #expect(result.diagnostics.contains("interrupted"))
        }
    }
}
