import AppFixtures
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Testing

extension MoveSystemTests {
    @Suite("Operators")
    struct Operators {
        @Test("Two start the same move: one has it, the other is told so")
        func two() async throws {
            try await MoveTrial.run("two operators", people: .few) { trial in
                async let first = trial.admin.ask(trial.tenant, to: "eu-1")
                async let second = trial.admin.ask(trial.tenant, to: "apac-1")
                let answers = try await [first, second]
                #expect(answers.map(\.status).sorted() == [200, 409], "\(answers.map(\.text))")
                let third = try await trial.deployment.hubctl(
                    "move",
                    "start",
                    trial.tenant.subdomain.rawValue,
                    "--to",
                    "eu-1"
                )
                #expect(third.status == 5 && third.errors.contains("move"), "\(third.status) \(third.errors)")
                let move = try #require(try await trial.admin.moves(of: trial.tenant).first)
                try await trial.admin.wait(move.id, for: "verified")
                let cancel = try await trial.deployment.hubctl("move", "cancel", move.id.description, "--yes")
                #expect(cancel.status == 0, "\(cancel.errors)")
            }
        }

        @Test("A tenant that is being moved is not erased, and the refusal says what to do")
        func erased() async throws {
            try await MoveTrial.run("erased", people: .few) { trial in
                let move = try await trial.admin.begin(trial.tenant, to: "eu-1", switching: true, budget: 1000)
                let path = "/api/tenants/\(trial.tenant.id)?confirm=\(trial.tenant.subdomain)"
                try await trial.admin.wait(move, for: "switched")
                let refusal = try await trial.admin.apex.delete(path)
                #expect(refusal.status == 409 && refusal.text.contains("hubctl move"), "\(refusal.text)")
                try await trial.admin.wish("complete", of: move)
                try await trial.admin.wait(move, for: "completed")
            }
        }

        @Test("A tenant that is suspended in mid-move is suspended where it comes to, and can be resumed there")
        func suspended() async throws {
            let allowance = MoveTrial.Allowance(statuses: ["403"])
            try await MoveTrial.run("suspended", people: .few, allowing: allowance) { trial in
                let (admin, tenant) = (trial.admin, trial.tenant)
                let move = try await admin.begin(tenant, to: "eu-1")
                try await admin.wait(move, for: "verified")
                let path = "/api/tenants/\(tenant.id)"
                let suspended = try await admin.apex.put(path, UpdateTenantRequest(state: .suspended))
                #expect(suspended.status == 200, "\(suspended.text)")

                let stop = try MoverStop("before-drain", tenant, trial.deployment)
                try await admin.wish("switch", of: move)
                try await stop.wait()
                let held = try await admin.apex.put(path, UpdateTenantRequest(state: .active))
                #expect(held.status == 409 && held.text.contains("held"), "\(held.text)")
                stop.lift()
                try await admin.wait(move, for: "switched")
                let after = try await admin.tenant(tenant)
                #expect(after.state == .suspended && after.shard.rawValue == "eu-1", "\(after)")
                let refused = try await tenant.client.get("/api/projects")
                #expect(refused.status == 403, "\(refused.status) \(refused.text)")

                let resumed = try await admin.apex.put(path, UpdateTenantRequest(state: .active))
                #expect(resumed.status == 200, "\(resumed.text)")
                try await trial.settle()
                try await admin.wish("complete", of: move)
                try await admin.wait(move, for: "completed")
            }
        }

        @Test("A tenant that is renamed in mid-move moves on under its new name, and nobody is logged out")
        func renamed() async throws {
            let allowance = MoveTrial.Allowance(statuses: ["308"])
            try await MoveTrial.run("renamed", people: .few, allowing: allowance) { trial in
                let (admin, tenant) = (trial.admin, trial.tenant)
                let move = try await admin.begin(tenant, to: "eu-1")
                try await admin.wait(move, for: "verified")
                let name = try #require(Subdomain("\(tenant.subdomain)-new"))
                let renamed = try await admin.apex.put(
                    "/api/tenants/\(tenant.id)",
                    UpdateTenantRequest(subdomain: name)
                )
                #expect(renamed.status == 200, "\(renamed.text)")
                let there = trial.deployment.router(name.rawValue)
                try await waitFor("the new name to be known") { try await there.get("/health").status == 200 }
                tenant.subdomain = name
                try await admin.wish("switch", of: move)
                try await admin.wait(move, for: "switched")
                #expect(try await admin.tenant(tenant).subdomain == name)
                try await trial.settle()
                let complete = try await trial.deployment.hubctl("move", "complete", name.rawValue, "--yes")
                #expect(complete.status == 0, "\(complete.errors)")
            }
        }
    }
}
