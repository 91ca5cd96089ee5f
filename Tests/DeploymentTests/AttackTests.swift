import AppFixtures
import Foundation
import NIOHTTP1
import Testing

extension DeploymentTests {
    /// What a stranger tries from outside, with nothing but a client: each test's name is the attack.
    @Suite("Attacks")
    struct Attacks {
        @Test("Guessing a password with another address claimed each time, at whichever backend the router chooses")
        func guessing() async throws {
            let demo = HubClient("demo", of: try .shared)
            let email = "guessed-\(UInt32.random(in: 0...(.max)))@demo.com"
            let body = try JSONSerialization.data(withJSONObject: ["email": email, "password": "wrong"])
            var statuses: [Int] = []
            var last: HubClient.Answer?
            for number in 1...8 {
                let address = "198.51.100.\(number)"
                let answer = try await demo.send(
                    .POST,
                    "/api/auth/login",
                    body: body,
                    headers: [
                        ("x-forwarded-for", address), ("forwarded", "for=\(address)"), ("x-real-ip", address),
                        ("hub-client-address", address),
                    ]
                )
                statuses.append(answer.status)
                last = answer
            }
            #expect(statuses.prefix(5).allSatisfy { $0 == 401 })
            #expect(statuses.dropFirst(5).contains(429), "\(statuses)")
            let refused = try #require(last)
            if refused.status == 429 { #expect(refused.headers.first(name: "retry-after") != nil) }
            // The trail tells the address that the router saw.
            let admin = try await Deployment.shared.administrator(of: "demo")
            let rows = try await admin.get("/api/audit-logs?action=LOGIN_FAILED&limit=100").items
            let own = rows.filter {
                ($0["changes"] as? [String: any Sendable]).map { "\($0)".contains(email) } ?? false
            }
            #expect(own.count == statuses.count { $0 == 401 }, "a throttled attempt is no row")
            #expect(own.allSatisfy { $0["ipAddress"] as? String == "127.0.0.1" })
        }

        @Test("Passing for another tenant by the fields that routers write, in every spelling that might get through")
        func spoofing() async throws {
            let demo = try await Deployment.shared.administrator(of: "demo")
            let globex = try await Deployment.shared.administrator(of: "globex")
            let other = try #require(try await globex.get("/api/auth/me").object["tenant"] as? [String: any Sendable])
            let id = try #require(other["id"] as? String)
            for prefix in ["Hub-", "hub-", "HUB_", "X-Hub-"] {
                let answer = try await demo.send(
                    .GET,
                    "/api/auth/me",
                    headers: [
                        ("\(prefix)Tenant", id), ("\(prefix)Epoch", "1"), ("\(prefix)Signature", "v1;9999999999;AAAA"),
                        ("x-forwarded-host", globex.host), ("forwarded", "host=\(globex.host)"),
                        ("x-original-host", globex.host), ("x-host", globex.host),
                    ]
                )
                let tenant = try #require(try answer.object["tenant"] as? [String: any Sendable])
                #expect(tenant["subdomain"] as? String == "demo", "\(prefix)")
            }
            let absolute = try await demo.get("/../internal/tenants")
            #expect(absolute.status != 200)
        }

        @Test("Reaching the doors that are for hub-control, through the router, with and without an account")
        func internalDoors() async throws {
            let demo = try await Deployment.shared.administrator(of: "demo")
            for client in [demo, HubClient("demo", of: try .shared), HubClient(nil, of: try .shared)] {
                for path in [
                    "/internal/tenants", "//internal/tenants", "/%69nternal/tenants", "/internal/../internal/tenants",
                ] {
                    let answer = try await client.post(path, ["tenantId": "x"])
                    #expect(
                        [400, 403, 404, 405].contains(answer.status),
                        "\(path) on \(client.host): \(answer.status)"
                    )
                }
                #expect(try await client.get("/metrics").status == 404)
            }
        }
    }
}
