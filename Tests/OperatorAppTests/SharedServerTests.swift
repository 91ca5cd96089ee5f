import Testing
import Topology

@testable import OperatorApp

@Suite("Databases that share a server")
struct SharedServerTests {
    private static let topology = Workplace.topology()
        .replacing(
            "shards:",
            with: "shards:\n  us-2: { region: us, endpoints: [\"127.0.0.1:8\"], database: hub_shard_2 }"
        )
        .replacing(
            "backends:",
            with: "backends:\n  backend-us-2: { shard: us-2, listen: \"127.0.0.1:11\", admin: \"127.0.0.1:12\" }"
        )

    @Test("Two passwords for one role of a server are refused before anything is changed, naming both secrets")
    func twoPasswords() async throws {
        try await Workplace.with(topology: Self.topology) { workplace in
            let same = ["HUB_SECRET_SHARD_US_1_ADMIN_PASSWORD": "same", "HUB_SECRET_SHARD_US_2_ADMIN_PASSWORD": "same"]
            let secrets = await workplace.hubctl(["secrets", "init"], environment: same)
            try #require(secrets.status == .success, "\(secrets.diagnostics)")
            let result = await workplace.hubctl(["migrate"], environment: same)
            #expect(result.status == .usage)
            #expect(result.isOneSentence, "\(result.diagnostics)")
            for name in ["shard-us-1-app-password", "shard-us-2-app-password", "hub_app", "127.0.0.1:8"] {
                #expect(result.diagnostics.contains(name))
            }
        }
    }
}
