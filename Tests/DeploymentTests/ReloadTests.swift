import AppFixtures
import Foundation
import Testing

extension DeploymentTests {
    @Suite("Reading the topology again")
    struct Reload {
        @Test("At SIGHUP a router takes the limits of the file, and of a wrong file nothing; nobody else notices")
        func limits() async throws {
            let deployment = try Deployment.shared
            let demo = try await deployment.administrator(of: "demo")
            let text = try String(contentsOf: deployment.topology, encoding: .utf8)
            let pid = try deployment.pid(of: "router")
            // Larger than it may be soon, and refused by the backend now: no field has that length.
            let large: [String: any Sendable] = ["name": String(repeating: "x", count: 20_000)]
            let before = try await demo.post("/api/projects", large)
            #expect(before.status == 400, "\(before.text)")

            let report = try await Load.during([demo]) {
                try text.replacing("limits:\n", with: "limits:\n  requestBodyBytes: 16384\n")
                    .write(to: deployment.topology, atomically: true, encoding: .utf8)
                #expect(kill(pid, SIGHUP) == 0)
                try await eventually("the router refuses the body") {
                    try await demo.post("/api/projects", large).status == 413
                }
                try text.replacing("limits:\n", with: "limits:\n  requestBodyBytes: many\n")
                    .write(to: deployment.topology, atomically: true, encoding: .utf8)
                #expect(kill(pid, SIGHUP) == 0)
                try await eventually("the log says what is wrong") {
                    try deployment.log(of: "router").contains("limits.requestBodyBytes")
                }
                #expect(try await demo.post("/api/projects", large).status == 413)
                try text.write(to: deployment.topology, atomically: true, encoding: .utf8)
                #expect(kill(pid, SIGHUP) == 0)
                try await eventually("the router passes the body on again") {
                    try await demo.post("/api/projects", large).status == 400
                }
            }
            #expect(report.failures == [])
            #expect(try deployment.pid(of: "router") == pid)
        }
    }
}
