package import Foundation
import Glibc
import HubTesting

/// Runs a program and collects what it says.
package enum Command {
    package struct Result: Sendable {
        package let status: Int32
        package let output: String
        package let errors: String
    }

    package static func run(
        _ program: URL,
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = ""
    ) async throws -> Result {
        // Files, not pipes: a background process that inherits a pipe would keep it open for ever.
        let folder = FileManager.default.temporaryDirectory.appending(path: "hub-command-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appending(path: "output").path
        let errors = folder.appending(path: "errors").path
        let given = folder.appending(path: "input").path
        try input.write(toFile: given, atomically: false, encoding: .utf8)
        let child = try ChildProcess.start(
            ["sh", "-c", #"exec "$@" <"$HUB_TEST_INPUT" 2>"$HUB_TEST_ERRORS""#, "sh", program.path] + arguments,
            environment: environment.merging(["HUB_TEST_INPUT": given, "HUB_TEST_ERRORS": errors]) { $1 },
            output: output
        )
        // Waiting blocks, and the cooperative threads are few.
        let status: CInt = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: ChildProcess.wait(for: child)) }
        }
        func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
        // The exit status of a program that ended by itself; 128 and the signal of one that was killed, as in a shell.
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return Result(status: code, output: text(output), errors: text(errors))
    }
}
