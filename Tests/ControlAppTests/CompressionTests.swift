import AppFixtures
import HubTesting
import HubWire
import Testing

extension ControlAppTests {
    @Test("The apex host compresses what is worth it, and never an answer with a token")
    func compression() async throws {
        try await HubDatabases.with { databases in
            try await RunningControl.with(databases, backends: [1]) { control in
                let client = control.stranger.with(["accept-encoding": "gzip"])
                let (plain, page) = (try await control.stranger.get("/"), try await client.get("/"))
                #expect(page.status == 200 && page["content-encoding"] == "gzip" && page["vary"] == "Accept-Encoding")
                #expect(page.body.count < plain.body.count && page.body.starts(with: [0x1F, 0x8B]))
                let login = try await client.with(["accept-encoding": "gzip, identity;q=0"]).post(
                    "/api/auth/login",
                    LoginRequest(email: RunningControl.superAdmin, password: RunningControl.password)
                )
                #expect(login.status == 200 && login["content-encoding"] == nil)
            }
        }
    }
}
