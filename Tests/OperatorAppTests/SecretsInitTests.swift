import Foundation
import Testing
import Topology

@testable import OperatorApp

@Suite("Making secrets")
struct SecretsInitTests {
    private static let topology = Workplace.topology()

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("Every secret of the topology is made, readable by its owner alone, and found again")
    func created() async throws {
        try await Workplace.with(topology: Self.topology) { workplace in
            let result = await workplace.hubctl("secrets", "init")
            #expect(result.status == .success, "\(result.diagnostics)")
            #expect(result.diagnostics.isEmpty)
            #expect(try mode("\(workplace.folder)/secrets") == 0o700)
            let names = SecretName.all(
                for: try Topology.load(path: "\(workplace.folder)/topology.yaml", environment: ["STATE": "x"])
            )
            var values = Set<String>()
            for name in names {
                #expect(try mode("\(workplace.folder)/secrets/\(name.text)") == 0o600)
                let value = try workplace.secrets().secret(name).text
                #expect(value.utf8.count >= 32)
                values.insert(value)
                #expect(!result.output.contains(value), "the value of \(name.text) is shown")
            }
            #expect(values.count == names.count, "two secrets are the same")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: "\(workplace.folder)/secrets").count == names.count
            )
        }
    }

    @Test("A secret that exists is never changed, and a second run makes nothing")
    func neverOverwritten() async throws {
        try await Workplace.with(topology: Self.topology) { workplace in
            let folder = "\(workplace.folder)/secrets"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: URL(filePath: "\(folder)/redis-us-password"))
            _ = await workplace.hubctl("secrets", "init")
            let key = try workplace.secrets().secret(.routerSigningKey).text
            let again = await workplace.hubctl("secrets", "init", "--format", "json")
            #expect(try workplace.secrets().secret(.routerSigningKey).text == key)
            #expect(try String(contentsOfFile: "\(folder)/redis-us-password", encoding: .utf8) == "mine")
            #expect(!again.output.contains("created") && again.output.contains("kept"))
        }
    }

    @Test("A secret in the environment needs no file")
    func fromEnvironment() async throws {
        try await Workplace.with(topology: Self.topology) { workplace in
            let result = await workplace.hubctl(
                "secrets",
                "init",
                environment: ["HUB_SECRET_REDIS_US_PASSWORD": "given"]
            )
            #expect(result.status == .success)
            #expect(!FileManager.default.fileExists(atPath: "\(workplace.folder)/secrets/redis-us-password"))
        }
    }

    @Test("Many that make the same secrets at once agree on each of them")
    func concurrent() async throws {
        try await Workplace.with(topology: Self.topology) { workplace in
            let created = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let result = await workplace.hubctl("secrets", "init")
                        return result.output.split(separator: "\n").filter { $0.hasSuffix("created") }.count
                    }
                }
                return await group.reduce(0, +)
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(workplace.folder)/secrets")
            #expect(created == files.count)
        }
    }

    @Test("A directory that cannot be written is one sentence")
    func unwritable() async throws {
        try await Workplace.with(topology: Self.topology) { workplace in
            let result = await workplace.hubctl("secrets", "init", "--directory", "\(workplace.folder)/topology.yaml")
            #expect(result.status == .failed)
            #expect(result.isOneSentence)
            #expect(result.diagnostics.contains("is not a directory"))
        }
    }

    @Test("No directory is named: one sentence says how")
    func unnamed() async throws {
        try await Workplace.with(topology: Self.topology) { workplace in
            let result = await workplace.hubctl("secrets", "init", environment: ["HUB_SECRETS_DIR": ""])
            #expect(result.status == .usage)
            #expect(result.isOneSentence)
        }
    }
}
